"""Detectors of signalling, ICE, DTLS and paths: they follow states, see `rtclens.analysis.states`.

Enters: nothing. Leaves: declarations.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Remedy, event

RELAY = Remedy(
    person="Try another network once, for example a phone's.",
    operator="Offer TURN over TLS on port 443 and check that its credentials and addresses work.",
)
NETWORK = Remedy(
    person="Check the network connection; switching between wifi and mobile can help.",
    operator="Restart ICE after 10 s; look at what the participants of one network have in common.",
)

ICE_FAILED = event(
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
NEVER_ESTABLISHED = event(
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
DROPPED = event(
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
DISCONNECTED = event(
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
RESTART_FAILED = event(
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
DTLS_FAILED = event(
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
NEGOTIATION_STUCK = event(
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
NEGOTIATION_FAILED = event(
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
NO_CANDIDATES = event(
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
TURN_AUTH = event(
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
TURN_UNREACHABLE = event(
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
CANDIDATE_ERROR = event(
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
PATH_UNSTABLE = event(
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
CONNECT_SLOW = event(
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
ABORTED = event(
    "connection_aborted",
    "connectivity",
    "connection",
    "info",
    "Given up before it connected",
    "The application closed the connection within ten seconds, before it was established.",
    "closed by this side under 10 s, never connected",
    "–",
    Remedy(),
    inputs=("close",),
)
CODEC_CHANGED = event(
    "codec_changed",
    "signalling",
    "track",
    "info",
    "The codec changed",
    "A stream went on with another codec.",
    "another codec on the same track",
    "–",
    Remedy(),
    inputs=("codecId",),
)

DETECTORS = (
    ABORTED,
    CODEC_CHANGED,
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
)
