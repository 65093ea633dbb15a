"""The port through which this API reads: what it asks for, and what it is given.

Enters: nothing. Leaves: the types of the port. Implementations see only the apps they are told, so that ids of others
are as unknown as ids that never were.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import msgspec

from rtclens.model.facts import Fact
from rtclens.wire.peermetrics.reading.questions import Question


class StoredEvent(msgspec.Struct, kw_only=True):
    """A row of the event table; `name` is the event's tag, `payload` its members, `peer` the other end's own id."""

    event_id: str
    at: float
    app_id: str
    call_id: str
    participant_id: str = ""
    session_id: str = ""
    connection_id: str = ""
    track_id: str = ""
    peer: str = ""
    name: str
    payload: dict[str, Any] = {}


class Item(msgspec.Struct):
    """One row: the fact, ids of related rows (`participants`, `issues`), and what else is known (`devices` …)."""

    row: Fact | StoredEvent
    links: dict[str, list[str]] = {}
    more: dict[str, Any] = {}


class Found(msgspec.Struct):
    """A page of rows, and how many there are in all."""

    items: list[Item]
    count: int


class Match(msgspec.Struct):
    """A hit of the search: its name, the id the application gave, our id, and the page that shows it."""

    kind: Literal["conference", "participant", "app", "organization"]
    name: str
    external_id: str
    path: str


class Library(Protocol):
    """Reads facts; answers from the apps it is given and no others."""

    def apps_of(self, bearer: str) -> frozenset[str] | None:
        """The ids of the apps that an API token may read; `None` when it is not valid."""

    def find(self, question: Question, apps: frozenset[str]) -> Found:
        """The rows that match, ordered by time, a page of them."""

    def summarise(self, question: Question, apps: frozenset[str]) -> list[dict[str, Any]]:
        """The rows of a summary, named as in `summaries.py`, without empty ranges."""

    def search(self, question: Question, apps: frozenset[str]) -> list[Match]:
        """Calls, participants and apps whose name or id contains the text, newest first."""
