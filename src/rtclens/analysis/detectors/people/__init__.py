"""Detectors of media access, presence and whole calls: they follow events, see `access`, `presence`, `callwide`.

Enters: nothing. Leaves: declarations.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Remedy, event

ASK = Remedy(
    person="Allow camera and microphone in the browser's site settings and in the system's privacy settings.",
    operator="Explain before asking; check the iframe's allow attribute and the permissions policy.",
)
DEVICE = Remedy(
    person="Plug in or choose another device, or join listening only.", operator="Offer joining without the device."
)
NETWORK = Remedy(
    person="Check the network connection; switching between wifi and mobile can help.",
    operator="Restart ICE after 10 s; look at what the participants of one network have in common.",
)

ACCESS_DENIED = event(
    "media_access_denied",
    "media_access",
    "participant",
    "high",
    "Camera or microphone was refused",
    "The person or a policy refused access to camera or microphone.",
    "getUserMedia rejected with NotAllowedError or SecurityError",
    "a later request succeeds",
    ASK,
    inputs=("getUserMedia",),
)
DEVICE_MISSING = event(
    "media_device_missing",
    "media_access",
    "participant",
    "high",
    "There is no camera or microphone",
    "The device that was asked for does not exist.",
    "getUserMedia rejected with NotFoundError",
    "a later request succeeds",
    DEVICE,
    inputs=("getUserMedia",),
)
DEVICE_UNREADABLE = event(
    "media_device_unreadable",
    "media_access",
    "participant",
    "high",
    "The device cannot be opened",
    "Camera or microphone exist but could not be started; often another program holds them.",
    "getUserMedia rejected with NotReadableError or AbortError",
    "a later request succeeds",
    DEVICE,
    inputs=("getUserMedia",),
)
CONSTRAINTS_UNMET = event(
    "media_constraints_unmet",
    "media_access",
    "participant",
    "medium",
    "No device fits what was asked for",
    "The application asked for properties that no device has.",
    "getUserMedia rejected with OverconstrainedError or TypeError",
    "a later request succeeds",
    Remedy("", "Ask with ideal instead of exact."),
    inputs=("getUserMedia",),
)
SCREEN_FAILED = event(
    "screen_capture_failed",
    "media_access",
    "participant",
    "medium",
    "The screen could not be captured",
    "Sharing the screen failed for another reason than the person's own choice.",
    "getDisplayMedia rejected other than by the person",
    "a later request succeeds",
    Remedy("Allow screen recording in the system's privacy settings.", ""),
    inputs=("getDisplayMedia",),
)
CAPTURE_STOPPED = event(
    "capture_stopped",
    "media_access",
    "participant",
    "high",
    "A camera or microphone stopped by itself",
    "A local track ended without the application stopping it.",
    "ended event on a local track",
    "a new live track",
    DEVICE,
    inputs=("track ended",),
)
JOIN_AGAIN = event(
    "rejoin",
    "presence",
    "participant",
    "medium",
    "Left and came back",
    "The person joined again shortly after an abrupt end.",
    "the same participant joins within 120 s of an abrupt end",
    "–",
    Remedy("", "Read what was found in the first join."),
    inputs=("sessions",),
)
VANISHED = event(
    "participant_vanished",
    "presence",
    "participant",
    "medium",
    "Gone without a word",
    "Reports stopped without a leave: a crash, a killed tab, or a lost network.",
    "no report for 30 s (or 3 intervals), no leave, connection not closed",
    "the person returns",
    NETWORK,
    30.0,
    ("telemetry",),
)
PAGE_HIDDEN = event(
    "page_hidden",
    "presence",
    "participant",
    "info",
    "The page was in the background",
    "The page was hidden; browsers then slow timers and video down.",
    "hidden for 10 s",
    "visible",
    Remedy(),
    10.0,
    ("visibilitychange",),
)
CONCURRENT = event(
    "call_concurrent_issue",
    "call",
    "call",
    "medium",
    "Several people have the same trouble at once",
    "At least half of the people in the call, and at least three, have the same finding open.",
    "the same detector open in ≥ 3 participants and ≥ 50 %",
    "under 30 %",
    Remedy("", "Look at what they share: the media server, a relay, a network, a release."),
    inputs=("open findings",),
)
FAN_OUT = event(
    "track_fan_out",
    "call",
    "call",
    "medium",
    "One person's stream is bad for most who receive it",
    "Most receivers of one published track have trouble with it at once.",
    "one track impaired at ≥ 60 % of its ≥ 3 receivers",
    "fewer",
    Remedy("", "Look at the sender first, then at where the media server receives it."),
    inputs=("open findings", "links"),
)
ACCESS_NONE = event(
    "media_access_none",
    "media_access",
    "participant",
    "critical",
    "No camera and no microphone at all",
    "Every request for camera or microphone failed, so this person can neither be seen nor heard.",
    "all requests failed, 30 s after the first or at the end",
    "a request succeeds",
    ASK,
    30.0,
    ("getUserMedia",),
)
SINGLE_RECEIVER = event(
    "single_receiver_issue",
    "call",
    "call",
    "low",
    "Only one person has trouble, with everybody",
    "Exactly one of at least three receivers has trouble, and with at least two senders.",
    "one receiver impaired by ≥ 2 senders, all others clean",
    "others join in, or it clears",
    Remedy("", "Look at that person's network and device."),
    inputs=("open findings", "links"),
)
LINKS_UNRESOLVED = event(
    "links_unresolved",
    "call",
    "call",
    "info",
    "It is not known who sends what",
    "Received streams could not be matched to their senders, so causes cannot be told apart.",
    "≥ 20 % of the received tracks without a sender after 15 s",
    "under 10 %",
    Remedy("", "Pass the peer's id with each connection, or keep SSRCs and track ids through the media server."),
    inputs=("SSRCs", "track ids", "peer ids"),
)
TELEMETRY_GAP = event(
    "telemetry_gap",
    "telemetry",
    "participant",
    "info",
    "Measurements are missing",
    "Samples were missing for longer than usual; nothing is concluded about that time.",
    "an interval of more than twice the usual one and more than 5 s",
    "–",
    Remedy(),
    inputs=("sample times",),
)
SAMPLING_COARSE = event(
    "sampling_too_coarse",
    "telemetry",
    "participant",
    "info",
    "Samples are far apart",
    "Samples come more than ten seconds apart; short trouble stays unseen.",
    "usual interval > 10.5 s",
    "–",
    Remedy("", "Lower the sampling interval of the SDK."),
    inputs=("sample times",),
)

DETECTORS = (
    ACCESS_DENIED,
    DEVICE_MISSING,
    DEVICE_UNREADABLE,
    CONSTRAINTS_UNMET,
    SCREEN_FAILED,
    CAPTURE_STOPPED,
    JOIN_AGAIN,
    VANISHED,
    PAGE_HIDDEN,
    CONCURRENT,
    FAN_OUT,
    ACCESS_NONE,
    SINGLE_RECEIVER,
    LINKS_UNRESOLVED,
    TELEMETRY_GAP,
    SAMPLING_COARSE,
)
