"""The control database on a PostgreSQL server, for processes on several machines.

Enters: the same portable SQL with `?` parameters as for SQLite. Leaves: rows as dicts. One connection behind a lock,
opened again when the server closed it. Needs the extra `postgres`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rtclens.access.database import DuplicateError, Row, Value, migrate

SCHEMES = ("postgresql://", "postgres://")
WRITERS = 0x72746C656E73  # the advisory lock under which writers take turns, as they do on SQLite


class Postgres:
    """The `Control` behind a DSN; raises `psycopg.OperationalError` when the server cannot be reached."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = self._connect()
        migrate(self)

    def _connect(self) -> Any:
        import psycopg
        from psycopg.rows import dict_row

        return psycopg.connect(self._dsn, autocommit=True, row_factory=dict_row, connect_timeout=10)

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[Row]:
        """All rows of a question."""
        with self._lock:
            return list(self._run(sql, params).fetchall())

    def row(self, sql: str, params: Sequence[Value] = ()) -> Row | None:
        """The first row of a question, if any."""
        with self._lock:
            found: Row | None = self._run(sql, params).fetchone()
        return found

    def execute(self, sql: str, params: Sequence[Value] = ()) -> int:
        """Run a change; how many rows it touched. Raises `DuplicateError`."""
        from psycopg.errors import IntegrityError

        with self._lock:
            try:
                return int(self._run(sql, params).rowcount)
            except IntegrityError as error:
                raise DuplicateError(str(error)) from error

    def _run(self, sql: str, params: Sequence[Value]) -> Any:
        from psycopg import OperationalError

        text = sql.replace("%", "%%").replace("?", "%s")
        try:
            return self._connection.execute(text, params)
        except OperationalError:
            if self._depth or not self._connection.broken:
                raise
            self._connection = self._connect()
            return self._connection.execute(text, params)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none; nested uses join the outer one."""
        with self._lock:
            if self._depth:
                yield
                return
            self._run("SELECT 1", ())  # connects again where needed, which must not happen in between
            with self._connection.transaction():
                self._depth = 1
                try:
                    self._run("SELECT pg_advisory_xact_lock(?)", (WRITERS,))
                    yield
                finally:
                    self._depth = 0

    def version(self) -> int:
        """Changes every second: asking the server for each frame would cost more than what it saves."""
        return int(time.monotonic())
