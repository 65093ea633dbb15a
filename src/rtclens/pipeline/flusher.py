"""The thread that writes to the store, so that folding goes on meanwhile.

Enters: rows and the positions that they complete. Leaves: inserts, and each position once its rows are stored. Blocks
are kept until they are in, so a write that failed is taken up at the block where it stopped. What another worker has
taken over meanwhile is not written: it is that one's to write.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Thread
from time import monotonic

from rtclens.model.events import Batch
from rtclens.model.facts import Fact
from rtclens.pipeline.contract import PipelineCounters, WorkerSettings
from rtclens.store import Block, Identity, Rows, Store, StoreError

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Flush:
    """One write: `positions` are by partition the last batch whose rows are in it (or before it).

    `seconds` is how long the writing took; `dropped` says that it was left to another worker.
    """

    rows: Rows = field(default_factory=Rows)
    facts: list[Fact] = field(default_factory=list)
    positions: dict[int, int] = field(default_factory=dict)
    newest_received_ms: float = 0.0
    batches: list[tuple[Batch, Identity]] = field(default_factory=list)
    seconds: float = 0.0
    dropped: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to write or to commit."""
        return bool(self.rows.count or self.positions)

    def add(self, facts: Sequence[Fact]) -> None:
        """Add facts, to be written and then told."""
        self.rows.add_facts(facts)
        self.facts += facts


class Flusher:
    """Writes one flush at a time; `submit` waits while the one before it is still being written.

    `holds` is asked before each insert whether what was taken from the stream is still this worker's.
    """

    def __init__(
        self, store: Store, settings: WorkerSettings, counters: PipelineCounters, holds: Callable[[], bool]
    ) -> None:
        self._store = store
        self._settings = settings
        self._counters = counters
        self._holds = holds
        self._changed = Condition()
        self._flush: Flush | None = None
        self._stored: deque[Flush] = deque()
        self._stopping = False
        self._patient = True
        self._failure: Exception | None = None
        self._thread = Thread(target=self._run, name="store-flusher", daemon=True)
        self._thread.start()

    def submit(self, flush: Flush) -> None:
        """Hand over a flush once the previous one is stored; raises what made the flusher give up, if it did."""
        with self._changed:
            self._changed.wait_for(lambda: self._flush is None or self._failure)
            if self._failure:
                raise self._failure
            self._flush = flush
            self._changed.notify_all()

    def stored(self) -> list[Flush]:
        """Flushes that were written since the last call, in order."""
        with self._changed:
            done = list(self._stored)
            self._stored.clear()
        return done

    def drain(self) -> None:
        """Wait until everything that was submitted is stored, or the flusher gave up."""
        with self._changed:
            self._changed.wait_for(lambda: self._flush is None or self._failure)

    def give_up(self) -> None:
        """Do not try failing writes again from now on; what is not written is delivered again at the next start."""
        with self._changed:
            self._patient = False
            self._changed.notify_all()

    def stop(self) -> None:
        """End the thread after the write it is at; nothing may be submitted any more."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._flush is not None or self._stopping)
                flush = self._flush
            if flush is None:
                return
            failure = self._try(flush)
            with self._changed:
                self._failure = failure
                if failure is None:
                    self._flush = None
                    if not flush.dropped:
                        self._stored.append(flush)
                self._changed.notify_all()
            if failure:
                return

    def _try(self, flush: Flush) -> Exception | None:
        try:
            return None if self._write(flush) else StoreError("the store did not take the rows before the worker ended")
        except Exception as error:
            log.exception("rows cannot be written")
            return error

    def _write(self, flush: Flush) -> bool:
        began = monotonic()
        steps: deque[Callable[[], bool]] = deque(partial(self._insert, block) for block in flush.rows.blocks())
        if self._settings.fsync and flush.positions:
            steps.append(self._write_out)
        while steps:
            flush.dropped = not self._holds()
            if flush.dropped:
                self._counters.dropped_rows += flush.rows.count
                return True
            if steps[0]():
                steps.popleft()
            elif self._pause():
                return False
        counters = self._counters
        counters.flushes += 1
        counters.flushed_rows += flush.rows.count
        flush.seconds = monotonic() - began
        counters.flush_seconds += flush.seconds
        counters.newest_stored_ms = max(counters.newest_stored_ms, flush.newest_received_ms)
        return True

    def _insert(self, block: Block) -> bool:
        try:
            self._store.insert(block)
        except StoreError as error:
            self._counters.flush_retries += 1
            log.warning("the store did not take %d rows of %s, trying again: %s", block[1], block[0], error)
            return False
        return True

    def _write_out(self) -> bool:
        """The stream forgets what is committed, so the disk must have it before."""
        try:
            self._store.write_out()
        except StoreError as error:
            self._counters.flush_retries += 1
            log.warning("the disk did not take what was stored, trying again: %s", error)
            return False
        return True

    def _pause(self) -> bool:
        """Wait before trying again; true when it is time to give up."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._patient, self._settings.retry_s)
