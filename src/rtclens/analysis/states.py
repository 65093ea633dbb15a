"""State machines of a connection and the timers on them.

Enters: state changes (from events, or from transport reports where a format sends none) and the session's time.
Leaves: connectivity and signalling findings. A hold is judged against events in their own order, so that a state
that lasted two seconds is never taken for one that lasted until the next report arrived.
"""

from __future__ import annotations

from rtclens.analysis import causes
from rtclens.analysis.beginning import no_path, signalled, stands
from rtclens.analysis.configured import turn_urls
from rtclens.analysis.detectors import beginning, connectivity
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import Open, close_finding, emit, is_open, note, open_finding, raise_severity
from rtclens.analysis.owners import call_of
from rtclens.analysis.presence import peer_is_gone
from rtclens.analysis.resting import shared
from rtclens.analysis.state import Connection, Subject
from rtclens.model.events import Machine
from rtclens.model.facts import Evidence, Severity

UP = frozenset({"connected", "completed"})
ATTR = {
    "ice": "ice_state",
    "connection": "connection_state",
    "signaling": "signaling_state",
    "dtls": "dtls_state",
}
ICE_FINDINGS = (
    connectivity.ICE_FAILED,
    connectivity.DISCONNECTED,
    connectivity.DROPPED,
    connectivity.RESTART_FAILED,
    connectivity.NEVER_ESTABLISHED,
    connectivity.DTLS_FAILED,
    connectivity.NO_CANDIDATES,
    beginning.TURN_MISSING,
)
SLOW_S, VERY_SLOW_S = 3.0, 8.0
CANCELLED_S = 3.0
ABORT_MS = 10_000.0
DISORDER_MS = 2_000.0  # events that travel in requests of their own may overtake each other by this much
SWITCHES = 3
TURN_REFUSALS = frozenset({400, 401, 403, 431, 437, 438, 441, 486, 487})


def move(conn: Connection, machine: Machine, state: str, at: float, from_report: bool = False) -> None:
    """A state machine reached `state`; a report never overrules what events told."""
    if from_report:
        if machine in conn.told:
            return
    else:
        conn.told = shared(conn.told | {machine})
    if machine == "ice_gathering":
        _gathering(conn, state, at)
        return
    attribute = ATTR.get(machine)
    if attribute is None or getattr(conn, attribute) == state:
        return
    if machine in ("ice", "connection"):
        check(conn, at)
    setattr(conn, attribute, state)
    conn.session.participant.call.dirty[conn.id] = conn
    if machine == "ice":
        conn.ice_at = at
        _ice(conn, state, at)
    elif machine == "connection":
        conn.connection_at = at
        _connection(conn, state, at)
    elif machine == "signaling":
        _signaling(conn, state, at)
    elif state == "failed":
        _open(connectivity.DTLS_FAILED, conn, at, at)


def _ice(conn: Connection, state: str, at: float) -> None:
    if state == "checking":
        conn.checking_at = at
    elif state in UP:
        _connected_in(conn, at)
        if conn.ice_connected_at is None:
            conn.ice_connected_at = at
        connected(conn, at)
    elif state == "failed":
        _failed(conn, at)


def _connection(conn: Connection, state: str, at: float) -> None:
    if state == "connected":
        connected(conn, at)
    elif state == "failed":
        _failed(conn, at)


def connected(conn: Connection, at: float) -> None:
    """Media can flow: whatever said otherwise is over."""
    if "signaling" not in conn.told:
        _close(connectivity.NEGOTIATION_STUCK, conn, at)
    if conn.connected_at is None:
        stands(conn, at)
        conn.connected_at = at
        conn.session.participant.call.dirty[conn.id] = conn
    conn.restart_at = None
    for detector in ICE_FINDINGS:
        _close(detector, conn, at)


def _connected_in(conn: Connection, at: float) -> None:
    if conn.checking_at is None or conn.ice_connected_at is not None:
        return
    seconds = (at - conn.checking_at) / 1000.0
    if seconds <= SLOW_S:
        return
    finding = _open(
        connectivity.CONNECT_SLOW,
        conn,
        conn.checking_at,
        at,
        Evidence(metric="ice_s", from_at=conn.checking_at, to_at=at, observed=round(seconds, 3), threshold=SLOW_S),
        "medium" if seconds > VERY_SLOW_S else None,
    )
    if finding is not None:
        close_finding(finding, at, "recovered")


def _failed(conn: Connection, at: float) -> None:
    conn.failed_ever = True
    if peer_is_gone(conn, at):
        return
    if conn.connected_at is None:
        _open(connectivity.ICE_FAILED, conn, at, at, _state_evidence(conn, at))
        no_path(conn, at)
    else:
        interrupted = call_of(conn).open.get((connectivity.DISCONNECTED.id, conn.id))
        lasting = interrupted is not None and interrupted.closed_at is None
        _dropped(conn, interrupted.opened_at if interrupted is not None and lasting else at, at)


