"""The delta algebra: how two readings of a cumulative counter become a difference that can be trusted.

Enters: counter values as reported (`None` where missing). Leaves: differences, `None` where nothing can be said.
Missing is never zero; a counter that runs backwards began a new epoch and says nothing about this interval.
"""

from __future__ import annotations

from typing import Any

WRAP_32 = 2**32
HALF_32 = 2**31
ABSURD_LOSS = -1_000_000
NTP_TO_UNIX_MS = 2_208_988_800_000
NTP_STAMP_MS = 3_000_000_000_000

Value = int | float | None
Reading = tuple[Any, ...]  # of `Value`, as an attrgetter gives it


def delta(new: Value, old: Value) -> float | None:
    """`new - old`; `None` when either is missing or the counter went backwards (a new epoch)."""
    if new is None or old is None:
        return None
    difference = new - old
    return difference if difference >= 0 else None


def deltas(new: Reading, old: Reading) -> list[float | None]:
    """`delta` of every counter of a reading."""
    return [  # without a call for each: this is the hot path
        moved if one is not None and was is not None and (moved := one - was) >= 0 else None
        for one, was in zip(new, old)  # noqa: B905  equally long
    ]


def deltas32(new: Reading, old: Reading) -> list[float | None]:
    """`delta32` of every counter of a reading."""
    return [
        moved if one is not None and was is not None and (moved := one - was) >= 0 else delta32(one, was)
        for one, was in zip(new, old)  # noqa: B905  equally long
    ]


def delta32(new: Value, old: Value) -> float | None:
    """As `delta` for members that W3C declares `unsigned long`: a fall from the upper half is a wrap."""
    if new is None or old is None:
        return None
    difference = new - old
    if difference >= 0:
        return difference
    if old > HALF_32 > new:
        return difference + WRAP_32
    return None


def loss_delta(new: Value, old: Value, carry: float) -> tuple[float | None, float]:
    """(packets lost in the interval, carry for the next): `packetsLost` is signed and may fall by duplicates.

    A fall is carried, so that the next rise is not counted twice.
    """
    if new is None or old is None or new < ABSURD_LOSS:
        return None, carry
    difference = new - old + carry
    return (0.0, difference) if difference < 0 else (difference, 0.0)


def ratio(part: float | None, whole: float | None) -> float | None:
    """`part / whole`, `None` when either is missing or the whole is not positive."""
    if part is None or whole is None or whole <= 0:
        return None
    return part / whole


def unix_ms(stamp: Value) -> float | None:
    """A timestamp in ms since 1970; Chromium gives `estimatedPlayoutTimestamp` since 1900."""
    if stamp is None:
        return None
    return stamp - NTP_TO_UNIX_MS if stamp > NTP_STAMP_MS else stamp
