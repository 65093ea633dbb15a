"""The ledger of erasures: who asked for what, what went, that nothing is left, and what must not come back.

Enters: what is to be forgotten. Leaves: `Erasure`s. An erasure is noted before anything is removed, with what tells
late telemetry of its subject: our ids of calls that can go on, and hashes of the ids that the senders gave. The ids
themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from rtclens.model.ids import derive

SCOPE = "(app_id = {app_id:String} AND ({call_id:String} = '' OR call_id = {call_id:String}))"
_MOST_WORDS = 250  # the engine searches for fewer than 256 at once
_PERSON = "({participant_id:String} = '' OR participant_id = {participant_id:String})"
_COLUMNS = (
    "app_id, erasure_id, call_id, participant_id, toUnixTimestamp64Milli(requested_at), requested_by,"
    " toUnixTimestamp64Milli(last_at), calls, names, removed, remaining,"
    " if(isNull(completed_at), NULL, toUnixTimestamp64Milli(assumeNotNull(completed_at)))"
)


class Erasure(msgspec.Struct, frozen=True):
    """One request to forget an app's telemetry, a call, or a participant of a call; times are ms since the epoch.

    `removed` and `remaining` are rows by table; `completed_at` is `None` until nothing was left.
    """

    app_id: str
    erasure_id: str
    call_id: str
    participant_id: str
    requested_at: float
    requested_by: str
    last_at: float
    calls: list[str]
    names: list[str]
    removed: dict[str, int] = {}
    remaining: dict[str, int] = {}
    completed_at: float | None = None


def call_name(app_id: str, call: str, participant: str = "", session: str = "") -> str:
    """A hash by which a call is known again from what its senders say of it; '' where they say nothing."""
    said = call or (f"~{participant or session}" if participant or session else "")
    return derive("name", app_id, said) if said else ""


def person_name(app_id: str, call: str, participant: str, session: str) -> str:
    """A hash by which a participant is known again; '' where the senders say nothing."""
    who = participant or (f"~{session}" if session else "")
    return derive("name", app_id, call, who) if who else ""


def note(client: Any, found: Erasure) -> None:
    """Write an erasure, or its outcome in place of it."""
    times = [_time(found.requested_at), _time(found.last_at)]
    done = None if found.completed_at is None else _time(found.completed_at)
    row = [
        *(found.app_id, found.erasure_id, found.call_id, found.participant_id, times[0], found.requested_by, times[1]),
        *(found.calls, found.names, found.removed, found.remaining, done),
        int(found.completed_at is not None) + bool(found.removed or found.remaining),
    ]
    client.insert("erasures", [row], column_names=_NAMES)


def noted(client: Any, app_ids: Sequence[str] | None, after: float, limit: int) -> list[Erasure]:
    """Erasures that were asked for after a moment, newest first; of all apps, or of these."""
    scope = "" if app_ids is None else "AND app_id IN {app_ids:Array(String)}"
    sql = (
        f"SELECT {_COLUMNS} FROM erasures FINAL"
        f" WHERE requested_at > fromUnixTimestamp64Milli({{after:Int64}}) {scope}"
        f" ORDER BY requested_at DESC, erasure_id LIMIT {int(limit)}"
    )
    rows = client.query(sql, parameters={"after": int(after), "app_ids": list(app_ids or ())}).result_rows
    return [msgspec.convert(dict(zip(Erasure.__struct_fields__, row, strict=True)), Erasure) for row in rows]


def subject_of(client: Any, app_id: str, call_id: str, participant_id: str, open_since: float) -> dict[str, Any]:
    """What tells the subject's late telemetry: `calls`, `names`, `last_at`, and `words`, its own ids."""
    owner = {"app_id": app_id, "call_id": call_id, "participant_id": participant_id}
    rows = client.query(_SAID, parameters=owner).result_rows
    names: set[str] = set()
    for call, participant, session, _ in rows:
        if participant_id:
            names.add(person_name(app_id, call, participant, session))
        elif call_id:
            names.add(call_name(app_id, call, participant, session))
    calls = client.query(_OPEN, parameters={**owner, "since": int(open_since)}).result_rows if not call_id else []
    words = [word for row in rows for word in (row[1:2] if participant_id else row[:1])]
    return {
        "calls": [call_id] if call_id else [found for (found,) in calls],
        "names": sorted(names - {""}),
        "last_at": max((float(row[3]) for row in rows), default=0.0),
        "words": _telling(words) if call_id else [],
    }


def _telling(words: Iterable[str]) -> list[str]:
    """Ids that are long enough not to turn up in other people's data by chance."""
    return sorted({word for word in words if len(word) >= 6})[:_MOST_WORDS]


def _time(at: float) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at / 1000, UTC)


_NAMES = [
    *("app_id", "erasure_id", "call_id", "participant_id", "requested_at", "requested_by", "last_at"),
    *("calls", "names", "removed", "remaining", "completed_at", "revision"),
]
_SAID = f"""
SELECT origin_call, origin_participant, origin_session, toUnixTimestamp64Milli(max(newest)) FROM
(
    SELECT origin_call, origin_participant, origin_session, max(received_at) AS newest FROM samples
    WHERE {SCOPE} AND {_PERSON} GROUP BY ALL
    UNION ALL
    SELECT origin_call, origin_participant, origin_session, max(received_at) AS newest FROM events
    WHERE {SCOPE} AND {_PERSON} GROUP BY ALL
)
GROUP BY ALL
"""
_OPEN = f"""
SELECT call_id FROM calls
WHERE {SCOPE} AND (isNull(ended_at) OR ended_at > fromUnixTimestamp64Milli({{since:Int64}}))
"""
