"""Stored calls that new data about the same call id, or of the same session, may belong to.

Enters: the ids that were given and a moment. Leaves: our ids of the calls of that id near the moment.
"""

from __future__ import annotations

import msgspec

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

CALLS = f"""
SELECT call_id, isNull(ended_at) AS live FROM @calls
WHERE external_id = {{external_id:String}} AND external_id != ''
    AND started_at < {moment("to_at")} AND ifNull(ended_at, last_seen_at) >= {moment("from_at")}
ORDER BY started_at, call_id
"""
SESSIONS = "SELECT DISTINCT call_id FROM @sessions WHERE external_id = {session:String} ORDER BY call_id"


class EarlierCall(msgspec.Struct, frozen=True):
    """A call of the same id; `live`: it has not ended."""

    call_id: str
    live: bool


def earlier_calls(reader: Reader, scope: Scope, external_id: str, span: Span) -> list[EarlierCall]:
    """The calls that the application named so and that overlap the span."""
    rows = ask(reader, scope, CALLS, external_id=external_id, **span_params(span))
    return [EarlierCall(row["call_id"], bool(row["live"])) for row in rows]


def calls_of_session(reader: Reader, scope: Scope, session: str) -> list[str]:
    """The calls in which a session of that name was."""
    return [row["call_id"] for row in ask(reader, scope, SESSIONS, session=session)]
