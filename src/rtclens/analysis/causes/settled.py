"""Findings whose cause follows from what they are: an error name, a state, an event.

Enters: a finding. Leaves: an `Answer`, or `None` where evidence of both ends has to be weighed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rtclens.analysis.causes.answer import Answer
from rtclens.analysis.causes.sums import BAD_LOSS, mean
from rtclens.analysis.clocks import between_ms, doubt_ms
from rtclens.analysis.configured import turn_urls
from rtclens.analysis.links import peer_of
from rtclens.analysis.owners import call_of, person_id
from rtclens.analysis.state import Connection, Participant, Session, Track
from rtclens.model.facts import Segment

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

FIXED: dict[str, tuple[Segment, str, float]] = {
    "media_access_denied": ("person", "R27", 0.95),
    "media_device_missing": ("sender_device", "R27", 0.95),
    "media_device_unreadable": ("sender_device", "R27", 0.9),
    "media_constraints_unmet": ("app", "R27", 0.9),
    "screen_capture_failed": ("sender_device", "R27", 0.8),
    "capture_stopped": ("sender_device", "R16", 0.8),
    "turn_not_configured": ("signalling_config", "", 0.7),
    "turn_auth_failed": ("signalling_config", "R23", 0.95),
    "negotiation_stuck": ("signalling_config", "R26", 0.9),
    "negotiation_failed": ("signalling_config", "R26", 0.85),
    "camera_frozen": ("sender_device", "R8", 0.85),
    "capture_fps_low": ("sender_device", "R8", 0.8),
    "encoder_stuck": ("sender_device", "R19", 0.8),
    "encoder_overloaded": ("sender_device", "R7", 0.85),
    "video_limited_cpu": ("sender_device", "R7", 0.85),
    "microphone_silent": ("sender_device", "R15", 0.85),
    "cpu_pressure": ("sender_device", "R7", 0.85),
    "main_thread_slow": ("sender_device", "R13", 0.7),
    "decoder_overloaded": ("receiver_device", "R9", 0.8),
    "video_frames_dropped": ("receiver_device", "R9", 0.7),
    "audio_playout_glitch": ("receiver_device", "R14", 0.8),
    "in_media_not_playing": ("app", "R18", 0.7),
    "telemetry_gap": ("telemetry", "", 0.9),
    "sampling_too_coarse": ("telemetry", "", 0.95),
    "page_hidden": ("person", "", 0.95),
    "socket_discard": ("sender_device", "", 0.7),
    "echo_suspected": ("sender_device", "R29", 0.65),
    "aec_disabled": ("app", "", 0.9),
    "audio_playout_delay_high": ("receiver_device", "R14", 0.7),
    "camera_dark": ("sender_device", "", 0.8),
    "capture_muted_by_system": ("sender_device", "R16", 0.85),
    "capture_short_lived": ("sender_device", "R16", 0.8),
    "client_clock_step": ("telemetry", "", 0.9),
    "connection_churn": ("app", "", 0.6),
    "connection_empty": ("app", "", 0.8),
    "decoder_fallback": ("receiver_device", "", 0.8),
    "encoder_fallback": ("sender_device", "", 0.8),
    "howling": ("sender_device", "R29", 0.7),
    "microphone_clipping": ("sender_device", "", 0.8),
    "microphone_constant": ("sender_device", "R15", 0.7),
    "microphone_noise": ("sender_device", "", 0.8),
    "microphone_quiet": ("sender_device", "", 0.75),
    "negotiation_storm": ("app", "", 0.8),
    "power_low": ("sender_device", "", 0.8),
    "recovery_not_negotiated": ("signalling_config", "", 0.9),
    "relay_forced": ("signalling_config", "", 0.95),
    "sdp_suspicious": ("signalling_config", "", 0.7),
    "simulcast_layer_missing": ("sender_device", "", 0.6),
    "speaker_unavailable": ("receiver_device", "", 0.85),
    "speaking_while_muted": ("person", "", 0.9),
    "stats_frozen": ("telemetry", "", 0.8),
    "stats_impossible": ("telemetry", "", 0.95),
    "stream_unused": ("app", "", 0.8),
    "suspend_detected": ("person", "", 0.7),
    "tls_outdated": ("signalling_config", "", 0.95),
    "turn_address_private": ("signalling_config", "", 0.9),
    "video_backlog": ("receiver_device", "R9", 0.7),
}
GOODBYES = frozenset({"left", "unload", "closed"})
SILENT = "a crash, a killed tab and a lost network look alike from outside"
SILENCES: dict[str, float] = {"sender_device": 0.4, "sender_uplink": 0.35, "person": 0.2}
AT_ONCE_MS = 10_000.0
TOGETHER_MS = 1_000.0
UNDECIDED_MS = 3_000.0  # of doubt about two clocks, below which their order is taken as it seems


def settled(finding: Open) -> Answer | None:
    """The cause where the finding alone tells it."""
    name = finding.detector.id
    own = person_id(finding.subject)
    fixed = FIXED.get(name)
    if fixed is not None:
        segment, rule, confidence = fixed
        if name == "echo_suspected" and _without_cancellation(finding):
            confidence = 0.8
        return Answer(segment, own, confidence, rule)
    special = SPECIAL.get(name)
    return special(finding, own) if special is not None else None


def _without_cancellation(finding: Open) -> bool:
    """Whether the echoing person's microphone was opened without echo cancellation."""
    own = person_id(finding.subject)
    return any(
        name == "aec_disabled" and other.closed_at is None and person_id(other.subject) == own
        for (name, _), other in call_of(finding.subject).open.items()
    )


