"""Time-weighted sums of a case, and whether what another client said is recent. Enters: values. Leaves: sums, means."""

from __future__ import annotations

from rtclens.analysis.clocks import between_ms, doubt_ms
from rtclens.analysis.state import Connection, Session

FRESH_INTERVALS = 3.0
MOST_DOUBT_MS = 10_000.0  # of two clocks: beyond, nothing of the one end speaks about a moment of the other
BAD_LOSS, BAD_JITTER_S, BAD_FREEZE = 0.02, 0.06, 0.2
Keys = tuple[tuple[str, str], ...]  # under which a value and its seconds are collected


def add(case: dict[str, float], name: str, value: float | None, t: float) -> None:
    """Add a value with its seconds; missing values add nothing."""
    if value is None:
        return
    case[name] = case.get(name, 0.0) + value * t
    seconds = f"{name}/t"
    case[seconds] = case.get(seconds, 0.0) + t


def add_all(case: dict[str, float], keys: Keys, values: tuple[float | None, ...], t: float) -> None:
    """Add several values with their seconds."""
    for (name, seconds), value in zip(keys, values, strict=True):
        if value is None:
            continue
        if name in case:
            case[name] += value * t
            case[seconds] += t
        else:
            case[name], case[seconds] = value * t, t


def mean(case: dict[str, float], name: str) -> float | None:
    """The time-weighted mean of what was collected under `name`."""
    seconds = case.get(f"{name}/t")
    return case[name] / seconds if seconds else None


def recent(told_at: float, conn: Connection, asker: Session, at: float) -> bool:
    """Whether what a connection's owner said at `told_at` still speaks about `at` on the asker's clock."""
    if doubt_ms(asker, conn.session) > MOST_DOUBT_MS:
        return False
    age = between_ms(asker, at, conn.session, told_at)
    return age <= FRESH_INTERVALS * max(conn.interval, 1.0) * 1000.0
