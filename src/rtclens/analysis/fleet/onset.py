"""When trouble began: people with a value fared like others until a moment, and badly since.

Enters: the stays of people with a value of an axis, and of people without it. Leaves: the moment, the counts on both
sides of it, and a probability that allows for how many moments were tried. Rates are per time that people stayed, so
that a long time does not look worse than a short one. A change counts only if those without the value did not change
alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import attrgetter

import msgspec

from rtclens.analysis.fleet.groups import GROUP
from rtclens.analysis.fleet.outcomes import Outcome
from rtclens.analysis.fleet.statistics import Table, at_least, fisher

MOMENTS = 20
LEAST_MS = 60_000.0  # a stay counts as long at least: whoever could not join stayed for an attempt
WORTH = 0.05
Counts = tuple[int, int]  # affected people, people


class Change(msgspec.Struct, frozen=True):
    """From `at` on (ms): `table` holds people with and without the value since then, `before` those with it before.

    `rise` is the rate of the exposed since over theirs before, `alike` the same of the control.
    """

    at: float
    table: Table
    before: Counts
    p: float
    rise: float
    alike: float


class Stays:
    """When people of a group came and left; the sums are those of all stays until the nth."""

    __slots__ = ("came", "came_sums", "ends", "left", "left_sums", "starts")

    def __init__(self, rows: Sequence[Outcome]) -> None:
        came: dict[str, float] = {}
        left: dict[str, float] = {}
        ends: list[float] = []
        for row in rows:  # in order of time
            until = max(row.until, row.at + LEAST_MS)
            ends.append(until)
            came.setdefault(row.person, row.at)
            left[row.person] = max(until, left.get(row.person, until))
        self.came, self.left = list(came.values()), sorted(left.values())
        self.starts, self.ends = [row.at for row in rows], sorted(ends)
        self.came_sums, self.left_sums = [0.0, *accumulate(self.starts)], [0.0, *accumulate(self.ends)]


class Course:
    """A group's stays over time: how many people were there before and after a moment, how long, and who was hit."""

    __slots__ = ("first", "last", "stays")

    def __init__(self, stays: Stays, rows: Iterable[Outcome], issue: str) -> None:
        first: dict[str, float] = {}
        last: dict[str, float] = {}
        for row in rows:
            if issue in row.issues:
                who, met = row.person, row.when.get(issue, row.at)
                first[who] = min(met, first.get(who, met))
                last[who] = max(met, last.get(who, met))
        self.stays = stays
        self.first, self.last = sorted(first.values()), sorted(last.values())

    def before(self, at: float) -> Counts:
        """Who was there before a moment, and who of them met the issue by then."""
        return bisect_left(self.first, at), bisect_left(self.stays.came, at)

    def after(self, at: float) -> Counts:
        """Who was there from a moment on, and who of them met the issue since."""
        return len(self.last) - bisect_left(self.last, at), len(self.stays.left) - bisect_left(self.stays.left, at)

    def stayed(self, at: float) -> tuple[float, float]:
        """How long all stays together lasted before and after a moment, ms."""
        stays = self.stays
        whole = stays.left_sums[-1] - stays.came_sums[-1]
        came, left = bisect_left(stays.starts, at), bisect_left(stays.ends, at)
        early = (came * at - stays.came_sums[came]) - (left * at - stays.left_sums[left])
        return early, whole - early

    def chance(self, at: float) -> float:
        """The probability of so many hits since a moment, were they spread over the time that people stayed."""
        early, late = self.stayed(at)
        since = self.after(at)[0]
        return at_least(since, since + self.before(at)[0], late / (early + late))

    def rise(self, at: float) -> float:
        """The rate of hits since a moment over that before; half a hit is added to both."""
        early, late = self.stayed(at)
        if not early or not late:
            return 1.0
        return ((self.after(at)[0] + 0.5) / late) / ((self.before(at)[0] + 0.5) / early)

    def moments(self) -> list[float]:
        """When it may have begun: somebody met the issue then, and enough people were there before and after."""
        came, left = self.stays.came, self.stays.left
        if len(came) < GROUP:
            return []
        early, late = came[GROUP - 1], left[-GROUP]
        return [at for at in self.first if early < at <= late]


def onset(exposed: Course, beside: Callable[[], Sequence[Outcome]], issue: str) -> Change | None:
    """The moment with the sharpest change for the exposed; `None` where none could be tried.

    `beside` gives the rows of the control. Where the change is not worth comparing with them its probability is 1: it
    was asked for all the same.
    """
    moments = exposed.moments()
    if not moments:
        return None
    p, at, tried = _sharpest(exposed, moments)
    rows = sorted(beside(), key=attrgetter("at")) if p * tried <= WORTH else []
    others = Course(Stays(rows), rows, issue)
    if min(others.after(at)[1], others.before(at)[1]) < GROUP:
        return Change(at, (*exposed.after(at), 0, 0), exposed.before(at), 1.0, 1.0, 1.0)
    table = (*exposed.after(at), *others.after(at))
    p = min(1.0, max(p, fisher(table)) * tried)
    return Change(at, table, exposed.before(at), p, exposed.rise(at), others.rise(at))


def _sharpest(exposed: Course, moments: Sequence[float]) -> tuple[float, float, int]:
    """The least probability and its moment, and how many were tried: first a few, then those around the best."""
    step = max(1, -(-len(moments) // MOMENTS))
    coarse = moments[::step]
    best = _best(exposed, coarse)
    place = coarse.index(best[1]) * step
    fine = moments[max(0, place - step + 1) : place + step : max(1, 2 * step // MOMENTS)]
    return *min(best, _best(exposed, fine)), len(coarse) + len(fine)


def _best(exposed: Course, moments: Sequence[float]) -> tuple[float, float]:
    return min((exposed.chance(at), at) for at in moments)
