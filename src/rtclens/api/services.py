"""What the API needs of the other rooms, as small boundaries; the `app` room fills them in.

Enters: nothing. Leaves: `Services` and the protocols of its members.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from rtclens.access import Access, App
from rtclens.model.facts import Fact
from rtclens.query import Reader
from rtclens.query.letters import Letter, LetterContent, LetterOutcome
from rtclens.store.erasures import Erasure


class LiveSubscription(Protocol):
    """Facts as they are concluded, until the bus closes. A slow reader loses facts, it never blocks anybody."""

    def __aiter__(self) -> AsyncIterator[Fact]: ...

    async def __anext__(self) -> Fact: ...

    async def aclose(self) -> None:
        """End the subscription."""


class LiveFacts(Protocol):
    """The in-process bus."""

    def subscribe(self) -> LiveSubscription:
        """Facts of all apps from now on."""


class SqlColumn(msgspec.Struct, frozen=True):
    """A column of an answer or of a table; `description` is empty where it is an expression."""

    name: str
    type: str
    description: str = ""


class SqlAnswer(msgspec.Struct, frozen=True):
    """The answer to a user's question. `truncated`: there were more rows than the limit."""

    columns: list[SqlColumn]
    rows: list[list[Any]]
    elapsed_ms: float
    read_rows: int | None = None
    truncated: bool = False


class SqlTable(msgspec.Struct, frozen=True):
    """A table that users may ask."""

    name: str
    description: str
    columns: list[SqlColumn]


class SqlRefusedError(Exception):
    """The question is not allowed, not valid, or over a limit; the message may be shown."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class Sql(Protocol):
    """Read-only SQL, scoped by construction to the given apps."""

    def run(self, query: str, app_ids: Sequence[str], limit: int) -> SqlAnswer:
        """Answer, or raise `SqlRefusedError`."""

    def tables(self) -> list[SqlTable]:
        """What may be asked."""


class Erasing(Protocol):
    """Deletion for good. Blocks until everything is gone."""

    def forget(self, app_id: str, call_id: str, participant_id: str, by: str) -> Erasure:
        """Erase an app's telemetry, a call ('' for all), or a participant of it ('' for all)."""

    def erasures(self, app_ids: Sequence[str], after: float, limit: int) -> list[Erasure]:
        """What was erased of these apps since a moment, newest first."""


class Letters(Protocol):
    """Refused frames of the given apps; `wanted` are numbers, all where it is empty."""

    def listed(self, app_ids: Sequence[str], code: str = "", limit: int = 100) -> list[Letter]:
        """The newest."""

    def shown(self, app_ids: Sequence[str], letter: int) -> LetterContent | None:
        """One with what it held."""

    def redecoded(
        self, app_ids: Sequence[str], wanted: Sequence[int] = (), code: str = "", limit: int = 1000
    ) -> list[LetterOutcome]:
        """Decode those that wait, and store what they hold."""

    def dropped(self, app_ids: Sequence[str], wanted: Sequence[int] = (), code: str = "", limit: int = 1000) -> int:
        """Remove them; how many there were."""


@dataclass(frozen=True)
class Services:
    """Everything the API stands on. `clock` gives ms since the epoch; `static` is the built dashboard's folder;
    `retaining` has what an app no longer keeps removed and answers rows by table.
    """

    access: Access
    reader: Reader
    live: LiveFacts
    sql: Sql
    detectors: Callable[[], Sequence[Any]]
    static: Path
    clock: Callable[[], float]
    version: str
    erasing: Erasing
    letters: Letters
    retaining: Callable[[App], dict[str, int]]
    ping_s: float = 15.0
