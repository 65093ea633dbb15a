"""Curves of a call: every metric of every track and connection over time, decimated without losing a spike.

Enters: a call, a span, a number of points. Leaves: columns by track and connection. Where a bucket holds several
slices, it becomes two points that carry each metric's minimum and maximum (never a mean: spikes are the point), its
worst verdict and its worst state; a single slice goes out as it is. A bucket without slices is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, compress, groupby, repeat
from operator import ne
from typing import Any

import msgspec

from rtclens.model.facts import ConnectionSlice, Fact, TrackSlice
from rtclens.query.scope import Reader, Scope, Span, ask_columns, moment, span_params
from rtclens.query.verdicts import ORDER, rank_sql
from rtclens.store.columns import Column, fact_columns

Columns = dict[str, list[Any]]
STATES = ("ok", "smeared", "partial", "unknown")
VERDICTS = frozenset({"verdict", "network_in", "network_out"})
NOT_METRICS = frozenset({"at", "covered_s", "n"})
MAX_POINTS = 4000
MAX_VALUES = 2_000_000
MIN_WIDTH_MS = 5000
WORDS: dict[str, Sequence[str]] = {"verdict": ORDER, "state": STATES}


class Series(msgspec.Struct, frozen=True):
    """Columns of equal length for each subject; `at` is the end of a slice, ms since the epoch."""

    tracks: dict[str, Columns]
    connections: dict[str, Columns]


class SeriesQuestion(msgspec.Struct, frozen=True):
    """Which curves. What is empty means all; `points` bounds the points of each curve per `over_s` seconds.

    `over_s` 0 is the length of the span; it is less where the span has margins that hold next to nothing.
    An answer of very many curves has fewer points than were asked for.
    """

    call_id: str
    span: Span
    points: int = 600
    over_s: float = 0.0
    columns: tuple[str, ...] = ()
    participant_ids: tuple[str, ...] = ()
    track_id: str = ""
    connection_id: str = ""


def series(reader: Reader, scope: Scope, question: SeriesQuestion) -> Series:
    """The curves of a call."""
    return Series(
        tracks=_curves(reader, scope, TrackSlice, question),
        connections=_curves(reader, scope, ConnectionSlice, question),
    )


def width_ms(question: SeriesQuestion, curves: int = 1, columns: int = 1) -> int:
    """The bucket's width: two points each, never narrower than a slice, and fewer where there are very many curves."""
    affordable = MAX_VALUES // max(1, curves * (columns + 1))
    points = max(2, min(question.points, MAX_POINTS, affordable))
    return max(MIN_WIDTH_MS, round(2000 * (question.over_s or question.span.seconds) / points))


def _curves(reader: Reader, scope: Scope, slices: type[Fact], question: SeriesQuestion) -> dict[str, Columns]:
    shown = tuple(column for column in _varying(slices) if not question.columns or column.name in question.columns)
    if not shown:
        return {}
    conditions, params = _conditions(slices, question)
    where = " AND ".join(conditions)
    ((curves,),) = ask_columns(reader, scope, _count(slices, where), **params)
    width = width_ms(question, curves, len(shown))
    asked = ask_columns(reader, scope, _sql(slices, shown, where), width=width, **params)
    if not asked:
        return {}
    subjects, _, first, last, *values = asked
    pairs = list(zip(values[::2], values[1::2], strict=True))
    return {subjects[run.start]: _curve(shown, run, (first, last), pairs) for run in _runs(subjects)}


def _runs(subjects: Sequence[str]) -> Iterator[slice]:
    """Where each subject's rows begin and end; rows are sorted by subject."""
    start = 0
    for _, rows in groupby(subjects):
        end = start + sum(1 for _ in rows)
        yield slice(start, end)
        start = end


Pair = tuple[Sequence[Any], Sequence[Any]]


