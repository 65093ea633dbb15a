"""What a stream is: the contract that the spool on disk and a Kafka topic both keep.

Enters: decoded batches at the edge. Leaves: the same batches at a worker, in order within a partition, at least once.
A position is one integer that names a batch in the whole stream: partition in the high bits, offset in the low 48,
so that positions of one partition rise and a stored row tells where it came from. It is what `Batch.seq` holds.

    StreamError
    ├── Overloaded   nothing was accepted: come back after `retry_after_s`
    └── Unwritable   the medium refused (disk full, broker gone): nothing of this append may be acknowledged
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rtclens.model.events import Batch

OFFSET_BITS = 48
_OFFSET_MASK = (1 << OFFSET_BITS) - 1


def position(partition: int, offset: int) -> int:
    """The position of `offset` in `partition`."""
    return partition << OFFSET_BITS | offset


def partition_of(seq: int) -> int:
    """The partition that a position lies in."""
    return seq >> OFFSET_BITS


def offset_of(seq: int) -> int:
    """The offset of a position inside its partition."""
    return seq & _OFFSET_MASK


class StreamError(Exception):
    """The stream did not take the batches."""


class Overloaded(StreamError):  # noqa: N818 - it names a state, and the doors answer with it
    """Taking more would break a bound; the sender should slow down and retry."""

    def __init__(self, message: str, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unwritable(StreamError):  # noqa: N818 - as above
    """The medium refused the bytes; nothing of this append was accepted."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """From now on this consumer gets `partition`; `committed` is the last position the store already has."""

    partition: int
    committed: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """This consumer loses `partition`: flush and commit what was taken from it, then forget its calls."""

    partition: int


@dataclass(frozen=True, slots=True)
class Lost:
    """This consumer was given up and has no partition any more: forget all, and write nothing of it."""


Delivery = Assigned | Revoked | Lost | Batch


class Consumer(Protocol):
    """The worker's side. Every method but `holds` is called from one thread, the worker's.

    `exclusive`: nobody else reads the stream, so a worker that ends first takes what waits. Otherwise it leaves that
    to the next owner of its partitions.
    """

    @property
    def exclusive(self) -> bool:
        """Whether this is the only consumer there will be."""

    def poll(self, max_batches: int, timeout_s: float) -> Sequence[Delivery]:
        """Up to `max_batches` deliveries in order; empty after `timeout_s` without any. The first is an `Assigned`."""

    def holds(self) -> bool:
        """Whether what was polled is this consumer's to store; waits while that is not known. From any thread."""

    def commit(self, seq: int) -> None:
        """Everything of this partition up to and including `seq` is in the store; it is not delivered again."""

    def lag(self) -> int:
        """Batches that were appended and not yet polled."""

    def close(self) -> None:
        """Stop consuming; what was not committed is delivered to the next consumer."""


class Stream(Protocol):
    """A durable, bounded, ordered queue of batches."""

    async def append(self, batches: Sequence[Batch]) -> None:
        """Return once the batches survive the death of this process.

        Sets `seq` on each batch and rounds `received_at` to whole milliseconds; the caller must not change a batch
        afterwards. Raises `Overloaded` or `Unwritable`, and then nothing of this call was accepted.
        """

    def consumer(self) -> Consumer:
        """Begin to read; the spool has one consumer, a topic one for each worker."""

    async def close(self) -> None:
        """Write out what was accepted and release the medium."""