def _out_dry(finding: Open, own: str) -> Answer:
    subject = finding.subject
    assert isinstance(subject, Track)
    if subject.conn.emptied:
        return Answer("app", own, 0.9, "R19", "replaceTrack(null) was called")
    now = subject.now
    if now is not None and getattr(now, "has_source", None) is False and subject.kind == "video":
        return Answer("app", own, 0.75, "R19", "the sender has no source any more")
    return Answer("sender_device", own, 0.65, "R19")


def _no_access(finding: Open, own: str) -> Answer:
    """The cause of the refusal behind it."""
    subject = finding.subject
    assert isinstance(subject, Session)
    for other in subject.participant.call.findings:
        if (
            other.subject is subject
            and other is not finding
            and other.detector.id in FIXED
            and other.cause_rule == "R27"
        ):
            return Answer(other.cause, own, other.cause_confidence, "R27", other.detector.title)
    return Answer("sender_device", own, 0.6, "R27")


def _no_path(finding: Open, own: str) -> Answer:
    conn = finding.subject
    assert isinstance(conn, Connection)
    call = conn.session.participant.call
    for (name, _), other in call.open.items():
        if name == "turn_auth_failed" and abs(other.opened_at - finding.opened_at) < 6 * AT_ONCE_MS:
            finding.parent = other.id if other.subject is conn else finding.parent
            return Answer("signalling_config", own, 0.9, "R23", "the TURN server refused the credentials")
    relay_only = (conn.config or {}).get("iceTransportPolicy") == "relay"
    if relay_only and "relay" not in conn.candidates:
        return Answer("signalling_config", own, 0.8, "R23", "only relays are allowed and none was found")
    if "relay" in conn.candidates:
        return Answer(
            reason="relays were tried and failed too: the network at one of the two ends, not known at which",
            alternatives={"sender_uplink": 0.4, "receiver_downlink": 0.4, "relay": 0.1},
        )
    if not conn.candidates:
        text = "no address at all although this page is online: only relays allowed and none given, or kept from it"
        return Answer("signalling_config", own, 0.75, "R23", text)
    text = "the direct ways are closed, and no relay was offered that could have gone around them"
    known = 0.8 if conn.config is not None and not turn_urls(conn) else 0.65
    return Answer("signalling_config", own, known, "R23", text, {"mixed": round(1.0 - known, 2)})


def _broken(finding: Open, own: str) -> Answer:
    conn = finding.subject
    assert isinstance(conn, Connection)
    person = conn.session.participant
    peer = peer_of(conn)
    if finding.parent:
        return _left(peer) if peer is not None else Answer(reason=SILENT, alternatives=SILENCES)
    gone = _gone_before(peer, conn.session, finding.opened_at) if peer is not None else False
    if gone is None:
        return Answer(reason="the clocks of both ends are not known well enough to tell which side was gone first")
    if peer is not None and gone:
        return _left(peer)
    others = [
        other
        for session in person.sessions.values()
        for other in session.connections.values()
        if other is not conn and other.ended_at is None
    ]
    down = [other for other in others if other.ice_state in ("disconnected", "failed")]
    if others and not down:
        return Answer(reason="this person's other connections go on: the far end, or the path to it")
    if others and down:
        return Answer("sender_uplink", own, 0.85, "R20", "all connections of this person broke: their access network")
    return Answer(
        "mixed",
        "",
        0.7,
        "R20",
        "the path between the two ends broke; a third person or a server would tell at which side",
        {"sender_uplink": 0.45, "receiver_downlink": 0.45},
    )


