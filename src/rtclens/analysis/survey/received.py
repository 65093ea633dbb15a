"""Look closer at received tracks.

Enters: an inbound-rtp report, the reading of the look before. Leaves: a judged `InSurvey`, findings about decoders.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import nan

from rtclens.analysis.findings import is_open
from rtclens.analysis.intervals import Outbound
from rtclens.analysis.links import is_served
from rtclens.analysis.looked import Looks
from rtclens.analysis.looks import InSurvey
from rtclens.analysis.state import Track
from rtclens.analysis.survey import inbound
from rtclens.analysis.survey.inbound import AT
from rtclens.analysis.survey.notes import median, push, spread
from rtclens.analysis.survey.readings import Moved
from rtclens.model.stats import InboundRtp

MINUTE = 12  # looks
BURST, BURSTS_BELOW = 0.10, 0.05
SPEECH = 0.01
HD_PX, SMALL_PX = 1280.0 * 720.0, 640.0 * 360.0
STEADY_LOOKS, STEADY_FPS = 5, 5.0
CORRUPTION_N = 10.0
STUCK_BYTES_PER_S = 1250.0
PLIS = 2.0
ROOMY = 0.5
PROVISIONAL = "wb"
POOR_SOUND, POOR_PICTURE, STEADY = 3.8, 3.0, 0.1  # up to here a finding could open or stay open
CAPTURE_S, PTIME_S, PLAYOUT_S = 0.020, 0.020, 0.030
AUDIO_CAUSES = (
    "audio_concealment_high",
    "audio_one_way",
    "audio_stretch_high",
    "in_loss_high",
    "in_jitter_high",
    "in_stream_dry",
    "jitter_buffer_high",
    "jitter_buffer_stress",
    "late_packets",
)
VIDEO_CAUSES = (
    "video_freeze",
    "video_stall",
    "video_fps_low",
    "in_loss_high",
    "in_stream_dry",
    "decoder_overloaded",
    "decoder_stuck",
    "video_frames_dropped",
)
SENT_CAUSES = (
    "video_limited_bandwidth",
    "video_limited_cpu",
    "video_limited_other",
    "encoder_overloaded",
    "capture_fps_low",
    "camera_frozen",
    "send_resolution_low",
    "out_stream_dry",
)


def heard(track: Track, notes: Looks, step: Moved, start: float, at: float, t: float) -> InSurvey:
    """One look at received audio."""
    iv = inbound.audio(step, start, at, t)
    _common(track, notes, iv)
    spoken = _spoken(track)
    if iv.level is not None and spoken >= SPEECH:
        iv.level_share = iv.level / spoken
    iv.mouth_to_ear_s = mouth_to_ear(track)
    iv.explained = iv.mos is not None and iv.mos <= POOR_SOUND and _explained(track, AUDIO_CAUSES)
    return iv


def seen(track: Track, notes: Looks, report: InboundRtp, step: Moved, start: float, at: float, t: float) -> InSurvey:
    """One look at received video."""
    pixels = _pixels(report.frameWidth, report.frameHeight)
    iv = inbound.video(step, start, at, t, nan if pixels is None else pixels)
    _common(track, notes, iv)
    iv.blocky = 0.0 if _capped(track) else inbound.blocky(track.codec, step)
    iv.backlog_frames = inbound.backlog(step)
    iv.corruption = _corruption(notes, step)
    iv.pixel_share = _share(track, pixels)
    iv.begged_s = _begged(notes, step, t)
    _steadiness(track, notes, iv, step)
    poor = iv.mos is not None and iv.mos <= POOR_PICTURE
    iv.explained = (poor or (iv.fps_unsteady or 0.0) > STEADY) and _explained(track, VIDEO_CAUSES)
    return iv


def _common(track: Track, notes: Looks, iv: InSurvey) -> None:
    iv.mos = _mos(track, notes)
    if is_open(track, "in_loss_high"):  # its losses are told, and are no bursts of a calm time afterwards either
        notes.losses = []
        iv.loss_bursts = None if iv.loss_ratio is None else 0.0
        return
    notes.losses = push(notes.losses, iv.loss_ratio, MINUTE)
    if iv.loss_ratio is not None:
        calm = sum(notes.losses) / len(notes.losses) < BURSTS_BELOW
        iv.loss_bursts = _runs(notes.losses) if calm else 0.0


def _runs(losses: Sequence[float]) -> float:
    """How often the loss rose to a burst; bad looks in a row are one."""
    bad = [False, *(loss >= BURST for loss in losses)]
    return float(sum(now and not before for before, now in pairwise(bad)))


def _mos(track: Track, notes: Looks) -> float | None:
    """The mean score of the slices since the last look; scores on a provisional scale are not judged."""
    if not track.scores:
        return None
    scale, tally = max(track.scores.items(), key=lambda item: item[1].to_at)
    before = notes.tallied if notes.tallied[0] == scale else (scale, 0.0, 0.0)
    notes.tallied = (scale, tally.covered, tally.weighted)
    covered = tally.covered - before[1]
    if covered <= 0 or scale == PROVISIONAL:
        return None
    return (tally.weighted - before[2]) / covered


def _explained(track: Track, causes: tuple[str, ...]) -> bool:
    if any(is_open(track, name) for name in causes) or is_open(track.conn, "rtt_high"):
        return True
    sender = track.peer
    return sender is not None and any(is_open(sender, name) for name in SENT_CAUSES)


def _spoken(track: Track) -> float:
    """How loud the sender's microphone was at the newest look; 0 where that is not known."""
    notes = track.peer.looked() if track.peer is not None else None
    return (notes.level or 0.0) if notes is not None else 0.0


