"""Bring what the service remembers in line with what was stored.

Enters: batches this service produced. Stored ones, oldest first, normally those of the last few minutes before a
restart, are remembered: repeats are recognised, ended connections stay ended, clocks run on. One that could not be
stored is forgotten: the SDK will repeat the request, and its repeat must not be taken for a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rtclens.model import events as ev
from rtclens.wire.peermetrics import reports
from rtclens.wire.peermetrics.contract import FORMAT, Settings
from rtclens.wire.peermetrics.state import Connection, Session, State, key_of
from rtclens.wire.peermetrics.stats import SAME_AS, mark


def remember(state: State, batch: ev.Batch, settings: Settings) -> None:
    """Take a stored batch into the state; batches of other formats change nothing."""
    if batch.origin.format != FORMAT or not batch.origin.session:
        return
    session = state.session(batch.origin.session, batch.received_at, settings)
    session.origin = batch.origin
    for event in batch.events:
        rule = RULES.get(type(event))
        if rule is not None:
            rule(session, event)


def forget(state: State, batch: ev.Batch) -> None:
    """Undo what a batch that was not stored made the state believe."""
    session = state.sessions.get(batch.origin.session)
    if session is None:
        return
    for event in batch.events:
        undo = UNDO.get(type(event))
        if undo is not None:
            undo(session, event)


def _sample(session: Session, event: ev.Sample) -> None:
    session.samples.add(mark(event.stats), session.touched, event.connection)
    session.active(event.at)
    timestamp = reports.newest_timestamp(event.stats)
    if timestamp is not None:
        session.clock.resume(timestamp, event.at)


def _opened(session: Session, event: ev.ConnectionOpened) -> None:
    known = session.connections.setdefault(event.connection, Connection(event.connection))
    known.peer = known.peer or event.peer


def _ended(session: Session, event: ev.ConnectionClosed) -> None:
    known = session.connections.setdefault(event.connection, Connection(event.connection))
    if event.reason.startswith(SAME_AS):
        known.same_as = event.reason.removeprefix(SAME_AS)
    if known.ended_at is None:
        known.ended_at = event.at


def _presence(session: Session, event: ev.SessionClosed | ev.VisibilityChanged) -> None:
    if isinstance(event, ev.VisibilityChanged):
        session.hidden = event.hidden
    else:
        session.closed_at = event.at


def _track(session: Session, event: ev.TrackChanged) -> None:
    if event.change == "added" and event.direction:
        session.directions[event.connection, event.track] = event.direction
    else:
        session.last_times[_track_key(event)] = event.at


def _track_key(event: ev.TrackChanged) -> tuple[str, str, str]:
    name = event.value.get("event", "") if isinstance(event.value, dict) else ""
    return event.connection, event.track, name


def _access(session: Session, event: ev.MediaAccess) -> None:
    for track in event.tracks:
        session.directions["", track.id] = "outbound"
    number = event.correlation.rpartition("-")[2]
    session.asked = max(session.asked, int(number) if number.isdecimal() else 0)


def _candidate(session: Session, event: ev.CandidateGathered) -> None:
    if event.candidate is not None:
        session.facts.add(_candidate_key(event.connection, event.candidate), session.touched)


def _candidate_key(connection: str, candidate: ev.Candidate) -> bytes:
    return key_of(connection, "candidate", candidate.line, candidate.mid, candidate.username_fragment)


RULES: dict[type[ev.Event], Callable[[Session, Any], None]] = {
    ev.Sample: _sample,
    ev.ConnectionOpened: _opened,
    ev.ConnectionClosed: _ended,
    ev.SessionClosed: _presence,
    ev.VisibilityChanged: _presence,
    ev.TrackChanged: _track,
    ev.MediaAccess: _access,
    ev.CandidateGathered: _candidate,
}


def _unsample(session: Session, event: ev.Sample) -> None:
    session.samples.seen.pop(mark(event.stats), None)


def _unend(session: Session, event: ev.ConnectionClosed) -> None:
    known = session.connections.get(event.connection)
    if known is not None:
        known.ended_at, known.same_as = None, ""


def _unpresence(session: Session, event: ev.SessionClosed | ev.VisibilityChanged) -> None:
    if isinstance(event, ev.VisibilityChanged):
        session.hidden = None
    else:
        session.closed_at = None


def _untrack(session: Session, event: ev.TrackChanged) -> None:
    if event.change == "added":
        session.directions.pop((event.connection, event.track), None)
    session.last_times.pop(_track_key(event), None)


def _uncandidate(session: Session, event: ev.CandidateGathered) -> None:
    if event.candidate is not None:
        session.facts.seen.pop(_candidate_key(event.connection, event.candidate), None)


UNDO: dict[type[ev.Event], Callable[[Session, Any], None]] = {
    ev.Sample: _unsample,
    ev.ConnectionClosed: _unend,
    ev.SessionClosed: _unpresence,
    ev.VisibilityChanged: _unpresence,
    ev.TrackChanged: _untrack,
    ev.CandidateGathered: _uncandidate,
}
