"""Recorded calls, multiplied, and what an undisturbed worker concludes from them."""

from __future__ import annotations

import asyncio
import lzma
from pathlib import Path
from typing import Any

import msgspec

from rtclens import analysis
from rtclens.model.events import Batch
from rtclens.model.facts import FACTS
from rtclens.pipeline import Worker, WorkerSettings
from rtclens.store import Store
from rtclens.stream.spool import Spool

RECORDINGS = Path(__file__).parent.parent / "data" / "analysis"
DECODER = msgspec.msgpack.Decoder(list[Batch])
NO_TICKS = 10**12  # time passes with the recorded batches only, so that two runs can be compared
SETTINGS = WorkerSettings(flush_ms=100, tick_ms=NO_TICKS)


def calls(names: tuple[str, ...], copies: int) -> list[list[Batch]]:
    """For each copy of each recorded call its batches in order, under an id of its own."""
    found: list[list[Batch]] = []
    for name in names:
        data = lzma.decompress((RECORDINGS / f"{name}.msgpack.xz").read_bytes())
        for copy in range(copies):
            by_call: dict[str, list[Batch]] = {}
            for batch in DECODER.decode(data):
                origin = msgspec.structs.replace(batch.origin, call=f"{name}-{copy}-{batch.origin.call}")
                batch.origin = origin
                by_call.setdefault(origin.call, []).append(batch)
            found += by_call.values()
    return found


def began(load: list[list[Batch]]) -> float:
    """When the oldest batch arrived: the clock of all workers stands there."""
    return min(batch.received_at for batches in load for batch in batches)


def facts(store: Store) -> dict[str, list[Any]]:
    """All facts without their revisions, which tell versions apart and not calls."""
    found = {}
    for cls in FACTS:
        names = ", ".join(f"`{name}`" for name in cls.__struct_fields__ if name != "revision")
        found[cls.table] = [tuple(row) for row in store.query(f"SELECT {names} FROM {cls.table} ORDER BY ALL").rows]
    return found


def undisturbed(folder: Path, load: list[list[Batch]]) -> dict[str, list[Any]]:
    """The facts of one worker on a spool that nothing happens to."""

    async def run() -> dict[str, list[Any]]:
        store = Store.open(f"chdb://{folder}/store")
        store.migrate()
        spool = Spool(folder / "spool")
        start = began(load)
        worker = Worker(spool.consumer(), store, analysis, settings=SETTINGS, clock=lambda: start)
        worker.start()
        for batches in load:
            for batch in batches:
                await spool.append([batch])
        await asyncio.to_thread(worker.stop)
        await spool.close()
        assert worker.failure is None
        found = facts(store)
        store.close()
        return found

    return asyncio.run(run())
