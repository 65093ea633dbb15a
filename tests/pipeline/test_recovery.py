"""With the real analysis: a worker replaced in the middle of calls ends with the facts of an undisturbed one."""

from __future__ import annotations

import asyncio
import lzma
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rtclens import analysis
from rtclens.model.events import Batch
from rtclens.model.facts import FACTS
from rtclens.pipeline import Worker, WorkerSettings
from rtclens.store import Store
from rtclens.stream.spool import Spool

RECORDINGS = Path(__file__).parent.parent / "data" / "analysis"
NO_TICKS = 10**12
DECODER = msgspec.msgpack.Decoder(list[Batch])


def _recorded(name: str) -> list[Batch]:
    return DECODER.decode(lzma.decompress((RECORDINGS / f"{name}.msgpack.xz").read_bytes()))


async def _work(folder: Path, store: Store, batches: list[Batch]) -> None:
    """Append the batches one by one to a spool with a worker of its own."""
    spool = Spool(folder / "spool")
    start = batches[0].received_at if batches else 0.0
    settings = WorkerSettings(flush_ms=5, bulk_ms=12, tick_ms=NO_TICKS)
    worker = Worker(spool.consumer(), store, analysis, settings=settings, clock=lambda: start)
    worker.start()
    for batch in batches:
        await spool.append([batch])
    await asyncio.to_thread(worker.stop)
    await spool.close()
    assert worker.failure is None


def _facts(store: Store) -> dict[str, list[Any]]:
    """All facts without their revisions, which tell versions apart and not calls."""
    found = {}
    for cls in FACTS:
        columns = [name for name in cls.__struct_fields__ if name != "revision"]
        names = ", ".join(f"`{name}`" for name in columns)
        found[cls.table] = [tuple(row) for row in store.query(f"SELECT {names} FROM {cls.table} ORDER BY ALL").rows]
    return found


def _run(folder: Path, parts: list[list[Batch]], forget: int = 0) -> dict[str, list[Any]]:
    """Facts after one worker for each part; `forget` takes back that many commits between them, as a crash does."""
    store = Store.open(f"chdb://{folder}/store")
    store.migrate()
    mark = folder / "spool" / "committed"
    for part in parts:
        asyncio.run(_work(folder, store, part))
        if forget:
            mark.write_text(str(max(0, int(mark.read_text()) - forget)))
    facts = _facts(store)
    store.close()
    shutil.rmtree(folder)
    return facts


@pytest.mark.parametrize(
    ("name", "forget"), [("observertc-sfu", 0), ("rtcstats-impair", 7), ("peermetrics-leave-crash", 7)]
)
def test_a_replaced_worker_concludes_the_same(tmp_path: Path, name: str, forget: int) -> None:
    """Open calls are rebuilt from the store, and what is delivered again changes nothing."""
    recorded = _recorded(name)
    third = len(recorded) // 3
    parts = [recorded[:third], recorded[third : 2 * third], recorded[2 * third :]]
    undisturbed = _run(tmp_path / "one", [recorded])
    assert undisturbed["calls"]
    assert _run(tmp_path / "many", parts, forget) == undisturbed
