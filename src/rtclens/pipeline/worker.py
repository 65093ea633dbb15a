"""The worker: reads the stream, folds it, has the result written, and commits what the store has.

Enters: deliveries of a consumer, the server's clock. Leaves: rows and facts in the store, facts on the bus, committed
positions. It runs in a thread of its own. Memory is a cache: when it gets a partition it replays the open calls from
the store without writing anything, then continues after the committed position; rows that a crash left beyond that
position are recognised and not written again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from threading import Event, Thread
from time import monotonic, time
from typing import Generic

from rtclens.model.events import Batch
from rtclens.model.facts import Call, Fact, Finding, Participant, Session
from rtclens.pipeline.bus import Bus
from rtclens.pipeline.contract import Analysis, Folded, Outlet, PipelineCounters, State, WorkerSettings
from rtclens.pipeline.flusher import Flush, Flusher
from rtclens.pipeline.gate import Erasures
from rtclens.pipeline.unfolded import unfolded
from rtclens.store import Repeats, Rows, Store, StoreError
from rtclens.stream import Assigned, Consumer, Delivery, Lost, Revoked, partition_of, position

log = logging.getLogger(__name__)
_POLL_S = 0.05
_NOTHING: frozenset[str] = frozenset()
_AT_ONCE = (Call, Participant, Session, Finding)  # what open pages wait for
_WRITING_SHARE = 0.1  # of the time; a store that needs longer gets its rows in larger blocks


def _wall_clock_ms() -> float:
    return time() * 1000.0


class _Partition(Generic[State]):
    """A partition that this worker holds; `stored` tells which tables already have a batch."""

    def __init__(self, state: State, stored: dict[int, set[str]]) -> None:
        self.state = state
        self.stored = stored


class _Filling:
    """The flush that is being filled; its time runs from its first row. `pause_s` is the least time between two."""

    def __init__(self) -> None:
        self._repeats = Repeats()
        self._since = 0.0
        self.pause_s = 0.0
        self.flush = self._empty()

    def _empty(self) -> Flush:
        return Flush(Rows(self._repeats))

    def taken(self) -> Flush:
        """The flush as it is; another one is begun."""
        flush, self.flush = self.flush, self._empty()
        return flush

    def begun(self) -> Flush:
        """The flush, to add to."""
        if not self.flush:
            self._since = monotonic()
        return self.flush

    def is_due(self, now: float, wait_ms: float) -> bool:
        """Whether there is something that has waited so long."""
        return bool(self.flush) and now >= self._since + max(wait_ms / 1000, self.pause_s)


class Worker(Generic[State]):
    """One consumer of the stream with its calls."""

    def __init__(
        self,
        consumer: Consumer,
        store: Store,
        analysis: Analysis[State],
        bus: Bus | None = None,
        settings: WorkerSettings | None = None,
        clock: Callable[[], float] = _wall_clock_ms,
        outlet: Outlet | None = None,
    ) -> None:
        self.settings = settings or WorkerSettings()
        self.counters = PipelineCounters()
        self.bus = bus or Bus()
        self.failure: BaseException | None = None
        self._consumer = consumer
        self._store = store
        self._analysis = analysis
        self._clock = clock
        self._outlet = outlet
        self.erasures = Erasures(store, self.settings.reopen_ms, self.settings.erasures_s)
        self._partitions: dict[int, _Partition[State]] = {}
        self._prompt = _Filling()
        self._bulk = _Filling()
        self._tick_due = 0.0
        self._stopping = Event()
        self._ready = Event()
        self._flusher = Flusher(store, self.settings, self.counters, consumer.holds)
        self._thread = Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wait_ready(self, timeout_s: float | None = None) -> bool:
        """Wait until the open calls are known again."""
        return self._ready.wait(timeout_s)

    @property
    def alive(self) -> bool:
        """Whether the worker runs; when it does not and nobody stopped it, `failure` says why."""
        return self._thread.is_alive()

    def lag(self) -> int:
        """Batches that wait to be analysed, right now."""
        return self._consumer.lag()

    def stop(self) -> None:
        """Take in what was appended until now (unless others can), store it, commit it, and end.

        Call it from another thread.

        A store that does not take the rows for `stop_s` is given up; the batches are delivered again at the next start.
        """
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(self.settings.stop_s)
            self._flusher.give_up()
            self._thread.join()
        self._flusher.stop()
        self._consumer.close()

    def _run(self) -> None:
        try:
            while not self._is_over():
                self._step()
            self._finish()
        except Exception as error:
            self.failure = error
            log.exception("the worker stopped")
            self._consumer.close()  # its partitions are for others now

    def _is_over(self) -> bool:
        """Whether to end now: at once where another worker goes on, else when everything was taken in."""
        return self._stopping.is_set() and (not self._consumer.exclusive or self._consumer.lag() == 0)

    def _step(self) -> None:
        for delivery in self._consumer.poll(self.settings.poll_batches, _POLL_S):
            self._take(delivery)
        self.counters.lag = self._consumer.lag()
        self.erasures.step(monotonic(), self._finish)
        self._tick()
        self._commit()
        self._flush()

    def _flush(self) -> None:
        """Hand over what has waited long enough; nobody waits where no page is open and no sink is set."""
        settings, now = self.settings, monotonic()
        least_ms = 0 if self.bus.subscribers or self._outlet else settings.unwatched_ms
        full = self._bulk.flush.rows.count >= settings.flush_rows
        if full or self._bulk.is_due(now, max(settings.bulk_ms, least_ms)):
            self._submit(self._prompt, self._bulk)
        elif self._prompt.is_due(now, max(settings.flush_ms, least_ms)):
            self._submit(self._prompt)

    def _take(self, delivery: Delivery) -> None:
        if isinstance(delivery, Batch):
            self._fold(delivery)
        elif isinstance(delivery, Assigned):
            self._partitions[delivery.partition] = self._recovered(delivery)
            self._ready.set()
        elif isinstance(delivery, Revoked):
            self._finish()
            self._partitions.pop(delivery.partition, None)
        elif isinstance(delivery, Lost):
            self._forget()

    def _fold(self, batch: Batch) -> None:
        number = partition_of(batch.seq)
        partition = self._partitions[number]
        if not self.erasures.gate.admits(batch):
            self._pass(batch)
            return
        skip: Collection[str] = partition.stored.pop(batch.seq, _NOTHING) if partition.stored else _NOTHING
        folded = self._folded(partition.state, batch)
        if self.erasures.gate.hides(batch.origin.app_id, folded.identity):
            self._pass(batch)
            self._conclude(folded.facts)
            return
        flush = self._bulk.begun()
        flush.rows.add_batch(batch, folded.identity, skip)
        flush.positions[number] = batch.seq
        flush.newest_received_ms = batch.received_at
        if self._outlet and self._outlet.wants_batches:
            flush.batches.append((batch, folded.identity))
        counters = self.counters
        counters.redelivered += bool(skip)
        counters.batches += 1
        counters.events += len(batch.events)
        counters.newest_received_ms = max(counters.newest_received_ms, batch.received_at)
        self._conclude(folded.facts)

    def _pass(self, batch: Batch) -> None:
        """Pass a batch over: it is of somebody who was erased."""
        self.counters.erased += 1
        self._bulk.begun().positions[partition_of(batch.seq)] = batch.seq

    def _folded(self, state: State, batch: Batch) -> Folded:
        """What the analysis makes of a batch; if it fails, the rows are kept all the same."""
        try:
            return self._analysis.fold(state, batch)
        except Exception:
            self.counters.fold_errors += 1
            log.exception("batch %d of app %s could not be analysed; its rows are kept", batch.seq, batch.origin.app_id)
            return unfolded(batch)

    def _conclude(self, facts: Sequence[Fact]) -> None:
        """Have facts written: what pages wait for soon, all others with the samples they come from."""
        facts = self.erasures.gate.kept(facts)
        if not facts:
            return
        self.counters.facts += len(facts)
        prompt = [fact for fact in facts if isinstance(fact, _AT_ONCE)]
        if prompt:
            self._prompt.begun().add(prompt)
        if len(prompt) < len(facts):
            others = [fact for fact in facts if not isinstance(fact, _AT_ONCE)]
            self._bulk.begun().add(others)

    def _tick(self) -> None:
        """Let time pass, but never past batches that wait to be read: a worker that lags is in the past itself."""
        now = monotonic()
        if now < self._tick_due:
            return
        self._tick_due = now + self.settings.tick_ms / 1000
        time_ms = self.counters.newest_received_ms if self.counters.lag else self._clock()
        for partition in self._partitions.values():
            self._conclude(self._analysis.tick(partition.state, time_ms))

    def _submit(self, *fillings: _Filling) -> None:
        """Hand the rows to the flusher; waits while it still writes the ones before, which is the back-pressure.

        Bulk rows carry the positions to commit, so they go after the facts that were concluded from them.
        """
        for filling in fillings:
            if filling.flush:
                self._flusher.submit(filling.taken())

    def _commit(self) -> None:
        """Commit what is stored, and tell it: whoever hears a fact on the bus finds it in the store."""
        for flush in self._told():
            for seq in flush.positions.values():
                self._consumer.commit(seq)
                self.counters.committed = seq

    def _told(self) -> Iterator[Flush]:
        for flush in self._flusher.stored():
            filling = self._bulk if flush.positions else self._prompt
            filling.pause_s = min(flush.seconds / _WRITING_SHARE, self.settings.slowest_ms / 1000)
            self.bus.publish(flush.facts)
            if self._outlet:
                self._outlet.take(flush.facts, flush.batches)
            yield flush

    def _forget(self) -> None:
        """Others have the partitions, and are given again what is not written yet."""
        self._flusher.drain()
        for flush in self._told():
            log.info("%d rows were stored before the partitions were lost", flush.rows.count)
        self._prompt, self._bulk = _Filling(), _Filling()
        self._partitions.clear()

    def _finish(self) -> None:
        """Have everything stored and commit it."""
        self._submit(self._prompt, self._bulk)
        self._flusher.drain()
        self._commit()

    def _recovered(self, assigned: Assigned) -> _Partition[State]:
        """As `_recover`, tried again while the store cannot be asked: it may just be starting itself."""
        while True:
            try:
                return self._recover(assigned)
            except StoreError:
                if self._stopping.wait(self.settings.retry_s):
                    raise
                log.exception("partition %d cannot be recovered yet", assigned.partition)

    def _recover(self, assigned: Assigned) -> _Partition[State]:
        """Know the open calls of a partition again, from what the store holds up to the committed position."""
        self.erasures.recover(self._clock())
        first, ceiling = position(assigned.partition, 0), position(assigned.partition + 1, 0) - 1
        # Facts may be stored before the samples they come from: what ended just before a crash is still needed.
        now = min(self._clock(), self._store.newest_received(first, ceiling))
        calls = self._store.open_calls(assigned.committed, ceiling, now - self.settings.reopen_ms)
        state = self._analysis.new_state()
        for batch in self._store.replay(calls, first, assigned.committed):
            self._folded(state, batch)
            self.counters.recovered_batches += 1
        self.counters.recovered_calls += len(calls)
        return _Partition(state, self._store.stored_after(assigned.committed, ceiling))
