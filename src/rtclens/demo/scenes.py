"""The calls that the demo plays, and what was really wrong in each.

Enters: nothing. Leaves: `SCENES`. The truth of a scene is what was done to the call while it was recorded; `demo
--check` compares the server's findings with it.
"""

from __future__ import annotations

import msgspec

PEOPLE = {"a": "Ada", "b": "Ben", "c": "Cleo"}


class Fault(msgspec.Struct, frozen=True):
    """A finding that must be there: any of `detectors`, at `person` (a, b, c), with one of `segments` as cause.

    `segments` empty: the cause is not checked, because the data of this call cannot decide it.
    """

    person: str
    detectors: frozenset[str]
    segments: frozenset[str] = frozenset()


class Scene(msgspec.Struct, frozen=True):
    """One recorded call in the demo. Without faults it must stay without findings."""

    recording: str
    room: str
    faults: tuple[Fault, ...] = ()


def fault(person: str, detectors: str, segments: str = "") -> Fault:
    """A fault from blank-separated names."""
    return Fault(person, frozenset(detectors.split()), frozenset(segments.split()))


# A starved machine shows in the picture it can still make, whatever the browser says it is limited by.
STARVED = "video_limited_cpu encoder_overloaded cpu_pressure capture_fps_low video_fps_low"

SCENES: tuple[Scene, ...] = (
    Scene("observertc-happy", "weekly-planning"),
    Scene("peermetrics-happy", "one-to-one"),
    Scene(
        "rtcstats-impair",
        "customer-demo",
        (
            fault("a", "in_loss_high out_loss_high", "sender_uplink receiver_downlink mixed"),
            fault("b", "in_loss_high out_loss_high", "sender_uplink receiver_downlink mixed"),
            fault("a", "out_bandwidth_low uplink_congested video_limited_bandwidth", "sender_uplink"),
        ),
    ),
    Scene(
        "observertc-cpu",
        "all-hands",
        (
            fault("a", STARVED, "sender_device"),
            fault("b", STARVED, "sender_device"),
        ),
    ),
    Scene("rtcstats-freeze", "design-review", (fault("a", "camera_frozen capture_fps_low out_stream_dry"),)),
    Scene(
        "peermetrics-gum-denied",
        "telehealth-41",
        (fault("a", "media_access_denied", "person"),),
    ),
    Scene(
        "rtcstats-turn-bad",
        "support-line-7",
        (fault("a", "turn_auth_failed turn_unreachable ice_no_candidates ice_failed", "signalling_config"),),
    ),
    Scene("observertc-blackout", "field-team", (fault("a", "connection_dropped ice_disconnected"),)),
    Scene("rtcstats-ice-fail", "interview-12", (fault("a", "ice_failed connection_never_established"),)),
    Scene("peermetrics-leave-kill", "sales-call-3", (fault("b", "participant_vanished"),)),
    Scene("rtcstats-sfu", "town-hall"),
)
