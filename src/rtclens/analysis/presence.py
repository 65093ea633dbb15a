"""Who is there: joins, leaves, silence, returns.

Enters: sessions and times. Leaves: ended sessions, ended calls, `participant_vanished` and `rejoin` findings.
"""

from __future__ import annotations

from rtclens.analysis import causes
from rtclens.analysis.detectors import people
from rtclens.analysis.findings import Open, close_finding, close_subject, emit, is_open, note, open_finding
from rtclens.analysis.links import peer_of
from rtclens.analysis.state import Call, Connection, Participant, Session
from rtclens.analysis.tracks import end_track
from rtclens.model.facts import Evidence

LEAVE_MS = 10_000.0
OPEN_CHANNEL_S = 120.0
BROKEN = frozenset({"ice_disconnected", "connection_dropped", "ice_transport_stalled", "ice_restart_failed"})


def silence_ms(session: Session) -> float:
    """How long nothing may come before the session counts as over."""
    settings = session.participant.call.settings
    least = settings.session_silence_s
    if session.telemetry_open:  # the channel is known to stand: there may be nothing to report
        least = max(least, OPEN_CHANNEL_S)
    return 1000.0 * max(least, settings.silence_intervals * session.interval)


def peer_is_gone(conn: Connection, at: float) -> bool:
    """Whether the other end left, or its page said it was leaving: then this end's loss of it is no fault."""
    peer = peer_of(conn)
    if peer is None or not peer.sessions:
        return False
    return all(not (session.ended_at is None and not _going(session, at)) for session in peer.sessions.values())


def _going(session: Session, at: float) -> bool:
    closed = session.telemetry_closed_at
    if closed is not None and session.last_at <= closed + 1000.0:
        return True
    leaving = session.leave_at
    return leaving is not None and at - leaving >= 0 and session.last_at - leaving < LEAVE_MS


def joined(person: Participant, session: Session, at: float) -> None:
    """A new join: counts, closes what said the person was gone, and is a rejoin after an abrupt end."""
    person.joins += 1
    call = person.call
    gone = call.open.get((people.VANISHED.id, person.id))
    if gone is not None and gone.closed_at is None:
        close_finding(gone, at, "recovered")
    earlier = [other for other in person.sessions.values() if other is not session]
    if not earlier:
        return
    last = max(earlier, key=lambda other: other.last_at)
    for other in earlier:
        if other.ended_at is None and _going(other, at):
            end_session(other, other.last_at, "replaced", abrupt=True)
    gap = (at - (last.ended_at if last.ended_at is not None else last.last_at)) / 1000.0
    abrupt = last.abrupt or last.ended_at is None
    if abrupt and gap <= call.settings.rejoin_s and not is_open(person, people.JOIN_AGAIN.id):
        _rejoin(person, last, at, gap)


def _rejoin(person: Participant, last: Session, at: float, gap: float) -> None:
    began = min(at, last.last_at)
    finding = open_finding(people.JOIN_AGAIN, person, began, at)
    if finding is None:
        return
    note(
        finding,
        Evidence(metric="rejoin_gap_s", subject=last.id, from_at=began, to_at=at, observed=round(max(gap, 0.0), 1)),
    )
    causes.judge(finding)
    close_finding(finding, at, "recovered")


def end_session(session: Session, at: float, reason: str, abrupt: bool) -> None:
    """The join is over: so are its connections, tracks and findings."""
    if session.ended_at is not None:
        return
    session.ended_at = max(at, session.started_at)
    session.end_reason = reason
    session.abrupt = abrupt
    person = session.participant
    close_reason = "data_lost" if reason == "silence" else "subject_ended"
    for conn in session.connections.values():
        end_connection(conn, min(conn.ended_at or session.ended_at, session.ended_at), reason, close_reason)
    close_subject(session, session.ended_at, close_reason)
    person.call.dirty[session.id] = session
    person.call.dirty[person.id] = person
    for finding in person.call.open.values():
        if finding.closed_at is None and isinstance(finding.subject, Connection) and finding.detector.id in BROKEN:
            _fold_under(finding, person)


def _fold_under(finding: Open, person: Participant) -> None:
    """A connection that broke because the other end vanished is a part of that, not another fault."""
    conn = finding.subject
    assert isinstance(conn, Connection)
    gone = person.call.open.get((people.VANISHED.id, person.id))
    if gone is not None and not finding.parent and peer_of(conn) is person:
        finding.parent = gone.id
        causes.judge(finding)
        emit(finding, finding.last_at)


def end_connection(conn: Connection, at: float, reason: str, close_reason: str = "subject_ended") -> None:
    """The connection is over: so are its tracks and findings."""
    if conn.ended_at is None:
        conn.ended_at = max(at, conn.started_at)
        conn.end_reason = reason
        conn.session.participant.call.dirty[conn.id] = conn
    for track in conn.tracks.values():
        end_track(track, conn.ended_at, reason)
    close_subject(conn, conn.ended_at, close_reason)
    conn.streams.clear()
    conn.over()


def silent(session: Session, now: float) -> None:
    """Nothing came for too long: the join ended when it was last heard of."""
    person = session.participant
    said = session.leave_at is not None and session.last_at - session.leave_at < LEAVE_MS
    live = any(conn.ended_at is None and conn.connected_at is not None for conn in session.connections.values())
    if not said and live and person.role == "client":
        finding = open_finding(people.VANISHED, person, session.last_at, session.last_at)
        if finding is not None:
            note(
                finding,
                Evidence(metric="last_report", subject=session.id, from_at=session.last_at, to_at=now, n=1),
            )
            causes.judge(finding)
            emit(finding, session.last_at)
    end_session(session, session.last_at, "unload" if said else "silence", abrupt=not said)


def channel_gone(session: Session) -> None:
    """The channel closed and did not come back: a leave, if the page closed its connections or said so."""
    connections = session.connections.values()
    if session.hung_up:
        end_session(session, session.last_at, "closed", abrupt=False)
    elif session.leave_at is not None and session.last_at - session.leave_at < LEAVE_MS:
        end_session(session, session.last_at, "unload", abrupt=True)
    elif all(conn.ended_at is not None for conn in connections):
        end_session(session, session.last_at, "left" if session.connections else "closed", abrupt=False)


def live_count(call: Call) -> int:
    """People with an open join."""
    return sum(
        1
        for person in call.participants.values()
        if person.role == "client" and any(session.ended_at is None for session in person.sessions.values())
    )
