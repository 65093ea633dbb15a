"""What a closer look at a received stream shows.

Enters: what its counters moved by in five seconds, or in its whole life; NaN is missing, and so is what is made of it.
Leaves: `InSurvey`, in which missing is `None`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log10, nan, sqrt
from operator import attrgetter

from rtclens.analysis.looks import InSurvey

SHARED = (  # readings begin with the report's time
    "timestamp",
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
read_audio, read_video = attrgetter(*AUDIO[1:]), attrgetter(*VIDEO[1:])
OWN = len(SHARED)
AT = {name: place for place, name in enumerate(VIDEO)}
MIN_EXPECTED = 50.0
MIN_FRAMES = 10.0
QUIETEST_DBOV = -100.0
BLOCKY_QP = {"vp8": 70.0, "vp9": 180.0}  # as libwebrtc counts blocky time; undefined for other codecs


def over(part: float, whole: float) -> float:
    """`part / whole`; NaN when either is missing or the whole is not positive."""
    return part / whole if whole > 0 else nan


def known(value: float) -> float | None:
    """`None` for NaN."""
    return value if value == value else None


def network(iv: InSurvey, moved: Sequence[float], played: float, late: float) -> None:
    """What audio and video share; `played` is samples given away or frames decoded."""
    t = iv.t
    _, octets, header, packets, lost, again, fec, unused, marked, unmarked, emitted, target, floor, delay = moved[:OWN]
    expected = lost + packets - (again if again == again else 0.0)
    values = (
        over(packets, t),
        over(lost, expected) if expected >= MIN_EXPECTED else nan,
        over(lost + late, lost + packets),
        over(8.0 * (octets + header), t),
        over(again, packets),
        over(fec - unused, packets),
        over(marked, marked + unmarked),
        over(delay, played),
        over(floor, emitted),
        over(target - floor, emitted),
    )
    (
        iv.packet_rate,
        iv.loss_ratio,
        iv.unusable_ratio,
        iv.wire_bitrate_bps,
        iv.rtx_ratio,
        iv.fec_ratio,
        iv.ce_ratio,
        iv.processing_s,
        iv.jb_floor_s,
        iv.jb_added_s,
    ) = [None if value != value else value for value in values]


def audio(moved: Sequence[float], start: float, at: float, t: float) -> InSurvey:
    """A received audio stream."""
    late, flushes, concealed, events, samples, duration, energy, interruptions = moved[OWN:]
    emitted = moved[AT["jitterBufferEmittedCount"]]
    iv = InSurvey(start, at, t)
    network(iv, moved, emitted, late)
    power = over(energy, duration)
    iv.level = sqrt(power) if power >= 0 else None
    iv.level_dbov = dbov(iv.level)
    iv.concealment_events_per_min = known(over(60.0 * events, t))
    iv.concealment_mean_s = known(over(concealed, events * over(samples, duration)))
    iv.interruptions_per_min = known(over(60.0 * interruptions, t))
    iv.flushes = known(flushes)
    return iv


def dbov(level: float | None) -> float | None:
    """A root mean square of 0..1 in dB relative to the loudest."""
    if level is None:
        return None
    return max(QUIETEST_DBOV, 20.0 * log10(level)) if level > 0 else QUIETEST_DBOV


def video(moved: Sequence[float], start: float, at: float, t: float, pixels: float = nan) -> InSurvey:
    """A received video stream; `pixels` of its frames."""
    received, decoded, _, rendered, keys, nacks, _, firs, _, decoding, assembling, assembled = moved[OWN : OWN + 12]
    delay, squared, paused, _, _ = moved[OWN + 12 :]
    iv = InSurvey(start, at, t)
    network(iv, moved, decoded, nan)
    iv.fps_rendered = known(over(rendered, t))
    iv.pacing_sigma_s = _pacing(rendered if rendered == rendered else decoded, delay, squared)
    iv.residual_loss_ratio = _residual(moved, nacks)
    iv.keyframes_per_min = known(over(60.0 * keys, t))
    iv.fir_per_min = known(over(60.0 * firs, t))
    iv.decode_s = known(over(decoding, decoded))
    iv.assembly_s = known(over(assembling, assembled))
    iv.bppf = known(over(8.0 * moved[1], received * pixels))
    iv.pause_ratio = known(over(paused, t))
    return iv


def _pacing(frames: float, delay: float, squared: float) -> float | None:
    """The standard deviation of the time between frames, s."""
    if not frames >= MIN_FRAMES or delay != delay or squared != squared:
        return None
    mean = delay / frames
    return sqrt(max(0.0, squared / frames - mean * mean))  # a power of what is absurd would raise


def _residual(moved: Sequence[float], nacks: float) -> float | None:
    """Loss that neither retransmission nor FEC made good: an upper bound on what was recovered is taken off."""
    packets, lost, again, fec, unused = moved[3:8]
    recovered = (fec - unused if fec - unused >= 0 else 0.0) + (again if again >= 0 and nacks > 0 else 0.0)
    return known(over(max(0.0, lost - min(lost, recovered)) if lost == lost else nan, lost + packets))


def blocky(codec: str, moved: Sequence[float]) -> float | None:
    """1 where the quantiser is so coarse that blocks show; `None` for codecs without an agreed limit."""
    limit = BLOCKY_QP.get(codec.rpartition("/")[2].lower(), inf)
    frames, qp = moved[AT["framesDecoded"]], moved[AT["qpSum"]]
    if limit == inf or not frames >= MIN_FRAMES or qp != qp:
        return None
    return 1.0 if qp / frames > limit else 0.0


def backlog(moved: Sequence[float]) -> float | None:
    """Frames that arrived and were neither decoded nor dropped, while decoding went on."""
    received, decoded, dropped = moved[OWN : OWN + 3]
    left = received - decoded - dropped
    return max(0.0, left) if decoded > 0 and left == left else None
