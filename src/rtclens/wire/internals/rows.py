"""Turn the columns of a series into rows: one report per stamp.

Enters: an aligned `Series`. Leaves: instances of its class, or plain dicts of members (with `type`) where it has none.
Members the class does not know are kept in `extra`. Where columns begin or end the set of members changes:
the rows are made run by run, so that within a run every row is one constructor call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise, repeat
from typing import Any

from msgspec.structs import replace

from rtclens.wire.internals.align import Series
from rtclens.wire.internals.series import Column

OWN = frozenset({"id", "type", "timestamp"})  # said by the series itself


def rows(series: Series, begin: int = 0) -> Iterator[Any]:
    """The rows from stamp `begin` on, in order."""
    columns = [column for column in series.columns.values() if column.count and column.name not in OWN]
    edges = {begin, len(series.stamps)}
    edges.update(edge for c in columns for edge in (c.first, c.first + c.count) if edge > begin)
    for start, stop in pairwise(sorted(edges)):
        active = [c for c in columns if c.first <= start and c.first + c.count >= stop]
        yield from _run(series, active, start, stop)


def _run(series: Series, active: list[Column], start: int, stop: int) -> Iterator[Any]:
    known = [c for c in active if c.known or series.cls is None]
    fixed = {c.name: c.values[0] for c in known if c.constant}
    moving = [c for c in known if not c.constant]
    names = tuple(c.name for c in moving)
    values = zip(*(c.window(start, stop) for c in moving), strict=True) if moving else repeat((), stop - start)
    extras = [c for c in active if not (c.known or series.cls is None)]
    beside = _extras(extras, start, stop) if extras else repeat({}, stop - start)
    make = _maker(series, fixed)
    for stamp, row, extra in zip(series.stamps[start:stop], values, beside, strict=True):
        yield make(timestamp=stamp, **extra, **dict(zip(names, row, strict=True)))


def _maker(series: Series, fixed: dict[str, Any]) -> Callable[..., Any]:
    """What makes a row from the members that change: a copy of a template is quicker than a new report."""
    if series.cls is None:
        return partial(dict, id=series.id, type=series.stats_type, **fixed)
    return partial(replace, series.cls(id=series.id, **fixed))


def _extras(columns: list[Column], start: int, stop: int) -> Iterator[dict[str, dict[str, Any]]]:
    names = [c.name for c in columns]
    for row in zip(*(c.window(start, stop) for c in columns), strict=True):
        yield {"extra": dict(zip(names, row, strict=True))}
