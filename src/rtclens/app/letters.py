"""Write refused input to the store now and then, so that a flood of garbage costs little and blocks nobody.

Enters: refusals from the event loop. Leaves: rows of `refusals`. At most `MAX_HELD` wait; what exceeds that is counted
as `dropped` (the counters of the edge still know every refusal).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict

from rtclens.edge.positions import Letters
from rtclens.model.codec import Refusal
from rtclens.store import Store, StoreError

MAX_HELD = 5_000
MAX_RAW = 256 * 1024
INTERVAL_S = 1.0
log = logging.getLogger(__name__)


class DeadLetters:
    """The dead-letter sink of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: list[tuple[str, Refusal]] = []
        self._numbers = Letters()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def add(self, app_id: str, refusal: Refusal) -> None:
        """Keep a refusal until the next write."""
        if len(self._held) >= MAX_HELD:
            self.dropped += 1
            return
        refusal.raw = refusal.raw[:MAX_RAW]
        refusal.letter = self._numbers.next(time.time() * 1000)
        self._held.append((app_id, refusal))

    def start(self) -> None:
        """Begin to write; call on the event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is held and end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._write()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL_S)
            await self._write()

    async def _write(self) -> None:
        held, self._held = self._held, []
        by_app: dict[str, list[Refusal]] = defaultdict(list)
        for app_id, refusal in held:
            by_app[app_id].append(refusal)
        for app_id, refusals in by_app.items():
            try:
                await asyncio.get_running_loop().run_in_executor(None, self._store.insert_refusals, app_id, refusals)
            except StoreError:
                self.dropped += len(refusals)
                log.exception("%d refusals could not be stored", len(refusals))
