"""What a closer look at a sent track shows.

Enters: what the counters of its layers moved by in five seconds, or in its whole life. Leaves: members of `OutSurvey`.
"""

from __future__ import annotations

from operator import attrgetter

from rtclens.analysis.survey.readings import Values, both, over
from rtclens.model.stats import OutboundRtp

AUDIO = ("bytesSent", "headerBytesSent", "packetsSent")
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
read_audio, _read_video = attrgetter(*AUDIO), attrgetter(*VIDEO)


def read_video(report: OutboundRtp) -> tuple[int | float | None, ...]:
    """The counters of `VIDEO`; of the sums of PSNR that of the luma plane."""
    *counters, psnr = _read_video(report)
    return (*counters, psnr.get("y") if psnr else None)


def shared(step: Values, t: float) -> Values:
    """What audio and video share."""
    return {
        "packet_rate": over(step["packetsSent"], t),
        "wire_bitrate_bps": over(both(step["bytesSent"], step["headerBytesSent"]), t, 8.0),
    }


def video(step: Values, t: float) -> Values:
    """A sent video track."""
    asked = step["nackCount"]
    resent = over(step["retransmittedPacketsSent"], step["packetsSent"])
    return {
        **shared(step, t),
        "rtx_asked_ratio": None if asked is None else resent if asked else 0.0,
        "encode_s": over(step["totalEncodeTime"], step["framesEncoded"]),
        "huge_frame_ratio": over(step["hugeFramesSent"], step["framesSent"]),
        "keyframes_per_min": over(step["keyFramesEncoded"], t, 60.0),
        "fir_per_min": over(step["firCount"], t, 60.0),
        "limit_changes_per_min": over(step["qualityLimitationResolutionChanges"], t, 60.0),
        "psnr_y_db": over(step["psnrSum"], step["psnrMeasurements"]),
    }
