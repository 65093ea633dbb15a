"""Apply every event that is not a sample.

Enters: events in their order. Leaves: changed sessions, connections, tracks; findings of media access and presence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rtclens.analysis import states, tags
from rtclens.analysis.access import access, capture_ended, nothing_at_all
from rtclens.analysis.causes.acts import CALLS, act
from rtclens.analysis.detectors import connectivity, people
from rtclens.analysis.findings import close_finding, is_open
from rtclens.analysis.hops import server_sample
from rtclens.analysis.identity import find_connection, find_participant
from rtclens.analysis.owners import call_of
from rtclens.analysis.presence import end_connection, end_session
from rtclens.analysis.resting import shared
from rtclens.analysis.state import Connection, Session
from rtclens.analysis.subjects import DISABLED, MUTED, SCREEN, STOPPED
from rtclens.analysis.tracks import looks_like_screen, set_flag
from rtclens.model import events as e
from rtclens.model.facts import Evidence

MAX_FLAGS = 1000
NAMED = [name for name in e.Client.__struct_fields__ if name != "extra"]
HUNG_UP = frozenset({1000, 1005})  # close codes of an application that closed its channel itself
UNMUTE_GRACE_MS = 5_000.0
FLAGS: dict[str, tuple[int, bool]] = {
    "muted": (MUTED, True),
    "unmuted": (MUTED, False),
    "disabled": (DISABLED, True),
    "enabled": (DISABLED, False),
    "stopped": (STOPPED, True),
    "ended": (STOPPED, True),
    "removed": (STOPPED, True),
}
DESCRIBE = {"setLocalDescription": "local", "setRemoteDescription": "remote"}


def _connection(session: Session, external: str, at: float) -> Connection | None:
    return find_connection(session, external, at) if external else None


def session_opened(session: Session, event: e.SessionOpened | e.SessionUpdated, at: float) -> None:
    """Who joins, with what."""
    if isinstance(event, e.SessionOpened) and session.opened_at is None:
        session.opened_at = at
    if event.client is not None:
        session.client = _merged(session.client, event.client)
    if event.tags:
        tags.add(session.tags, event.tags)
    person = session.participant
    if event.participant_name:
        person.name = event.participant_name
    if event.call_name:
        person.call.name = event.call_name
    if isinstance(event, e.SessionUpdated) and event.devices is not None:
        _devices(session, event.devices)
    for row in (session, person, person.call):
        person.call.dirty[row.id] = row


def _merged(old: e.Client | None, new: e.Client) -> e.Client:
    """What is known of a page's environment, in words that many pages share; features keep what is `extra`."""
    before = old or new
    values = {name: shared(getattr(new, name) or getattr(before, name)) for name in NAMED}
    return e.Client(**values)


def session_closed(session: Session, event: e.SessionClosed, at: float) -> None:
    """The participant left and said so."""
    for conn in session.connections.values():
        states.check(conn, at)
        if conn.ended_at is None:
            states.never_established(conn, at)
    nothing_at_all(session, at, over=True)
    end_session(session, at, event.reason or "left", abrupt=event.reason in ("unload", "closed"))


def leave_announced(session: Session, _event: e.LeaveAnnounced, at: float) -> None:
    """The page may be about to leave."""
    session.leave_at = at


def telemetry_opened(session: Session, _event: e.TelemetryOpened, _at: float) -> None:
    """The client's channel is there, or is back."""
    session.telemetry_open = True
    session.telemetry_closed_at = None


def telemetry_closed(session: Session, event: e.TelemetryClosed, at: float) -> None:
    """The client's channel is gone; it may come back."""
    session.telemetry_open = False
    session.telemetry_closed_at = at
    session.hung_up = event.code in HUNG_UP


def connection_opened(session: Session, event: e.ConnectionOpened, at: float) -> None:
    """A connection exists."""
    conn = _connection(session, event.connection, at)
    if conn is None:
        return
    call = session.participant.call
    if event.config:
        conn.configure(event.config)
    conn.sfu = event.sfu if event.sfu is not None else conn.sfu
    call.dirty[conn.id] = conn
    if event.peer and event.peer != conn.peer:
        conn.peer = event.peer
        if conn.sfu:
            return  # the name of a server is no person
        other = find_participant(call, event.peer, "client", at)
        if other is not None and event.peer_name and not other.name:
            other.name = event.peer_name
            call.dirty[other.id] = other


def connection_closed(session: Session, event: e.ConnectionClosed, at: float) -> None:
    """This side closed the connection."""
    conn = session.connections.get(event.connection)
    if conn is None or conn.ended_at is not None:
        return
    states.check(conn, at)
    states.never_established(conn, at)
    states.aborted(conn, at)
    conn.closed_by_us = True
    end_connection(conn, at, event.reason or "closed")


def state_changed(session: Session, event: e.StateChanged, at: float) -> None:
    """A state machine moved."""
    conn = _connection(session, event.connection, at)
    if conn is None or conn.ended_at is not None:
        return
    if event.state == "closed" and event.machine in ("connection", "signaling", "ice"):
        conn.closed_by_us = True
        if event.machine != "ice":
            end_connection(conn, at, "closed")
        return
    states.move(conn, event.machine, event.state, at)


