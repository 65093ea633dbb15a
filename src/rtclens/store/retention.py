"""How long rows are kept: tiers of an app, put on its rows as the day on which the engine's TTL removes them.

Enters: an app's tiers, the time. Leaves: rows whose `expires_on` says when they go. Rows are written with the day
`NEVER`; once they have outlived a tier they are marked, those of the next tier with a later day. A change of tiers
marks what is stored already anew. Marking is repeatable: what is marked as it should be is not touched again.

Samples are judged by the UTC day on which they arrived, because lists that samples repeat never cross the end of a day
(`repeats.py`); everything else by when it happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rtclens.model.facts import FACTS, ConnectionSlice, TrackSlice
from rtclens.model.stats import REPORTS
from rtclens.store.columns import VERSIONS, report_table
from rtclens.store.repeats import SELDOM_TABLES

DAY_MS = 86_400_000
SLOT_S = 10  # windows are kept in steps of this
NEVER, KEPT, GONE = "toDate('2100-01-01')", "toDate('2099-12-31')", "toDate('2000-01-01')"
SLICES = tuple(cls.table + VERSIONS for cls in (TrackSlice, ConnectionSlice))
# Calls come last: they say which calls are over.
CONCLUDED = (
    "participant_minutes",
    *(cls.table + VERSIONS for cls in reversed(FACTS) if cls not in (TrackSlice, ConnectionSlice)),
)
# What samples refer to is judged while all of them are there.
SAMPLED = (*sorted(SELDOM_TABLES), *(report_table(cls) for cls in REPORTS if cls.table not in SELDOM_TABLES), "samples")


class Tiers(Protocol):
    """How many days each kind of row is kept, `None` for ever; see `access.model.Retention`."""

    @property
    def full_days(self) -> int | None:
        """All samples."""

    @property
    def window_days(self) -> int | None:
        """Samples near findings."""

    @property
    def window_s(self) -> int:
        """How near, in seconds before and after."""

    @property
    def slices_days(self) -> int | None:
        """Slices and events."""

    @property
    def facts_days(self) -> int | None:
        """Calls, people, findings, scores and features."""

    @property
    def after_call(self) -> bool:
        """Whether the samples of a call go once it is over and its features are stored."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Rows of a table that get another day; both are SQL with the slots of `parameters`."""

    table: str
    day: str
    where: str


def marks(tiers: Tiers, local: str = "") -> Iterator[Mark]:
    """Everything that the tiers ask for, in the order in which it is to be done."""
    window = KEPT if tiers.window_days is None else f"toDate(received_at) + {int(tiers.window_days)}"
    for table in SAMPLED:
        unmarked = f"expires_on = {NEVER}"
        if tiers.after_call:
            yield Mark(table, GONE, f"expires_on != {GONE} AND call_id IN ({_OVER.replace('[local]', local)})")
        if tiers.full_days is not None:
            near = _near(table, local)
            yield Mark(table, f"if({near}, {window}, {GONE})", f"received_at < {_moment('full')} AND {unmarked}")
        yield Mark(table, window, f"expires_on NOT IN ({NEVER}, {GONE}, {window})")
    if tiers.slices_days is not None:
        yield Mark("events", GONE, f"received_at < {_moment('slices')} AND expires_on != {GONE}")
        for table in SLICES:
            yield Mark(table, GONE, f"at < {_moment('slices')} AND expires_on != {GONE}")
    if tiers.facts_days is not None:
        for table in (*SLICES, *CONCLUDED):
            yield Mark(table, GONE, f"expires_on != {GONE} AND call_id IN ({_OLD.replace('[local]', local)})")


def parameters(app_id: str, tiers: Tiers, now: float, over_ms: float) -> Mapping[str, Any]:
    """The values of the slots in `marks`; a call that ended `over_ms` ago cannot go on any more."""
    today = int(now) // DAY_MS * DAY_MS
    return {
        "app_id": app_id,
        "window_s": tiers.window_s,
        "full": today - (tiers.full_days or 0) * DAY_MS,
        "slices": today - (tiers.slices_days or 0) * DAY_MS,
        "facts": today - (tiers.facts_days or 0) * DAY_MS,
        "over": int(now - over_ms),
    }


