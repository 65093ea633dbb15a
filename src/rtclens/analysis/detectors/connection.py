"""Detectors of set-up, paths, media access and presence: they follow states and events, not metrics.

Enters: nothing. Leaves: declarations. What opens and closes them is in `rtclens.analysis.states` and `presence`.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Detector, Knob, Remedy

EVENT = ("event",)
RELAY = Remedy(
    person="Try another network once, for example a phone's.",
    operator="Offer TURN over TLS on port 443 and check that its credentials and addresses work.",
)
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


def _event(
    name: str,
    family: str,
    scope: str,
    severity: str,
    title: str,
    statement: str,
    opens: str,
    closes: str,
    remedy: Remedy = NETWORK,
    hold_s: float = 0.0,
    inputs: tuple[str, ...] = (),
) -> Detector:
    knobs: tuple[Knob, ...] = ()
    if hold_s:
        knobs = (
            Knob(f"{name}.hold", hold_s, "s", hold_s / 3, hold_s * 3, "passing states are reported", "found late"),
        )
    return Detector(
        id=name,
        family=family,
        scope=scope,  # type: ignore[arg-type]
        severity=severity,  # type: ignore[arg-type]
        title=title,
        statement=statement,
        inputs=inputs,
        kinds=EVENT,  # type: ignore[arg-type]
        opens=opens,
        closes=closes,
        need_s=hold_s,
        remedy=remedy,
        knobs=knobs,
    )


ICE_FAILED = _event(
    "ice_failed",
    "connectivity",
    "connection",
    "critical",
    "No path was found",
    "No pair of addresses let the two sides reach each other, so no media can flow.",
    "ICE failed before it ever connected, or no pair 15 s after both descriptions",
    "connected",
    RELAY,
    15.0,
    ("iceConnectionState", "candidate-pair"),
)
NEVER_ESTABLISHED = _event(
    "connection_never_established",
    "connectivity",
    "connection",
    "critical",
    "The connection never came about",
    "The connection was set up by both sides and never carried a packet.",
    "descriptions exchanged, never connected, no RTP, 30 s later or at the end",
    "connected",
    RELAY,
    30.0,
    ("connectionState", "RTP counters"),
)
DROPPED = _event(
    "connection_dropped",
    "connectivity",
    "connection",
    "critical",
    "The connection broke",
    "The connection had worked and then failed or stayed disconnected.",
    "failed after it was connected, or disconnected for 30 s",
    "connected again, or replaced",
    NETWORK,
    30.0,
    ("connectionState", "iceConnectionState"),
)
DISCONNECTED = _event(
    "ice_disconnected",
    "connectivity",
    "connection",
    "medium",
    "The connection is interrupted",
    "No answer comes over the connection's path; it may recover.",
    "disconnected for 5 s",
    "connected for 3 s",
    NETWORK,
    5.0,
    ("iceConnectionState",),
)
RESTART_FAILED = _event(
    "ice_restart_failed",
    "connectivity",
    "connection",
    "high",
    "The ICE restart did not help",
    "A new search for a path was begun and did not end in a connection.",
    "restart begun, not connected 15 s later",
    "connected",
    NETWORK,
    15.0,
    ("restartIce", "iceConnectionState"),
)
DTLS_FAILED = _event(
    "dtls_failed",
    "connectivity",
    "connection",
    "critical",
    "Encryption could not be set up",
    "A path exists, but the two sides did not agree on encryption.",
    "ICE connected, DTLS failed or not connected 10 s later",
    "connected",
    RELAY,
    10.0,
    ("dtlsState",),
)
NEGOTIATION_STUCK = _event(
    "negotiation_stuck",
    "signalling",
    "connection",
    "high",
    "The offer was never answered",
    "One side offered and the other's answer never took effect.",
    "signalingState not stable for 10 s, or at the end",
    "stable",
    Remedy("Reload the page.", "Look for a lost message, glare, or an exception in the signalling handler."),
    10.0,
    ("signalingState",),
)
NEGOTIATION_FAILED = _event(
    "negotiation_failed",
    "signalling",
    "connection",
    "high",
    "A session description was refused",
    "The browser rejected a description or a candidate.",
    "setLocalDescription, setRemoteDescription or addIceCandidate failed",
    "the same step succeeds later",
    Remedy("Reload the page.", "Codec or m-line mismatch, or a description that was changed by hand."),
    inputs=("API failures",),
)
NO_CANDIDATES = _event(
    "ice_no_candidates",
    "connectivity",
    "connection",
    "high",
    "No network address was found",
    "The browser gathered no candidate at all, so there is nothing to connect with.",
    "no candidate 6 s after the local description or the start of gathering",
    "the first candidate",
    RELAY,
    6.0,
    ("icecandidate", "local-candidate"),
)
TURN_AUTH = _event(
    "turn_auth_failed",
    "connectivity",
    "connection",
    "high",
    "The TURN server refuses the credentials",
    "The TURN server rejected this client's user name or password.",
    "a candidate error 401, 403 or another 4xx and no relay candidate",
    "a relay candidate",
    Remedy("", "Check the clock of the credential issuer, the secret, and the age of the credentials."),
    inputs=("icecandidateerror",),
)
TURN_UNREACHABLE = _event(
    "turn_unreachable",
    "connectivity",
    "connection",
    "medium",
    "The TURN server does not answer",
    "A TURN server is configured and gave no relay address.",
    "TURN configured, no relay candidate 5 s after gathering ended",
    "a relay candidate",
    Remedy("", "Open port 3478, or offer turns: on 443."),
    5.0,
    ("configuration", "icecandidate"),
)
CANDIDATE_ERROR = _event(
    "ice_candidate_error",
    "connectivity",
    "connection",
    "info",
    "A STUN or TURN server gave an error",
    "Gathering addresses from one server failed; others may have worked.",
    "icecandidateerror, once per server and code",
    "–",
    RELAY,
    inputs=("icecandidateerror",),
)
PATH_UNSTABLE = _event(
    "ice_path_unstable",
    "connectivity",
    "connection",
    "medium",
    "The path changes all the time",
    "The connection switched between paths again and again.",
    "three changes of the selected pair in 30 s",
    "none in 30 s",
    NETWORK,
    inputs=("selectedCandidatePairId",),
)
CONNECT_SLOW = _event(
    "ice_connect_slow",
    "connectivity",
    "connection",
    "low",
    "Connecting took long",
    "Finding a path took much longer than usual.",
    "checking to connected > 3 s (medium: > 8 s)",
    "–",
    RELAY,
    inputs=("iceConnectionState",),
)
ACCESS_DENIED = _event(
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
DEVICE_MISSING = _event(
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
DEVICE_UNREADABLE = _event(
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
CONSTRAINTS_UNMET = _event(
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
SCREEN_FAILED = _event(
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
CAPTURE_STOPPED = _event(
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
JOIN_AGAIN = _event(
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
VANISHED = _event(
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
PAGE_HIDDEN = _event(
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
CONCURRENT = _event(
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
FAN_OUT = _event(
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

DETECTORS = (
    ICE_FAILED,
    NEVER_ESTABLISHED,
    DROPPED,
    DISCONNECTED,
    RESTART_FAILED,
    DTLS_FAILED,
    NEGOTIATION_STUCK,
    NEGOTIATION_FAILED,
    NO_CANDIDATES,
    TURN_AUTH,
    TURN_UNREACHABLE,
    CANDIDATE_ERROR,
    PATH_UNSTABLE,
    CONNECT_SLOW,
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
)
