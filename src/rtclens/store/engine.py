"""Connections to ClickHouse: embedded (`chdb://PATH`) or a server (`clickhouse://`, `https://`), same client.

Enters: a DSN. Leaves: clients, one at a time for each caller, from any thread. A client runs one statement at a time,
so there is a pool of them; on the embedded engine they share the data and reads go on during inserts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

EMBEDDED = "chdb://"
# A condition on the sorting key, a call's id say, is applied before versions are merged and other columns are read; the
# engine does so by itself only without FINAL. Conditions on anything else still see the newest version alone.
# Compiling a question with sixty columns takes half a second, once, and saves less than a millisecond each time.
_SETTINGS = {
    "optimize_move_to_prewhere_if_final": 1,
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
    "compile_sort_description": 0,
}


class StoreError(Exception):
    """The engine refused a statement or cannot be reached."""


class Engine:
    """A pool of clients of one DSN; `settings` hold for all their statements."""

    def __init__(self, dsn: str, settings: Mapping[str, Any] | None = None) -> None:
        self.dsn = dsn
        self._settings = {**_SETTINGS, **(settings or {})}
        self.embedded = dsn.startswith(EMBEDDED)
        self._idle: LifoQueue[Any] = LifoQueue()
        self._all: list[Any] = []
        self._lock = Lock()
        self._closed = False
        with self.client():
            pass  # fail now rather than at the first insert

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A client that nobody else uses meanwhile; errors of the engine come out as `StoreError`."""
        from clickhouse_connect.driver.exceptions import ClickHouseError  # heavy, and only needed with a store

        try:
            client = self._take()
            try:
                yield client
            finally:
                self._idle.put(client)
        except ClickHouseError as error:
            raise StoreError(str(error)) from error

    def _take(self) -> Any:
        if self._closed:
            raise StoreError("the store is closed")
        try:
            return self._idle.get_nowait()
        except Empty:
            client = self._open()
            with self._lock:
                self._all.append(client)
            return client

    def _open(self) -> Any:
        import clickhouse_connect

        if self.embedded:
            return clickhouse_connect.get_client(dsn=self.dsn, settings=self._settings)
        return clickhouse_connect.get_client(dsn=self.dsn, settings=self._settings, autogenerate_session_id=False)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every client; on the embedded engine this releases the data folder."""
        self._closed = True
        with self._lock:
            clients, self._all = self._all, []
        for client in clients:
            client.close()
