"""Where trouble is at home: calls and the share of badly served people by browser, system, path and SDK.

Enters: a span. Leaves: values with their numbers, the most frequent first. `bad_ratio` is the share of participants
with the verdict bad among those that could be judged, `None` where none could.
"""

from __future__ import annotations

import msgspec

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

VALUES_SHOWN = 12
DIMENSIONS = ("browser", "os", "path", "sdk")
IN_SPAN = f"started_at < {moment('to_at')} AND last_seen_at >= {moment('from_at')}"
# One question for all of them: each person's verdict is looked up once.
BREAKDOWNS = f"""
SELECT dimension, value, uniqExact(call_id) AS calls,
    if(countIf(verdict IN ('good', 'degraded', 'bad')) = 0, NULL,
        countIf(verdict = 'bad') / countIf(verdict IN ('good', 'degraded', 'bad'))) AS bad_ratio
FROM
(
    SELECT DISTINCT call_id, participant_id, one.1 AS dimension, one.2 AS value FROM
    (
        SELECT call_id, participant_id, arrayJoin([
            ('browser', trim(concat(browser, ' ', splitByChar('.', toString(browser_version))[1]))),
            ('os', trim(concat(os, ' ', splitByChar('.', toString(os_version))[1]))),
            ('sdk', trim(concat(if(sdk = '', format, sdk), ' ', toString(sdk_version))))]) AS one
        FROM @sessions WHERE {IN_SPAN}
        UNION ALL
        SELECT call_id, participant_id, ('path', toString(path_type)) AS one FROM @connections WHERE {IN_SPAN}
    )
) AS seen
LEFT JOIN (SELECT call_id, participant_id, toString(verdict) AS verdict FROM @participants) AS person
    USING (call_id, participant_id)
WHERE value != '' GROUP BY dimension, value ORDER BY dimension, calls DESC, value LIMIT {VALUES_SHOWN} BY dimension
"""


class Breakdown(msgspec.Struct, frozen=True):
    """One value of a dimension."""

    value: str
    calls: int
    bad_ratio: float | None


def breakdowns(reader: Reader, scope: Scope, span: Span) -> dict[str, list[Breakdown]]:
    """Every dimension."""
    found: dict[str, list[Breakdown]] = {name: [] for name in DIMENSIONS}
    for row in ask(reader, scope, BREAKDOWNS, **span_params(span)):
        found[row.pop("dimension")].append(Breakdown(**row))
    return found
