"""Detectors of what several people of a call show together, see `survey.together`.

Enters: nothing. Leaves: declarations.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Remedy, event

BURST = event(
    "call_onset_burst",
    "call",
    "call",
    "high",
    "Trouble began for several people at the same moment",
    "The same finding opened for several people within seconds: one event hit them all.",
    "the openings behind call_concurrent_issue lie within 2 s, or one sample interval, by the server's clock",
    "with call_concurrent_issue",
    Remedy("", "Look for what happened at that moment: a media server, a relay, a release."),
    inputs=("open findings", "clocks"),
)
CORROBORATED = event(
    "publisher_fault_corroborated",
    "call",
    "call",
    "high",
    "One person's trouble is seen by those who receive them",
    "Somebody's own device or uplink has a finding, and two or more receivers of that person are affected.",
    "a finding of medium severity at the sender, and ≥ 2 receivers of their tracks with one",
    "either ends",
    Remedy("", "Help the sender; the receivers are fine."),
    inputs=("open findings", "links"),
)
NOT_DELIVERED = event(
    "track_not_delivered",
    "call",
    "call",
    "critical",
    "One person's stream reaches nobody",
    "Somebody sends, and none of the two or more people who receive this stream gets a byte of it.",
    "a sender sends, and all of ≥ 2 receivers are dry for 5 s",
    "anyone receives",
    Remedy("", "Look at the media server's ingress of this stream, and at the right to publish."),
    5.0,
    ("bytesReceived", "the sender's packetsSent", "links"),
)
RECEIVER_NOT_DELIVERED = event(
    "receiver_not_delivered",
    "call",
    "call",
    "high",
    "One person's stream does not reach everybody",
    "Some of those who should receive this stream get nothing while others get it.",
    "a sender sends, ≥ 1 receiver is dry for 5 s, ≥ 1 receives",
    "all receive",
    Remedy("", "Look at the subscription and at the media server's egress to this person."),
    5.0,
    ("bytesReceived", "the sender's packetsSent", "links"),
)
SENDER_DRY = event(
    "sender_dry",
    "call",
    "call",
    "medium",
    "Others wait for a stream that is not sent",
    "Somebody's stream stopped without being muted, and those who receive it see it stand still.",
    "out_stream_dry at the sender, and ≥ 2 receivers for whom this stream is dry",
    "it is sent again",
    Remedy("", "Look at the sender's device and application."),
    inputs=("packetsSent", "bytesReceived", "links"),
)
UNCONSUMED = event(
    "track_unconsumed",
    "call",
    "call",
    "low",
    "A stream is sent that nobody receives",
    "Somebody sends a stream to the media server, and nobody has been receiving it.",
    "≥ 50 kbit/s sent for 30 s, every other person's streams are matched, and none of them is this one",
    "somebody receives it",
    Remedy("", "Pause streams that nobody looks at."),
    30.0,
    ("bytesSent", "links"),
)
CODECS = event(
    "codec_inconsistent",
    "call",
    "call",
    "info",
    "People send with different codecs",
    "The same kind of stream is sent with different codecs by different people of the call.",
    "two codecs or more among sent microphones, among cameras, or among screens",
    "one codec",
    Remedy("", "Align the preferences of codecs, unless this is intended."),
    inputs=("codecId",),
)

DETECTORS = (BURST, CORROBORATED, NOT_DELIVERED, RECEIVER_NOT_DELIVERED, SENDER_DRY, UNCONSUMED, CODECS)
