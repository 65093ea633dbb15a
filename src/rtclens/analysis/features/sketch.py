"""A small mergeable summary of a series: moments and weighted centroids in one array of floats.

Enters: values with weights, one per slice. Leaves: mean, least, greatest, percentiles, standard deviation.
The first `KEPT` values are exact; beyond, neighbours are merged, finest in the tails, so a percentile is off by
at most a few places in rank. Mean and deviation stay exact (West's weighted update).
"""

from __future__ import annotations

from array import array
from bisect import bisect
from math import sqrt

KEPT = 24
BOUNDS = (0.015, 0.04, 0.06, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.94, 0.96, 0.985)  # ranks between which points merge
HEAD = 5  # weight, mean, sum of squared deviations, least, greatest; the number of values stands in `Sketch.n`
LARGEST = 1e15
FULL = HEAD + 2 * KEPT
FIFTH, NINETY_FIFTH = 0.05, 0.95


class Sketch:
    """Values of a series with their weights."""

    __slots__ = ("booked", "cells", "n")

    def __init__(self) -> None:
        self.n = 0
        self.booked = HEAD  # values behind this place are not in the moments yet
        self.cells = array("f", (0.0, 0.0, 0.0, 0.0, 0.0))

    def add(self, value: float, weight: float) -> None:
        """Add a value; one that is not finite or has no weight says nothing."""
        if not (-LARGEST < value < LARGEST and 0 < weight < LARGEST):
            return
        self.n += 1
        cells = self.cells
        cells.append(value)
        cells.append(weight)
        if len(cells) > FULL:
            self._compact()

    def merge(self, other: Sketch) -> None:
        """Add everything that another sketch holds."""
        if not other.n:
            return
        self._book()
        other._book()
        theirs = other.cells
        self._moments(theirs[1], theirs[0], theirs[2], theirs[3], theirs[4])
        self.n += other.n
        self.cells.extend(theirs[HEAD:])
        self.booked = len(self.cells)
        if self.booked > FULL:
            self._compact()

    def _book(self) -> None:
        cells = self.cells
        for at in range(self.booked, len(cells), 2):
            value = cells[at]
            self._moments(value, cells[at + 1], 0.0, value, value)
        self.booked = len(cells)

    def _moments(self, value: float, weight: float, squares: float, least: float, greatest: float) -> None:
        cells = self.cells
        before, total = cells[0], cells[0] + weight
        cells[3] = min(cells[3], least) if before else least
        cells[4] = max(cells[4], greatest) if before else greatest
        apart = value - cells[1]
        cells[0] = total
        cells[1] += apart * weight / total
        cells[2] += squares + apart * apart * before * weight / total

    def _points(self) -> list[tuple[float, float]]:
        tail = self.cells[HEAD:]
        return sorted(zip(tail[0::2], tail[1::2], strict=True))

    def _compact(self) -> None:
        self._book()
        points = _merged(self._points())
        del self.cells[HEAD:]
        self.cells.extend(number for point in points for number in point)
        self.booked = len(self.cells)

    def quantile(self, q: float) -> float:
        """The smallest value whose cumulative weight reaches `q` of the whole."""
        points = self._points()
        wanted = q * sum(weight for _, weight in points) * (1 - 1e-9)
        reached = 0.0
        for value, weight in points:
            reached += weight
            if reached >= wanted:
                return value
        return points[-1][0]

    def columns(self, name: str) -> dict[str, float | int]:
        """The aggregates as columns `<name>_mean` and so on; nothing when there are no values."""
        if not self.n:
            return {}
        self._book()
        cells = self.cells
        result: dict[str, float | int] = {
            f"{name}_mean": _short(cells[1]),
            f"{name}_min": _short(cells[3]),
            f"{name}_max": _short(cells[4]),
            f"{name}_p5": _short(self.quantile(FIFTH)),
            f"{name}_p95": _short(self.quantile(NINETY_FIFTH)),
            f"{name}_samples": self.n,
        }
        if self.n > 1:
            result[f"{name}_stddev"] = _short(sqrt(max(cells[2], 0.0) / cells[0]))
        return result


def _merged(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Neighbours put together: one for each of `BOUNDS`, by the middle of a point's rank."""
    whole = sum(weight for _, weight in points)
    merged: list[tuple[float, float]] = []
    before, held, last = 0.0, (0.0, 0.0), -1
    for value, weight in points:
        place = bisect(BOUNDS, (before + weight / 2) / whole)
        if place != last and held[1]:
            merged.append((held[0] / held[1], held[1]))
            held = (0.0, 0.0)
        held, last = (held[0] + value * weight, held[1] + weight), place
        before += weight
    merged.append((held[0] / held[1], held[1]))
    return merged


def _short(value: float) -> float:
    """Six significant digits: what a 32-bit float holds."""
    return float(f"{value:.6g}")
