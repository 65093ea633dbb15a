"""Slowing down guesses: a bounded count of failures per subject in a sliding window.

Enters: names of subjects (an address, an account) and times. Leaves: how long to wait. Kept in memory on purpose:
losing it at a restart costs an attacker more time than it gives, and a table of failures could be filled by strangers.
"""

from __future__ import annotations

from collections import OrderedDict, deque


class FailureLimit:
    """At most `limit` failures per subject in `window_ms`; at most `subjects` are remembered, oldest forgotten."""

    def __init__(self, limit: int, window_ms: int, subjects: int = 10_000) -> None:
        self._limit = limit
        self._window_ms = window_ms
        self._subjects = subjects
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, subject: str, now: float) -> int:
        """Whole seconds until the subject may try again; 0 means now."""
        failures = self._recent(subject, now)
        if len(failures) < self._limit:
            return 0
        return max(1, int((failures[-self._limit] + self._window_ms - now) / 1000) + 1)

    def failed(self, subject: str, now: float) -> None:
        """Count a failure."""
        failures = self._recent(subject, now)
        failures.append(now)
        self._failures[subject] = failures
        self._failures.move_to_end(subject)
        while len(self._failures) > self._subjects:
            self._failures.popitem(last=False)

    def succeeded(self, subject: str) -> None:
        """Forget the subject's failures."""
        self._failures.pop(subject, None)

    def _recent(self, subject: str, now: float) -> deque[float]:
        failures = self._failures.get(subject) or deque(maxlen=self._limit)
        while failures and failures[0] <= now - self._window_ms:
            failures.popleft()
        return failures
