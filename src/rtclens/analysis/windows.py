"""The time grammar: conditions judged on seconds of covered media time, never on numbers of samples.

Enters: intervals with a true, false or unknown condition. Leaves: whether the window is fulfilled, or the close rule.
Where sampling is coarser than half the window, the window becomes two intervals.
"""

from __future__ import annotations

from array import array
from math import isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtclens.analysis.findings import Open

EPSILON = 0.05  # seconds; timers of browsers jitter by this much
WIDTH = 3  # start (ms), seconds, and the value where the condition was true, else NaN
SECONDS = 2  # from the end of an interval to its seconds
NO_SPANS = array("d")  # replaced, never changed: all empty ones are the same
GREATEST = 1.7e308


class Watch:
    """The recent past of one condition of one subject; exists only while it is, or was just, true."""

    __slots__ = ("clear", "closed_at", "finding", "spans", "unknown")

    def __init__(self) -> None:
        self.spans: array[float] = NO_SPANS
        self.clear = 0.0
        self.unknown = 0.0
        self.finding: Open | None = None
        self.closed_at: float | None = None

    def push(self, start: float, t: float, value: float | None) -> None:
        """Add an interval; `value` is the metric where the condition was true, else `None`."""
        self.spans = self.spans + array("d", (start, t, nan if value is None else _finite(value)))

    def clean(self) -> None:
        """Forget all intervals."""
        self.spans = NO_SPANS

    def fulfilled(self, need_s: float, of_s: float, exact: bool) -> bool:
        """`need_s` of the last `of_s` covered seconds true, by at least two intervals (one where exact)."""
        if not self.spans:
            return False
        of = self.lapse(of_s, exact)
        need = need_s / of_s * of if of_s else 0.0
        true_s, count = self._unbroken() if need_s == of_s else self._true()
        return true_s >= need - EPSILON and count >= (1 if exact else 2)

    def lapse(self, of_s: float, exact: bool) -> float:
        """Let go of what is older than the window, and tell how long that is."""
        newest = self.spans[-SECONDS]
        of = max(of_s, 2 * newest) if newest > of_s / 2 and not exact else of_s
        kept = 0.0
        for index in range(len(self.spans) - SECONDS, -1, -WIDTH):
            if kept >= of - EPSILON:
                self.spans = self.spans[index + SECONDS :]
                break
            kept += self.spans[index]
        return of

    def _true(self) -> tuple[float, int]:
        seconds, count = 0.0, 0
        for t, value in self._judged():
            if not isnan(value):
                seconds += t
                count += 1
        return seconds, count

    def _unbroken(self) -> tuple[float, int]:
        seconds, count = 0.0, 0
        for index in range(len(self.spans) - SECONDS, -1, -WIDTH):
            if isnan(self.spans[index + 1]):
                break
            seconds += self.spans[index]
            count += 1
        return seconds, count

    def _judged(self) -> Iterator[tuple[float, float]]:
        """Seconds and value (NaN where the condition was not true) of each interval."""
        return zip(self.spans[1::WIDTH], self.spans[2::WIDTH], strict=True)

    def since(self) -> float:
        """When the condition first held in the window (ms)."""
        places = range(0, len(self.spans), WIDTH)
        return next((self.spans[at] for at in places if not isnan(self.spans[at + 2])), self.spans[-WIDTH])

    def mean(self) -> float:
        """The metric over the true part of the window, weighted by time."""
        seconds = total = 0.0
        for t, value in self._judged():
            if not isnan(value):
                seconds += t
                total += t * value
        return total / seconds if seconds else 0.0

    def any_true(self) -> bool:
        """Whether the window still remembers the condition."""
        return any(not isnan(value) for value in self.spans[2::WIDTH])


def _finite(value: float) -> float:
    """A value as a double: whole numbers beyond all doubles count as the greatest."""
    try:
        return float(value)
    except OverflowError:
        return GREATEST if value > 0 else -GREATEST
