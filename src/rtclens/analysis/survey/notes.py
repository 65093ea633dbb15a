"""Rings of values that are compared over time.

Enters: values. Leaves: rings with one more, medians, deviations.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtclens.analysis.looked import Ring


def push(known: Ring, value: float | None, most: int) -> Ring:
    """The newest values with one more, `most` at most; a missing one changes nothing."""
    return known if value is None else [*known[1 - most :], value or 0]  # a whole nought needs one byte


def spread(values: Sequence[float]) -> float | None:
    """The median deviation from the median over the median; `None` where the median is not positive."""
    middle = median(values)
    return median([abs(value - middle) for value in values]) / middle if middle > 0 else None


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the upper of the two."""
    return sorted(values)[len(values) // 2] if values else 0.0
