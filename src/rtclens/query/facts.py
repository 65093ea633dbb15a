"""Rows of fact tables as the structs of `model.facts`.

Enters: a fact class and the SQL that selects whole rows of its table. Leaves: instances; times as ms since the epoch.
The views in this module are the facts with nothing left out when they are encoded, for readers outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from rtclens.model.facts import Call, Connection, Evidence, Fact, Finding, Participant, Score, Session, Track
from rtclens.query.scope import Reader, Scope, ask
from rtclens.store.columns import Column, fact_columns

F = TypeVar("F", bound=Fact)


class EvidenceView(Evidence, omit_defaults=False):
    """A measurement behind a finding."""


class ParticipantView(Participant, kw_only=True, omit_defaults=False, tag=False):
    """A participant."""


class SessionView(Session, kw_only=True, omit_defaults=False, tag=False):
    """A join of a participant."""


class ConnectionView(Connection, kw_only=True, omit_defaults=False, tag=False):
    """An RTCPeerConnection."""


class TrackView(Track, kw_only=True, omit_defaults=False, tag=False):
    """One direction of one RTP stream set."""


class FindingView(Finding, kw_only=True, omit_defaults=False, tag=False):
    """A finding."""

    # The same fields as its base has, encoded in full.
    evidence: list[EvidenceView] = msgspec.field(default_factory=list)  # type: ignore[assignment]


class ScoreView(Score, kw_only=True, omit_defaults=False, tag=False):
    """A score."""


class CallView(Call, kw_only=True, omit_defaults=False, tag=False):
    """A call."""


def select(view: type[Fact], where: str, tail: str = "", extra: str = "") -> str:
    """SQL for the rows of a view's table that match; names in `where` and `tail` are the table's own columns.

    `extra` computes one more column beside the table's: `expression AS name`.
    """
    more, name = (f", {extra}", f", fact.{extra.rpartition(' AS ')[2]}") if extra else ("", "")
    inner = f"SELECT *{more} FROM @{view.table} WHERE {where} {tail}"
    return f"SELECT {_expressions(view)}{name} FROM ({inner}) AS fact"


def read(reader: Reader, scope: Scope, view: type[F], where: str, tail: str = "", **params: Any) -> list[F]:
    """The matching facts."""
    return build(view, ask(reader, scope, select(view, where, tail), **params))


def build(view: type[F], rows: Sequence[dict[str, Any]]) -> list[F]:
    """Rows as facts; documents are decoded, all other columns have the right type already.

    Words are taken as they are stored: a newer version may have written one that this one does not know.
    """
    documents = _documents(view)
    for row in rows:
        for name, decoder in documents:
            # An empty document is stored as '': its member keeps the default.
            if row[name]:
                row[name] = decoder.decode(row[name])
            else:
                del row[name]
    return [view(**row) for row in rows]


@cache
def _documents(view: type[Fact]) -> list[tuple[str, msgspec.json.Decoder[Any]]]:
    types = get_type_hints(view)
    return [
        (column.name, msgspec.json.Decoder(types[column.name])) for column in _columns(view) if column.kind == "json"
    ]


@cache
def _columns(view: type[Fact]) -> tuple[Column, ...]:
    return fact_columns(_fact(view))


def _fact(view: type[Fact]) -> type[Fact]:
    """The class whose table it is: a view may hold more than the table does."""
    return next(
        cls for cls in reversed(view.__mro__) if issubclass(cls, Fact) and cls.table == view.table and cls.table
    )


@cache
def _expressions(view: type[Fact]) -> str:
    return ", ".join(_expression(column) for column in _columns(view))


def _expression(column: Column) -> str:
    name = f"fact.`{column.name}`"
    if column.kind == "time":
        return f"toUnixTimestamp64Milli({name}) AS `{column.name}`"
    return f"{name} AS `{column.name}`"
