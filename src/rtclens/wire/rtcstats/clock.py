"""The sender's clock, rebuilt from stamps that are differences most of the time.

Enters: a frame's stamp (ms since the page's previous message, or since the epoch) and its arrival (server clock, ms).
Leaves: the frame's time in ms since the epoch on the sender's clock, always within the years 2010 to 2100; and, for
files and recordings that kept arrival times, `corrected` times on the receiver's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

ABSOLUTE_MS = 1e11  # stamps from here on are epochs: as a difference it would be three years
EARLIEST_MS = 1_262_304_000_000.0  # 2010-01-01
LATEST_MS = 4_102_444_800_000.0  # 2100-01-01
TOLERATED_OFFSET_MS = 2_000.0  # clocks closer than this are left alone
STEP_MS = 1_000.0  # a lasting change of the offset above this is a clock step
WINDOW_MS = 60_000.0


class Clock(msgspec.Struct):
    """`now` is the time of the last frame; `relative`: no stamp told the epoch yet, the first arrival did."""

    now: float | None = None
    arrival: float = 0.0
    relative: bool = False
    impossible: int = 0


def possible(time: float) -> bool:
    """Whether a time lies in the years this software accepts."""
    return EARLIEST_MS <= time < LATEST_MS


def advance(clock: Clock, stamp: float, arrival: float) -> float:
    """Move the clock by one frame and return the frame's time.

    A stamp that cannot be true (outside 2010 to 2100) moves nothing and is counted; a clock that does not know the
    epoch starts at the first arrival.
    """
    time = _next(clock, stamp, arrival)
    if clock.now is not None and not possible(time) and possible(clock.now):
        clock.impossible += 1
        time = clock.now
    clock.now, clock.arrival = time, arrival
    return time


def _next(clock: Clock, stamp: float, arrival: float) -> float:
    if stamp >= ABSOLUTE_MS:
        if possible(stamp):
            clock.relative = False
            return stamp
        clock.impossible += 1
        return arrival if clock.now is None else clock.now
    if clock.now is None:
        clock.relative = True
        return arrival
    return clock.now + stamp


def resumed(earlier: Clock) -> Clock:
    """The clock of a stream that continues `earlier`, whose frames were lost for a while or not at all."""
    return Clock(now=earlier.now, arrival=earlier.arrival, relative=earlier.relative)


def resume(clock: Clock, stamp: float, arrival: float) -> float:
    """The first frame after a reconnect: `advance`, but a difference shorter than the silence is not believed.

    The client's clock ran on while it dropped what it could not send, so its difference covers only the last part.
    """
    silence = arrival - clock.arrival
    if clock.now is not None and stamp < ABSOLUTE_MS and silence > stamp + TOLERATED_OFFSET_MS:
        stamp = silence
    return advance(clock, stamp, arrival)


def raw_times(stamps: Iterable[float]) -> list[float]:
    """Each frame's time by its stamps alone: an absolute stamp sets, any other adds; a relative start counts from 0."""
    times: list[float] = []
    now = 0.0
    for stamp in stamps:
        now = stamp if stamp >= ABSOLUTE_MS else now + stamp
        times.append(now)
    return times


def corrected(times: Sequence[float], arrivals: Sequence[float], tolerance: float = TOLERATED_OFFSET_MS) -> list[float]:
    """The times moved onto the receiver's clock where they are off by more than `tolerance` ms.

    The offset is the smallest lag of any frame (buffering can only enlarge a lag), taken per minute of arrival and
    kept until it changes by more than `STEP_MS` for two minutes running (suspend, clock set).
    """
    offsets = _offsets(times, arrivals)
    return [time if abs(offset) <= tolerance else time + offset for time, offset in zip(times, offsets, strict=True)]


def _offsets(times: Sequence[float], arrivals: Sequence[float]) -> list[float]:
    lags = [arrival - time for time, arrival in zip(times, arrivals, strict=True)]
    first = arrivals[0] if arrivals else 0.0
    minutes = [int((arrival - first) // WINDOW_MS) for arrival in arrivals]
    smallest: dict[int, float] = {}
    for minute, lag in zip(minutes, lags, strict=True):
        smallest[minute] = min(lag, smallest.get(minute, lag))
    offset_of = _segments(smallest)
    return [offset_of[minute] for minute in minutes]


def _segments(smallest: dict[int, float]) -> dict[int, float]:
    """One offset per minute: minutes that agree share the smallest of theirs."""
    groups: list[list[int]] = []
    order = sorted(smallest)
    for index, minute in enumerate(order):
        following = order[index + 1] if index + 1 < len(order) else minute
        lasts = following == minute or abs(smallest[following] - smallest[minute]) <= STEP_MS
        if groups and (abs(smallest[minute] - smallest[groups[-1][-1]]) <= STEP_MS or not lasts):
            groups[-1].append(minute)
        else:
            groups.append([minute])
    return {minute: min(smallest[m] for m in group) for group in groups for minute in group}
