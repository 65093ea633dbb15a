"""Counts over the calls of an app within a span, for charts that others draw.

Enters: the name of a summary, a span, lower bounds of ranges. Leaves: rows without empty ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params
from rtclens.query.shelf import SECONDS


def _within(column: str) -> str:
    return f"{column} >= {moment('from_at')} AND {column} < {moment('to_at')}"


_RANGE = "arrayLast(low -> low <= {value}, {{bounds:Array(Float64)}})"
_SETUP_MS = "toFloat64(dateDiff('millisecond', started_at, connected_at))"
SQL: dict[str, str] = {
    "conferences/summary": f"""
        SELECT toString(toDate(started_at)) AS date,
            countIf(worst_severity IN ('', 'info') AND isNotNull(ended_at)) AS success,
            countIf(worst_severity IN ('low', 'medium') AND isNotNull(ended_at)) AS warning,
            countIf(worst_severity IN ('high', 'critical') AND isNotNull(ended_at)) AS error,
            countIf(isNull(ended_at)) AS ongoing, count() AS total
        FROM @calls WHERE {_within("started_at")} GROUP BY date ORDER BY date""",
    "conferences/duration-summary": f"""
        SELECT toInt64({_RANGE.format(value=f"toFloat64({SECONDS})")}) AS min, count() AS count
        FROM @calls WHERE {_within("started_at")} GROUP BY min ORDER BY min""",
    "conferences/participant-count-summary": f"""
        SELECT participants, count() AS conferences
        FROM @calls WHERE {_within("started_at")} GROUP BY participants ORDER BY participants""",
    "issues/summary": f"""
        SELECT detector, severity, count() AS count FROM @findings
        WHERE {_within("opened_at")} GROUP BY detector, severity ORDER BY detector, severity""",
    "issues/gum-summary": f"""
        SELECT JSONExtractString(payload, 'error') AS name, JSONExtractString(payload, 'message') AS message,
            uniqExact(seq, event) AS count
        FROM @events WHERE type = 'media_access' AND JSONExtractString(payload, 'phase') = 'failed' AND {_within("at")}
        GROUP BY name, message ORDER BY count DESC, name, message""",
    "connections/summary": f"""
        SELECT if(startsWith(path_type, 'relay'), 'Relayed', 'Direct') AS name, count() AS count
        FROM @connections WHERE path_type != '' AND {_within("started_at")} GROUP BY name ORDER BY name""",
    "connections/setup-time-summary": f"""
        SELECT toInt64({_RANGE.format(value=_SETUP_MS)}) AS min, count() AS count,
            arraySort(groupUniqArray(call_id)) AS conference_ids
        FROM @connections WHERE isNotNull(connected_at) AND {_within("started_at")} GROUP BY min ORDER BY min""",
    "sessions/summary": f"""
        SELECT tupleElement(one, 1) AS part, tupleElement(one, 2) AS name, count() AS count
        FROM
        (
            SELECT arrayJoin([('browsers', toString(browser)), ('os', toString(os)), ('countries', toString(country))])
                AS one
            FROM @sessions WHERE {_within("started_at")}
        )
        WHERE name != '' GROUP BY part, name ORDER BY part, count DESC, name""",
}


def summary(reader: Reader, scope: Scope, name: str, span: Span, bounds: Sequence[float]) -> list[dict[str, Any]]:
    """The rows of a summary; raises `KeyError` for a name that is not one of `SQL`."""
    return ask(reader, scope, SQL[name], bounds=list(bounds), **span_params(span))
