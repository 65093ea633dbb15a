"""Readings of counters as flat arrays of doubles, and their differences.

Enters: members of reports (`None` where missing). Leaves: arrays in which NaN is missing, differences by name.
Missing is never zero; a counter that runs backwards began anew and gives `None` for that stretch.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import isnan, nan
from operator import sub

Values = dict[str, float | None]


def pack(values: Iterable[int | float | None]) -> array[float]:
    """A reading; what no double can hold is missing."""
    return array("d", [_double(value) for value in values])


def _double(value: int | float | None) -> float:
    if value is None:
        return nan
    try:
        return float(value)
    except OverflowError:
        return nan


def moved(names: Sequence[str], new: array[float], old: array[float]) -> Values:
    """What each counter moved by."""
    return {name: (step if step >= 0 else None) for name, step in zip(names, map(sub, new, old), strict=True)}


def gather(total: array[float], new: array[float], old: array[float]) -> None:
    """Add what moved to the totals of a life, in place."""
    for place, step in enumerate(map(sub, new, old)):
        if step >= 0:
            known = total[place]
            total[place] = step if isnan(known) else known + step


def totals(names: Sequence[str], total: array[float]) -> Values:
    """The totals by name; what was never observed is `None`."""
    return {name: (None if isnan(value) else value) for name, value in zip(names, total, strict=True)}


def over(part: float | None, whole: float | None, factor: float = 1.0) -> float | None:
    """`factor · part / whole`; `None` when either is missing or the whole is not positive."""
    if part is None or whole is None or whole <= 0:
        return None
    return factor * part / whole


def both(one: float | None, other: float | None, factor: float = 1.0) -> float | None:
    """`one + factor · other`; `None` when either is missing."""
    return None if one is None or other is None else one + factor * other
