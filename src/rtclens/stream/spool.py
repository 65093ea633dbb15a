"""The stream on a local disk: append-only segment files, one writer thread with group commit, one consumer.

Enters: batches from the event loop. Leaves: an acknowledgement once they are in the operating system's hands (which
is what surviving `kill -9` takes; with `fsync` on the disk, which is what surviving power loss takes), and the same
batches to the consumer, from memory while it keeps up and from the files when it fell behind or after a restart.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from rtclens.model.events import Batch
from rtclens.stream import record, segments
from rtclens.stream.protocol import Assigned, Delivery, Overloaded, StreamError, Unwritable

MIB = 1024 * 1024
TAIL_STEP = 1000


@dataclass(frozen=True, slots=True)
class SpoolSettings:
    """Bounds of a spool, in bytes. `fsync` waits for the disk before acknowledging."""

    fsync: bool = False
    max_bytes: int = 2048 * MIB
    max_pending_bytes: int = 32 * MIB
    memory_bytes: int = 16 * MIB
    segment_bytes: int = 32 * MIB


@dataclass(slots=True)
class SpoolCounters:
    """What the spool did since it was opened."""

    appended: int = 0
    appended_bytes: int = 0
    groups: int = 0
    refused: int = 0
    write_errors: int = 0
    read_from_disk: int = 0
    broken_tails: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class _Append:
    batches: Sequence[Batch]
    payloads: list[bytes]
    size: int
    done: asyncio.Future[None]


@dataclass(slots=True)
class _Memory:
    """The newest written batches, contiguous up to the last one, bounded by their encoded size."""

    limit: int
    held: deque[tuple[int, int, Batch]] = field(default_factory=deque)
    size: int = 0

    def add(self, seq: int, size: int, batch: Batch) -> None:
        self.held.append((seq, size, batch))
        self.size += size
        while self.size > self.limit:
            self.drop()

    def drop(self) -> Batch:
        _, size, batch = self.held.popleft()
        self.size -= size
        return batch


class Spool:
    """A `Stream` in a folder. One process owns the folder; opening it twice raises `StreamError`."""

    def __init__(self, folder: Path, settings: SpoolSettings | None = None) -> None:
        self.settings = settings or SpoolSettings()
        self.counters = SpoolCounters()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock_file = _own(folder)
        self._segments, self.counters.broken_tails = segments.load(folder)
        self._committed = segments.read_mark(folder)
        last = max([self._committed, *(segment.last for segment in self._segments)])
        if not self._segments:
            self._segments.append(segments.create(folder, last + 1))
            if self.settings.fsync:
                segments.sync_folder(folder)
        self._written = last
        self._memory = _Memory(self.settings.memory_bytes)
        self._file = os.open(self._segments[-1].path, os.O_WRONLY | os.O_APPEND)
        self._changed = threading.Condition()
        self._queue: list[_Append] = []
        self._pending = 0
        self._stopping = False
        self._discarding = False
        self._writer = threading.Thread(target=self._write_on, name="spool-writer", daemon=True)
        self._writer.start()

    async def append(self, batches: Sequence[Batch]) -> None:
        """See `Stream.append`."""
        if not batches:
            return
        for batch in batches:
            batch.received_at = float(round(batch.received_at))
        payloads = [record.encode(batch) for batch in batches]
        size = sum(map(len, payloads)) + len(payloads) * record.HEADER.size
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._changed:
            self._admit(size)
            self._queue.append(_Append(batches, payloads, size, done))
            self._pending += size
            self._changed.notify_all()
        await done

    def _admit(self, size: int) -> None:
        if self._stopping:
            raise Overloaded("the stream is closing")
        if self._pending + size > self.settings.max_pending_bytes and self._pending:
            self.counters.refused += 1
            raise Overloaded("more bytes are waiting for the disk than allowed")
        if self.bytes_on_disk() + self._pending + size > self.settings.max_bytes:
            self.counters.refused += 1
            raise Overloaded("the spool is full: the store does not keep up", retry_after_s=5.0)

    def bytes_on_disk(self) -> int:
        """Bytes of all segments, committed or not."""
        return sum(segment.size for segment in self._segments)

    @property
    def written(self) -> int:
        """The newest sequence number that survives a crash."""
        return self._written

    @property
    def committed(self) -> int:
        """The newest sequence number that the store is known to have."""
        return self._committed

    def tail(self) -> Iterator[Batch]:
        """The batches that the store may not have yet; those that cannot be read are passed over."""
        reader = segments.Reader(self._segments, self._committed + 1)
        while found := reader.read(self._written, TAIL_STEP):
            for seq, payload in found:
                try:
                    yield record.decode(seq, payload)
                except msgspec.DecodeError:
                    continue  # the consumer counts them

    def discard(self, timeout_s: float) -> bool:
        """Delete every byte that the store has by now, also of the file that is being written; whether it was in time.

        A file goes when the last batch in it is committed.
        """
        with self._changed:
            until = self._written
            self._discarding = True
            self._changed.notify_all()
            return self._changed.wait_for(
                lambda: not self._discarding and all(segment.first > until for segment in self._segments), timeout_s
            )

    def consumer(self) -> SpoolConsumer:
        """See `Stream.consumer`."""
        return SpoolConsumer(self)

    async def close(self) -> None:
        """See `Stream.close`."""
        await asyncio.get_running_loop().run_in_executor(None, self.end)

    def end(self) -> None:
        """Close without an event loop; blocks until what was appended is written."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._writer.join()
        os.close(self._file)
        os.close(self._lock_file)

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._stopping or self._discarding)
                if self._discarding:
                    self._start_over()
                group, self._queue = self._queue, []
            if group:
                self._write_group(group)
            elif self._stopping:
                return

    def _write_group(self, group: list[_Append]) -> None:
        first = self._written + 1
        payloads = [payload for append in group for payload in append.payloads]
        data = b"".join([record.frame(seq, payload) for seq, payload in enumerate(payloads, first)])
        error: StreamError | None = None
        try:
            self._put(data)
        except OSError as failure:
            self.counters.write_errors += 1
            error = Unwritable(f"the spool cannot be written: {failure.strerror}")
        with self._changed:
            self._pending -= sum(append.size for append in group)
            if error is None:
                self._publish(first, group, len(data))
            self._changed.notify_all()
        _settle(group, error)

    def _put(self, data: bytes) -> None:
        """Write all of `data` or nothing: a partial write is cut off again."""
        segment = self._segments[-1]
        try:
            if os.fstat(self._file).st_size != segment.size:
                os.ftruncate(self._file, segment.size)  # an earlier failure could not even clean up
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            if self.settings.fsync:
                os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, segment.size)
            raise

    def _publish(self, first: int, group: list[_Append], size: int) -> None:
        """Hand the written batches over to the consumer. Called with the lock held."""
        seq = first
        for append in group:
            for batch, payload in zip(append.batches, append.payloads, strict=True):
                batch.seq = seq
                self._memory.add(seq, len(payload), batch)
                seq += 1
        self._written = seq - 1
        self._segments[-1].last = seq - 1
        self._segments[-1].size += size
        self.counters.groups += 1
        self.counters.appended += seq - first
        self.counters.appended_bytes += size
        if self._segments[-1].size >= self.settings.segment_bytes:
            self._rotate()

    def _rotate(self) -> None:
        try:
            segment = segments.create(self._folder, self._written + 1)
            file = os.open(segment.path, os.O_WRONLY | os.O_APPEND)
        except OSError:
            self.counters.write_errors += 1  # no room for a new file: the old one simply grows until there is
            return
        os.close(self._file)
        self._file = file
        self._segments.append(segment)
        if self.settings.fsync:
            segments.sync_folder(self._folder)

    def _start_over(self) -> None:
        """Write to a new file from now on, and delete what is committed. Called by the writer with the lock held."""
        self._discarding = False
        if self._segments[-1].size:
            self._rotate()
        for segment in self._forget_committed():
            segment.path.unlink(missing_ok=True)
        self._changed.notify_all()

    def _commit(self, seq: int) -> None:
        """Remember that the store has everything up to `seq` and delete the segments that only hold such batches."""
        with self._changed:
            if seq <= self._committed:
                return
            self._committed = min(seq, self._written)
            done = self._forget_committed()
        segments.write_mark(self._folder, self._committed)
        for segment in done:
            segment.path.unlink(missing_ok=True)
        with self._changed:
            self._changed.notify_all()

    def _forget_committed(self) -> list[segments.Segment]:
        """Take the files that hold only what the store has off the list. Called with the lock held."""
        done = [segment for segment in self._segments[:-1] if segment.last <= self._committed]
        for segment in done:
            self._segments.remove(segment)
        return done


