"""Find the instant of every value of a report: which stamp of the report a value belongs to.

Enters: a `Series` (the columns of one stats id, with the stamps of its `timestamp` series where the file has one).
Leaves: the same series with `stamps` set and each column's `first` index; how sure that is goes to `Quality`.
Each property has its own start and end, so properties that appear late or vanish early stay at their true instants.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from rtclens.model.stats import Report
from rtclens.wire.internals.series import Column

CUT = 1.0  # ms: starts and ends of series are cut to whole milliseconds
LIMIT = 1000  # values the browser keeps per series
LATE = 60_000.0  # ms between a connection's first event and a full series that tell the series was cut


class Series(msgspec.Struct):
    """All columns of one stats id. `cls` is the class of its type, `None` for types without one.

    `interpolated` tells that the file has no stamps for it: they were made up between start and end.
    """

    id: str
    stats_type: str
    cls: type[Report] | None
    columns: dict[str, Column] = {}
    stamps: Sequence[float] = ()
    interpolated: bool = False


class Quality(msgspec.Struct):
    """How well a dump could be read; it travels with the session so that a reader of the result can judge it.

    `exact`, `approximate` and `interpolated` count columns by how their values were aligned with time.
    """

    exact: int = 0
    approximate: int = 0
    interpolated: int = 0
    bad_series: int = 0
    unparsed_values: int = 0
    bad_log_entries: int = 0
    stats_truncated: bool = False
    timezone_guessed: bool = False
    time_unknown: bool = False
    no_events: bool = False
    no_stats: bool = False
    live_connections_only: bool = False


def align(series: Series, quality: Quality) -> None:
    """Set the stamps of the series and the first index of every column."""
    if len(series.stamps):
        _align_to_stamps(series, quality)
    else:
        _interpolate(series, quality)
    _clip(series)


def _align_to_stamps(series: Series, quality: Quality) -> None:
    stamps = series.stamps
    rising = all(before <= after for before, after in pairwise(stamps))
    for column in series.columns.values():
        if column.count == len(stamps):
            column.first = 0
            quality.exact += 1
        elif rising and _place(column, stamps):
            quality.exact += 1
        else:
            quality.approximate += 1


def _place(column: Column, stamps: Sequence[float]) -> bool:
    """Set the column's first index from its own start and end; false when that is a guess."""
    if column.start is None or column.end is None:
        column.first = max(0, len(stamps) - column.count)
        return False
    low = bisect_left(stamps, column.start - CUT)
    high = bisect_right(stamps, column.end + CUT)
    spare = high - low - column.count
    if spare < 0:  # a clock step: the order is all there is
        column.first = 0
        return False
    column.first = low
    if spare == 0:
        return True
    if stamps[low] == stamps[low + spare]:  # repeated stamps at the start: the run that makes the count fit
        column.first = low + spare
        return True
    if stamps[high - 1] == stamps[high - 1 - spare]:
        return True
    column.first = low + spare
    return False


def _interpolate(series: Series, quality: Quality) -> None:
    """Stamps of a file without them: evenly from the start to the end of the longest column."""
    timed = [c for c in series.columns.values() if c.start is not None and c.end is not None]
    longest = max(timed, key=lambda column: column.count, default=None)
    if longest is None or longest.start is None or longest.end is None:
        return
    step = (longest.end - longest.start) / max(1, longest.count - 1)
    series.interpolated = True
    series.stamps = array("d", [longest.start + index * step for index in range(longest.count)])
    for column in series.columns.values():
        offset = (column.start - longest.start) / step if column.start is not None and step > 0 else 0.0
        column.first = max(0, min(round(offset), longest.count - column.count))
        quality.interpolated += 1


def _clip(series: Series) -> None:
    """Drop the last values of columns that are longer than the stamps they belong to."""
    for column in series.columns.values():
        room = max(0, len(series.stamps) - column.first)
        if column.count > room:
            column.count = room
            column.values = column.values if column.constant else column.values[:room]


def truncated(series: Series, first_event: float | None) -> bool:
    """Whether the browser had begun to drop the oldest values of this series."""
    if first_event is None or len(series.stamps) < LIMIT:
        return False
    return series.stamps[0] - first_event > LATE
