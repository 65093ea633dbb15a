"""How a connection begins: how long the answer and the join took, over which way media goes, what was not offered.

Enters: connections at the moment their states or paths change. Leaves: findings of `detectors.beginning`.
"""

from __future__ import annotations

from rtclens.analysis import causes
from rtclens.analysis.configured import turn_urls
from rtclens.analysis.detectors import beginning
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import (
    close_finding,
    emit,
    is_open,
    note,
    open_finding,
    raise_severity,
)
from rtclens.analysis.owners import call_of
from rtclens.analysis.state import Connection, Session, Subject, Track
from rtclens.model.facts import Evidence, Severity

ANSWER_S, ANSWER_LATE_S, STUCK_S = 1.0, 5.0, 10.0
JOIN_S, JOIN_LATE_S = 5.0, 10.0
TCP_PATHS = frozenset({"relay_tcp", "relay_tls", "ice_tcp"})
SWITCH_WINDOW_MS, SWITCHES, CALM = 60_000.0, 6, 1


def signalled(conn: Connection, state: str, at: float) -> None:
    """The signalling state changed: how long a local offer waited for its answer."""
    if state == "have-local-offer":
        conn.offer_at = at
    if state.startswith("have-") and conn.negotiating_at is None:
        conn.negotiating_at = at
    if state != "stable" or conn.offer_at is None:
        return
    began, conn.offer_at = conn.offer_at, None
    seconds = (at - began) / 1000.0
    if ANSWER_S < seconds < STUCK_S:
        evidence = _took("signalling_s", began, at, ANSWER_S)
        _point(beginning.SIGNALLING_SLOW, conn, began, at, evidence, "medium" if seconds > ANSWER_LATE_S else None)


def stands(conn: Connection, at: float) -> None:
    """The connection stands for the first time: how long this person waited for that."""
    session = conn.session
    if not conn.told & {"ice", "connection"} or conn.negotiating_at is None or conn.failed_ever:
        return  # reports alone tell only in which interval it was connected
    if any(other.connected_at is not None for other in session.connections.values() if other is not conn):
        return
    company = _company(session)
    if company is None:
        return
    began = max(conn.negotiating_at, company)
    seconds = (at - began) / 1000.0
    if seconds <= JOIN_S:
        return
    evidence = _took("join_s", began, at, JOIN_S)
    answered = min(max(conn.described_at or began, began), at)
    evidence.text = f"answer {(answered - began) / 1000.0:.1f} s, path {(at - answered) / 1000.0:.1f} s"
    _point(beginning.JOIN_SLOW, session, began, at, evidence, "high" if seconds > JOIN_LATE_S else None)


def _company(session: Session) -> float | None:
    """Since when somebody else is there; `None` when nobody is known to be."""
    own = session.participant
    others = [person for person in own.call.participants.values() if person is not own]
    joins = [join for person in others for join in person.sessions.values() if join.ended_at is None]
    return min((join.started_at for join in joins), default=None)


def path_chosen(conn: Connection, at: float) -> None:
    """The kind of the selected path is known, or changed."""
    kind = conn.path_type
    _while(beginning.RELAY_USED, conn, kind.startswith("relay"), at)
    _while(beginning.UDP_BLOCKED, conn, kind in TCP_PATHS and not _only_tcp(conn), at)


def no_path(conn: Connection, at: float) -> None:
    """ICE failed: say so where there was no relay to fall back on."""
    failed = call_of(conn).open.get(("ice_failed", conn.id))
    if conn.config is None or turn_urls(conn) or failed is None or is_open(conn, beginning.TURN_MISSING.id):
        return
    evidence = Evidence(metric="iceServers", subject=conn.id, to_at=at, observed="no turn: or turns: address", n=1)
    _open(beginning.TURN_MISSING, conn, at, at, evidence, parent=failed.id)


def resized(track: Track, at: float) -> None:
    """The received picture has another size."""
    recent = [then for then in track.resized if at - then < SWITCH_WINDOW_MS]
    track.resized = (*recent, at)
    if len(track.resized) >= SWITCHES and not is_open(track, beginning.SWITCHING.id):
        count = float(len(track.resized))
        evidence = Evidence(metric="size_changes", subject=track.id, from_at=track.resized[0], to_at=at)
        evidence.observed, evidence.threshold, evidence.n = count, float(SWITCHES), int(count)
        _open(beginning.SWITCHING, track, track.resized[0], at, evidence)


def settled_size(track: Track, at: float) -> None:
    """The picture kept its size: old changes are forgotten, and the finding closes once hardly any are left."""
    if at - track.resized[0] < SWITCH_WINDOW_MS:
        return
    track.resized = tuple(then for then in track.resized if at - then < SWITCH_WINDOW_MS)
    if len(track.resized) <= CALM:
        _close(beginning.SWITCHING, track, at)


def _only_tcp(conn: Connection) -> bool:
    """The configuration itself allows nothing but relays over TCP."""
    urls = turn_urls(conn)
    forced = (conn.config or {}).get("iceTransportPolicy") == "relay"
    return forced and bool(urls) and all(url.startswith("turns:") or "transport=tcp" in url for url in urls)


def _took(metric: str, began: float, at: float, limit: float) -> Evidence:
    seconds = round((at - began) / 1000.0, 3)
    return Evidence(metric=metric, from_at=began, to_at=at, observed=seconds, threshold=limit, unit="s", n=1)


def _while(detector: Detector, conn: Connection, holds: bool, at: float) -> None:
    if not holds:
        _close(detector, conn, at)
    elif not is_open(conn, detector.id):
        evidence = Evidence(metric="path_type", subject=conn.id, to_at=at, observed=conn.path_type, text=conn.relay_url)
        _open(detector, conn, at, at, evidence)


def _open(detector: Detector, subject: Subject, began: float, at: float, evidence: Evidence, parent: str = "") -> None:
    finding = open_finding(detector, subject, began, at)
    if finding is None:
        return
    finding.parent = parent
    note(finding, evidence)
    causes.judge(finding)
    emit(finding, at)


def _point(
    detector: Detector, subject: Subject, began: float, at: float, evidence: Evidence, severity: Severity | None
) -> None:
    """A finding that is over when it is seen."""
    finding = open_finding(detector, subject, began, at)
    if finding is None:
        return
    note(finding, evidence)
    if severity is not None:
        raise_severity(finding, severity)
    causes.judge(finding)
    close_finding(finding, at, "recovered")


def _close(detector: Detector, subject: Connection | Track, at: float) -> None:
    finding = call_of(subject).open.get((detector.id, subject.id))
    if finding is not None and finding.closed_at is None:
        close_finding(finding, at, "recovered")
