"""Small summaries of a subject's series, all in two strings of 32-bit floats.

Enters: one row per slice, a weight and a value of each series. Leaves: mean, least, greatest, percentiles, deviation.
The first `KEPT` rows are exact; then they are settled: into moments, and into points of which neighbours are merged,
finest in the tails, so that a percentile is off by at most a few places in rank. Mean and deviation stay exact (the
parallel form of Welford's update).
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator
from math import nan, sqrt

import msgspec

KEPT = 24
BOUNDS = (0.015, 0.04, 0.06, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.94, 0.96, 0.985, 2.0)  # ranks between which points merge
HEAD = 6  # number of values, weight, mean, sum of squared deviations, least, greatest
STRIDE = HEAD + 2 * len(BOUNDS)
LARGEST = 1e15
FIFTH, NINETY_FIFTH = 0.05, 0.95
Points = list[tuple[float, float]]  # value, weight
Moments = tuple[float, float, float, float, float, float]
NOTHING: Moments = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Series(msgspec.Struct, array_like=True, gc=False):
    """Several series whose values come together."""

    count: int
    rows: bytes = b""  # 32-bit floats: a weight and the values
    kept: bytes = b""  # of each series `STRIDE` 32-bit floats, deflated

    def add(self, weight: float, values: Iterable[float | None]) -> None:
        """Add a row; a value that is missing or not finite, or a row without weight, says nothing."""
        if not 0 < weight < LARGEST:
            return
        row = [weight, *[nan if value is None else value for value in values]]
        try:
            fresh = array("f", row)
        except OverflowError:  # a whole number beyond all doubles
            fresh = array("f", [value if -LARGEST < value < LARGEST else nan for value in row])
        self.rows += fresh.tobytes()
        if len(self.rows) >= 4 * KEPT * (self.count + 1):
            self._settle()

    def _settle(self) -> None:
        rows, kept = array("f", self.rows), self._kept()
        cells = array("f")
        for number in range(self.count):
            fresh = self._fresh(rows, number)
            cells.extend(_settled(kept, number, fresh))
        self.rows, self.kept = b"", zlib.compress(cells.tobytes())

    def _kept(self) -> array[float] | None:
        return array("f", zlib.decompress(self.kept)) if self.kept else None

    def _fresh(self, rows: array[float], number: int) -> Points:
        """Values of one series that are not settled."""
        width = self.count + 1
        pairs = zip(rows[number + 1 :: width], rows[::width], strict=True)
        return [pair for pair in pairs if -LARGEST < pair[0] < LARGEST]

    def columns(self, names: Iterable[tuple[str, float]]) -> dict[str, float | int]:
        """The aggregates of every series that has values, as columns `<name>_mean` and so on.

        `names` holds a name for each series and what its values are to be multiplied by.
        """
        found: dict[str, float | int] = {}
        rows, kept = array("f", self.rows), self._kept()
        for number, (name, factor) in enumerate(names):
            fresh = self._fresh(rows, number)
            moments = _together(_moments(kept, number), fresh)
            if moments[0]:
                points = sorted(_points(kept, number) + fresh)
                found.update((f"{name}_{what}", value) for what, value in _aggregates(moments, points, factor))
        return found


def _settled(kept: array[float] | None, number: int, fresh: Points) -> array[float]:
    """The `STRIDE` floats of one series with fresh values among what was kept."""
    if not fresh and kept is not None:
        return kept[number * STRIDE : (number + 1) * STRIDE]
    cells = array("f", _together(_moments(kept, number), fresh))
    for point in _merged(sorted(_points(kept, number) + fresh)):
        cells.extend(point)
    cells.frombytes(bytes(4 * (STRIDE - len(cells))))
    return cells


def _moments(kept: array[float] | None, number: int) -> Moments:
    if kept is None:
        return NOTHING
    n, weight, mean, squares, least, greatest = kept[number * STRIDE : number * STRIDE + HEAD]
    return n, weight, mean, squares, least, greatest


def _points(kept: array[float] | None, number: int) -> Points:
    if kept is None:
        return []
    cells = kept[number * STRIDE + HEAD : (number + 1) * STRIDE]
    return [point for point in zip(cells[::2], cells[1::2], strict=True) if point[1]]


def _together(old: Moments, fresh: Points) -> Moments:
    """Moments of what is settled and what is not."""
    if not fresh:
        return old
    weight = sum([weight for _, weight in fresh])
    mean = sum([value * weight for value, weight in fresh]) / weight
    squares = sum([weight * (value - mean) ** 2 for value, weight in fresh])
    least, greatest = min(fresh)[0], max(fresh)[0]
    if not old[0]:
        return float(len(fresh)), weight, mean, squares, least, greatest
    whole = old[1] + weight
    apart = mean - old[2]
    return (
        old[0] + len(fresh),
        whole,
        old[2] + apart * weight / whole,
        old[3] + squares + apart * apart * old[1] * weight / whole,
        min(old[4], least),
        max(old[5], greatest),
    )


def _merged(points: Points) -> Iterator[tuple[float, float]]:
    """Neighbours put together: one for each of `BOUNDS`, by the middle of a point's rank."""
    whole = sum([weight for _, weight in points])
    bounds = iter(BOUNDS)
    bound = next(bounds) * whole
    before = total = held = 0.0
    for value, weight in points:
        middle = before + weight / 2
        if middle >= bound:
            if held:
                yield total / held, held
            total = held = 0.0
            while middle >= bound:
                bound = next(bounds) * whole
        total += value * weight
        held += weight
        before += weight
    if held:
        yield total / held, held


def quantile(points: Points, q: float) -> float:
    """The smallest value of sorted points whose cumulative weight reaches `q` of the whole."""
    wanted = q * sum([weight for _, weight in points]) * (1 - 1e-9)
    reached = 0.0
    for value, weight in points:
        reached += weight
        if reached >= wanted:
            return value
    return points[-1][0]


def _aggregates(moments: Moments, points: Points, factor: float) -> Iterator[tuple[str, float | int]]:
    n, weight, mean, squares, least, greatest = moments
    yield "mean", _short(mean * factor)
    yield "min", _short(least * factor)
    yield "max", _short(greatest * factor)
    yield "p5", _short(quantile(points, FIFTH) * factor)
    yield "p95", _short(quantile(points, NINETY_FIFTH) * factor)
    yield "samples", round(n)
    if n > 1:
        yield "stddev", _short(sqrt(max(squares, 0.0) / weight) * factor)


def _short(value: float) -> float:
    """Six significant digits: what a 32-bit float holds."""
    return float(f"{value:.6g}")
