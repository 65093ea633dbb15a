"""Add up the scores of a track's slices: one tally for each scale, because scores of different scales never average.

Enters: scored slices. Leaves: the mean weighted by covered media time, with the mean of each reason.
"""

from __future__ import annotations

from math import inf

import msgspec


class Tally(msgspec.Struct, array_like=True, gc=False):
    """Scores of one scorer on one scale."""

    scorer: str
    from_at: float
    to_at: float = -inf
    n: int = 0
    covered: float = 0.0
    weighted: float = 0.0
    confidence: float = 0.0
    reasons: dict[str, float | int] = {}

    def __post_init__(self) -> None:
        self.to_at = max(self.to_at, self.from_at)

    def add(self, value: float, confidence: float, reasons: dict[str, float], covered: float, at: float) -> None:
        """Add a slice of `covered` seconds that ended at `at` (ms)."""
        self.to_at = max(self.to_at, at)
        self.n += 1
        self.covered += covered
        self.weighted += value * covered
        self.confidence += confidence * covered
        for reason, points in reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0.0) + points * covered

    @property
    def value(self) -> float:
        """The mean; only defined once something was added."""
        return self.weighted / self.covered

    def means(self) -> dict[str, float]:
        """The mean of each reason, rounded."""
        return {reason: round(points / self.covered, 3) for reason, points in self.reasons.items()}
