"""What a closer look at a sent track shows.

Enters: what the counters of its layers moved by in five seconds, or in its whole life; NaN is missing.
Leaves: `OutSurvey`, in which missing is `None`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from operator import attrgetter

from rtclens.analysis.looks import OutSurvey
from rtclens.analysis.survey.inbound import known, over
from rtclens.model.stats import OutboundRtp

AUDIO = ("timestamp", "bytesSent", "headerBytesSent", "packetsSent")
VIDEO = (
    *AUDIO,
    "retransmittedPacketsSent",
    "nackCount",
    "firCount",
    "framesSent",
    "framesEncoded",
    "keyFramesEncoded",
    "hugeFramesSent",
    "totalEncodeTime",
    "qualityLimitationResolutionChanges",
    "psnrMeasurements",
    "psnrSum",
)
read_audio, _read_video = attrgetter(*AUDIO[1:]), attrgetter(*VIDEO[1:])
PACKETS, FRAMES = VIDEO.index("packetsSent"), VIDEO.index("framesSent")


def read_video(report: OutboundRtp) -> tuple[int | float | None, ...]:
    """The counters of `VIDEO`; of the sums of PSNR that of the luma plane."""
    *counters, psnr = _read_video(report)
    return (*counters, psnr.get("y") if psnr else None)


def audio(moved: Sequence[float], start: float, at: float, t: float) -> OutSurvey:
    """What audio and video share."""
    _, octets, header, packets = moved[: len(AUDIO)]
    return OutSurvey(
        start,
        at,
        t,
        packet_rate=known(over(packets, t)),
        wire_bitrate_bps=known(over(8.0 * (octets + header), t)),
    )


def video(moved: Sequence[float], start: float, at: float, t: float) -> OutSurvey:
    """A sent video track."""
    iv = audio(moved, start, at, t)
    again, asked, firs, sent, encoded, keys, huge, encoding, changes, measured, psnr = moved[len(AUDIO) :]
    iv.rtx_asked_ratio = known(over(again, moved[PACKETS]) if asked > 0 else 0.0 if asked == 0 else nan)
    iv.encode_s = known(over(encoding, encoded))
    iv.huge_frame_ratio = known(over(huge, sent))
    iv.keyframes_per_min = known(over(60.0 * keys, t))
    iv.fir_per_min = known(over(60.0 * firs, t))
    iv.limit_changes_per_min = known(over(60.0 * changes, t))
    iv.psnr_y_db = known(over(psnr, measured))
    return iv
