"""Whoever is told of facts hears them after they are stored and before their batches are committed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from rtclens.model.events import Batch
from rtclens.model.facts import Fact
from rtclens.pipeline import Worker, WorkerSettings
from rtclens.store import Identity, Store
from rtclens.stream.spool import Spool

from .simple import Analysis, Counting, batch

SETTINGS = WorkerSettings(flush_ms=20, bulk_ms=40, retry_s=0.01, stop_s=1.0, tick_ms=0)


class Outlet:
    """Notes what the worker had committed and the store held whenever it was told something."""

    def __init__(self, store: Store, wants_batches: bool) -> None:
        self.wants_batches = wants_batches
        self.worker: Worker[Counting] | None = None
        self.batches: list[Batch] = []
        self.sessions: list[int] = []
        self.early: list[int] = []
        self._store = store

    def take(self, facts: Sequence[Fact], batches: Sequence[tuple[Batch, Identity]]) -> None:
        assert self.worker is not None
        stored = self._store.query("SELECT max(sessions) FROM calls").rows[0][0]
        self.sessions += [fact.sessions for fact in facts if fact.sessions <= stored]
        self.batches += [each for each, _ in batches]
        self.early += [each.seq for each, _ in batches if self.worker.counters.committed >= each.seq]


@pytest.mark.parametrize("wants_batches", [True, False])
def test_an_outlet_is_told_between_store_and_commit(tmp_path: Path, wants_batches: bool) -> None:
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    outlet = Outlet(store, wants_batches)

    async def run() -> None:
        spool = Spool(tmp_path / "spool")
        outlet.worker = Worker(spool.consumer(), store, Analysis(), None, SETTINGS, lambda: 0.0, outlet)
        outlet.worker.start()
        for number in range(12):
            await spool.append([batch(number)])
        await asyncio.to_thread(outlet.worker.stop)
        await spool.close()

    asyncio.run(run())
    store.close()
    assert outlet.worker is not None
    assert outlet.worker.failure is None
    assert outlet.sessions == list(range(1, 13))
    assert len(outlet.batches) == (12 if wants_batches else 0)
    assert outlet.early == []
