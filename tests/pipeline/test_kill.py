"""`kill -9` at random points: what was acknowledged is stored, and nothing is stored twice.

`RTCLENS_KILLS` sets how many lives the server gets (a few by default, hundreds before a release).
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from rtclens.pipeline import Worker
from rtclens.store import Store
from rtclens.stream.spool import Spool

from .disk import Disk, disk
from .simple import Analysis

log = logging.getLogger(__name__)
VICTIM = Path(__file__).with_name("victim.py")
LIVES = int(os.environ.get("RTCLENS_KILLS", "8"))
STEP = 1_000_000
AFTER_FULL = 100


class Lives:
    """What the victims said: numbers that were acknowledged, and how each of them died."""

    def __init__(self, folder: Path, room: Disk | None) -> None:
        self._folder = folder
        self._room = room
        self.acknowledged: list[int] = []
        self.deaths: Counter[str] = Counter()

    def live(self, lines: int, full: bool = False) -> None:
        """Run a victim until it has said so many lines, `full` some more on a full disk, and kill it."""
        command = [sys.executable, str(VICTIM), str(self._folder), str(self.deaths.total() * STEP)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as victim:
            assert victim.stdout is not None
            said = [victim.stdout.readline() for _ in range(lines)]
            if full and self._room:
                self._room.fill()
                said += [victim.stdout.readline() for _ in range(AFTER_FULL)]
            victim.send_signal(signal.SIGKILL)
            said += victim.stdout.readlines()
        if full and self._room:
            self._room.clear()
        else:
            assert all(line.endswith(b"\n") for line in said), "the victim died by itself"
        words = [line.decode().strip() for line in said if line.endswith(b"\n")]
        self.acknowledged += [int(word) for word in words if word.isdigit()]
        self.deaths[_death(words, full)] += 1


def _death(words: list[str], full: bool) -> str:
    """In which stage somebody died."""
    if full:
        return "on a full disk, refusing" if "refused" in words else "on a full disk"
    return "while working" if "working" in words else f"while {words[-1]}" if words else "at once"


async def _finish(folder: Path, store: Store) -> None:
    """A last start without a death: deliver what is left."""
    spool = Spool(folder / "spool")
    worker = Worker(spool.consumer(), store, Analysis())
    worker.start()
    await asyncio.to_thread(worker.stop)
    await spool.close()
    assert worker.failure is None


def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(tmp_path: Path) -> None:
    """Deaths while opening, migrating, recovering, appending, flushing and on a full disk: every row is there once."""
    chance = random.Random(20)
    with disk(tmp_path) as room:
        lives = Lives(tmp_path, room)
        for life in range(LIVES):
            if life < LIVES // 4:  # the schema is still being made
                lives.live(chance.randrange(2, 80))
            else:
                lives.live(chance.choice([1, 2, 3, 4, 50, 400, 1000, 2000]) if life % 4 else 500, full=life % 4 == 3)
        store = Store.open(f"chdb://{tmp_path}/store")
        store.migrate()
        asyncio.run(_finish(tmp_path, store))
        stored = [row[0] for row in store.query("SELECT packetsReceived FROM inbound_rtp ORDER BY seq").rows]
        sampled = store.query("SELECT count() FROM samples").rows[0][0]
        told = store.query("SELECT sum(sessions) FROM calls").rows[0][0]
        store.close()
    log.info("%d acknowledged, %d stored, deaths %s", len(lives.acknowledged), len(stored), dict(lives.deaths))
    assert len(lives.acknowledged) > 300
    assert set(lives.acknowledged) <= set(stored)
    assert len(stored) == len(set(stored)) == sampled == told
