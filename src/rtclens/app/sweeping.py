"""Apply the retention of all apps, now and then.

Enters: the apps' tiers, the clock. Leaves: rows that the engine removes. A sweep that finds nothing to do only counts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from threading import Lock

from rtclens.access import Access, App
from rtclens.pipeline import WorkerSettings
from rtclens.store import Store, StoreError

FIRST_S = 60.0
INTERVAL_S = 3600.0
OVER_MS = WorkerSettings().reopen_ms + 300_000.0  # until then a worker may need the samples of a call that has ended
log = logging.getLogger(__name__)


class Sweeper:
    """The retention of one process; `sweep` blocks, one at a time."""

    def __init__(self, access: Access, store: Store, clock: Callable[[], float]) -> None:
        self._access = access
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def sweep(self, app: App) -> dict[str, int]:
        """Have what an app no longer keeps removed; rows that were marked, by table."""
        with self._lock:
            done = self._store.retain(app.id, app.retention, self._clock(), OVER_MS)
        if done:
            log.info("retention of app %s: %d rows marked", app.id, sum(done.values()))
        return done

    def start(self) -> None:
        """Sweep every hour; call on the event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End after the app that is under way; the next sweep goes on."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, self._lock.acquire)
        self._lock.release()

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_S)
        while True:
            await asyncio.get_running_loop().run_in_executor(None, self._sweep_all)
            await asyncio.sleep(INTERVAL_S)

    def _sweep_all(self) -> None:
        for app in self._access.every_app():
            if self._stopping:
                return
            try:
                self.sweep(app)
            except StoreError:
                log.exception("the retention of app %s could not be applied", app.id)
