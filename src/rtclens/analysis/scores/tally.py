"""Add up the scores of a track's slices: one tally for each scale, because scores of different scales never average.

Enters: scored slices. Leaves: the mean weighted by covered media time, with the mean of each reason.
"""

from __future__ import annotations


class Tally:
    """Scores of one scorer on one scale."""

    __slots__ = ("confidence", "covered", "from_at", "n", "reasons", "scorer", "to_at", "weighted")

    def __init__(self, scorer: str, from_at: float) -> None:
        self.scorer = scorer
        self.from_at = from_at
        self.to_at = from_at
        self.n = 0
        self.covered = 0.0
        self.weighted = 0.0
        self.confidence = 0.0
        self.reasons: dict[str, float] = {}

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
