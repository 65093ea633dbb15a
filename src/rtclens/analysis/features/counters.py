"""Counters of RTP streams, read once per slice, with totals that survive resets.

Enters: RTP reports of samples in which a slice was cut. Leaves: totals in `TrackNotes`, exact up to the last slice.
A new SSRC, or a counter of bytes, packets or frames that fell, closes a generation: its last reading goes into the
base, the total goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from rtclens.analysis.features.notes import (
    BANDWIDTH,
    CPU,
    OTHER,
    UNLIMITED,
    ConnectionNotes,
    Counters,
    TrackNotes,
    Values,
    count,
)
from rtclens.model.stats import InboundRtp, OutboundRtp, RemoteInboundRtp, Stats

COMMON = ("nackCount", "pliCount", "firCount", "qpSum")
RECEIVED = (
    *("bytesReceived", "packetsReceived", "framesDecoded", "headerBytesReceived", "packetsLost", "packetsDiscarded"),
    *("fecPacketsReceived", "fecPacketsDiscarded", "retransmittedPacketsReceived", "retransmittedBytesReceived"),
    *("jitterBufferDelay", "jitterBufferTargetDelay", "jitterBufferMinimumDelay", "jitterBufferEmittedCount"),
    *("totalProcessingDelay", "packetsReceivedWithEct1", "packetsReceivedWithCe"),
)
HEARD = (
    *RECEIVED,
    *("concealedSamples", "silentConcealedSamples", "concealmentEvents", "totalSamplesReceived"),
    *("insertedSamplesForDeceleration", "removedSamplesForAcceleration", "jitterBufferFlushes", "interruptionCount"),
    "totalInterruptionDuration",
)
SEEN = (
    *RECEIVED,
    *COMMON,
    *("framesReceived", "framesDropped", "keyFramesDecoded", "framesAssembledFromMultiplePackets"),
    *("totalAssemblyTime", "totalDecodeTime", "totalInterFrameDelay", "totalSquaredInterFrameDelay", "freezeCount"),
    *("totalFreezesDuration", "pauseCount", "totalPausesDuration", "corruptionMeasurements"),
    "totalCorruptionProbability",
)
SENT = (
    *("bytesSent", "packetsSent", "framesEncoded", "headerBytesSent", "packetsSentWithEct1"),
    *("retransmittedPacketsSent", "retransmittedBytesSent", "totalPacketSendDelay", *COMMON, "keyFramesEncoded"),
    *("hugeFramesSent", "totalEncodeTime", "qualityLimitationResolutionChanges"),
)
FAR = (
    *("packetsLost", "roundTripTimeMeasurements", "packetsReceivedWithEct1", "packetsReceivedWithCe"),
    "packetsWithBleachedEct1Marking",
)
MEMBERS: dict[str, tuple[str, ...]] = {
    "inbound/audio": HEARD,
    "inbound/video": SEEN,
    "outbound/audio": (*SENT, *FAR),
    "outbound/video": (*SENT, *FAR),
}
HERE = {"audio": attrgetter(*HEARD), "video": attrgetter(*SEEN)}
GETS, FAR_END = attrgetter(*SENT), attrgetter(*FAR)
NOTHING = (None,) * len(FAR)
RISING, LOST = 3, 4  # the first members never fall within a generation; the place of `packetsLost`
BROKEN = -1_000_000
BOUND = 2**62
REASONS = {"none": UNLIMITED, "cpu": CPU, "bandwidth": BANDWIDTH, "other": OTHER}
USES = {"audio": "uses_audio", "video": "uses_video"}
PSNR = {"y": "psnr_sum_y", "u": "psnr_sum_u", "v": "psnr_sum_v"}


def reading(values: tuple[Any, ...]) -> Counters:
    """Counters, `None` where missing or absurd."""
    return [None if value is None or not -BOUND < value < BOUND else value for value in values]


def take(notes: TrackNotes, report: InboundRtp | OutboundRtp, stats: Stats, kind: str, fresh: bool) -> None:
    """Take the reading of one RTP stream; `fresh` says the stream began while we watched."""
    if isinstance(report, InboundRtp):
        values: tuple[Any, ...] = HERE[kind](report)
        if report.packetsLost is not None and report.packetsLost < BROKEN:
            notes.known["loss_counter_broken"] = True
            values = (*values[:LOST], None, *values[LOST + 1 :])
    else:
        values = GETS(report) + _far_end(report, stats)
    before = notes.last.get(report.id)
    if before is None:
        now = reading(values)
        if not fresh:
            _add(notes, now, -1.0)
        if notes.last:
            _another(notes, report.ssrc)
    elif before[0] != report.ssrc or fell(values, before[1]):
        now = reading(values)
        _add(notes, before[1], 1.0)
        count(notes.known, "reset_count")
        if before[0] != report.ssrc:
            count(notes.known, "ssrc_changes")
    else:  # a counter that vanished from the report keeps its last value
        now = [
            was if value is None or not -BOUND < value < BOUND else value
            for value, was in zip(values, before[1], strict=True)
        ]
    notes.last[report.id] = (report.ssrc, now)
    _gauges(notes, report)


def _another(notes: TrackNotes, ssrc: Any) -> None:
    if all(held != ssrc for held, _ in notes.last.values()):
        count(notes.known, "ssrc_changes")


def _far_end(report: OutboundRtp, stats: Stats) -> tuple[Any, ...]:
    for remote in stats.remote_inbound_rtp:
        if remote.ssrc == report.ssrc and report.ssrc is not None:
            return _told(remote)
    return NOTHING


def _told(remote: RemoteInboundRtp) -> tuple[Any, ...]:
    told: tuple[Any, ...] = FAR_END(remote)
    return told


def fell(now: Sequence[float | None], before: Counters) -> bool:
    """Whether one of the first three, which only rise, fell; what is missing or absurd did not."""
    return any(
        value is not None and was is not None and -BOUND < value < was
        for value, was in zip(now[:RISING], before, strict=False)
    )


def _add(notes: TrackNotes, values: Counters, sign: float) -> None:
    if notes.base is None:
        notes.base = [None] * len(values)
    for at, value in enumerate(values):
        if value is not None:
            notes.base[at] = sign * value + (notes.base[at] or 0.0)


def totals(notes: TrackNotes, kind: str) -> dict[str, float]:
    """The total of every counter that was ever seen, by its W3C name; the far end's begin with `remote.`."""
    names = MEMBERS.get(kind, ())
    sums: dict[str, float] = {}
    parts = [values for _, values in notes.last.values()]
    if notes.base is not None:
        parts.append(notes.base)
    for at, name in enumerate(names):
        seen = [part[at] for part in parts if at < len(part) and part[at] is not None]
        if seen:
            far = kind.startswith("outbound") and at >= len(SENT)
            sums[f"remote.{name}" if far else name] = float(sum(seen))
    return sums


