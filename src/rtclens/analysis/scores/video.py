"""The video score of a received stream, as a starting value: bits per pixel, motion, freezes.

Enters: what a window of about 30 s measured. Leaves: a score 1..5 with its three factors. The coefficients are not
validated against opinions yet, which is why pages lead with frozen seconds and this score stays beside them.
"""

from __future__ import annotations

from math import exp, inf, log, sqrt

import msgspec

NAME = "video_mos@0"
# How much better than VP8 and H.264 a codec uses its bits, in the bits-per-pixel form.
CODEC_GAIN = {"vp8": 1.0, "h264": 1.0, "vp9": 1.2, "av1": 1.43}


class VideoInputs(msgspec.Struct, frozen=True):
    """`None` is unknown; `fps_ref` is what the sender's source delivers, `tile_px` the pixels shown on screen."""

    mime_type: str
    bitrate_bps: float | None = None
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    fps_harmonic: float | None = None
    fps_ref: float = 30.0
    freeze_ratio: float | None = None
    freezes_per_min: float | None = None
    tile_px: int | None = None
    screen: bool = False


class VideoScore(msgspec.Struct, frozen=True):
    """`value` = 1 + 4 × sharpness × motion × continuity, each 0..1."""

    value: float
    sharpness: float
    motion: float
    continuity: float

    @property
    def reasons(self) -> dict[str, float]:
        """What each factor took from a perfect picture, 0..1."""
        return {"blur": 1 - self.sharpness, "motion": 1 - self.motion, "freeze": 1 - self.continuity}


def bits_per_pixel_mos(
    mime_type: str, bitrate_bps: float, pixels: float, fps: float, fps_ref: float, delay_ms: float = 0.0
) -> float | None:
    """The industry's logarithmic form over bits per pixel and frame, minus frame rate and delay, 1..5.

    `None` where one of the four numbers is not positive and finite: no picture is behind them.
    """
    if not all(0 < value < inf for value in (bitrate_bps, pixels, fps, fps_ref)):
        return None
    gain = CODEC_GAIN.get(mime_type.rpartition("/")[2].lower(), 1.0)
    base = _clamp(0.56 * (log(gain * bitrate_bps) - log(pixels) - log(fps)) + 5.36, 1, 5)
    return _clamp(base - 1.9 * (log(fps_ref) - log(fps)) - 0.002 * delay_ms, 1, 5)


def score(inputs: VideoInputs) -> VideoScore | None:
    """Score one window; `None` when bit rate, size or frame rate are unknown or absurd, or nothing moved."""
    if not (inputs.bitrate_bps and inputs.width_px and inputs.height_px and inputs.fps):
        return None
    fps_ref = min(5.0, inputs.fps_ref) if inputs.screen else inputs.fps_ref
    pixels = inputs.width_px * inputs.height_px
    base = bits_per_pixel_mos(inputs.mime_type, inputs.bitrate_bps, pixels, inputs.fps, inputs.fps)
    if base is None:
        return None
    sharpness = (base - 1) / 4 * (min(1.0, sqrt(pixels / inputs.tile_px)) if inputs.tile_px else 1.0)
    motion = 1.0 if inputs.screen else _motion(inputs.fps_harmonic or inputs.fps, fps_ref)
    continuity = exp(-5 * max(0.0, inputs.freeze_ratio or 0.0) - 0.1 * max(0.0, inputs.freezes_per_min or 0.0))
    return VideoScore(1 + 4 * sharpness * motion * continuity, sharpness, motion, continuity)


def _motion(fps: float, fps_ref: float) -> float:
    """What is left of motion; a frame rate that cannot be, is none."""
    if not (0 < fps < inf and 0 < fps_ref < inf):
        return 0.0
    return _clamp(1 - 0.475 * (log(fps_ref) - log(fps)), 0, 1)


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
