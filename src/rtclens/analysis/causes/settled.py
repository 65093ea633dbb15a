"""Findings whose cause follows from what they are: an error name, a state, an event.

Enters: a finding. Leaves: an `Answer`, or `None` where evidence of both ends has to be weighed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.causes.answer import Answer
from rtclens.analysis.links import peer_of
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
    "decoder_stuck": ("receiver_device", "R18", 0.65),
    "video_frames_dropped": ("receiver_device", "R9", 0.7),
    "audio_playout_glitch": ("receiver_device", "R14", 0.8),
    "in_media_not_playing": ("app", "R18", 0.7),
    "telemetry_gap": ("telemetry", "", 0.9),
    "sampling_too_coarse": ("telemetry", "", 0.95),
    "page_hidden": ("person", "", 0.95),
    "socket_discard": ("sender_device", "", 0.7),
}
AT_ONCE_MS = 10_000.0


def settled(finding: Open) -> Answer | None:
    """The cause where the finding alone tells it."""
    name = finding.detector.id
    own = owner_id(finding)
    fixed = FIXED.get(name)
    if fixed is not None:
        segment, rule, confidence = fixed
        return Answer(segment, own, confidence, rule)
    special = SPECIAL.get(name)
    return special(finding, own) if special is not None else None


def owner_id(finding: Open) -> str:
    """The participant a finding is about."""
    subject = finding.subject
    if isinstance(subject, Track):
        return subject.conn.session.participant.id
    if isinstance(subject, Connection):
        return subject.session.participant.id
    if isinstance(subject, Session):
        return subject.participant.id
    return subject.id if isinstance(subject, Participant) else ""


def _out_dry(finding: Open, own: str) -> Answer:
    subject = finding.subject
    assert isinstance(subject, Track)
    if "replaceTrack(null)" in subject.conn.calls:
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
    return Answer(
        "mixed",
        "",
        0.75,
        "R34",
        "the network between the two ends; no relay was offered that could have gone around it",
        {"sender_uplink": 0.35, "receiver_downlink": 0.35, "signalling_config": 0.25},
    )


def _broken(finding: Open, own: str) -> Answer:
    conn = finding.subject
    assert isinstance(conn, Connection)
    person = conn.session.participant
    peer = peer_of(conn)
    if finding.parent:
        return Answer("person", peer.id if peer else "", 0.7, "R20", "the other side was gone")
    if peer is not None and _gone_before(peer, finding.opened_at):
        return Answer("person", peer.id, 0.7, "R20", "nothing was heard from the other side since")
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


def _gone_before(peer: Participant, at: float) -> bool:
    return bool(peer.sessions) and all(_silent_since(session, at) for session in peer.sessions.values())


def _silent_since(session: Session, at: float) -> bool:
    """Whether a join ended before, or was not heard of since although its next report is overdue."""
    if session.ended_at is not None:
        return session.ended_at <= at + 1_000.0
    # Events that arrive between samples shorten the spacing of arrivals; the spacing of samples is the longer one.
    spacing = max([session.interval, *(conn.interval for conn in session.connections.values())])
    overdue = 1000.0 * (2.0 * spacing + 2.0)
    now = session.participant.call.server_now
    return session.last_at <= at + 1_000.0 and now - session.last_received_at > overdue


def _vanished(finding: Open, own: str) -> Answer:
    subject = finding.subject
    assert isinstance(subject, Participant)
    for (name, _), other in subject.call.open.items():
        near = abs(other.opened_at - finding.opened_at) < 3 * AT_ONCE_MS
        if name in ("ice_disconnected", "connection_dropped") and owner_id(other) == own and near:
            return Answer("sender_uplink", own, 0.65, "R20", "the connection broke before reports stopped")
    return Answer(
        reason="a crash, a killed tab and a lost network look alike from outside",
        alternatives={"sender_device": 0.4, "sender_uplink": 0.35, "person": 0.2},
    )


def _rejoined(finding: Open, own: str) -> Answer:
    subject = finding.subject
    assert isinstance(subject, Participant)
    last = min(finding.opened_at, subject.last_at)
    for other in subject.call.findings:
        if (
            owner_id(other) == own
            and other is not finding
            and 0 <= last - other.last_at < 3 * AT_ONCE_MS
            and other.cause
        ):
            return Answer(other.cause, other.cause_participant, 0.6, other.cause_rule, other.detector.title)
    return Answer("person", own, 0.6, "R30", "nothing was wrong before: a reload or a choice")


SPECIAL = {
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
