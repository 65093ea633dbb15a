"""Whose something is that findings can be about, and what a person has.

Enters: a call, person, session, connection or track. Leaves: its call, and its person and session where it has one; a
person's tracks.
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


def live_tracks(person: Participant, direction: str, kind: str) -> list[Track]:
    """What a person sends (`outbound`) or receives (`inbound`) of a kind now."""
    return [
        track
        for session in person.sessions.values()
        if session.ended_at is None
        for conn in session.connections.values()
        if conn.ended_at is None
        for track in conn.tracks.values()
        if track.direction == direction and track.kind == kind and track.ended_at is None
    ]