def _dropped(conn: Connection, began: float, now: float) -> None:
    """An interruption that did not end is a drop: the one statement replaces the other."""
    dropped = _open(connectivity.DROPPED, conn, began, now, _state_evidence(conn, now))
    if dropped is None:
        return
    interrupted = call_of(conn).open.get((connectivity.DISCONNECTED.id, conn.id))
    if interrupted is not None and interrupted.closed_at is None:
        interrupted.parent = dropped.id
        close_finding(interrupted, now, "superseded")


def _signaling(conn: Connection, state: str, at: float) -> None:
    conn.signaling_at = at
    signalled(conn, state, at)
    if state == "stable":
        _close(connectivity.NEGOTIATION_STUCK, conn, at)


def _gathering(conn: Connection, state: str, at: float) -> None:
    if state == "gathering" and conn.gathering_at is None:
        conn.gathering_at = at
    elif state == "complete":
        conn.gather_ended_at = at


def described(conn: Connection, side: str, kind: str, at: float) -> None:
    """A description took effect; where no signalling states arrive, they follow from this."""
    conn.described = shared(conn.described | {side})
    if {"local", "remote"} <= conn.described and conn.described_at is None:
        conn.described_at = at
    if side == "local" and conn.gathering_at is None:
        conn.gathering_at = at
    if kind == "answer":
        conn.answered_at = at
    if "signaling" in conn.told:
        return
    if kind in ("answer", "rollback"):
        state = "stable"
    elif kind == "offer":
        state = f"have-{side}-offer"
    else:
        return
    if state != conn.signaling_state:
        conn.signaling_state = state
        _signaling(conn, state, at)


def gathered(conn: Connection, kind: str, at: float) -> None:
    """A local candidate exists."""
    conn.gather(kind)
    _close(connectivity.NO_CANDIDATES, conn, at)
    if kind == "relay":
        _close(connectivity.TURN_AUTH, conn, at)
        _close(connectivity.TURN_UNREACHABLE, conn, at)


def candidate_failed(conn: Connection, code: int | None, text: str, url: str, at: float) -> None:
    """A STUN or TURN server gave an error; one finding per connection, each server and code once as evidence."""
    key = (code, url)
    conn.candidate_errors[key] = conn.candidate_errors.get(key, 0) + 1
    if conn.candidate_errors[key] > 1:
        return
    evidence = Evidence(
        metric="icecandidateerror", subject=url, from_at=at, to_at=at, observed=str(code or ""), text=text, n=1
    )
    refused = code in TURN_REFUSALS and (url.startswith("turn") or (not url and bool(turn_urls(conn))))
    if refused and "relay" not in conn.candidates:
        _open(connectivity.TURN_AUTH, conn, at, at, evidence)
        return
    finding = _open(connectivity.CANDIDATE_ERROR, conn, at, at, evidence)
    if finding is not None:
        close_finding(finding, at, "recovered")


def check(conn: Connection, now: float) -> None:
    """Fire the timers that are due at `now` on the session's clock."""
    if conn.ended_at is not None:
        return
    if "disconnected" in (conn.ice_state, conn.connection_state):
        _interrupted(conn, now)
    if _unanswered(conn) and now - conn.signaling_at >= 1000.0 * connectivity.NEGOTIATION_STUCK.need_s:
        _open(connectivity.NEGOTIATION_STUCK, conn, conn.signaling_at, now, _state_evidence(conn, now))
    if conn.connected_at is None:
        _not_yet(conn, now)
    if conn.restart_at is not None and now - conn.restart_at >= 1000.0 * connectivity.RESTART_FAILED.need_s:
        if not {conn.ice_state, conn.connection_state} & UP:
            _open(connectivity.RESTART_FAILED, conn, conn.restart_at, now, _state_evidence(conn, now))
        conn.restart_at = None
    if conn.pair_switches:
        _switching(conn, now)


def _nothing_agreed(conn: Connection, now: float) -> bool:
    """Transports and sources are reported, and neither a codec nor a stream: the answer is missing.

    For formats that tell nothing of signalling.
    """
    if conn.negotiated or conn.told or conn.described or conn.sampled_at is None or conn.last.transport is None:
        return False
    return now - conn.sampled_at >= 1000.0 * connectivity.NEGOTIATION_STUCK.need_s


def _unanswered(conn: Connection) -> bool:
    """An offer is pending, and nothing since shows that it was answered after all."""
    if not conn.signaling_state.startswith("have-"):
        return False
    soonest = conn.signaling_at - DISORDER_MS
    answered = conn.answered_at is not None and conn.answered_at >= soonest
    return not answered and (conn.connected_at is None or conn.connected_at < soonest)


