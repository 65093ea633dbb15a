"""One embedded store for several worker processes: what a ClickHouse server is to them in a cluster.

The process that owns the folder serves the store's methods over a loopback socket; a worker that is killed in the
middle of a request leaves it unread or done, as with a real server.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.managers import BaseManager
from typing import Any

from rtclens.model.events import Batch
from rtclens.store import Block, Store
from rtclens.store.erasures import Erasure
from rtclens.store.store import OpenCall, Result

SECRET = b"loopback only"
EXPOSED = ("insert", "query", "replay", "erasures", "erase")


class Desk:
    """What workers ask of the store, in whole answers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def insert(self, block: Block) -> None:
        self._store.insert(block)

    def query(self, sql: str, params: Mapping[str, Any]) -> Result:
        return self._store.query(sql, params)

    def replay(self, calls: Sequence[OpenCall], first: int, last: int) -> list[Batch]:
        return list(self._store.replay(calls, first, last))

    def erasures(self, app_ids: Sequence[str] | None, after: float, limit: int) -> list[Erasure]:
        return self._store.erasures(app_ids, after, limit)

    def erase(self, app_id: str, call_id: str, participant_id: str) -> None:
        self._store.erase(app_id, call_id, participant_id)


class _Manager(BaseManager):
    pass


def serve(store: Store) -> int:
    """Serve from a thread until the process ends; returns the port."""
    desk = Desk(store)
    _Manager.register("desk", callable=lambda: desk, exposed=EXPOSED)
    server = _Manager(("127.0.0.1", 0), SECRET).get_server()
    threading.Thread(target=_forever, args=(server,), daemon=True).start()
    return int(server.address[1])


def _forever(server: Any) -> None:
    """What `serve_forever` does, but for ending the process at the end."""
    server.stop_event = threading.Event()
    server.accepter()


class RemoteStore(Store):
    """The store as a worker process has it."""

    def __init__(self, port: int) -> None:
        _Manager.register("desk", exposed=EXPOSED)
        manager = _Manager(("127.0.0.1", port), SECRET)
        manager.connect()
        self._desk: Any = manager.desk()  # type: ignore[attr-defined]

    def insert(self, block: Block) -> None:
        self._desk.insert(block)

    def query(
        self, sql: str, params: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> Result:
        assert not settings
        return self._desk.query(sql, dict(params or {}))

    def replay(self, calls: Sequence[OpenCall], first: int = 0, last: int = 2**63 - 1) -> Iterator[Batch]:
        yield from self._desk.replay(list(calls), first, last)

    def erasures(self, app_ids: Sequence[str] | None = None, after: float = 0.0, limit: int = 100_000) -> list[Erasure]:
        return self._desk.erasures(app_ids, after, limit)

    def erase(self, app_id: str, call_id: str = "", participant_id: str = "") -> None:
        self._desk.erase(app_id, call_id, participant_id)
