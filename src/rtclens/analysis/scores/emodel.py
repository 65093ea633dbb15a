"""The E-model: transmission rating R and its mean opinion score, on three scales that are never mixed.

Enters: delay, loss, equipment impairments. Leaves: R, MOS and the impairments that were subtracted.
Sources: ITU-T G.107 (narrowband, anchor 93.2), G.107.1 (wideband, 129), G.107.2 (fullband, 148).
Loss is in percent, delay (`ta`, mouth to ear) in milliseconds.
"""

from __future__ import annotations

from math import log2
from typing import Literal

import msgspec

Scale = Literal["nb", "wb", "fb"]

ANCHOR: dict[Scale, float] = {"nb": 93.2, "wb": 129.0, "fb": 148.0}
# What maps a rating of this scale onto the 0..100 range on which the opinion curve is defined.
NORMALISER: dict[Scale, float] = {"nb": 1.0, "wb": 1.29, "fb": 1.48}
NO_DELAY_IMPAIRMENT_MS = 100.0


class Rating(msgspec.Struct, frozen=True):
    """R with what was taken from the anchor, all in points of the scale."""

    scale: Scale
    r: float
    codec: float
    loss: float
    delay: float

    @property
    def mos(self) -> float:
        """The opinion score of this rating, 1..4.5."""
        return opinion(self.r / NORMALISER[self.scale])

    @property
    def listening_mos(self) -> float:
        """The same without what delay costs: for somebody who only listens."""
        return opinion((ANCHOR[self.scale] - self.codec - self.loss) / NORMALISER[self.scale])


def opinion(r: float) -> float:
    """MOS of a rating on the 0..100 range (G.107 Annex B); clamped at 1, because the cubic dips below it near 0."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r))


def delay_impairment(ta_ms: float) -> float:
    """Idd: what delay alone costs a conversation (G.107, default sensitivity: sT = 1, mT = 100 ms)."""
    if ta_ms <= NO_DELAY_IMPAIRMENT_MS:
        return 0.0
    x = log2(ta_ms / NO_DELAY_IMPAIRMENT_MS)
    return float(25 * ((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2))


def effective_equipment_impairment(
    scale: Scale, ie: float, bpl: float, loss_percent: float, burst_r: float = 1.0
) -> float:
    """Ie,eff: codec impairment `ie` grown by loss, against the codec's robustness `bpl`.

    `burst_r` (narrowband and wideband) is 1 for random loss. The fullband form has its own ceiling of 132.
    """
    if loss_percent <= 0:
        return ie
    if scale == "fb":
        return ie + (132 - ie) * loss_percent / (loss_percent + bpl)
    return ie + (95 - ie) * loss_percent / (loss_percent / burst_r + bpl)


def rate(scale: Scale, ie: float, bpl: float, loss_percent: float, ta_ms: float, burst_r: float = 1.0) -> Rating:
    """The rating of a connection; the scale follows from the codec's audio band."""
    effective = effective_equipment_impairment(scale, ie, bpl, loss_percent, burst_r)
    delay = delay_impairment(ta_ms) * (1.48 if scale == "fb" else 1.0)
    return Rating(scale, ANCHOR[scale] - delay - effective, codec=ie, loss=effective - ie, delay=delay)
