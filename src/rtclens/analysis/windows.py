"""The time grammar: conditions judged on seconds of covered media time, never on numbers of samples.

Enters: intervals with a true, false or unknown condition. Leaves: whether the window is fulfilled, or the close rule.
Where sampling is coarser than half the window, the window becomes two intervals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

EPSILON = 0.05  # seconds; timers of browsers jitter by this much


class Watch:
    """The recent past of one condition of one subject; exists only while it is, or was just, true."""

    __slots__ = ("clear", "closed_at", "finding", "spans", "unknown")

    def __init__(self) -> None:
        self.spans: list[tuple[float, float, float, float | None]] = []  # (start, end, seconds, value if true)
        self.clear = 0.0
        self.unknown = 0.0
        self.finding: Open | None = None
        self.closed_at: float | None = None

    def push(self, start: float, at: float, t: float, value: float | None) -> None:
        """Add an interval; `value` is the metric where the condition was true, else `None`."""
        self.spans.append((start, at, t, value))

    def fulfilled(self, need_s: float, of_s: float, exact: bool) -> bool:
        """`need_s` of the last `of_s` covered seconds true, by at least two intervals (one where exact)."""
        if not self.spans:
            return False
        newest = self.spans[-1][2]
        of = max(of_s, 2 * newest) if newest > of_s / 2 and not exact else of_s
        need = need_s / of_s * of if of_s else 0.0
        self._trim(of)
        true_s, count = self._unbroken() if need_s == of_s else self._true()
        return true_s >= need - EPSILON and count >= (1 if exact else 2)

    def _trim(self, of: float) -> None:
        kept = 0.0
        for index in range(len(self.spans) - 1, -1, -1):
            if kept >= of - EPSILON:
                del self.spans[: index + 1]
                return
            kept += self.spans[index][2]

    def _true(self) -> tuple[float, int]:
        seconds, count = 0.0, 0
        for _, _, t, value in self.spans:
            if value is not None:
                seconds += t
                count += 1
        return seconds, count

    def _unbroken(self) -> tuple[float, int]:
        seconds, count = 0.0, 0
        for span in reversed(self.spans):
            if span[3] is None:
                break
            seconds += span[2]
            count += 1
        return seconds, count

    def since(self) -> float:
        """When the condition first held in the window (ms)."""
        return next((span[0] for span in self.spans if span[3] is not None), self.spans[-1][0])

    def mean(self) -> float:
        """The metric over the true part of the window, weighted by time."""
        seconds = total = 0.0
        for _, _, t, value in self.spans:
            if value is not None:
                seconds += t
                total += t * value
        return total / seconds if seconds else 0.0

    def any_true(self) -> bool:
        """Whether the window still remembers the condition."""
        return any(span[3] is not None for span in self.spans)