def _interrupted(conn: Connection, now: float) -> None:
    began = conn.ice_at if conn.ice_state == "disconnected" else conn.connection_at
    lasted = (now - began) / 1000.0
    if conn.connected_at is None or lasted < connectivity.DISCONNECTED.need_s or peer_is_gone(conn, now):
        return
    if not is_open(conn, connectivity.DROPPED.id):
        _open(connectivity.DISCONNECTED, conn, began, now, _state_evidence(conn, now))
    if lasted >= connectivity.DROPPED.need_s:
        _dropped(conn, began, now)


def _not_yet(conn: Connection, now: float) -> None:
    if turn_urls(conn):
        _turn(conn, now)
    began = conn.gathering_at
    if began is None and conn.negotiated:
        began = conn.sampled_at
    if _nothing_agreed(conn, now):
        _open(connectivity.NEGOTIATION_STUCK, conn, conn.started_at, now, _state_evidence(conn, now))
        return
    if began is not None and not conn.candidates and now - began >= 1000.0 * connectivity.NO_CANDIDATES.need_s:
        _open(connectivity.NO_CANDIDATES, conn, began, now, _state_evidence(conn, now))
    if conn.described_at is not None and now - conn.described_at >= 1000.0 * connectivity.ICE_FAILED.need_s:
        if not is_open(conn, connectivity.NO_CANDIDATES.id):
            _open(connectivity.ICE_FAILED, conn, conn.described_at, now, _state_evidence(conn, now))
    elif now - conn.started_at >= 1000.0 * connectivity.NEVER_ESTABLISHED.need_s:
        never_established(conn, now)


def never_established(conn: Connection, now: float) -> None:
    """The general statement, only where nothing more specific is open."""
    if conn.connected_at is not None or (now - conn.started_at) / 1000.0 < CANCELLED_S:
        return
    if not conn.sampled and not conn.described:
        return
    specific = (
        connectivity.ICE_FAILED,
        connectivity.NO_CANDIDATES,
        connectivity.NEGOTIATION_STUCK,
        connectivity.DTLS_FAILED,
    )
    if any(is_open(conn, detector.id) for detector in specific):
        return
    _open(connectivity.NEVER_ESTABLISHED, conn, conn.started_at, now, _state_evidence(conn, now))


def aborted(conn: Connection, at: float) -> None:
    """The application gave up before anything could connect or fail."""
    if conn.connected_at is None and (conn.described or conn.sampled) and at - conn.started_at < ABORT_MS:
        note_point(connectivity.ABORTED, conn, conn.started_at, at)


def note_point(detector: Detector, subject: Subject, began: float, at: float, evidence: Evidence | None = None) -> None:
    """A finding that is over when it is seen."""
    finding = _open(detector, subject, began, at, evidence)
    if finding is not None:
        close_finding(finding, at, "recovered")


def _turn(conn: Connection, now: float) -> None:
    if "relay" in conn.candidates or is_open(conn, connectivity.TURN_AUTH.id) or conn.gather_ended_at is None:
        return
    if now - conn.gather_ended_at >= 1000.0 * connectivity.TURN_UNREACHABLE.need_s:
        _open(connectivity.TURN_UNREACHABLE, conn, conn.gather_ended_at, now, _state_evidence(conn, now))


def _switching(conn: Connection, now: float) -> None:
    recent = [at for at in conn.pair_switches if now - at < 30_000.0]
    if len(recent) >= SWITCHES:
        evidence = Evidence(metric="pair_switches", from_at=recent[0], to_at=now, observed=float(len(recent)))
        _open(connectivity.PATH_UNSTABLE, conn, recent[0], now, evidence)
    elif not recent:
        _close(connectivity.PATH_UNSTABLE, conn, now)
        conn.pair_switches = []


def _state_evidence(conn: Connection, at: float) -> Evidence:
    states = {
        "signalling": conn.signaling_state,
        "ice": conn.ice_state,
        "connection": conn.connection_state,
        "dtls": conn.dtls_state,
    }
    text = ", ".join(f"{name} {state}" for name, state in states.items() if state)
    found = ", ".join(sorted(conn.candidates)) or "none"
    return Evidence(metric="states", subject=conn.id, to_at=at, text=f"{text}; local candidates: {found}", n=1)


def _open(
    detector: Detector,
    subject: Subject,
    began: float,
    now: float,
    evidence: Evidence | None = None,
    severity: Severity | None = None,
) -> Open | None:
    if is_open(subject, detector.id):
        return None
    finding = open_finding(detector, subject, began, now)
    if finding is None:
        return None
    if evidence is not None:
        note(finding, evidence)
    if severity is not None:
        raise_severity(finding, severity)
    causes.judge(finding)
    emit(finding, now)
    return finding


def _close(detector: Detector, conn: Connection, at: float) -> None:
    if not is_open(conn, detector.id):
        return
    finding = call_of(conn).open[(detector.id, conn.id)]
    close_finding(finding, at, "recovered")


open_now = _open
