"""What a closer look at a received stream shows.

Enters: what its counters moved by in five seconds, or in its whole life. Leaves: members of `InSurvey`.
"""

from __future__ import annotations

from math import log10, sqrt
from operator import attrgetter

from rtclens.analysis.survey.readings import Values, both, over

SHARED = (
    "bytesReceived",
    "headerBytesReceived",
    "packetsReceived",
    "packetsLost",
    "retransmittedPacketsReceived",
    "fecPacketsReceived",
    "fecPacketsDiscarded",
    "packetsReceivedWithCe",
    "packetsReceivedWithEct1",
    "jitterBufferEmittedCount",
    "jitterBufferTargetDelay",
    "jitterBufferMinimumDelay",
    "totalProcessingDelay",
)
AUDIO = (
    *SHARED,
    "packetsDiscarded",
    "jitterBufferFlushes",
    "concealedSamples",
    "concealmentEvents",
    "totalSamplesReceived",
    "totalSamplesDuration",
    "totalAudioEnergy",
    "interruptionCount",
)
VIDEO = (
    *SHARED,
    "framesReceived",
    "framesDecoded",
    "framesDropped",
    "framesRendered",
    "keyFramesDecoded",
    "nackCount",
    "pliCount",
    "firCount",
    "qpSum",
    "totalDecodeTime",
    "totalAssemblyTime",
    "framesAssembledFromMultiplePackets",
    "totalInterFrameDelay",
    "totalSquaredInterFrameDelay",
    "totalPausesDuration",
    "corruptionMeasurements",
    "totalCorruptionProbability",
)
read_audio, read_video = attrgetter(*AUDIO), attrgetter(*VIDEO)
MIN_EXPECTED = 50.0
MIN_FRAMES = 10.0
QUIETEST_DBOV = -100.0
BLOCKY_QP = {"vp8": 70.0, "vp9": 180.0}  # as libwebrtc counts blocky time; undefined for other codecs


def network(step: Values, t: float) -> Values:
    """What audio and video share."""
    packets, lost = step["packetsReceived"], step["packetsLost"]
    first_time = both(packets, step["retransmittedPacketsReceived"] or 0.0, -1.0)
    expected = both(lost, first_time)
    emitted = step["jitterBufferEmittedCount"]
    target, floor = step["jitterBufferTargetDelay"], step["jitterBufferMinimumDelay"]
    marked, unmarked = step["packetsReceivedWithCe"], step["packetsReceivedWithEct1"]
    return {
        "packet_rate": over(packets, t),
        "loss_ratio": over(lost, expected) if (expected or 0.0) >= MIN_EXPECTED else None,
        "wire_bitrate_bps": over(both(step["bytesReceived"], step["headerBytesReceived"]), t, 8.0),
        "rtx_ratio": over(step["retransmittedPacketsReceived"], packets),
        "fec_ratio": over(both(step["fecPacketsReceived"], step["fecPacketsDiscarded"], -1.0), packets),
        "ce_ratio": over(marked, both(marked, unmarked)),
        "jb_floor_s": over(floor, emitted),
        "jb_added_s": over(both(target, floor, -1.0), emitted),
    }


def audio(step: Values, t: float) -> Values:
    """A received audio stream."""
    lost, late = step["packetsLost"], step["packetsDiscarded"]
    samples, duration = step["totalSamplesReceived"], step["totalSamplesDuration"]
    rate = over(samples, duration)
    events = step["concealmentEvents"]
    level = _rms(step)
    return {
        **network(step, t),
        "unusable_ratio": over(both(lost, late), both(lost, step["packetsReceived"])),
        "processing_s": over(step["totalProcessingDelay"], step["jitterBufferEmittedCount"]),
        "concealment_events_per_min": over(events, t, 60.0),
        "concealment_mean_s": over(step["concealedSamples"], events and rate and events * rate),
        "interruptions_per_min": over(step["interruptionCount"], t, 60.0),
        "flushes": step["jitterBufferFlushes"],
        "level": level,
        "level_dbov": dbov(level),
    }


def _rms(step: Values) -> float | None:
    power = over(step["totalAudioEnergy"], step["totalSamplesDuration"])
    return None if power is None else sqrt(power)


def dbov(level: float | None) -> float | None:
    """A root mean square of 0..1 in dB relative to the loudest."""
    if level is None:
        return None
    return max(QUIETEST_DBOV, 20.0 * log10(level)) if level > 0 else QUIETEST_DBOV


def video(step: Values, t: float, pixels: float | None) -> Values:
    """A received video stream; `pixels` of its frames."""
    frames, received = step["framesDecoded"], step["framesReceived"]
    return {
        **network(step, t),
        "unusable_ratio": None,
        "processing_s": over(step["totalProcessingDelay"], frames),
        "fps_rendered": over(step["framesRendered"], t),
        "pacing_sigma_s": _pacing(step),
        "residual_loss_ratio": _residual(step),
        "keyframes_per_min": over(step["keyFramesDecoded"], t, 60.0),
        "fir_per_min": over(step["firCount"], t, 60.0),
        "decode_s": over(step["totalDecodeTime"], frames),
        "assembly_s": over(step["totalAssemblyTime"], step["framesAssembledFromMultiplePackets"]),
        "bppf": over(step["bytesReceived"], received and pixels and received * pixels, 8.0),
        "pause_ratio": over(step["totalPausesDuration"], t),
    }


def _pacing(step: Values) -> float | None:
    """The standard deviation of the time between frames, s."""
    frames = step["framesRendered"] if step["framesRendered"] is not None else step["framesDecoded"]
    delay, squared = step["totalInterFrameDelay"], step["totalSquaredInterFrameDelay"]
    if frames is None or frames < MIN_FRAMES or delay is None or squared is None:
        return None
    return sqrt(max(0.0, squared / frames - (delay / frames) ** 2))


def _residual(step: Values) -> float | None:
    """Loss that neither retransmission nor FEC made good: an upper bound on what was recovered is taken off."""
    lost, packets = step["packetsLost"], step["packetsReceived"]
    if lost is None or packets is None:
        return None
    fec = (step["fecPacketsReceived"] or 0.0) - (step["fecPacketsDiscarded"] or 0.0)
    again = (step["retransmittedPacketsReceived"] or 0.0) if step["nackCount"] else 0.0
    return over(max(0.0, lost - min(lost, fec + again)), lost + packets)


def blocky(codec: str, step: Values) -> float | None:
    """1 where the quantiser is so coarse that blocks show; `None` for codecs without an agreed limit."""
    limit = BLOCKY_QP.get(codec.rpartition("/")[2].lower())
    frames = step["framesDecoded"]
    if limit is None or frames is None or frames < MIN_FRAMES or step["qpSum"] is None:
        return None
    return 1.0 if step["qpSum"] / frames > limit else 0.0


def backlog(step: Values) -> float | None:
    """Frames that arrived and were neither decoded nor dropped, while decoding went on."""
    received, decoded, dropped = step["framesReceived"], step["framesDecoded"], step["framesDropped"]
    if received is None or not decoded or dropped is None:
        return None
    return max(0.0, received - decoded - dropped)
