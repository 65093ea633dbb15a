"""Is telemetry arriving, in which formats, and what was refused why.

Enters: a span of the server's clock. Leaves: `IngestHealth`. Refused frames themselves are not shown: they may hold
what redaction would have removed.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

RECENT = 50


class FormatHealth(msgspec.Struct, frozen=True):
    """What arrived in one wire format. `events` counts what is not a sample."""

    format: str
    batches: int
    events: int
    samples: int
    last_at: float | None


class RefusalGroup(msgspec.Struct, frozen=True):
    """Refusals of one kind, with the newest one's words."""

    code: str
    format: str
    count: int
    last_at: float
    message: str
    hint: str


class RefusalRow(msgspec.Struct, frozen=True):
    """One refusal."""

    app_id: str
    at: float
    code: str
    format: str
    message: str
    hint: str
    raw_bytes: int


class IngestHealth(msgspec.Struct, frozen=True):
    """The ingest of a span, the newest refusals first."""

    formats: list[FormatHealth]
    refusals: list[RefusalGroup]
    recent: list[RefusalRow]


# The first event of each batch has number 0, whichever table it went to.
FORMATS = f"""
SELECT format, countIf(event = 0) AS batches, toInt64(sum(is_event)) AS events, toInt64(sum(1 - is_event)) AS samples,
    toUnixTimestamp64Milli(max(received)) AS last_at
FROM
(
    SELECT format, event, received_at AS received, 1 AS is_event FROM @events
    WHERE received_at >= {moment("from_at")} AND received_at < {moment("to_at")}
    UNION ALL
    SELECT format, event, received_at AS received, 0 AS is_event FROM @samples
    WHERE received_at >= {moment("from_at")} AND received_at < {moment("to_at")}
)
GROUP BY format ORDER BY format
"""
REFUSALS = f"""
SELECT code, format, count() AS count, toUnixTimestamp64Milli(max(at)) AS last_at,
    argMax(message, at) AS message, argMax(hint, at) AS hint
FROM (SELECT * FROM @refusals WHERE at >= {moment("from_at")} AND at < {moment("to_at")})
GROUP BY code, format ORDER BY count DESC, code, format
"""
NEWEST = f"""
SELECT app_id, toUnixTimestamp64Milli(refusal.at) AS at, code, format, message, hint, raw_bytes
FROM (SELECT * FROM @refusals WHERE at >= {moment("from_at")} AND at < {moment("to_at")}) AS refusal
ORDER BY refusal.at DESC, code LIMIT {RECENT}
"""


def ingest(reader: Reader, scope: Scope, span: Span) -> IngestHealth:
    """What arrived and what was refused."""

    def rows(sql: str) -> list[dict[str, Any]]:
        return ask(reader, scope, sql, **span_params(span))

    return IngestHealth(
        formats=[FormatHealth(**row) for row in rows(FORMATS)],
        refusals=[RefusalGroup(**row) for row in rows(REFUSALS)],
        recent=[RefusalRow(**row) for row in rows(NEWEST)],
    )