def _left(peer: Participant) -> Answer:
    """The other side was gone: its own choice where it said so; else nobody can tell why it fell silent."""
    if all(session.end_reason in GOODBYES or session.leave_at is not None for session in peer.sessions.values()):
        return Answer("person", peer.id, 0.7, "R20", "the other side left")
    return Answer(reason=f"nothing was heard from the other side since: {SILENT}", alternatives=SILENCES)


def _gone_before(peer: Participant, asker: Session, at: float) -> bool | None:
    """Whether all joins of a person were over at a moment of another's clock; `None` where the clocks cannot tell."""
    told = [_silent_since(session, asker, at) for session in peer.sessions.values()]
    if not told or False in told:
        return False
    return None if None in told else True


def _silent_since(session: Session, asker: Session, at: float) -> bool | None:
    """Whether a join ended before, or was not heard of since although its next report is overdue."""
    doubt = doubt_ms(session, asker)
    if session.ended_at is not None:
        return _before(between_ms(session, session.ended_at, asker, at), doubt)
    # Events that arrive between samples shorten the spacing of arrivals; the spacing of samples is the longer one.
    spacing = max([session.interval, *(conn.interval for conn in session.connections.values())])
    overdue = 1000.0 * (2.0 * spacing + 2.0)
    now = session.participant.call.server_now
    if now - session.last_received_at <= overdue:
        return False
    return _before(between_ms(session, session.last_at, asker, at), doubt)


def _before(apart_ms: float, doubt_ms_: float) -> bool | None:
    """Whether something lies before a moment, or at most a second after it; `None` within the doubt about it."""
    if doubt_ms_ > UNDECIDED_MS and abs(apart_ms - TOGETHER_MS) < doubt_ms_:
        return None
    return apart_ms <= TOGETHER_MS


def _vanished(finding: Open, own: str) -> Answer:
    subject = finding.subject
    assert isinstance(subject, Participant)
    for (name, _), other in subject.call.open.items():
        near = abs(other.opened_at - finding.opened_at) < 3 * AT_ONCE_MS
        if name in ("ice_disconnected", "connection_dropped") and person_id(other.subject) == own and near:
            return Answer("sender_uplink", own, 0.65, "R20", "the connection broke before reports stopped")
    return Answer(reason=SILENT, alternatives=SILENCES)


def _rejoined(finding: Open, own: str) -> Answer:
    subject = finding.subject
    assert isinstance(subject, Participant)
    last = min(finding.opened_at, subject.last_at)
    for other in subject.call.findings:
        if (
            person_id(other.subject) == own
            and other is not finding
            and 0 <= last - other.last_at < 3 * AT_ONCE_MS
            and other.cause
        ):
            return Answer(other.cause, other.cause_participant, 0.6, other.cause_rule, other.detector.title)
    return Answer("person", own, 0.6, "R30", "nothing was wrong before: a reload or a choice")


def _stuck(finding: Open, own: str) -> Answer | None:
    """A decoder that gets whole frames and shows none; where packets are missing, their loss is to be judged."""
    lost = mean(finding.case, "r_loss_ratio")
    return None if lost is not None and lost >= BAD_LOSS else Answer("receiver_device", own, 0.65, "R18")


SPECIAL: dict[str, Callable[[Open, str], Answer | None]] = {
    "decoder_stuck": _stuck,
    "media_access_none": _no_access,
    "out_stream_dry": _out_dry,
    "ice_failed": _no_path,
    "connection_never_established": _no_path,
    "ice_no_candidates": _no_path,
    "turn_unreachable": _no_path,
    "ice_restart_failed": _broken,
    "ice_disconnected": _broken,
    "connection_dropped": _broken,
    "participant_vanished": _vanished,
    "rejoin": _rejoined,
}
