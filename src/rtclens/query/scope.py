"""The scope of a question and the only way to ask one: no text of this room can read past it.

Enters: SQL in which a table is written `@calls`, its parameters, the apps that may be read. Leaves: columns and rows.
`@calls` becomes a subquery that holds the scope's apps only, so a question that forgot a condition still cannot see
another organization. Values always travel as parameters (`{name:Type}`), never as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from rtclens.model.facts import FACTS
from rtclens.store.columns import VERSIONS

TABLE = re.compile(r"@([a-z_]+)")
# What the views of facts read: with one query less inside the other the engine plans in two thirds of the time.
SOURCES = {cls.table: f"{cls.table}{VERSIONS} FINAL" for cls in FACTS}
SCOPED = "(SELECT * FROM {table} WHERE app_id IN {{scope_apps:Array(String)}})"


class Scope(msgspec.Struct, frozen=True):
    """The apps a question may touch; none means that every answer is empty."""

    app_ids: tuple[str, ...]


class Answer(Protocol):
    """Rows of the store."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows, in the order of the columns that were asked for."""

    def dicts(self) -> list[dict[str, Any]]:
        """The rows, each a fresh dict."""


class Reader(Protocol):
    """The read side of the store."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Run one SELECT."""


class Span(msgspec.Struct, frozen=True):
    """A half-open interval of time `[from_at, to_at)`, ms since the epoch."""

    from_at: float
    to_at: float

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return (self.to_at - self.from_at) / 1000


def scoped(sql: str) -> str:
    """The text that is run: every `@table` limited to the scope."""
    return TABLE.sub(lambda match: SCOPED.format(table=SOURCES.get(match[1], match[1])), sql)


def ask(reader: Reader, scope: Scope, sql: str, **params: Any) -> list[dict[str, Any]]:
    """The rows of a question as dicts."""
    return _answer(reader, scope, sql, params).dicts()


def ask_columns(reader: Reader, scope: Scope, sql: str, **params: Any) -> list[Sequence[Any]]:
    """The columns of a question, for answers too large to handle row by row; none where there is no row."""
    return list(zip(*_answer(reader, scope, sql, params).rows, strict=True))


def _answer(reader: Reader, scope: Scope, sql: str, params: Mapping[str, Any]) -> Answer:
    return reader.query(scoped(sql), {**params, "scope_apps": list(scope.app_ids)})


def moment(name: str) -> str:
    """A parameter of that name, ms since the epoch, as a DateTime64."""
    return f"fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')"


def span_params(span: Span) -> dict[str, int]:
    """The bounds of a span as parameters `from_at` and `to_at`."""
    return {"from_at": int(span.from_at), "to_at": int(span.to_at)}


# Minutes that lie in a span, the one it begins in as a whole.
IN_MINUTES = f"minute >= toStartOfMinute({moment('from_at')}) AND minute < {moment('to_at')}"
