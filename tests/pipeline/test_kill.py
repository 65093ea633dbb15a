"""`kill -9` at random points: what was acknowledged is stored, and nothing is stored twice.

`RTCLENS_KILLS` sets how many lives the server gets (a few by default, hundreds before a release).
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from rtclens.pipeline import Worker
from rtclens.store import Store
from rtclens.stream.spool import Spool

from .simple import Analysis

VICTIM = Path(__file__).with_name("victim.py")
LIVES = int(os.environ.get("RTCLENS_KILLS", "5"))
STEP = 1_000_000


def _live_and_die(folder: Path, first: int, lines: int) -> list[int]:
    """Run the victim until it has said so many lines, kill it, and return what it had acknowledged."""
    command = [sys.executable, str(VICTIM), str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.send_signal(signal.SIGKILL)
        said += victim.stdout.readlines()
    assert all(line.endswith(b"\n") for line in said), "the victim died by itself"
    return [int(line) for line in said if line.strip().isdigit()]


async def _finish(folder: Path, store: Store) -> None:
    """A last start without a death: deliver what is left."""
    spool = Spool(folder / "spool")
    worker = Worker(spool.consumer(), store, Analysis())
    worker.start()
    await asyncio.to_thread(worker.stop)
    await spool.close()
    assert worker.failure is None


def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(tmp_path: Path) -> None:
    """Deaths while opening, migrating, recovering, appending and flushing leave every acknowledged row exactly once."""
    chance = random.Random(20)
    acknowledged: list[int] = []
    for life in range(LIVES):
        lines = chance.choice([1, 2, 3, 4, 5, 50, 400, 1000, 2000]) if life else 500
        acknowledged += _live_and_die(tmp_path, life * STEP, lines)
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    asyncio.run(_finish(tmp_path, store))
    stored = [row[0] for row in store.query("SELECT packetsReceived FROM inbound_rtp ORDER BY seq").rows]
    sampled = store.query("SELECT count() FROM samples").rows[0][0]
    told = store.query("SELECT sum(sessions) FROM calls").rows[0][0]
    store.close()
    assert len(acknowledged) > 300
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored)) == sampled == told
