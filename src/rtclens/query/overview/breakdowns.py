"""Where trouble is at home: calls and the share of badly served people by browser, system, path and SDK.

Enters: a span. Leaves: values with their numbers, the most frequent first. `bad_ratio` is the share of participants
with the verdict bad among those that could be judged, `None` where none could.
"""

from __future__ import annotations

import msgspec

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

VALUES_SHOWN = 12
DIMENSIONS: dict[str, tuple[str, str]] = {
    "browser": ("sessions", "trim(concat(browser, ' ', splitByChar('.', toString(browser_version))[1]))"),
    "os": ("sessions", "trim(concat(os, ' ', splitByChar('.', toString(os_version))[1]))"),
    "path": ("connections", "toString(path_type)"),
    "sdk": ("sessions", "trim(concat(if(sdk = '', format, sdk), ' ', toString(sdk_version)))"),
}
BREAKDOWN = f"""
SELECT value, uniqExact(call_id) AS calls,
    if(countIf(verdict IN ('good', 'degraded', 'bad')) = 0, NULL,
        countIf(verdict = 'bad') / countIf(verdict IN ('good', 'degraded', 'bad'))) AS bad_ratio
FROM
(
    SELECT DISTINCT call_id, participant_id, {{expression}} AS value FROM @{{table}}
    WHERE started_at < {moment("to_at")} AND last_seen_at >= {moment("from_at")}
) AS seen
LEFT JOIN (SELECT call_id, participant_id, toString(verdict) AS verdict FROM @participants) AS person
    USING (call_id, participant_id)
WHERE value != '' GROUP BY value ORDER BY calls DESC, value LIMIT {VALUES_SHOWN}
"""


class Breakdown(msgspec.Struct, frozen=True):
    """One value of a dimension."""

    value: str
    calls: int
    bad_ratio: float | None


def breakdowns(reader: Reader, scope: Scope, span: Span) -> dict[str, list[Breakdown]]:
    """Every dimension."""
    return {
        name: [Breakdown(**row) for row in ask(reader, scope, _sql(table, expression), **span_params(span))]
        for name, (table, expression) in DIMENSIONS.items()
    }


def _sql(table: str, expression: str) -> str:
    return BREAKDOWN.replace("{expression}", expression).replace("{table}", table)
