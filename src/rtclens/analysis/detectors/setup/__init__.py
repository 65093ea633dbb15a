"""Detectors of negotiation, gathering and configuration: they follow events, see `survey.setup`.

Enters: nothing. Leaves: declarations.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Remedy, event

STORM = event(
    "negotiation_storm",
    "signalling",
    "connection",
    "low",
    "It is negotiated again and again",
    "Offer and answer were exchanged many times in a short time.",
    "five negotiations after the first within 30 s",
    "under two in 30 s",
    Remedy("", "Change tracks in one go, and negotiate once."),
    inputs=("signalingState", "descriptions"),
)
SDP = event(
    "sdp_suspicious",
    "signalling",
    "connection",
    "info",
    "A session description looks wrong",
    "A description has lines twice, does without bundling or multiplexing, or reorders its sections.",
    "duplicate lines in a section, no BUNDLE, no rtcp-mux, or another order of sections than before",
    "–",
    Remedy("", "Stop changing descriptions by hand."),
    inputs=("descriptions",),
)
RECOVERY = event(
    "recovery_not_negotiated",
    "configuration",
    "connection",
    "info",
    "Lost packets cannot be made good",
    "Video was agreed on without retransmission, or Opus without forward error correction.",
    "an answer with video without rtx, or Opus without useinbandfec=1",
    "–",
    Remedy("", "Offer rtx for video and in-band FEC for Opus."),
    inputs=("descriptions",),
)
GATHERING_SLOW = event(
    "ice_gathering_slow",
    "connectivity",
    "connection",
    "low",
    "Finding addresses took long",
    "A STUN or TURN server answered late, which delays the connection.",
    "first server reflexive candidate > 0.5 s, or first relay candidate > 1 s, after gathering began",
    "–",
    Remedy("", "Offer nearer STUN and TURN servers, and fewer of them."),
    inputs=("icecandidate",),
)
TURN_PRIVATE = event(
    "turn_address_private",
    "configuration",
    "connection",
    "medium",
    "The relay hands out a private address",
    "A TURN server that is reached by a public name relays from an address that nobody outside can reach.",
    "a relay candidate in a private range, of a TURN server outside of one",
    "–",
    Remedy("", "Set the TURN server's external address."),
    inputs=("icecandidate", "configuration"),
)
RELAY_FORCED = event(
    "relay_forced",
    "configuration",
    "connection",
    "info",
    "Only relays are allowed",
    "The application allows no path but one over a TURN server.",
    "iceTransportPolicy: relay",
    "–",
    Remedy(),
    inputs=("configuration",),
)
DTLS_SLOW = event(
    "dtls_slow",
    "connectivity",
    "connection",
    "low",
    "Setting up encryption took long",
    "The path stood, and the two sides needed long to agree on keys.",
    "ICE connected to connected > 1 s (medium: > 3 s)",
    "–",
    Remedy("", "Look for packet loss in the first second, and for paths with a small MTU."),
    inputs=("iceConnectionState", "connectionState"),
)
CHURN = event(
    "connection_churn",
    "connectivity",
    "participant",
    "medium",
    "Connections are made again and again",
    "Connection after connection was opened and given up within a minute.",
    "three connections opened in 60 s, each after the one before had ended",
    "60 s without",
    Remedy("Check the network connection.", "Look at the retry logic, and at why each connection ends."),
    inputs=("connections",),
)
WARMUP = event(
    "connection_warmup",
    "connectivity",
    "connection",
    "info",
    "The connection needed a second try",
    "The connection was interrupted right at its beginning and recovered by itself.",
    "disconnected or failed in the first 10 s, and connected after it within 10 s",
    "–",
    Remedy(),
    inputs=("iceConnectionState", "connectionState"),
)
TLS_OUTDATED = event(
    "tls_outdated",
    "configuration",
    "connection",
    "low",
    "The encryption is outdated",
    "The connection uses DTLS 1.0 or a weak cipher.",
    "tlsVersion FEFF, or an SRTP cipher without encryption or with a short tag",
    "–",
    Remedy("", "Update the media server or the browser."),
    inputs=("tlsVersion", "srtpCipher"),
)

DETECTORS = (
    STORM,
    SDP,
    RECOVERY,
    GATHERING_SLOW,
    TURN_PRIVATE,
    RELAY_FORCED,
    DTLS_SLOW,
    CHURN,
    WARMUP,
    TLS_OUTDATED,
)