def mouth_to_ear(track: Track) -> float | None:
    """Estimated delay from mouth to ear: capture, packets, queue, both legs, jitter buffer, playout (s)."""
    sender, now, link = track.peer, track.now, track.conn.now
    if sender is None or sender.conn.now is None or link is None or link.rtt_s is None:
        return None
    buffered = getattr(now, "jb_delay_s", None)
    legs = link.rtt_s / 2.0
    if is_served(track.conn):
        if sender.conn.now.rtt_s is None:
            return None
        legs += sender.conn.now.rtt_s / 2.0
    if buffered is None:
        return None
    queue = sender.now.pacer_s if isinstance(sender.now, Outbound) else None
    played = link.playout_delay_s if link.playout_delay_s is not None else PLAYOUT_S
    return CAPTURE_S + PTIME_S + (queue or 0.0) + legs + float(buffered) + played


def _pixels(width: float | None, height: float | None) -> float | None:
    return None if width is None or height is None else float(width) * float(height)


def _share(track: Track, pixels: float | None) -> float | None:
    """The part of an HD source's pixels that arrives; 1 where the source or the picture is not worth the question."""
    notes = track.peer.looked() if track.peer is not None else None
    if pixels is None or notes is None or notes.pixels is None:
        return None
    return pixels / notes.pixels if notes.pixels >= HD_PX and pixels <= SMALL_PX else 1.0


def _capped(track: Track) -> bool:
    """Whether the sender has an uplink that is half free: then few bits are its application's choice."""
    link = track.peer.conn.now if track.peer is not None else None
    return link is not None and link.utilisation is not None and link.utilisation < ROOMY


def _begged(notes: Looks, step: Moved, t: float) -> float:
    """Covered seconds in which video arrives, key frames are asked for, and no frame comes of it."""
    decoded, keys, asked = step[AT["framesDecoded"]], step[AT["keyFramesDecoded"]], step[AT["pliCount"]]
    if decoded != 0 or keys > 0:
        notes.begged = notes.pli = 0.0
        return 0.0
    notes.pli += asked if asked > 0 else 0.0
    notes.begged = notes.begged + t if step[AT["bytesReceived"]] >= STUCK_BYTES_PER_S * t else 0.0
    return notes.begged if notes.pli >= PLIS else 0.0


def _corruption(notes: Looks, step: Moved) -> float | None:
    """The mean corruption probability of the last ten measurements or more."""
    count, total = step[AT["corruptionMeasurements"]], step[AT["totalCorruptionProbability"]]
    if count != count or total != total:
        return None
    count, total = notes.corrupt[0] + count, notes.corrupt[1] + total
    notes.corrupt = (count, total) if count < CORRUPTION_N else (0.0, 0.0)
    return total / count if count >= CORRUPTION_N else None


def _steadiness(track: Track, notes: Looks, iv: InSurvey, step: Moved) -> None:
    """How much the frame rate wavers against what the sender encodes."""
    sender, frames = track.peer, step[AT["framesDecoded"]]
    sent = sender.now.fps if sender is not None and isinstance(sender.now, Outbound) else None
    if frames != frames or sent is None or sent < STEADY_FPS:
        return
    notes.fps = push(notes.fps, frames / iv.t / sent, STEADY_LOOKS + 1)
    if len(notes.fps) >= STEADY_LOOKS and median(notes.fps) > 0:
        iv.fps_unsteady = spread(notes.fps)
