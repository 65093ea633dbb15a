"""Programs that a generated call needs, none of which outlives it.

Enters: command lines. Leaves: running processes, each with a group of its own that is killed whichever way its call
ends: at its end, by an error, out of time, or because this program is told to terminate.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

Result = TypeVar("Result")


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Process]:
    """The program while the block runs; then it and all that it started are killed."""
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def until_terminated(work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work; SIGTERM cancels it, so that what it started is killed before this program ends."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
