"""A server in miniature that is killed by `test_kill.py`: spool, worker and store in a process of its own.

Usage: `victim.py FOLDER FIRST`. Appends batches numbered FIRST, FIRST + 1, … for ever and prints a line for each
stage of its start, each moment of a migration, each acknowledged number and each refusal; the reader of these lines
decides when it dies.
"""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.simple import Analysis, batch
from rtclens.pipeline import Worker, WorkerSettings
from rtclens.store import Store
from rtclens.stream import StreamError
from rtclens.stream.spool import Spool, SpoolSettings

AT_ONCE = 8
MOMENT_S = 0.002
SETTINGS = WorkerSettings(flush_ms=1, bulk_ms=2, flush_rows=200, retry_s=0.05)


def say(line: object) -> None:
    os.write(1, f"{line}\n".encode())


def migrate(store: Store) -> None:
    """Migrate, and say so all the while: its reader may choose any moment of it."""
    with ThreadPoolExecutor(1) as pool:
        migrating = pool.submit(store.migrate)
        while not migrating.done():
            say("migrating")
            wait([migrating], MOMENT_S)
        migrating.result()


async def append_on(spool: Spool, first: int) -> None:
    number = first
    while True:
        try:
            await spool.append([batch(number, call=f"room{number % 3}", at=1_795_169_000_000.0)])
            say(number)
        except StreamError:
            say("refused")
            await asyncio.sleep(MOMENT_S)
        number += AT_ONCE


async def main(folder: Path, first: int) -> None:
    say("starting")
    store = Store.open(f"chdb://{folder}/store")
    say("opened")
    migrate(store)
    say("migrated")
    spool = Spool(folder / "spool", SpoolSettings(segment_bytes=20_000, memory_bytes=10_000))
    worker = Worker(spool.consumer(), store, Analysis(), settings=SETTINGS)
    worker.start()
    say("working")
    await asyncio.gather(*(append_on(spool, first + each) for each in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
