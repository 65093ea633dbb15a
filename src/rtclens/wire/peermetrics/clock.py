"""One timeline per session, on the server's clock, from clients whose clocks nobody knows.

Enters: arrival times (server clock, ms), ages, timestamps of getStats reports (client clock, ms). Leaves: the time at
which a sample was taken or an event happened, in ms on the server's clock.

A sample's time is its report timestamp plus an offset. The offset is the smallest difference seen between sending and
report time, because delay only ever adds to it. It follows small corrections at once. A large one is either a clock
that was set, or a recording played faster than life, where every sample runs further ahead of its arrival: it is
believed when two samples in a row, apart in time, agree on it.
"""

from __future__ import annotations

import msgspec

SMALL = 2_000.0  # ms by which the offset may fall without a second opinion
PATIENCE = 60_000.0  # ms of delay beyond which a lagging sample means that the client's clock was set back
APART = 900.0  # ms of media time between two samples that may confirm each other
GRACE = 600_000.0  # ms that an event may be older than its session


class Timeline(msgspec.Struct):
    """Clock state of one session. `newest` is the latest sample time given out; `spent` what `SMALL` has used up."""

    offset: float | None = None
    newest: float = 0.0
    spent: float = 0.0
    reported: float = 0.0
    estimate: float = 0.0

    def now(self, at: float) -> float:
        """The present of the session: arrival time, or the newest sample where a recording runs ahead of it."""
        return max(at, self.newest)

    def sampled(self, timestamp: float, sent_at: float) -> float:
        """The time of a sample with report time `timestamp` that left the client at `sent_at`."""
        estimate = sent_at - timestamp
        before = self.offset
        offset = self.offset = self._follow(estimate, self._confirmed(timestamp, estimate))
        if timestamp - self.reported >= APART or abs(estimate - self.estimate) > PATIENCE:
            self.reported, self.estimate = timestamp, estimate
        at = timestamp + offset
        was_ahead = before is not None and before - offset > SMALL
        self.newest = at if was_ahead else max(self.newest, at)
        return at

    def resume(self, timestamp: float, at: float) -> None:
        """Go on from a sample with report time `timestamp` that was recorded at `at`."""
        self.offset = at - timestamp
        self.newest = max(self.newest, at)
        self.reported, self.estimate = timestamp, self.offset

    def _confirmed(self, timestamp: float, estimate: float) -> bool:
        """Whether the sample before this one saw the same difference between the clocks, that is: time passes alike."""
        step = timestamp - self.reported
        return step >= APART and abs(estimate - self.estimate) <= min(SMALL, step / 4)

    def _follow(self, estimate: float, confirmed: bool) -> float:
        if self.offset is None:
            return estimate
        fall = self.offset - estimate
        if fall < 0:
            return estimate if confirmed and -fall > PATIENCE else self.offset
        if confirmed:
            self.spent = 0.0
            return estimate
        if self.spent + fall <= SMALL:
            self.spent += fall
            return estimate
        return self.offset


def age(delta: float, session_age: float) -> float:
    """The age (ms) of an event as the client gave it, cut to what the session can have seen."""
    return min(delta, max(session_age, 0.0) + GRACE)
