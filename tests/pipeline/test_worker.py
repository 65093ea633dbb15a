"""What is appended is stored, committed and told; a new worker continues where the old one stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rtclens.model.events import Batch, SessionClosed
from rtclens.model.facts import Call, Fact
from rtclens.pipeline import Bus, Worker, WorkerSettings
from rtclens.store import Block, Rows, Store, StoreError
from rtclens.stream.spool import Spool, SpoolSettings

from .simple import Analysis, Counting, Step, batch

SETTINGS = WorkerSettings(flush_ms=20, bulk_ms=40, poll_batches=7, retry_s=0.01, stop_s=300.0, tick_ms=0)
HASTY = replace(SETTINGS, stop_s=1.0)
NOW = 1_795_169_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"chdb://{tmp_path}/store")
    opened.migrate()
    yield opened
    opened.close()


def _work(spool: Spool, store: Store, bus: Bus | None = None, settings: WorkerSettings = SETTINGS) -> Worker[Counting]:
    worker = Worker(spool.consumer(), store, Analysis(), bus, settings, clock=lambda: NOW)
    worker.start()
    return worker


async def _run(
    folder: Path, store: Store, batches: list[Batch], settings: WorkerSettings = SETTINGS
) -> Worker[Counting]:
    """Append all batches to a spool with a worker on it, then stop both."""
    spool = Spool(folder)
    worker = _work(spool, store, settings=settings)
    for each in batches:
        await spool.append([each])
    await asyncio.to_thread(worker.stop)
    await spool.close()
    return worker


def _numbers(store: Store) -> list[int]:
    return [row[0] for row in store.query("SELECT packetsReceived FROM inbound_rtp ORDER BY seq").rows]


def test_a_stopped_worker_has_stored_and_committed_everything(tmp_path: Path, store: Store) -> None:
    """A graceful stop drains the stream: every batch has its rows, and the spool has nothing to deliver again."""
    worker = asyncio.run(_run(tmp_path / "spool", store, [batch(number) for number in range(40)]))
    assert worker.failure is None
    assert _numbers(store) == list(range(40))
    assert worker.counters.committed == 40
    assert [tuple(row) for row in store.query("SELECT call_id, sessions FROM calls").rows] == [("call_room", 40)]


class Failing(Analysis):
    """Cannot take in every third batch."""

    def fold(self, state: Counting, batch: Batch) -> Step:
        if batch.seq % 3 == 0:
            raise ZeroDivisionError
        return super().fold(state, batch)


def test_a_batch_that_the_analysis_fails_on_keeps_its_rows_and_stops_nobody(tmp_path: Path, store: Store) -> None:
    """A defect of the analysis costs facts, never data, and never the worker."""

    async def run() -> Worker[Counting]:
        spool = Spool(tmp_path / "spool")
        worker = Worker(spool.consumer(), store, Failing(), None, SETTINGS, clock=lambda: NOW)
        worker.start()
        for number in range(12):
            await spool.append([batch(number)])
        await asyncio.to_thread(worker.stop)
        await spool.close()
        return worker

    worker = asyncio.run(run())
    assert worker.failure is None
    assert worker.counters.fold_errors == 4
    assert _numbers(store) == list(range(12))
    kept = store.query("SELECT count() FROM samples WHERE startsWith(call_id, 'unanalysed_')").rows
    assert [tuple(row) for row in kept] == [(4,)]


def test_a_second_worker_knows_the_open_calls(tmp_path: Path, store: Store) -> None:
    """After a restart the call goes on counting where it was; calls that ended long ago are not read again."""
    closing = batch(9, call="old", at=NOW - 10 * 3_600_000)
    closing.events.append(SessionClosed(at=closing.received_at))
    asyncio.run(_run(tmp_path / "spool", store, [closing, *(batch(number) for number in range(5))]))
    worker = asyncio.run(_run(tmp_path / "spool", store, [batch(5)]))
    assert worker.counters.recovered_calls == 1
    assert worker.counters.recovered_batches == 5
    assert [row[0] for row in store.query("SELECT sessions FROM calls WHERE call_id = 'call_room'").rows] == [6]


def test_rows_that_were_stored_but_not_committed_are_not_doubled(tmp_path: Path, store: Store) -> None:
    """A crash after writing and before committing: the batches come again, only what is missing is written."""
    asyncio.run(_run(tmp_path / "spool", store, [batch(number) for number in range(20)]))
    store.command("ALTER TABLE inbound_rtp_stored DELETE WHERE seq > 12 SETTINGS mutations_sync = 2")
    (tmp_path / "spool" / "committed").write_text("5")
    worker = asyncio.run(_run(tmp_path / "spool", store, [batch(20)]))
    assert worker.counters.redelivered == 15
    assert _numbers(store) == list(range(21))
    for table in ("samples", "inbound_rtp"):
        assert store.query(f"SELECT count(), uniqExact(seq) FROM {table}").rows[0] == (21, 21)
    assert store.query("SELECT sessions FROM calls").rows[0] == (21,)


def test_a_store_that_fails_for_a_while_loses_nothing(tmp_path: Path, store: Store) -> None:
    """Inserts are tried again at the block that failed, so no table gets its rows twice."""
    failures = iter([True, False, True, True])
    insert = store.insert

    def flaky(block: Block) -> None:
        if next(failures, False):
            raise StoreError("not now")
        insert(block)

    store.insert = flaky  # type: ignore[method-assign]
    worker = asyncio.run(_run(tmp_path / "spool", store, [batch(number) for number in range(10)]))
    assert worker.counters.flush_retries == 3
    assert _numbers(store) == list(range(10))
    assert store.query("SELECT count() FROM samples").rows[0] == (10,)


@pytest.mark.parametrize("fsync", [True, False])
def test_with_the_setting_the_disk_has_everything_before_the_stream_forgets_it(
    tmp_path: Path, store: Store, fsync: bool
) -> None:
    """Rows, then the disk, then the commit; a disk that fails for a while is asked again. Without it, nobody asks."""
    steps: list[str] = []
    failures = iter([True, True])
    write_out = store.write_out

    async def run() -> None:
        spool = Spool(tmp_path / "spool", SpoolSettings(fsync=fsync))
        consumer = spool.consumer()
        commit = consumer.commit

        def written_out() -> None:
            if next(failures, False):
                raise StoreError("not now")
            write_out()
            steps.append(f"disk has {store.query('SELECT count() FROM samples').rows[0][0]}")

        def committed(seq: int) -> None:
            commit(seq)
            steps.append(f"stream forgets {seq}")

        store.write_out, consumer.commit = written_out, committed  # type: ignore[method-assign]
        settings = WorkerSettings(flush_ms=1, bulk_ms=10**9, retry_s=0.01, fsync=fsync)
        worker = Worker(consumer, store, Analysis(), None, settings, clock=lambda: NOW)
        worker.start()
        await spool.append([batch(number) for number in range(7)])
        await asyncio.to_thread(worker.stop)
        await spool.close()
        assert worker.failure is None

    asyncio.run(run())
    assert steps == (["disk has 7"] if fsync else []) + ["stream forgets 7"]


def test_a_store_that_fails_for_good_is_given_up_and_the_batches_kept(tmp_path: Path, store: Store) -> None:
    """Stopping ends although nothing can be written; nothing was committed, so the next worker writes it."""

    def broken(block: Block) -> None:
        raise StoreError("gone")

    insert, store.insert = store.insert, broken  # type: ignore[method-assign]
    worker = asyncio.run(_run(tmp_path / "spool", store, [batch(number) for number in range(10)], HASTY))
    assert worker.counters.committed == 0
    store.insert = insert  # type: ignore[method-assign]
    asyncio.run(_run(tmp_path / "spool", store, []))
    assert _numbers(store) == list(range(10))


def test_facts_are_published_once_the_store_has_them(tmp_path: Path, store: Store) -> None:
    """A subscriber sees each fact of its apps, and when it asks the store right then, it finds it."""

    async def listen() -> list[Fact]:
        spool, bus = Spool(tmp_path / "spool"), Bus()
        mine, other = bus.subscribe({"app"}), bus.subscribe({"someone-else"})
        worker = _work(spool, store, bus)
        await spool.append([batch(number) for number in range(5)])
        seen = [await anext(mine)]
        assert store.query("SELECT sessions >= 1 FROM calls").rows[0][0]
        seen += [await anext(mine) for _ in range(4)]
        await asyncio.to_thread(worker.stop)
        await spool.close()
        bus.close()
        assert [fact async for fact in other] == []
        return seen

    assert [fact.sessions for fact in asyncio.run(listen())] == [1, 2, 3, 4, 5]  # type: ignore[attr-defined]


def test_what_nobody_watches_is_written_in_larger_blocks(tmp_path: Path, store: Store) -> None:
    """Facts wait while no page is open; the first subscriber has them written."""
    settings = WorkerSettings(flush_ms=1, bulk_ms=1, unwatched_ms=10**9)

    async def listen() -> tuple[int, Fact]:
        spool, bus = Spool(tmp_path / "spool"), Bus()
        worker = Worker(spool.consumer(), store, Analysis(), bus, settings, clock=lambda: NOW)
        worker.start()
        await spool.append([batch(number) for number in range(5)])
        while worker.counters.batches < 5:
            await asyncio.to_thread(worker.wait_ready)
        unseen = worker.counters.flushes
        told = await anext(bus.subscribe())
        await asyncio.to_thread(worker.stop)
        await spool.close()
        return unseen, told

    unseen, told = asyncio.run(listen())
    assert unseen == 0
    assert isinstance(told, Call)


def test_nothing_is_committed_before_its_facts_are_stored(tmp_path: Path, store: Store) -> None:
    """Facts are written apart from samples; a position whose facts the store lacks is delivered again."""

    def no_facts(block: Block) -> None:
        if block[0] == "calls_versions":
            raise StoreError("not this table")
        insert(block)

    insert, store.insert = store.insert, no_facts  # type: ignore[method-assign]
    worker = asyncio.run(_run(tmp_path / "spool", store, [batch(number) for number in range(10)], HASTY))
    assert worker.counters.committed == 0
    store.insert = insert  # type: ignore[method-assign]
    asyncio.run(_run(tmp_path / "spool", store, []))
    assert _numbers(store) == list(range(10))
    assert store.query("SELECT sessions FROM calls").rows[0] == (10,)


def test_an_end_that_was_stored_ahead_of_its_samples_is_recovered(tmp_path: Path, store: Store) -> None:
    """The call's end is a fact already, its last batches are not stored: however late the restart, it is known."""
    asyncio.run(_run(tmp_path / "spool", store, [batch(number) for number in range(5)]))
    ended = Call(app_id="app", call_id="call_room", ended_at=NOW + 5, last_seen_at=NOW + 5, revision=99)
    rows = Rows()
    rows.add_facts([ended])
    store.append(rows)
    spool = Spool(tmp_path / "spool")
    worker = Worker(spool.consumer(), store, Analysis(), None, SETTINGS, clock=lambda: NOW + 86_400_000)
    worker.start()
    worker.wait_ready()
    worker.stop()
    asyncio.run(spool.close())
    assert worker.counters.recovered_calls == 1