def api_called(session: Session, event: e.ApiCalled, at: float) -> None:
    """The application called a WebRTC method, or the call settled."""
    conn = session.connections.get(event.connection) if event.connection else None
    if event.name in CALLS and event.phase != "failure":
        act(session, event.name, at)
    if conn is not None and (event.name, event.phase) == ("restartIce", "call") and conn.connected_at is not None:
        conn.restart_at = at
        conn.grace_until = at + UNMUTE_GRACE_MS
    if event.phase == "failure":
        _api_failed(session, conn, event, at)
    elif event.phase == "success" and conn is not None and is_open(conn, connectivity.NEGOTIATION_FAILED.id):
        close_finding(call_of(conn).open[(connectivity.NEGOTIATION_FAILED.id, conn.id)], at, "recovered")


def _api_failed(session: Session, conn: Connection | None, event: e.ApiCalled, at: float) -> None:
    if conn is None or event.name not in (*DESCRIBE, "addIceCandidate"):
        return
    if event.name == "addIceCandidate" and conn.connected_at is not None:
        return  # a late candidate of an old generation
    evidence = Evidence(metric=event.name, subject=session.id, from_at=at, to_at=at, text=event.error, n=1)
    states.open_now(connectivity.NEGOTIATION_FAILED, conn, at, at, evidence)


def described(session: Session, event: e.Described, at: float) -> None:
    """A description took effect."""
    conn = _connection(session, event.connection, at)
    if conn is not None and conn.ended_at is None:
        states.described(conn, event.side, event.kind, at)


def candidate_gathered(session: Session, event: e.CandidateGathered, at: float) -> None:
    """ICE gathered a candidate, or finished."""
    conn = _connection(session, event.connection, at)
    if conn is None or conn.ended_at is not None:
        return
    if conn.gathering_at is None:
        conn.gathering_at = at
    if event.candidate is None or not (event.candidate.line or event.candidate.type or event.candidate.address):
        if conn.gather_ended_at is None:
            conn.gather_ended_at = at
        return
    states.gathered(conn, event.candidate.type or "host", at)


def candidate_failed(session: Session, event: e.CandidateFailed, at: float) -> None:
    """A STUN or TURN server gave an error."""
    conn = _connection(session, event.connection, at)
    if conn is not None and conn.ended_at is None:
        states.candidate_failed(conn, event.code, event.text, event.url, at)


def track_changed(session: Session, event: e.TrackChanged, at: float) -> None:
    """Something happened to a track or its sender."""
    known = session.page().flags
    held = known.get(event.track, 0)
    if event.label and looks_like_screen(event.label):
        held |= SCREEN
    if event.change == "ended" and event.direction != "inbound":
        capture_ended(session, event, at)
    flag = FLAGS.get(event.change)
    if flag is not None:
        held = held | flag[0] if flag[1] else held & ~flag[0]
    if event.track in known or len(known) < MAX_FLAGS:
        known[event.track] = held
    if event.change == "replaced" and not event.replaced_by and event.connection in session.connections:
        session.connections[event.connection].emptied = True
    _mark(session, event, held, at)


def _mark(session: Session, event: e.TrackChanged, held: int, at: float) -> None:
    """Tell the tracks of this name what is held of it."""
    flag = FLAGS.get(event.change)
    for conn in session.connections.values():
        for track in conn.tracks.values():
            if track.external != event.track or not event.track:
                continue
            if held & SCREEN:
                track.screen = True
            if flag is not None:
                set_flag(track, *flag)
                track.grace_until = max(track.grace_until, at + UNMUTE_GRACE_MS)


def visibility_changed(session: Session, event: e.VisibilityChanged, at: float) -> None:
    """The page was hidden or shown."""
    if event.hidden and not session.hidden:
        session.hidden_at = at
    session.hidden = event.hidden
    finding = call_of(session).open.get((people.PAGE_HIDDEN.id, session.id))
    if not event.hidden and finding is not None and finding.closed_at is None:
        close_finding(finding, at, "recovered")


def devices_changed(session: Session, event: e.DevicesChanged, _at: float) -> None:
    """The devices of the computer."""
    if event.devices is not None:
        _devices(session, event.devices)


def _devices(session: Session, devices: list[e.Device]) -> None:
    counts: dict[str, int] = {}
    for device in devices:
        counts[device.kind] = counts.get(device.kind, 0) + 1
    session.device_counts = shared(tuple(counts.items()))


def client_issue(session: Session, event: e.ClientIssue, _at: float) -> None:
    """An issue the client's own SDK saw; kept beside our findings."""
    reports = session.participant.call.client_reports
    if event.kind in reports or len(reports) < MAX_FLAGS:
        reports[event.kind] = reports.get(event.kind, 0) + 1


def app_reported(session: Session, event: e.AppReported, at: float) -> None:
    """The application says what it did."""
    act(session, event.name, at)


HANDLERS: dict[type[e.Event], Callable[[Session, Any, float], None]] = {
    e.SessionOpened: session_opened,
    e.SessionUpdated: session_opened,
    e.SessionClosed: session_closed,
    e.LeaveAnnounced: leave_announced,
    e.TelemetryOpened: telemetry_opened,
    e.TelemetryClosed: telemetry_closed,
    e.ConnectionOpened: connection_opened,
    e.ConnectionClosed: connection_closed,
    e.StateChanged: state_changed,
    e.ApiCalled: api_called,
    e.Described: described,
    e.CandidateGathered: candidate_gathered,
    e.CandidateFailed: candidate_failed,
    e.MediaAccess: access,
    e.TrackChanged: track_changed,
    e.VisibilityChanged: visibility_changed,
    e.DevicesChanged: devices_changed,
    e.ClientIssue: client_issue,
    e.AppReported: app_reported,
    e.ServerSample: server_sample,
}
