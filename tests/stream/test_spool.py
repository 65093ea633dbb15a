"""The spool keeps what it acknowledged, in order, and says no before it breaks a bound."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from rtclens.model.events import Batch
from rtclens.stream import Assigned, Overloaded, StreamError, Unwritable
from rtclens.stream.spool import Spool, SpoolConsumer, SpoolSettings

from .batches import batch, number

SMALL = SpoolSettings(segment_bytes=2000)


def _use(folder: Path, body: Callable[[Spool], Awaitable[Any]], settings: SpoolSettings | None = None) -> Any:
    async def run() -> Any:
        spool = Spool(folder, settings)
        try:
            return await body(spool)
        finally:
            await spool.close()

    return asyncio.run(run())


def _all(consumer: SpoolConsumer, limit: int = 10) -> list[Batch]:
    """Everything that waits."""
    found: list[Batch] = []
    while deliveries := consumer.poll(limit, 0.0):
        found += [delivery for delivery in deliveries if isinstance(delivery, Batch)]
    return found


async def _fill(spool: Spool, numbers: range, size: int = 0) -> None:
    await asyncio.gather(*(spool.append([batch(each, size)]) for each in numbers))


def _append(folder: Path, numbers: range, settings: SpoolSettings | None = None, size: int = 0) -> None:
    _use(folder, lambda spool: _fill(spool, numbers, size), settings)


def _read(folder: Path, settings: SpoolSettings | None = None) -> list[int]:
    async def body(spool: Spool) -> list[int]:
        return [number(each) for each in _all(spool.consumer())]

    return _use(folder, body, settings)  # type: ignore[no-any-return]


def test_batches_come_out_equal_and_in_order(tmp_path: Path) -> None:
    """The consumer first learns its partition, then gets every batch with rising positions."""

    async def body(spool: Spool) -> None:
        await _fill(spool, range(25))
        consumer = spool.consumer()
        assert consumer.poll(10, 0.0) == [Assigned(0, 0)]
        found = _all(consumer)
        assert [number(each) for each in found] == list(range(25))
        assert [each.seq for each in found] == list(range(1, 26))
        assert consumer.lag() == 0

    _use(tmp_path, body)


def test_a_restart_delivers_what_was_not_committed(tmp_path: Path) -> None:
    """Read back from the files, batches equal those that were appended; numbers go on rising."""
    appended = [batch(each, 50) for each in range(60)]

    async def first(spool: Spool) -> None:
        await spool.append(appended)
        consumer = spool.consumer()
        _all(consumer)
        consumer.commit(20)

    async def second(spool: Spool) -> None:
        assert _all(spool.consumer(), limit=7) == appended[20:]
        fresh = batch(60)
        await spool.append([fresh])
        assert fresh.seq == 61

    _use(tmp_path, first, SMALL)
    _use(tmp_path, second, SMALL)


def test_committed_segments_are_deleted(tmp_path: Path) -> None:
    """Disk is given back as the store catches up; numbers do not start again even when all is committed."""

    async def body(spool: Spool) -> None:
        await spool.append([batch(each, 200) for each in range(10)])
        await spool.append([batch(each, 200) for each in range(10, 20)])
        consumer = spool.consumer()
        _all(consumer)
        consumer.commit(20)
        assert spool.bytes_on_disk() == 0
        assert len(os.listdir(tmp_path)) == 3  # lock, mark, and the segment that is written to

    _use(tmp_path, body, SMALL)
    _append(tmp_path, range(20, 21), SMALL)
    assert _read(tmp_path, SMALL) == [20]
    _use(tmp_path, lambda spool: _expect_written(spool, 21), SMALL)


async def _expect_written(spool: Spool, seq: int) -> None:
    assert spool.written == seq


def test_a_slow_consumer_reads_from_disk_what_memory_dropped(tmp_path: Path) -> None:
    """Memory holds the newest batches only; nothing is skipped or doubled at the seams."""

    async def body(spool: Spool) -> None:
        consumer = spool.consumer()
        await _fill(spool, range(30), size=100)
        found = _all(consumer, limit=4)
        for each in range(30, 60, 2):
            await _fill(spool, range(each, each + 2), size=100)
            found += _all(consumer, limit=4)
        assert [number(each) for each in found] == list(range(60))
        assert 0 < spool.counters.read_from_disk < 60

    _use(tmp_path, body, SpoolSettings(segment_bytes=2000, memory_bytes=1000))


@pytest.mark.parametrize("cut", [1, 10, 17, 40])
def test_a_torn_tail_is_cut_and_the_rest_kept(tmp_path: Path, cut: int) -> None:
    """A crash in the middle of a write leaves the records before it readable and the place behind them writable."""
    _append(tmp_path, range(5))
    segment = next(tmp_path.glob("*.seg"))
    os.truncate(segment, segment.stat().st_size - cut)
    assert _read(tmp_path) == [0, 1, 2, 3]
    _append(tmp_path, range(5, 7))
    assert _read(tmp_path) == [0, 1, 2, 3, 5, 6]


def test_a_damaged_record_does_not_hide_later_segments(tmp_path: Path) -> None:
    """Bytes that rot in an older file cost that file's rest and are counted; reading goes on behind it."""
    for first in range(0, 30, 10):
        _append(tmp_path, range(first, first + 10), SMALL, size=200)
    damaged = sorted(tmp_path.glob("*.seg"))[1]
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 0xFF
    damaged.write_bytes(data)

    async def body(spool: Spool) -> None:
        found = [number(each) for each in _all(spool.consumer(), limit=3)]
        assert found[:10] == list(range(10))
        assert found[-10:] == list(range(20, 30))
        assert 20 < len(found) < 30
        assert spool.counters.broken_tails == 1

    _use(tmp_path, body, SMALL)