def _gauges(notes: TrackNotes, report: InboundRtp | OutboundRtp) -> None:
    """Members that are not counters: the last that was said."""
    known = notes.known
    if report.ssrc is not None and abs(report.ssrc) < BOUND:
        known["ssrc"] = int(report.ssrc)
    if report.contentType:
        known["content_type"] = report.contentType
    if isinstance(report, InboundRtp):
        _decoding(known, report)
    else:
        _encoding(known, report)
        _limits(notes, report)


def _decoding(known: Values, report: InboundRtp) -> None:
    _implementation(known, "decoder_implementation", report.decoderImplementation)
    if report.powerEfficientDecoder is not None:
        known["power_efficient_decoder"] = report.powerEfficientDecoder
    if report.decoderImplementation:
        null = report.decoderImplementation == "NullVideoDecoder"
        known["has_null_video_decoder"] = null or known.get("has_null_video_decoder", False)


def _encoding(known: Values, report: OutboundRtp) -> None:
    _implementation(known, "encoder_implementation", report.encoderImplementation)
    if report.powerEfficientEncoder is not None:
        known["power_efficient_encoder"] = report.powerEfficientEncoder
    for name, value in (("scalability_mode", report.scalabilityMode), ("rid", report.rid)):
        if value:
            known[name] = value
    for name, number in (("encoding_index", report.encodingIndex), ("rtx_ssrc", report.rtxSsrc)):
        if number is not None and abs(number) < BOUND:
            known[name] = int(number)


def _implementation(known: Values, name: str, value: str | None) -> None:
    if not value:
        return
    if known.get(name, value) != value:
        count(known, "implementation_changes")
    known[name] = value
    known.setdefault("implementation_changes", 0)


def _limits(notes: TrackNotes, report: OutboundRtp) -> None:
    if report.qualityLimitationDurations:
        spent = report.qualityLimitationDurations.get
        if notes.limits is None:
            notes.limits = {}
        notes.limits[report.id] = (spent("none"), spent("cpu"), spent("bandwidth"), spent("other"))
    if report.qualityLimitationReason:
        notes.reason = REASONS.get(report.qualityLimitationReason, -1)
    if report.psnrMeasurements is not None and abs(report.psnrMeasurements) < BOUND:
        notes.known["psnr_measurements"] = int(report.psnrMeasurements)
        for part, column in PSNR.items():
            value = (report.psnrSum or {}).get(part)
            if value is not None:
                notes.known[column] = float(value)


def streams(notes: ConnectionNotes, stats: Stats) -> None:
    """How many streams there are at once, and of what."""
    known = notes.known
    if len(stats.inbound_rtp) >= known.get("max_concurrent_inbound", 0):
        known["max_concurrent_inbound"] = len(stats.inbound_rtp)
    reports: list[InboundRtp | OutboundRtp] = [*stats.inbound_rtp, *stats.outbound_rtp]
    for report in reports:
        used = USES.get(report.kind or "")
        if used is not None:
            known[used] = True
