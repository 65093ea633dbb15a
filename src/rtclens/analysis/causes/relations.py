"""Which finding is a part of which: a symptom under its cause.

Enters: a finding. Leaves: the open (or just closed) finding that explains it, if there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.clocks import between_ms, doubt_ms
from rtclens.analysis.owners import session_of
from rtclens.analysis.state import Call, Connection, Session, Track

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

BROKEN = ("connection_dropped", "ice_disconnected", "ice_restart_failed", "transport_blocked")
PATH_SYMPTOMS = frozenset(
    {
        "first_media_missing",
        "in_stream_dry",
        "in_loss_high",
        "in_jitter_high",
        "out_loss_high",
        "out_stream_dry",
        "rtt_high",
        "jitter_buffer_high",
        "jitter_buffer_stress",
        "late_packets",
        "ice_transport_stalled",
        "uplink_congested",
        "out_bandwidth_low",
        "video_freeze",
        "video_stall",
        "video_fps_low",
        "audio_concealment_high",
        "audio_stretch_high",
        "send_stalled_by_limit",
        "decoder_stuck",
        "in_loss_bursty",
        "keyframe_unanswered",
        "network_in_unstable",
        "network_out_unstable",
        "pacer_delay_high",
        "audio_received_quiet",
        "retransmission_high",
        "rtcp_feedback_lost",
    }
)
SAME_TRACK: dict[str, tuple[str, ...]] = {
    "out_stream_dry": ("camera_frozen", "encoder_stuck"),
    "video_freeze": ("video_stall",),
    "video_fps_low": ("video_stall", "video_freeze"),
    "capture_fps_low": ("camera_frozen",),
    "audio_stretch_high": ("jitter_buffer_stress",),
    "pacer_delay_high": ("video_limited_bandwidth",),
    "send_resolution_low": ("video_limited_bandwidth", "video_limited_cpu", "encoder_overloaded"),
    "decoder_stuck": ("keyframe_unanswered", "in_loss_high"),
    "keyframe_unanswered": ("in_loss_high",),
    "in_loss_bursty": ("in_loss_high",),
    "video_backlog": ("decoder_overloaded", "video_frames_dropped"),
}
LIMITED = ("video_limited_bandwidth", "video_limited_cpu", "send_resolution_low")
AT_SENDER: dict[str, tuple[str, ...]] = {
    "video_freeze": ("camera_frozen", "out_stream_dry", "encoder_stuck", "capture_fps_low", "encoder_overloaded"),
    "video_stall": ("camera_frozen", "out_stream_dry", "encoder_stuck"),
    "video_fps_low": ("camera_frozen", "out_stream_dry", "capture_fps_low", "encoder_overloaded"),
    "in_stream_dry": ("out_stream_dry", "camera_frozen"),
    "first_media_missing": ("out_stream_dry", "camera_frozen"),
    "video_blocky": LIMITED,
    "video_resolution_low": LIMITED,
    "video_score_low": LIMITED,
    "video_fps_unstable": ("capture_fps_low", "encoder_overloaded"),
}
SAME_CONNECTION: dict[str, tuple[str, ...]] = {
    "ice_no_candidates": ("turn_auth_failed",),
    "ice_failed": ("turn_auth_failed", "ice_no_candidates"),
    "connection_never_established": ("turn_auth_failed", "ice_no_candidates", "ice_failed", "negotiation_stuck"),
    "turn_unreachable": ("ice_no_candidates",),
}
BEFORE_MS = 20_000.0
DEVICE_HARM = frozenset(
    {
        "encoder_overloaded",
        "video_limited_cpu",
        "capture_fps_low",
        "decoder_overloaded",
        "audio_playout_glitch",
        "video_frames_dropped",
        "video_freeze",
        "video_fps_low",
    }
)


def parent_of(finding: Open) -> Open | None:
    """The finding this one is a part of."""
    name = finding.detector.id
    subject = finding.subject
    if isinstance(subject, Track):
        call = subject.conn.session.participant.call
        found = _first(call, finding, SAME_TRACK.get(name, ()), subject.id)
        if found is None and subject.peer is not None:
            found = _first(call, finding, AT_SENDER.get(name, ()), subject.peer.id)
        if found is None and name in PATH_SYMPTOMS:
            found = _first(call, finding, BROKEN, subject.conn.id)
        if found is None and name in PATH_SYMPTOMS and subject.peer is not None:
            found = _first(call, finding, BROKEN, subject.peer.conn.id)
        return found
    if isinstance(subject, Connection):
        call = subject.session.participant.call
        wanted = SAME_CONNECTION.get(name, ()) + (BROKEN if name in PATH_SYMPTOMS else ())
        return _first(call, finding, wanted, subject.id)
    return None


def _first(call: Call, finding: Open, detectors: tuple[str, ...], subject: str) -> Open | None:
    for name in detectors:
        other = call.open.get((name, subject))
        if other is not None and other is not finding and _overlaps(finding, other):
            return other
    return None


def _overlaps(finding: Open, other: Open) -> bool:
    """Whether this began while the other lasted or shortly before it; true where two clocks cannot tell.

    A symptom may begin `BEFORE_MS` before its cause was seen, which is far more than clocks are usually unsure of.
    """
    mine, theirs = session_of(finding.subject), session_of(other.subject)
    if mine is None or theirs is None:
        mine = theirs = None
    since_began = _between(mine, finding.opened_at, theirs, other.opened_at)
    doubt = doubt_ms(mine, theirs) if mine is not None and theirs is not None else 0.0
    if doubt > BEFORE_MS or since_began < -BEFORE_MS:
        return False
    return other.closed_at is None or _between(mine, finding.opened_at, theirs, other.closed_at) <= doubt


def _between(one: Session | None, at: float, other: Session | None, then: float) -> float:
    return at - then if one is None or other is None else between_ms(one, at, other, then)


def harmed(finding: Open) -> bool:
    """Whether findings of the same person show what an overloaded device does."""
    conn = finding.subject
    if not isinstance(conn, Connection):
        return False
    person = conn.session.participant
    for (name, _), other in person.call.open.items():
        shown = name in DEVICE_HARM and other.closed_at is None and isinstance(other.subject, Track)
        if shown and other.subject.conn.session.participant is person:  # type: ignore[attr-defined]
            return True
    return False
