"""The tiles of the overview: one number each, what it rests on, and its course over the span.

Enters: a span. Leaves: `Tile`s. A number without anything to rest on is `None`; `n` says how much it rests on and
`unit` in what; `good_when` says which way is better, '' where neither is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from rtclens.query.overview.minutes import Minutes
from rtclens.query.scope import IN_MINUTES, Reader, Scope, Span, ask, moment, span_params

SPARKS = 24


class Tile(msgspec.Struct, frozen=True):
    """A number of the overview. Percentages are 0–100."""

    id: str
    label: str
    value: float | None
    unit: str
    n: int
    spark: list[float | None]
    good_when: Literal["high", "low", ""]


class Ratio(msgspec.Struct, frozen=True):
    """Percent of `whole` in each spark, and in all."""

    id: str
    label: str
    good_when: Literal["high", "low", ""]


def _sql(text: str, column: str) -> str:
    """The text with `[spark]` and `[in_span]` spelled out for the column that says when."""
    spark = f"toInt64(intDiv(toUnixTimestamp64Milli({column}) - {{from_at:Int64}}, {{spark:Int64}}))"
    in_span = f"{column} >= {moment('from_at')} AND {column} < {moment('to_at')}"
    return text.replace("[spark]", spark).replace("[in_span]", in_span)


LIVE = "SELECT count() AS calls, toInt64(sum(participants)) AS people FROM @calls WHERE isNull(ended_at)"
CALLS = _sql(
    "SELECT [spark] AS part, count() AS n FROM @calls WHERE [in_span] GROUP BY part ORDER BY part", "started_at"
)
# A connection counts once it is connected, has ended, or had half a minute to connect.
CONNECTIONS = _sql(
    """
    SELECT [spark] AS part, countIf(isNotNull(connected_at)) AS connected,
        countIf(isNotNull(connected_at) OR isNotNull(ended_at)
            OR last_seen_at > addSeconds(started_at, 30)) AS tried,
        countIf(startsWith(path_type, 'relay')) AS relayed, countIf(path_type != '') AS routed,
        groupArrayIf(dateDiff('millisecond', started_at, assumeNotNull(connected_at)) / 1000,
            isNotNull(connected_at) AND connected_at >= started_at) AS setup_s
    FROM @connections WHERE [in_span] GROUP BY part ORDER BY part
    """,
    "started_at",
)
SESSIONS = _sql(
    """
    SELECT [spark] AS part, countIf(abrupt) AS abrupt, count() AS ended
    FROM @sessions WHERE isNotNull(ended_at) AND [in_span] GROUP BY part ORDER BY part
    """,
    "ended_at",
)
# What a replay wrote twice counts twice on both sides of a ratio.
MEDIA = """
SELECT toInt64(intDiv(toUnixTimestamp(minute) * 1000 - {from_at:Int64}, {spark:Int64})) AS part,
    sum(frozen_s) AS frozen, sum(seen_s) AS seen, sum(concealed_s) AS concealed, sum(heard_s) AS heard
FROM @participant_minutes WHERE [in_span] GROUP BY part ORDER BY part
""".replace("[in_span]", IN_MINUTES)


def tiles(reader: Reader, scope: Scope, span: Span, minutes: Sequence[Minutes]) -> list[Tile]:
    """All tiles, in the order they are shown."""
    params = {**span_params(span), "spark": max(1, -(-int(span.to_at - span.from_at) // SPARKS))}

    def rows(sql: str) -> list[dict[str, Any]]:
        return ask(reader, scope, sql, **params)

    connections, sessions, media = rows(CONNECTIONS), rows(SESSIONS), rows(MEDIA)
    now = ask(reader, scope, LIVE)[0]
    return [
        Tile("live_calls", "Live calls", now["calls"], "", now["people"], [], ""),
        _count("calls", "Calls", rows(CALLS)),
        good_minutes(minutes),
        _ratio(Ratio("connected", "Connections established", "high"), connections, "connected", "tried"),
        _setup(connections),
        _ratio(Ratio("freezes", "Video frozen", "low"), media, "frozen", "seen"),
        _ratio(Ratio("concealment", "Audible concealment", "low"), media, "concealed", "heard"),
        _ratio(Ratio("relayed", "Relayed connections", ""), connections, "relayed", "routed"),
        _ratio(Ratio("abrupt_ends", "Abrupt ends", "low"), sessions, "abrupt", "ended"),
    ]


def good_minutes(minutes: Sequence[Minutes]) -> Tile:
    """Good participant-minutes of those that could be judged."""
    per_spark = max(1, -(-len(minutes) // SPARKS))
    groups = [minutes[start : start + per_spark] for start in range(0, len(minutes), per_spark)]
    judged = sum(bucket.judged for bucket in minutes)
    return Tile(
        "good_minutes",
        "Good minutes",
        percent(sum(bucket.good for bucket in minutes), judged),
        "%",
        judged,
        [percent(sum(b.good for b in group), sum(b.judged for b in group)) for group in groups],
        "high",
    )


def percent(part: float, whole: float) -> float | None:
    """`part` of `whole` in percent, `None` of nothing."""
    return 100.0 * part / whole if whole else None


def _spread(values: dict[int, float | None], empty: float | None = None) -> list[float | None]:
    return [values.get(part, empty) for part in range(SPARKS)]


def _count(tile_id: str, label: str, rows: list[dict[str, Any]]) -> Tile:
    total = sum(row["n"] for row in rows)
    return Tile(tile_id, label, total, "", total, _spread({row["part"]: row["n"] for row in rows}, 0), "")


def _ratio(ratio: Ratio, rows: list[dict[str, Any]], part: str, whole: str) -> Tile:
    total = sum(row[whole] for row in rows)
    course = {row["part"]: percent(row[part], row[whole]) for row in rows}
    value = percent(sum(row[part] for row in rows), total)
    return Tile(ratio.id, ratio.label, value, "%", int(total), _spread(course), ratio.good_when)


def _setup(rows: list[dict[str, Any]]) -> Tile:
    every = [seconds for row in rows for seconds in row["setup_s"]]
    course = {row["part"]: quantile(row["setup_s"], 0.95) for row in rows}
    return Tile("setup_p95", "Time to connect (p95)", quantile(every, 0.95), "s", len(every), _spread(course), "low")


def quantile(values: Sequence[float], q: float) -> float | None:
    """The `q` quantile by nearest rank, `None` of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]
