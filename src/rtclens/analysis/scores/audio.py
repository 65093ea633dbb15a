"""The audio score of a received stream: the E-model fed from getStats.

Enters: what a slice measured. Leaves: `AudioScore` with the conversational and the listening score, the three
subtractions as reasons, and a confidence that falls with each input that had to be assumed. `None` where no published
model fits: a score that cannot be justified is not shown.
"""

from __future__ import annotations

import msgspec

from rtclens.analysis.scores.emodel import Rating, rate
from rtclens.analysis.scores.opus import impairment

NAME = "audio_mos@1"
CAPTURE_MS = 20.0
PLAYOUT_MS = 30.0
BURSTY_CONCEALMENT_S = 0.1


class AudioInputs(msgspec.Struct, frozen=True):
    """`None` is unknown. Ratios 0..1, times in seconds, bit rate in bit/s while speech is sent."""

    mime_type: str
    fmtp: str = ""
    bitrate_bps: float | None = None
    audible_concealment_ratio: float | None = None
    unusable_ratio: float | None = None
    loss_ratio: float | None = None
    concealment_mean_s: float | None = None
    rtt_s: float | None = None
    jb_delay_s: float | None = None
    ptime_s: float = 0.020
    mouth_to_ear_s: float | None = None


class AudioScore(msgspec.Struct, frozen=True):
    """`cq` is the conversational score (with delay), `lq` the listening score (without)."""

    cq: float
    lq: float
    rating: Rating
    loss_source: str
    delay_source: str
    confidence: float
    provisional: bool

    @property
    def reasons(self) -> dict[str, float]:
        """Points of R that codec, loss and delay cost."""
        return {"codec": self.rating.codec, "loss": self.rating.loss, "delay": self.rating.delay}


def score(inputs: AudioInputs) -> AudioScore | None:
    """Score one slice; `None` when codec, bit rate or loss are unknown."""
    loss, loss_source, loss_trust = _loss(inputs)
    if inputs.bitrate_bps is None or loss is None:
        return None
    bursty = (inputs.concealment_mean_s or 0) >= BURSTY_CONCEALMENT_S
    codec = impairment(inputs.mime_type, inputs.fmtp, inputs.bitrate_bps / 1000, bursty)
    if codec is None:
        return None
    delay_ms, delay_source, delay_trust = _delay(inputs)
    rating = rate(codec.scale, codec.ie, codec.bpl, 100 * loss, delay_ms)
    confidence = loss_trust * delay_trust * (0.9 if codec.inferred else 1.0)
    # Whether delay is scaled on the wideband scale is unchecked, so its conversational score is provisional.
    return AudioScore(
        rating.mos,
        rating.listening_mos,
        rating,
        loss_source,
        delay_source,
        round(confidence, 3),
        provisional=codec.scale == "wb",
    )


def _loss(inputs: AudioInputs) -> tuple[float | None, str, float]:
    """What is left of loss after FEC, RED and concealment of silence; the later choices know less."""
    if inputs.audible_concealment_ratio is not None:
        return max(0.0, inputs.audible_concealment_ratio), "audible_concealment", 1.0
    if inputs.unusable_ratio is not None:
        return max(0.0, inputs.unusable_ratio), "unusable", 0.8
    if inputs.loss_ratio is not None:
        return max(0.0, inputs.loss_ratio), "loss", 0.6
    return None, "", 0.0


def _delay(inputs: AudioInputs) -> tuple[float, str, float]:
    """Mouth-to-ear delay in ms from the best source; half the round trip assumes a symmetric path."""
    if inputs.mouth_to_ear_s is not None:
        return 1000 * inputs.mouth_to_ear_s, "mouth_to_ear", 1.0
    base = CAPTURE_MS + 1000 * inputs.ptime_s + PLAYOUT_MS
    if inputs.rtt_s is None or inputs.jb_delay_s is None:
        return base + 500 * (inputs.rtt_s or 0) + 1000 * (inputs.jb_delay_s or 0), "partial", 0.6
    return base + 500 * inputs.rtt_s + 1000 * inputs.jb_delay_s, "rtt_and_buffer", 0.9