def _curve(shown: tuple[Column, ...], run: slice, at: Pair, pairs: list[Pair]) -> Columns:
    """The columns of one subject: two points for a bucket of several slices, one for a bucket of one."""
    first, last = at[0][run], at[1][run]
    kept = list(chain.from_iterable(zip(repeat(True), map(ne, first, last), strict=False)))
    curve: Columns = {"at": _interleaved(first, last, kept)}
    for column, (low, high) in zip(shown, pairs, strict=True):
        values = _interleaved(low[run], high[run], kept)
        words = WORDS.get("verdict" if column.name in VERDICTS else column.name)
        if words is not None:
            values = [words[rank] for rank in values]
        if any(value not in (None, "") for value in values):
            curve[column.name] = values
    return curve


def _interleaved(low: Sequence[Any], high: Sequence[Any], kept: Sequence[bool]) -> list[Any]:
    return list(compress(chain.from_iterable(zip(low, high, strict=True)), kept))


def _conditions(slices: type[Fact], question: SeriesQuestion) -> tuple[list[str], dict[str, Any]]:
    """The question's filters as SQL, and their parameters."""
    conditions = ["call_id = {call_id:String}", f"at >= {moment('from_at')}", f"at < {moment('to_at')}"]
    params: dict[str, Any] = {"call_id": question.call_id, **span_params(question.span)}
    if question.participant_ids:
        # By the ids that the table is sorted by, so that other people's slices are not even read.
        table = "tracks" if slices is TrackSlice else "connections"
        conditions.append(
            f"{slices.id_column} IN (SELECT {slices.id_column} FROM @{table}"
            " WHERE call_id = {call_id:String} AND participant_id IN {people:Array(String)})"
        )
        params["people"] = list(question.participant_ids)
    for name in ("track_id", "connection_id"):
        value = getattr(question, name)
        if value and name in slices.__struct_fields__:
            conditions.append(f"{name} = {{{name}:String}}")
            params[name] = value
    return conditions, params


@cache
def _varying(slices: type[Fact]) -> tuple[Column, ...]:
    """The columns that vary over time: metrics, verdicts, state, and texts such as the path."""
    identity = {"app_id", "call_id", "analysis_version", "revision", "kind", "direction"} | NOT_METRICS
    return tuple(
        column
        for column in fact_columns(slices)
        if column.name not in identity and not column.name.endswith("_id") and column.kind in ("int", "single", "text")
    )


def _pair(column: Column) -> str:
    """Two columns of a bucket: of its first and of its second point."""
    name = f"`{column.name}`"
    if column.name in VERDICTS:
        return f"max({rank_sql(name)}) AS low_{column.name}, low_{column.name} AS high_{column.name}"
    if column.name == "state":
        rank = f"transform({name}, {list(STATES)}, {list(range(len(STATES)))}, 0)"
        return f"max({rank}) AS low_state, low_state AS high_state"
    low, high = ("argMin({}, at)", "argMax({}, at)") if column.kind == "text" else ("min({})", "max({})")
    if column.kind == "single":  # without the digits that a float in single precision has beyond its own
        low, high = "round(toFloat64(min({})), 7)", "round(toFloat64(max({})), 7)"
    return f"{low.format(name)} AS low_{column.name}, {high.format(name)} AS high_{column.name}"


# Versions and not the view of the newest: a slice that was written twice has the same extremes.
def _count(slices: type[Fact], where: str) -> str:
    return f"SELECT uniqExact({slices.id_column}) AS curves FROM @{slices.table}_versions WHERE {where}"


def _sql(slices: type[Fact], shown: tuple[Column, ...], where: str) -> str:
    pairs = "".join(f",\n    {_pair(column)}" for column in shown)
    return f"""
SELECT {slices.id_column} AS subject,
    intDiv(toUnixTimestamp64Milli(at) - {{from_at:Int64}}, {{width:Int64}}) AS bucket,
    toUnixTimestamp64Milli(min(at)) AS first_at, toUnixTimestamp64Milli(max(at)) AS last_at{pairs}
FROM @{slices.table}_versions WHERE {where}
GROUP BY subject, bucket ORDER BY subject, bucket
"""


METRICS = tuple(dict.fromkeys(column.name for table in (TrackSlice, ConnectionSlice) for column in _varying(table)))
