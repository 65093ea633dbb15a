"""A worker's seat in the consumer group of a Kafka topic.

Enters: messages and rebalances, which a thread of its own receives. Leaves: deliveries to the worker. A partition that
is taken away is only let go once the worker has handled `Revoked`, so the next owner finds everything in the store.
Offsets are handed to the broker once a second and when a partition goes; a crash in between repeats deliveries.
Only the reading thread touches the client: it holds a lock of its own while it waits for messages.

A process that was paused may have been given up by the brokers without knowing, and another one has its partitions. So
whoever writes asks `holds` before: when the reading thread has not run for a while, it waits until the brokers have
confirmed the seat, or have taken it away. What was not written by then is the next owner's, who gets it again (`Lost`).
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from time import monotonic
from typing import Any

import msgspec

from rtclens.model.events import Batch
from rtclens.stream import record
from rtclens.stream.kafka_dsn import KafkaSettings, consumer_settings
from rtclens.stream.kafka_errors import FIRST_PAUSE_S, LONGEST_PAUSE_S, passes
from rtclens.stream.places import Places
from rtclens.stream.protocol import Assigned, Delivery, Lost, Revoked, StreamError, partition_of

CHUNK = 500
FETCH_S = 0.1
OFFSETS_TIMEOUT_S = 10.0
RELEASE_S = 120.0
GIVEN_UP = ("UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID")
log = logging.getLogger(__name__)


class KafkaConsumer:
    """The `Consumer` of a topic."""

    exclusive = False

    def __init__(self, settings: KafkaSettings, places: Places, unreadable: Callable[[], None]) -> None:
        from confluent_kafka import Consumer

        self._topic = settings.topic
        self._places = places
        self._unreadable = unreadable
        self._client = Consumer(consumer_settings(settings))
        self._changed = Condition()
        self._waiting: deque[Delivery] = deque()
        self._in_hand = False  # the worker is at what it polled last
        self._taken: dict[int, int] = {}  # by partition: messages up to the newest that the worker was given
        self._commits: dict[int, int] = {}  # by partition: messages that the store has, not yet told to the client
        self._known: dict[int, int] = {}  # by partition: messages that the store has, as the brokers know
        self._ends: dict[int, int] = {}  # by partition: messages it holds, as the brokers said last
        self._doubtful_s = settings.session_ms / 2000  # the last heartbeat may be older than the pause
        self._alive_at = monotonic()  # when the reading thread last ran
        self._doubt = False  # it did not for so long that the brokers may have given us up
        self._gone = False  # they have; until the worker has forgotten what it took
        self._forgetting = False  # which it is doing
        self._stopping = False
        self._failure: Exception | None = None
        self._thread = Thread(target=self._run, name="kafka-consumer", daemon=True)
        self._thread.start()

    # --- the worker's side ------------------------------------------------------------------------------------

    def poll(self, max_batches: int, timeout_s: float) -> Sequence[Delivery]:
        """See `Consumer.poll`. Asking again says that everything polled before is handled."""
        with self._changed:
            self._in_hand = False
            if self._forgetting:
                self._forgetting = self._gone = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._failure, timeout_s)
            if self._failure and not self._waiting:
                raise StreamError(f"reading from Kafka failed: {self._failure}") from self._failure
            found = [self._waiting.popleft() for _ in range(min(max_batches, len(self._waiting)))]
            self._in_hand = bool(found)
            for delivery in found:
                if isinstance(delivery, Batch):
                    self._taken[partition_of(delivery.seq)] = self._places.count(delivery.seq)
                self._forgetting |= isinstance(delivery, Lost)
            self._changed.notify_all()
        return found

    def commit(self, seq: int) -> None:
        """See `Consumer.commit`."""
        with self._changed:
            self._commits[partition_of(seq)] = self._places.count(seq)

    def holds(self) -> bool:
        """See `Consumer.holds`."""
        deadline = monotonic() + RELEASE_S
        with self._changed:
            while not self._gone and self._failure is None and self._thread.is_alive():
                now = monotonic()
                if not self._doubt and now - self._alive_at < self._doubtful_s:
                    return True
                if now >= deadline:
                    raise StreamError("the brokers do not say whether our partitions are still ours")
                self._changed.wait(FETCH_S)
            return False

    def lag(self) -> int:
        """See `Consumer.lag`: of the partitions held; what other processes appended shows with the next fetch."""
        ends, own = self._ends, self._places.ends
        with self._changed:
            taken = dict(self._taken)
        return sum(max(0, ends.get(each, 0) - count, own.get(each, 0) - count) for each, count in taken.items())

    def close(self) -> None:
        """See `Consumer.close`."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()

    # --- the reading thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        client = self._client
        try:
            client.subscribe([self._topic], on_assign=self._assign, on_revoke=self._revoke, on_lost=self._lose)
            while not self._stopping:
                self._live()
                batches = self._decoded(client.consume(CHUNK, FETCH_S))
                self._measure()
                self._store_offsets()
                self._hand_over(batches)
            self._store_offsets()
        except Exception as error:
            log.exception("reading from Kafka stopped")
            with self._changed:
                self._failure = error
                self._changed.notify_all()
        finally:
            client.close()

    def _live(self) -> None:
        """Say that this thread runs; after a pause ask the brokers whether we are still one of the group."""
        with self._changed:
            now = monotonic()
            self._doubt |= now - self._alive_at >= self._doubtful_s
            self._alive_at = now
        if self._doubt:
            self._confirm()

    def _confirm(self) -> None:
        """Commit what is committed already: the brokers take that from members only."""
        from confluent_kafka import KafkaException, TopicPartition

        place = next((TopicPartition(self._topic, *each) for each in self._known.items()), None)
        try:
            if place is not None:
                self._client.commit(offsets=[place], asynchronous=False)
        except KafkaException as error:
            log.warning("after a pause: %s", error)
            with self._changed:
                self._gone |= error.args[0].name() in GIVEN_UP
        else:
            with self._changed:
                self._doubt = False
                self._changed.notify_all()

    def _measure(self) -> None:
        """Note how far the partitions reach, as the last fetch told."""
        from confluent_kafka import KafkaException, TopicPartition

        for partition in list(self._taken):
            try:
                known = self._client.get_watermark_offsets(TopicPartition(self._topic, partition), cached=True)
            except KafkaException:
                continue  # nothing was fetched yet
            self._ends[partition] = known[1] if known else 0

    def _store_offsets(self) -> None:
        """Have the client commit what `commit` was told; a partition that was lost is its next owner's to commit."""
        from confluent_kafka import KafkaException, TopicPartition

        with self._changed:
            commits, self._commits = self._commits, {}
        for partition, count in commits.items():
            try:
                self._client.store_offsets(offsets=[TopicPartition(self._topic, partition, count)])
                self._known[partition] = count
            except KafkaException as error:
                log.info("partition %d is not ours any more: %s", partition, error)

    def _decoded(self, messages: Sequence[Any]) -> list[Batch]:
        from confluent_kafka import KafkaException

        batches: list[Batch] = []
        for message in messages:
            if (error := message.error()) is not None:
                if error.fatal():
                    raise KafkaException(error)
                log.warning("Kafka: %s", error)
                continue
            seq = self._places.position(message.partition(), message.offset() + 1)
            try:
                batches.append(record.decode(seq, message.value() or b""))
            except msgspec.DecodeError:
                self._unreadable()
        return batches

    def _hand_over(self, batches: list[Batch]) -> None:
        """Give the worker what was read; waits while it has as much before it, which bounds memory."""
        if not batches:
            return
        with self._changed:
            self._waiting.extend(batch for batch in batches if partition_of(batch.seq) in self._taken)
            self._changed.notify_all()
        self._wait(lambda: len(self._waiting) < CHUNK or self._stopping)

    def _wait(self, holds: Callable[[], bool], timeout_s: float = math.inf) -> bool:
        """Wait for the worker; this thread is seen to run meanwhile. Whether it held in time."""
        deadline = monotonic() + timeout_s
        while True:
            with self._changed:
                if self._changed.wait_for(holds, FETCH_S):
                    return True
            if monotonic() >= deadline:
                return False
            self._live()

    def _assign(self, client: Any, partitions: list[Any]) -> None:
        """Begin behind what is committed, and tell the worker where that is."""
        if not partitions or self._stopping:
            client.incremental_assign(partitions)
            return
        places = self._committed(client, partitions)
        with self._changed:
            for place in places:
                place.offset = max(place.offset, 0)
                self._taken[place.partition] = self._known[place.partition] = place.offset
                self._waiting.append(Assigned(place.partition, self._places.position(place.partition, place.offset)))
            self._changed.notify_all()
        client.incremental_assign(places)

    def _committed(self, client: Any, partitions: list[Any]) -> list[Any]:
        """Committed offsets, asked for until the brokers know them: beginning anywhere else would be wrong."""
        from confluent_kafka import KafkaException

        pause = FIRST_PAUSE_S
        while True:
            try:
                found = list(client.committed(partitions, timeout=OFFSETS_TIMEOUT_S))
                error = next((place.error for place in found if place.error is not None), None)
            except KafkaException as caught:
                error = caught.args[0]
            if error is None:
                return found
            if not passes(error):
                raise KafkaException(error)
            log.warning("committed offsets cannot be read yet: %s", error)
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, pause):
                    return partitions
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _revoke(self, client: Any, partitions: list[Any]) -> None:
        """Let go once the worker has stored what it took from these partitions."""
        lost = {place.partition for place in partitions}
        with self._changed:
            unseen = {each.partition for each in self._waiting if isinstance(each, Assigned)} & lost
        self._withdraw(lost, [Revoked(partition) for partition in sorted(lost - unseen)])
        self._store_offsets()
        for partition in lost:
            self._known.pop(partition, None)
        client.incremental_unassign(partitions)

    def _lose(self, _: Any, partitions: list[Any]) -> None:
        """The group went on without us: what the worker has not written yet is for others to write."""
        log.warning("the brokers gave us up; another worker has our partitions")
        lost = {place.partition for place in partitions}
        with self._changed:
            self._gone, self._doubt = True, False
            self._commits.clear()
        self._known.clear()
        self._withdraw(lost, [Lost()])

    def _withdraw(self, partitions: set[int], news: Sequence[Delivery]) -> None:
        with self._changed:
            self._waiting = deque([each for each in self._waiting if not _is_of(each, partitions)])
            self._waiting.extend(news)
            for partition in partitions:
                self._taken.pop(partition, None)
            self._changed.notify_all()
        if not self._wait(self._is_handled, RELEASE_S):
            log.warning("the worker did not let go in time of partitions %s", sorted(partitions))

    def _is_handled(self) -> bool:
        """Whether the worker took every `Revoked` and `Lost` and came back, or does not read any more."""
        left = any(isinstance(each, Revoked | Lost) for each in self._waiting)
        return self._stopping or self._failure is not None or not (left or self._in_hand)


def _is_of(delivery: Delivery, partitions: set[int]) -> bool:
    if isinstance(delivery, Lost):
        return False
    return (partition_of(delivery.seq) if isinstance(delivery, Batch) else delivery.partition) in partitions
