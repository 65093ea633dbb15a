"""What the reading side of the Peer Metrics API asks of the store.

Enters: questions of `wire.peermetrics.reading`, API tokens. Leaves: facts and rows of the apps that the token may read.
Blocks; call it off the event loop.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.access import Access
from rtclens.model.events import Sample
from rtclens.model.facts import Call, Connection, Fact, Finding, Participant, Session
from rtclens.model.ids import derive
from rtclens.query import Scope, Span
from rtclens.query.shelf import Shelf, facts, happened, links, named
from rtclens.query.summaries import summary
from rtclens.store import Store
from rtclens.store.store import OpenCall
from rtclens.wire.peermetrics.reading.events import TYPES
from rtclens.wire.peermetrics.reading.library import Found, Item, Match, StoredEvent
from rtclens.wire.peermetrics.reading.questions import Question
from rtclens.wire.peermetrics.reading.summaries import DURATIONS, SETUP_TIMES

KINDS: dict[str, type[Fact]] = {
    "conferences": Call,
    "participants": Participant,
    "sessions": Session,
    "connections": Connection,
    "issues": Finding,
}
LATEST = 9_999_999_999_999.0
BOUNDS = {"conferences/duration-summary": DURATIONS, "connections/setup-time-summary": SETUP_TIMES}
ALSO = {"connection": ("state_changed", "notified")}
MEMBERS = {"countries": "code"}
Row = dict[str, Any]


class StoredLibrary:
    """The library over the control database and the store."""

    def __init__(self, access: Access, store: Store) -> None:
        self._access = access
        self._store = store

    def apps_of(self, bearer: str) -> frozenset[str] | None:
        """The apps that a token may read."""
        principal = self._access.by_token(bearer)
        return frozenset(principal.app_ids) if principal is not None and principal.may("read") else None

    def find(self, question: Question, apps: frozenset[str]) -> Found:
        """A page of the rows that match, in the order of time."""
        scope, shelf = _scope(question, apps), _shelf(question)
        kind = KINDS.get(question.resource)
        if kind is None:
            return self._happened(scope, shelf, samples=question.resource == "graphs" or _is_stats(question))
        rows, count = facts(self._store, scope, kind, shelf)
        return Found(self._linked(scope, question, rows), count)

    def _linked(self, scope: Scope, question: Question, rows: list[Any]) -> list[Item]:
        column = {"conferences": "call_id", "sessions": "session_id"}.get(question.resource, "")
        if not column or (column == "call_id" and not question.single):
            return [Item(row) for row in rows]
        ids = [getattr(row, column) for row in rows]
        issues = links(self._store, scope, "findings", column, ids)
        people = links(self._store, scope, "participants", column, ids) if column == "call_id" else {}
        return [
            Item(row, {"issues": issues.get(one, []), "participants": people.get(one, [])})
            for one, row in zip(ids, rows, strict=True)
        ]

    def _happened(self, scope: Scope, shelf: Shelf, *, samples: bool) -> Found:
        rows, count = happened(self._store, scope, shelf, samples=samples)
        payloads = self._payloads(rows) if samples else {}
        return Found([Item(_event(row, payloads)) for row in rows], count)

    def _payloads(self, rows: list[Row]) -> dict[tuple[int, int], Row]:
        """The statistics of samples, by their place in the stream."""
        if not rows:
            return {}
        wanted = {(row["seq"], row["event"]) for row in rows}
        calls = [OpenCall(*key) for key in sorted({(row["app_id"], row["call_id"]) for row in rows})]
        seqs = [row["seq"] for row in rows]
        return {
            (batch.seq, number): {"stats": msgspec.to_builtins(event.stats)}
            for batch in self._store.replay(calls, min(seqs), max(seqs))
            for number, event in enumerate(batch.events)
            if (batch.seq, number) in wanted and isinstance(event, Sample)
        }

    def summarise(self, question: Question, apps: frozenset[str]) -> list[Row]:
        """The rows of a summary."""
        bounds = BOUNDS.get(question.name, ())
        rows = summary(self._store, _scope(question, apps), question.name, _span(question), bounds)
        for row in rows:
            member = MEMBERS.get(row.get("part", ""))
            if member is not None:
                row[member] = row.pop("name")
        return rows

    def search(self, question: Question, apps: frozenset[str]) -> list[Match]:
        """Calls and participants by name or id, newest first."""
        rows = named(self._store, Scope(tuple(sorted(apps))), question.text, question.limit)
        return [Match(row["kind"], row["name"], row["external_id"], _path(row)) for row in rows]


def _path(row: Row) -> str:
    person = f"?participant={row['participant_id']}" if row["participant_id"] else ""
    return f"/calls/{row['call_id']}{person}"


def _scope(question: Question, apps: frozenset[str]) -> Scope:
    return Scope((question.app_id,) if question.app_id else tuple(sorted(apps)))


def _span(question: Question) -> Span:
    return Span(min(max(question.after, 0.0), LATEST), min(max(question.before, 0.0), LATEST))


def _shelf(question: Question) -> Shelf:
    calls = (question.call_id,) if question.call_id else question.call_ids
    types = question.event_tags or _category(question.name if question.resource == "events" else "")
    least, most = question.durations
    return Shelf(
        single=question.single,
        call_ids=calls,
        participant_id=question.participant_id,
        span=None if question.single else _span(question),
        seconds=(max(least, 0.0), min(most, LATEST)) if (least, most) != (float("-inf"), float("inf")) else None,
        detectors=question.detectors,
        severities=question.severities,
        types=types,
        machine=question.event_machine,
        without=question.without,
        newest_first=question.newest_first,
        limit=question.limit,
        offset=question.offset,
    )


def _category(name: str) -> tuple[str, ...]:
    """The tags of our events that stand behind a category of this API."""
    return (*(tag for tag, (_, category) in TYPES.items() if category == name), *ALSO.get(name, ()))


def _is_stats(question: Question) -> bool:
    return question.name == "stats" or (question.event_tags == ("sample",) and not question.without)


def _event(row: Row, payloads: dict[tuple[int, int], Row]) -> StoredEvent:
    payload = payloads.get((row["seq"], row["event"])) or (
        msgspec.json.decode(row["payload"]) if row["payload"] else {}
    )
    return StoredEvent(
        event_id=derive("evt", row["seq"], row["event"]),
        at=row["at_ms"],
        app_id=row["app_id"],
        call_id=row["call_id"],
        participant_id=row["participant_id"],
        session_id=row["session_id"],
        connection_id=row["connection_id"],
        name=row["type"],
        payload=payload,
    )
