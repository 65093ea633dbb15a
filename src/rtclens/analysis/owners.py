"""Whose something is that findings can be about.

Enters: a call, person, session, connection or track. Leaves: its call, and its person and session where it has one.
"""

from __future__ import annotations

from rtclens.analysis.state import Call, Connection, Participant, Session, Track
from rtclens.analysis.subjects import Subject


def session_of(subject: Subject) -> Session | None:
    """The session that a subject is, or is a part of."""
    if isinstance(subject, Track):  # the most asked for come first
        return subject.conn.session
    if isinstance(subject, Connection):
        return subject.session
    return subject if isinstance(subject, Session) else None


def person_of(subject: Subject) -> Participant | None:
    """The person that a subject is, or belongs to."""
    session = session_of(subject)
    if session is not None:
        return session.participant
    return subject if isinstance(subject, Participant) else None


def person_id(subject: Subject) -> str:
    """That person's id; '' for a call."""
    person = person_of(subject)
    return person.id if person is not None else ""


def call_of(subject: Subject) -> Call:
    """The call a subject is, or belongs to."""
    session = session_of(subject)
    if session is not None:
        return session.participant.call
    if isinstance(subject, Participant):
        return subject.call
    assert isinstance(subject, Call)
    return subject