class SpoolConsumer:
    """The `Consumer` of a spool: begins after the committed batch."""

    exclusive = True

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._next = spool.committed + 1
        self._announced = False
        self._reader = segments.Reader(spool._segments, self._next)

    def poll(self, max_batches: int, timeout_s: float) -> Sequence[Delivery]:
        """See `Consumer.poll`."""
        if not self._announced:
            self._announced = True
            return [Assigned(0, self._next - 1)]
        spool = self._spool
        with spool._changed:
            spool._changed.wait_for(lambda: spool._written >= self._next or spool._stopping, timeout_s)
            if spool._written < self._next:
                return []
            batches = self._take(spool._memory, max_batches)
            until = spool._written
        return batches or self._read(until, max_batches)

    def _take(self, memory: _Memory, limit: int) -> list[Batch]:
        held = memory.held
        while held and held[0][0] < self._next:
            memory.drop()
        if not held or held[0][0] > self._next:
            return []
        batches = [memory.drop() for _ in range(min(limit, len(held)))]
        self._next += len(batches)
        return batches

    def _read(self, until: int, limit: int) -> list[Batch]:
        """Read from the files what is no longer in memory; damaged records are counted and passed over."""
        self._reader.skip_to(self._next)
        found = self._reader.read(until, limit)
        batches: list[Batch] = []
        for seq, payload in found:
            try:
                batches.append(record.decode(seq, payload))
            except msgspec.DecodeError:
                self._spool.counters.unreadable += 1
        self._next = found[-1][0] + 1 if found else until + 1
        self._spool.counters.read_from_disk += len(found)
        return batches

    def holds(self) -> bool:
        """See `Consumer.holds`: nobody else can."""
        return True

    def commit(self, seq: int) -> None:
        """See `Consumer.commit`."""
        self._spool._commit(seq)

    def lag(self) -> int:
        """See `Consumer.lag`."""
        return max(0, self._spool.written - self._next + 1)

    def close(self) -> None:
        """See `Consumer.close`: a spool's consumer holds nothing open."""


def _own(folder: Path) -> int:
    """Lock the folder for this process until it ends, however it ends."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StreamError(f"another process uses the spool in {folder}") from error
    return handle


def _settle(group: list[_Append], error: StreamError | None) -> None:
    """Answer every append of the group on the loop that waits for it, with one wake-up for each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for append in group:
        by_loop.setdefault(append.done.get_loop(), []).append(append.done)
    for loop, futures in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, futures, error)
        except RuntimeError:
            continue  # the loop is gone, and with it everyone who waited


def _resolve(futures: list[asyncio.Future[None]], error: StreamError | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
