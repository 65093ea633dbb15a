"""Detectors of how a call begins: answers, joins, first media, and the way media takes.

Enters: nothing. Leaves: declarations; those that follow states are fired by `rtclens.analysis.beginning`.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Detector, Knob, Remedy, event

SIGNALLING_SLOW = event(
    "signalling_slow",
    "signalling",
    "connection",
    "low",
    "The answer took long",
    "The other side's answer to an offer came late, and nothing can flow before it.",
    "local offer to stable > 1 s (medium: > 5 s); from 10 s on it is negotiation_stuck",
    "–",
    Remedy("", "Look at the signalling server's latency, push wake-ups, and tabs slowed down in the background."),
    inputs=("signalingState",),
)
JOIN_SLOW = event(
    "join_slow",
    "presence",
    "participant",
    "medium",
    "It took long until the call stood",
    "This person waited unusually long between the first offer and a standing connection.",
    "first offer, with somebody else there, to the join's first connected state > 5 s (high: > 10 s)",
    "–",
    Remedy("", "Shorten the longest phase named in the evidence: the answer, or the search for a path."),
    inputs=("signalingState", "connectionState", "iceConnectionState"),
)
RELAY_USED = event(
    "relay_used",
    "connectivity",
    "connection",
    "info",
    "Media takes the way over a relay",
    "The selected path leads over a TURN server: it works, and costs the operator traffic and some delay.",
    "the selected candidate pair has a relay candidate",
    "another path is selected",
    Remedy(),
    inputs=("candidate-pair", "local-candidate", "remote-candidate"),
)
UDP_BLOCKED = event(
    "udp_blocked",
    "connectivity",
    "connection",
    "low",
    "Media has to go over TCP",
    "Only a path over TCP or TLS worked; lost packets then hold up all that follow.",
    "the selected path is TCP or TLS, and UDP would have been allowed",
    "a UDP path is selected",
    Remedy("Ask whoever runs the network to allow UDP.", "Let firewalls pass UDP to port 3478 and the media ports."),
    inputs=("candidate-pair", "local-candidate", "configuration"),
)
TURN_MISSING = event(
    "turn_not_configured",
    "connectivity",
    "connection",
    "info",
    "No relay was offered",
    "No path was found, and the connection was set up without a TURN server to fall back on.",
    "ice_failed on a connection whose configuration names no TURN server",
    "connected",
    Remedy("", "Configure TURN, with TLS on port 443 among its addresses."),
    inputs=("configuration",),
)
MEDIA_MISSING = Detector(
    id="first_media_missing",
    family="network",
    scope="track",
    severity="high",
    title="Nothing ever arrived although it is sent",
    statement="The sender sends this stream, and not one byte of it has arrived since it began.",
    inputs=("bytesReceived", "the sender's packetsSent"),
    kinds=("in_audio", "in_video"),
    metric="never_s",
    unit="s",
    limit=10.0,
    close_limit=0.5,
    clear_s=2,
    exact=True,
    suppressed=("SM", "SB", "SP"),
    knobs=(Knob("first_media_missing.open", 10.0, "s", 4, 30, "slow starts", "a black picture is met late"),),
    remedy=Remedy(
        person="Rejoin if it does not come.", operator="Check subscription, forwarding, codec and payload types."
    ),
)
SWITCHING = event(
    "layer_switching_excess",
    "video",
    "track",
    "low",
    "The picture changes its size all the time",
    "The received video switched between sizes again and again, which is seen as pumping sharpness.",
    "≥ 6 changes of the picture's size in 60 s",
    "one or none in 60 s",
    Remedy("", "Give the media server's choice of layers more hysteresis."),
    inputs=("frameWidth", "frameHeight"),
)

DETECTORS = (
    SIGNALLING_SLOW,
    JOIN_SLOW,
    RELAY_USED,
    UDP_BLOCKED,
    TURN_MISSING,
    MEDIA_MISSING,
    SWITCHING,
)
