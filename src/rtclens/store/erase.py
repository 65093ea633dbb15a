"""Deletion that is complete: every row of a participant, a call or an app, in every table.

Enters: what is to be forgotten. Leaves: nothing of it. Rows are removed physically, not masked: the statements return
when the parts without them are in place. Every table has the columns that name its owner, and a table that is added
later is covered because the list of tables comes from the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rtclens.model.facts import FACTS
from rtclens.store import minutes
from rtclens.store.columns import STORED, TABLES, VERSIONS

_MENTIONS = "multiSearchAny({}, {{words:Array(String)}})"
_OF_CALL = "app_id = {app_id:String} AND call_id = {call_id:String}"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data: an app, one call of it, or one participant of that call."""

    app_id: str
    call_id: str = ""
    participant_id: str = ""

    def owner(self) -> Mapping[str, str]:
        """The columns that name it, and their values."""
        given = {"app_id": self.app_id, "call_id": self.call_id, "participant_id": self.participant_id}
        return {name: value for name, value in given.items() if value}


def tables(subject: Subject) -> Iterator[str]:
    """The tables that can hold rows of the subject.

    Refused input belongs to an app, not to a call, because it could not be decoded.
    """
    for table, columns in TABLES.items():
        if subject.owner().keys() <= {column.name for column in columns}:
            yield table


def condition(subject: Subject) -> tuple[str, dict[str, Any]]:
    """The SQL condition for its rows, and its parameters."""
    owner = subject.owner()
    return " AND ".join(f"{name} = {{{name}:String}}" for name in owner), dict(owner)


def erase(client: Any, subject: Subject, cluster: str = "") -> None:
    """Remove every row of the subject."""
    where, parameters = condition(subject)
    for table in tables(subject):
        statement = f"ALTER TABLE {_stored(table, cluster)} DELETE WHERE {where} SETTINGS mutations_sync = 2"
        client.command(statement, parameters=parameters)


def erase_refused(client: Any, app_id: str, words: Sequence[str], cluster: str = "") -> int:
    """Remove the refused frames of an app in which one of these ids stands; how many there were."""
    if not words:
        return 0
    mentions = " OR ".join(_MENTIONS.format(column) for column in ("raw", "message", "circumstances"))
    where = f"app_id = {{app_id:String}} AND ({mentions})"
    parameters = {"app_id": app_id, "words": list(words)}
    found = client.query(f"SELECT count() FROM refusals WHERE {where}", parameters=parameters).result_rows[0][0]
    if found:
        statement = f"ALTER TABLE {_stored('refusals', cluster)} DELETE WHERE {where} SETTINGS mutations_sync = 2"
        client.command(statement, parameters=parameters)
    return int(found)


def unname(client: Any, subject: Subject, cluster: str = "") -> None:
    """Blank the id of a participant where facts about others name it: as peer, or as cause."""
    if not subject.participant_id:
        return
    owner = {**subject.owner(), "participant": subject.participant_id}
    for table, columns in TABLES.items():
        for column in columns:
            if column.name.endswith("_participant_id"):
                where = f"{_OF_CALL} AND {column.name} = {{participant:String}}"
                statement = f"ALTER TABLE {_stored(table, cluster)} UPDATE {column.name} = '' WHERE {where}"
                client.command(f"{statement} SETTINGS mutations_sync = 2", parameters=owner)


def erase_versions(client: Any, subject: Subject, before: int, cluster: str = "") -> None:
    """Remove the facts of the subject that no analysis from revision `before` on has concluded again."""
    where, parameters = condition(subject)
    for cls in FACTS:
        table = _stored(cls.table + VERSIONS, cluster)
        statement = f"ALTER TABLE {table} DELETE WHERE {where} AND revision < {int(before)} SETTINGS mutations_sync = 2"
        client.command(statement, parameters=parameters)
    minutes.rebuild(client, subject.app_id, subject.call_id, _stored(minutes.TABLE, cluster))


def keep_refused(client: Any, days: int, cluster: str = "") -> None:
    """Have the engine drop the bytes of refused frames, and all that came with them, after so many days."""
    table = _stored("refusals", cluster)
    for column in ("raw", "circumstances"):
        client.command(f"ALTER TABLE {table} MODIFY COLUMN {column} TTL toDateTime(at) + INTERVAL {int(days)} DAY")


def drop_letters(client: Any, app_id: str, letters: Sequence[int], cluster: str = "") -> None:
    """Remove refused frames by their numbers."""
    where = "app_id = {app_id:String} AND has({letters:Array(Int64)}, letter)"
    statement = f"ALTER TABLE {_stored('refusals', cluster)} DELETE WHERE {where} SETTINGS mutations_sync = 2"
    client.command(statement, parameters={"app_id": app_id, "letters": list(letters)})


def mark_decoded(client: Any, app_id: str, letters: Sequence[int], at: float, cluster: str = "") -> None:
    """Note that refused frames were decoded after all."""
    where = "app_id = {app_id:String} AND has({letters:Array(Int64)}, letter)"
    moment = f"fromUnixTimestamp64Milli({int(at)}, 'UTC')"
    statement = f"ALTER TABLE {_stored('refusals', cluster)} UPDATE decoded_at = {moment}"
    parameters = {"app_id": app_id, "letters": list(letters)}
    client.command(f"{statement} WHERE {where} SETTINGS mutations_sync = 2", parameters=parameters)


def _stored(table: str, cluster: str) -> str:
    """The table that holds the data: on a cluster the plain name is only the way to it."""
    return f"{table}_local ON CLUSTER '{cluster}'" if cluster else table


def remaining(client: Any, subject: Subject) -> dict[str, int]:
    """Rows that are still there, by table as people read it: the proof, empty after `erase`."""
    where, parameters = condition(subject)
    counts = {
        table.removesuffix(STORED): client.query(
            f"SELECT count() FROM {table} WHERE {where}", parameters=parameters
        ).result_rows[0][0]
        for table in tables(subject)
    }
    return {table: count for table, count in counts.items() if count}