def apply(client: Any, app_id: str, tiers: Tiers, now: float, over_ms: float, cluster: str = "") -> dict[str, int]:
    """Mark an app's rows and have the engine remove what is due; rows that were marked, by table."""
    slots = dict(parameters(app_id, tiers, now, over_ms))
    done: dict[str, int] = {}
    for mark in marks(tiers, "_local" if cluster else ""):
        where = f"app_id = {{app_id:String}} AND {mark.where}"
        found = client.query(f"SELECT count() FROM {mark.table} WHERE {where}", parameters=slots).result_rows[0][0]
        if not found:
            continue
        if mark.table in SAMPLED:
            note_trim(client, app_id, slots["over"] if tiers.after_call else slots["full"])
        table = f"{mark.table}_local ON CLUSTER '{cluster}'" if cluster else mark.table
        client.command(f"ALTER TABLE {table} UPDATE expires_on = {mark.day} WHERE {where} {_AT_ONCE}", parameters=slots)
        done[mark.table] = done.get(mark.table, 0) + int(found)
    return done


def note_trim(client: Any, app_id: str, before: float) -> None:
    """Note that samples of the app which arrived before are no longer complete."""
    client.command(
        "INSERT INTO trims (app_id, before) SELECT {app_id:String}, fromUnixTimestamp64Milli({before:Int64})",
        parameters={"app_id": app_id, "before": int(before)},
    )


def complete_since(client: Any, app_id: str) -> float:
    """Since when the samples of an app are complete, ms since the epoch; 0 when all of them are there."""
    sql = "SELECT toUnixTimestamp64Milli(max(before)) FROM trims WHERE app_id = {app_id:String}"
    return float(client.query(sql, parameters={"app_id": app_id}).result_rows[0][0])


def _moment(name: str) -> str:
    return f"fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')"


def _near(table: str, local: str) -> str:
    """Whether a row lies in a window around a finding of its call, or a sample in one refers to it."""
    near = f"(call_id, {_SLOT}) IN ({_WINDOWS})"
    if table in SELDOM_TABLES:
        near += f" OR (call_id, seq, event) IN ({_REFERRED})"
    return near.replace("[local]", local)


_AT_ONCE = "SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1"
_SLOT = f"intDiv(toUnixTimestamp64Milli(at), {SLOT_S * 1000})"
_ENDS = "toUnixTimestamp64Milli(greatest(ifNull(closed_at, last_seen_at), opened_at))"
_WINDOWS = f"""
SELECT call_id, arrayJoin(range(
    intDiv(toUnixTimestamp64Milli(opened_at) - {{window_s:Int64}} * 1000, {SLOT_S * 1000}),
    intDiv({_ENDS} + {{window_s:Int64}} * 1000, {SLOT_S * 1000}) + 1))
FROM findings{VERSIONS}[local] FINAL WHERE app_id = {{app_id:String}} AND severity != 'info'
"""
_REFERRED = f"""
SELECT call_id, referred.1, referred.2 FROM
(
    SELECT call_id, arrayJoin(arrayZip(repeated_seq, repeated_event)) AS referred FROM samples[local]
    WHERE app_id = {{app_id:String}} AND (call_id, {_SLOT}) IN ({_WINDOWS})
)
"""
_OLD = f"""
SELECT call_id FROM calls{VERSIONS}[local] FINAL
WHERE app_id = {{app_id:String}} AND greatest(ifNull(ended_at, last_seen_at), last_seen_at) < {_moment("facts")}
"""
# Over, and with everything that was concluded of it in the store: each of its sessions has its features.
_OVER = f"""
SELECT call_id FROM calls{VERSIONS}[local] FINAL
WHERE app_id = {{app_id:String}} AND ended_at < {_moment("over")} AND (call_id, sessions) IN
(
    SELECT call_id, toInt64(count()) FROM client_features{VERSIONS}[local] FINAL
    WHERE app_id = {{app_id:String}} GROUP BY call_id
)
"""