def test_a_full_spool_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    """The bound on disk is never broken: the append is refused as a whole and says to slow down."""
    settings = SpoolSettings(max_bytes=3000, segment_bytes=1000)

    async def body(spool: Spool) -> None:
        await spool.append([batch(0, 1000)])
        await spool.append([batch(1, 1000)])
        with pytest.raises(Overloaded) as refusal:
            await spool.append([batch(2, 500), batch(3, 500)])
        assert refusal.value.retry_after_s > 0
        consumer = spool.consumer()
        assert [number(each) for each in _all(consumer)] == [0, 1]
        consumer.commit(2)
        await spool.append([batch(4, 1000)])
        assert [number(each) for each in _all(consumer)] == [4]

    _use(tmp_path, body, settings)


def test_more_than_memory_may_hold_is_refused_at_once(tmp_path: Path) -> None:
    """Bytes that wait for the disk are bounded; the event loop is not held up by them."""

    async def body(spool: Spool) -> None:
        outcomes = await asyncio.gather(
            *(spool.append([batch(each, 1000)]) for each in range(50)), return_exceptions=True
        )
        taken = [each for each, outcome in enumerate(outcomes) if outcome is None]
        assert all(outcome is None or isinstance(outcome, Overloaded) for outcome in outcomes)
        assert 0 < len(taken) < 50
        assert [number(each) for each in _all(spool.consumer())] == taken

    _use(tmp_path, body, SpoolSettings(max_pending_bytes=5000))


def test_a_full_disk_fails_the_append_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that stops half-way is cut off again, is not acknowledged, and later appends work when there is room."""
    write = os.write
    room = [10_000]

    def limited(handle: int, data: Any) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = write(handle, bytes(data)[: room[0]])
        room[0] -= done
        return done

    async def body(spool: Spool) -> None:
        monkeypatch.setattr(os, "write", limited)
        await spool.append([batch(0)])
        room[0] = 60
        with pytest.raises(Unwritable, match="No space left"):
            await spool.append([batch(1, 500)])
        room[0] = 10_000
        await spool.append([batch(2)])
        monkeypatch.undo()
        assert [number(each) for each in _all(spool.consumer())] == [0, 2]
        assert spool.counters.write_errors == 1

    _use(tmp_path, body)
    assert _read(tmp_path) == [0, 2]


def test_fsync_is_waited_for_once_for_each_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the setting, no acknowledgement comes before the disk has the bytes; many appends share one wait."""
    synced: list[int] = []
    sync = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda handle: (synced.append(os.fstat(handle).st_size), sync(handle)))

    async def body(spool: Spool) -> None:
        await _fill(spool, range(200))
        assert synced[-1] == spool.bytes_on_disk()
        assert len(synced) == spool.counters.groups < 200

    _use(tmp_path, body, SpoolSettings(fsync=True))


def test_one_process_owns_the_folder(tmp_path: Path) -> None:
    """A second server on the same folder is told, instead of both spoiling it."""

    async def body(spool: Spool) -> None:
        with pytest.raises(StreamError, match="another process"):
            Spool(tmp_path)

    _use(tmp_path, body)


def test_closing_refuses_new_batches_and_writes_the_accepted(tmp_path: Path) -> None:
    """What was accepted before the end is on disk after it."""

    async def run() -> None:
        spool = Spool(tmp_path)
        waiting = asyncio.create_task(spool.append([batch(0)]))
        await asyncio.sleep(0)
        await spool.close()
        await waiting
        with pytest.raises(Overloaded):
            await spool.append([batch(1)])

    asyncio.run(run())
    assert _read(tmp_path) == [0]
