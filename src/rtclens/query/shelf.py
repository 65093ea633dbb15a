"""Pages of facts, events and counts for scripts that walk through everything of an app.

Enters: conditions that all must hold. Leaves: facts in the order of time with their number, or plain counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from rtclens.model.facts import Call, Connection, Fact, Finding, Participant, Session
from rtclens.query.facts import read
from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

F = TypeVar("F", bound=Fact)
TIME: dict[type[Fact], str] = {
    Call: "started_at",
    Participant: "first_seen_at",
    Session: "started_at",
    Connection: "started_at",
    Finding: "opened_at",
}
SECONDS = "dateDiff('second', started_at, ifNull(ended_at, last_seen_at))"
EVENTS = """
SELECT seq, event, at_ms, app_id, call_id, participant_id, session_id, connection_id, type, payload FROM @events
WHERE $where ORDER BY at_ms $down, seq, event LIMIT 1 BY seq, event LIMIT {limit:UInt32} OFFSET {offset:UInt32}
"""
SAMPLES = """
SELECT seq, event, at_ms, app_id, call_id, participant_id, session_id, connection_id, 'sample' AS type, '' AS payload
FROM @samples
WHERE $where ORDER BY at_ms $down, seq, event LIMIT 1 BY seq, event LIMIT {limit:UInt32} OFFSET {offset:UInt32}
"""
_CONTAINS = "positionCaseInsensitiveUTF8(name || '\\n' || external_id, {text:String}) > 0"
NAMED = f"""
SELECT 'conference' AS kind, call_id, '' AS participant_id, name, external_id, started_at AS moment
FROM @calls WHERE {_CONTAINS}
UNION ALL
SELECT 'participant' AS kind, call_id, participant_id, name, external_id, first_seen_at AS moment
FROM @participants WHERE {_CONTAINS}
"""
NEWEST_NAMED = f"SELECT * FROM ({NAMED}) ORDER BY moment DESC, call_id, participant_id LIMIT {{limit:UInt32}}"


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch. An empty member is no condition; `call_ids`, `detectors`, `severities` admit any of theirs.

    `types` are tags of events, to keep or, with `without`, to leave out; `seconds` bound a call's length.
    """

    single: str = ""
    call_ids: tuple[str, ...] = ()
    participant_id: str = ""
    span: Span | None = None
    seconds: tuple[float, float] | None = None
    detectors: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    machine: str = ""
    without: bool = False
    newest_first: bool = False
    limit: int = 100
    offset: int = 0

    @property
    def _down(self) -> str:
        return "DESC" if self.newest_first else "ASC"


def facts(reader: Reader, scope: Scope, kind: type[F], shelf: Shelf) -> tuple[list[F], int]:
    """A page of facts, and how many there are in all."""
    where, params = _where(kind, shelf)
    total = ask(reader, scope, f"SELECT count() AS n FROM @{kind.table} WHERE {where}", **params)[0]["n"]
    order = f"ORDER BY {TIME[kind]} {shelf._down}, {kind.id_column} LIMIT {shelf.limit:d} OFFSET {shelf.offset:d}"
    return read(reader, scope, kind, where, order, **params), total


def _where(kind: type[Fact], shelf: Shelf) -> tuple[str, dict[str, Any]]:
    parts, params = ["1"], _params(shelf)
    if shelf.single:
        parts.append(f"{kind.id_column} = {{single:String}}")
    if shelf.call_ids:
        parts.append("call_id IN {call_ids:Array(String)}")
    if shelf.participant_id:
        parts.append(
            "call_id IN (SELECT call_id FROM @participants WHERE participant_id = {participant_id:String})"
            if kind is Call
            else "participant_id = {participant_id:String}"
        )
    if shelf.span is not None:
        parts.append(f"{TIME[kind]} >= {moment('from_at')} AND {TIME[kind]} < {moment('to_at')}")
    if shelf.seconds is not None and kind is Call:
        parts.append(f"{SECONDS} >= {{least_s:Float64}} AND {SECONDS} < {{most_s:Float64}}")
    if shelf.detectors and kind is Finding:
        parts.append("detector IN {detectors:Array(String)}")
    if shelf.severities and kind is Finding:
        parts.append("severity IN {severities:Array(String)}")
    return " AND ".join(parts), params


def _params(shelf: Shelf) -> dict[str, Any]:
    params: dict[str, Any] = {
        "single": shelf.single,
        "call_ids": list(shelf.call_ids),
        "participant_id": shelf.participant_id,
        "detectors": list(shelf.detectors),
        "severities": list(shelf.severities),
        "types": list(shelf.types),
        "machine": shelf.machine,
    }
    if shelf.span is not None:
        params |= span_params(shelf.span)
    if shelf.seconds is not None:
        params |= {"least_s": shelf.seconds[0], "most_s": shelf.seconds[1]}
    return params


def happened(reader: Reader, scope: Scope, shelf: Shelf, *, samples: bool) -> tuple[list[dict[str, Any]], int]:
    """A page of events, or of samples, as rows; `payload` is JSON."""
    parts, params = ["1"], _params(shelf)
    if shelf.call_ids:
        parts.append("call_id IN {call_ids:Array(String)}")
    if shelf.participant_id:
        parts.append("participant_id = {participant_id:String}")
    if shelf.span is not None:
        parts.append(f"at >= {moment('from_at')} AND at < {moment('to_at')}")
    if shelf.types and not samples:
        chosen = "type IN {types:Array(String)} AND ({machine:String} = '' OR name = {machine:String})"
        parts.append(f"NOT ({chosen})" if shelf.without else chosen)
    where = " AND ".join(parts)
    table, text = ("samples", SAMPLES) if samples else ("events", EVENTS)
    counted = f"SELECT uniqExact(seq, event) AS n FROM @{table} WHERE {where}"
    total = ask(reader, scope, counted, **params)[0]["n"]
    page = text.replace("$where", where).replace("$down", shelf._down)
    return ask(reader, scope, page, **params, limit=shelf.limit, offset=shelf.offset), total


def named(reader: Reader, scope: Scope, text: str, limit: int) -> list[dict[str, Any]]:
    """Calls and participants whose name or id contains the text, newest first."""
    return ask(reader, scope, NEWEST_NAMED, text=text, limit=limit)


def links(reader: Reader, scope: Scope, table: str, column: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """Ids of participants or findings by the call or session that they belong to."""
    names = {"participants": ("participant_id", "first_seen_at"), "findings": ("finding_id", "opened_at")}
    own, at = names[table]
    sql = (
        f"SELECT {column} AS owner, {own} AS id FROM @{table} WHERE {column} IN {{ids:Array(String)}} ORDER BY {at}, id"
    )
    found: dict[str, list[str]] = {}
    for row in ask(reader, scope, sql, ids=list(ids)):
        found.setdefault(row["owner"], []).append(row["id"])
    return found
