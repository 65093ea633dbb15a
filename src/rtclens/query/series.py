"""Curves of a call: every metric of every track and connection over time, decimated without losing a spike.

Enters: a call, a span, a number of points. Leaves: columns by track and connection. Where a bucket holds more than two
slices, it becomes two points that carry each metric's minimum and maximum (never a mean: spikes are the point), its
worst verdict and its worst state; with fewer, the slices go out as they are. A bucket without slices is a gap.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from rtclens.model.facts import ConnectionSlice, Fact, TrackSlice
from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params
from rtclens.query.verdicts import rank_sql, verdict_of
from rtclens.store.columns import Column, fact_columns

Columns = dict[str, list[Any]]
STATES = ("ok", "smeared", "partial", "unknown")
VERDICTS = frozenset({"verdict", "network_in", "network_out"})
NOT_METRICS = frozenset({"at", "covered_s", "n"})
MAX_POINTS = 4000
MIN_WIDTH_MS = 5000


class Series(msgspec.Struct, frozen=True):
    """Columns of equal length for each subject; `at` is the end of a slice, ms since the epoch."""

    tracks: dict[str, Columns]
    connections: dict[str, Columns]


class SeriesQuestion(msgspec.Struct, frozen=True):
    """Which curves. What is empty means all; `points` bounds the points of each curve per `over_s` seconds.

    `over_s` 0 is the length of the span; it is less where the span has margins that hold next to nothing.
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


def width_ms(question: SeriesQuestion) -> int:
    """The bucket's width: two points each, and never narrower than a slice."""
    points = max(2, min(question.points, MAX_POINTS))
    return max(MIN_WIDTH_MS, round(2000 * (question.over_s or question.span.seconds) / points))


def _curves(reader: Reader, scope: Scope, slices: type[Fact], question: SeriesQuestion) -> dict[str, Columns]:
    shown = tuple(column for column in _varying(slices) if not question.columns or column.name in question.columns)
    conditions, params = _conditions(slices, question)
    curves: dict[str, Columns] = {}
    for row in ask(reader, scope, _sql(slices, shown, conditions), **params):
        curve = curves.get(row["subject"])
        if curve is None:
            curve = curves[row["subject"]] = {"at": [], **{column.name: [] for column in shown}}
        _add(curve, shown, row)
    return {subject: _without_empty(curve) for subject, curve in curves.items()}


def _conditions(slices: type[Fact], question: SeriesQuestion) -> tuple[str, dict[str, Any]]:
    """The question's filters as SQL, and all parameters."""
    conditions = ["call_id = {call_id:String}", f"at >= {moment('from_at')}", f"at < {moment('to_at')}"]
    params: dict[str, Any] = {"call_id": question.call_id, "width": width_ms(question), **span_params(question.span)}
    if question.participant_ids:
        conditions.append("participant_id IN {people:Array(String)}")
        params["people"] = list(question.participant_ids)
    for name in ("track_id", "connection_id"):
        value = getattr(question, name)
        if value and name in slices.__struct_fields__:
            conditions.append(f"{name} = {{{name}:String}}")
            params[name] = value
    return " AND ".join(conditions), params


def _add(curve: Columns, columns: tuple[Column, ...], row: dict[str, Any]) -> None:
    """One or two points of a bucket."""
    ends = ("low", "high") if row["slices"] > 1 else ("low",)
    for end in ends:
        curve["at"].append(row[f"at_{end}"])
        for column in columns:
            curve[column.name].append(_value(column.name, row[f"{column.name}_{end}"]))


def _value(name: str, value: Any) -> Any:
    if name in VERDICTS:
        return verdict_of(value)
    return STATES[value] if name == "state" else value


def _without_empty(curve: Columns) -> Columns:
    return {name: values for name, values in curve.items() if any(value not in (None, "") for value in values)}


@cache
def _varying(slices: type[Fact]) -> tuple[Column, ...]:
    """The columns that vary over time: metrics, verdicts, state, and texts such as the path."""
    identity = {"app_id", "call_id", "analysis_version", "revision", "kind", "direction"} | NOT_METRICS
    return tuple(
        column
        for column in fact_columns(slices)
        if column.name not in identity and not column.name.endswith("_id") and column.kind in ("int", "real", "text")
    )


def _pair(column: Column) -> str:
    """Two columns, `x_low` and `x_high`, of a bucket."""
    name = f"`{column.name}`"
    if column.name in VERDICTS:
        worst = f"max({rank_sql(name)})"
        return f"{worst} AS `{column.name}_low`, {worst} AS `{column.name}_high`"
    if column.name == "state":
        worst = f"max(transform({name}, {list(STATES)}, {list(range(len(STATES)))}, 0))"
        return f"{worst} AS state_low, {worst} AS state_high"
    if column.kind == "text":
        return f"argMin({name}, at) AS `{column.name}_low`, argMax({name}, at) AS `{column.name}_high`"
    return f"min({name}) AS `{column.name}_low`, max({name}) AS `{column.name}_high`"


def _sql(slices: type[Fact], shown: tuple[Column, ...], conditions: str) -> str:
    pairs = "".join(f",\n    {_pair(column)}" for column in shown)
    return f"""
SELECT {slices.id_column} AS subject, count() AS slices,
    intDiv(toUnixTimestamp64Milli(at) - {{from_at:Int64}}, {{width:Int64}}) AS bucket,
    toUnixTimestamp64Milli(min(at)) AS at_low, toUnixTimestamp64Milli(max(at)) AS at_high{pairs}
FROM @{slices.table} WHERE {conditions}
GROUP BY subject, bucket ORDER BY subject, bucket
"""


METRICS = tuple(dict.fromkeys(column.name for table in (TrackSlice, ConnectionSlice) for column in _varying(table)))
