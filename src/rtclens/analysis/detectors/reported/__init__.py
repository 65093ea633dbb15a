"""Detectors that follow what the application reports of itself: getStats cannot show it.

Enters: nothing. Leaves: declarations, and `EVENTS`: the names of application events that open and close them.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Detector, Remedy, event

SPEAKING_MUTED = event(
    "speaking_while_muted",
    "capture",
    "participant",
    "info",
    "Somebody speaks while muted",
    "The application noticed speech in a microphone that is muted in the call.",
    "the application's event speaking_while_muted",
    "unmuted, or speaking_while_muted_end",
    Remedy("Unmute to be heard.", ""),
    inputs=("application events",),
)
HOWLING = event(
    "howling",
    "audio",
    "participant",
    "medium",
    "There is feedback",
    "The application or its audio library noticed howling between loudspeaker and microphone.",
    "the application's event howling",
    "howling_end",
    Remedy("Use a headset, or mute one of two devices in the room.", ""),
    inputs=("application events",),
)
CAMERA_DARK = event(
    "camera_dark",
    "capture",
    "participant",
    "medium",
    "The camera sees nothing",
    "The application noticed that the camera's picture is black.",
    "the application's event camera_dark",
    "camera_dark_end",
    Remedy("Open the camera's cover; switch on a light.", ""),
    inputs=("application events",),
)
SIGNALLING_LOST = event(
    "signalling_lost",
    "signalling",
    "participant",
    "high",
    "The signalling connection broke",
    "The application lost its own connection to its server, so nothing can be negotiated.",
    "the application's event signalling_lost",
    "signalling_restored",
    Remedy("Check the network connection.", "Reconnect with growing pauses; check the signalling server."),
    inputs=("application events",),
)
POWER_LOW = event(
    "power_low",
    "device",
    "participant",
    "info",
    "The battery is low",
    "The device runs on a nearly empty battery or saves power, which slows encoding down.",
    "the application's event power_low",
    "power_low_end",
    Remedy("Plug the device in.", ""),
    inputs=("application events",),
)
CHANNEL_BACKLOG = event(
    "data_channel_backlog",
    "connectivity",
    "participant",
    "low",
    "Data waits to be sent",
    "The application noticed that a data channel's buffer keeps growing.",
    "the application's event data_channel_backlog",
    "data_channel_backlog_end",
    Remedy("", "Send less, or wait for bufferedamountlow."),
    inputs=("application events",),
)

DETECTORS = (SPEAKING_MUTED, HOWLING, CAMERA_DARK, SIGNALLING_LOST, POWER_LOW, CHANNEL_BACKLOG)

# Application events by their names in snake case: the detector, and whether the event opens or closes its finding.
EVENTS: dict[str, tuple[Detector, bool]] = {
    **{detector.id: (detector, True) for detector in DETECTORS},
    **{f"{detector.id}_end": (detector, False) for detector in DETECTORS},
    "signalling_restored": (SIGNALLING_LOST, False),
    "signaling_lost": (SIGNALLING_LOST, True),
    "signaling_dropped": (SIGNALLING_LOST, True),
    "signaling_restored": (SIGNALLING_LOST, False),
    "speaking_while_microphone_is_muted": (SPEAKING_MUTED, True),
}
