"""Readings of counters as flat arrays of doubles, and their differences.

Enters: members of reports (`None` where missing). Leaves: arrays and lists in which NaN is missing.
Missing is never zero; a counter that runs backwards began anew and is missing for that stretch.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from math import isnan, nan
from operator import lt, sub

from rtclens.analysis.looked import Life, Raw

Moved = list[float]


def pack(values: Iterable[int | float | None]) -> array[float]:
    """A reading; what no double can hold is missing."""
    known = [nan if value is None else value for value in values]
    try:
        return array("d", known)
    except OverflowError:
        return array("d", map(_double, known))


def _double(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return nan


def moved(new: array[float], old: array[float]) -> Moved:
    """What each counter moved by."""
    steps = list(map(sub, new, old))
    return [step if step >= 0 else nan for step in steps] if began_anew(new, old) else steps


def began_anew(new: array[float], old: array[float]) -> bool:
    """Whether a counter fell."""
    return any(map(lt, new, old))


def again(life: Life, reading: Raw) -> None:
    """Counting goes on from this reading: after a gap, or because a counter began anew."""
    steps = moved(pack(life.newest), pack(life.begun))
    life.past = steps if life.past is None else added(life.past, steps)
    life.begun = life.newest = reading


def total(life: Life) -> Moved:
    """By the places of the counters; what was never observed is NaN."""
    steps = moved(pack(life.newest), pack(life.begun))
    return steps if life.past is None else added(life.past, steps)


def added(one: Iterable[float], other: Iterable[float]) -> Moved:
    """The sums; where one of two is missing, the other."""
    return [
        mine if isnan(theirs) else theirs if isnan(mine) else mine + theirs
        for mine, theirs in zip(one, other, strict=True)
    ]
