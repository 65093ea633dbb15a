"""The control database: SQLite in WAL mode, so that commands and a running server share one file.

Enters: plain portable SQL with `?` parameters. Leaves: rows as dicts. One connection behind a lock: control
questions take microseconds and are rare, so waiting for the lock costs less than a pool. Writers use `transaction()`.
`postgres.py` is the same for processes on several machines.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

Value = str | int | None
Row = dict[str, Any]
FILE_NAME = "control.sqlite3"


class DuplicateError(Exception):
    """A row that must be the only one of its kind is there already."""


class Control(Protocol):
    """An open control database whose migrations have run."""

    def close(self) -> None:
        """Release it."""

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[Row]:
        """All rows of a question."""

    def row(self, sql: str, params: Sequence[Value] = ()) -> Row | None:
        """The first row of a question, if any."""

    def execute(self, sql: str, params: Sequence[Value] = ()) -> int:
        """Run a change; how many rows it touched. Raises `DuplicateError`."""

    def transaction(self) -> AbstractContextManager[None]:
        """All changes inside, or none; nested uses join the outer one; writers take turns."""

    def version(self) -> int:
        """Changes when another process may have committed: the sign to forget caches."""


class Database:
    """The `Control` in a file."""

    def __init__(self, path: Path | str) -> None:
        """Open or create the file at `path` (`:memory:` for tests) and bring its tables up to date."""
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        if path != ":memory:":
            Path(path).chmod(0o600)
        migrate(self)

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[Row]:
        """All rows of a question."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, params)]

    def row(self, sql: str, params: Sequence[Value] = ()) -> Row | None:
        """The first row of a question, if any."""
        found = self.rows(sql, params)
        return found[0] if found else None

    def execute(self, sql: str, params: Sequence[Value] = ()) -> int:
        """Run a change; how many rows it touched."""
        with self._lock:
            try:
                return self._connection.execute(sql, params).rowcount
            except sqlite3.IntegrityError as error:
                raise DuplicateError(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none; nested uses join the outer one."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if outermost:
                self._connection.execute("COMMIT")

    def version(self) -> int:
        """Changes when another process (or connection) committed: the sign to forget caches."""
        with self._lock:
            row = self._connection.execute("PRAGMA data_version").fetchone()
        return int(row[0])


def migrate(database: Control) -> None:
    """Bring the tables up to date."""
    with database.transaction():
        database.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        done = {row["number"] for row in database.rows("SELECT number FROM migrations")}
        for number, name, text in migrations():
            if number not in done:
                for statement in statements(text):
                    database.execute(statement)
                database.execute("INSERT INTO migrations (number, name) VALUES (?, ?)", (number, name))


def migrations() -> list[tuple[int, str, str]]:
    """The numbered migration files in order: number, name, text."""
    folder = resources.files("rtclens.access") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in names]


def statements(text: str) -> list[str]:
    """The statements of a migration; comments start a line, semicolons end a statement."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return [statement.strip() for statement in kept.split(";") if statement.strip()]
