"""Kafka's partitions and offsets as positions, and how far this process knows each partition to reach.

Enters: partitions, offsets (from 0), a generation. Leaves: positions. Within a partition they count from 1, as those
of a spool do, so the offset that Kafka calls committed (the next one to read) is the newest position the store has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from rtclens.stream.kafka_dsn import GENERATION_BITS
from rtclens.stream.protocol import OFFSET_BITS, offset_of, position

_GENERATION_SHIFT = OFFSET_BITS - GENERATION_BITS


@dataclass(slots=True)
class Places:
    """The positions of one topic. `ends` maps a partition to its end as far as this process appended to it."""

    generation: int
    partitions: int
    ends: dict[int, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def position(self, partition: int, count: int) -> int:
        """The position of the `count`-th message of a partition; 0 is the place before the first."""
        return position(partition, self.generation << _GENERATION_SHIFT | count)

    def count(self, seq: int) -> int:
        """How many messages of its partition lie up to a position: the offset to commit for it."""
        return offset_of(seq) - (self.generation << _GENERATION_SHIFT)

    def appended(self, partition: int, offset: int) -> int:
        """The position of a message that the brokers took; 0 when they did not say where, as after some retries."""
        if offset < 0:
            return 0
        with self._lock:
            self.ends[partition] = max(self.ends.get(partition, 0), offset + 1)
        return self.position(partition, offset + 1)
