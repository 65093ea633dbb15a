"""The stream on a Kafka topic, keyed by app and call, so that a call lies whole and in order in one partition.

Enters: batches from the event loop. Leaves: an acknowledgement once every replica in sync has them. One thread serves
the producer; consumers (`kafka_consumer.py`) are one group. Needs the extra `kafka`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from rtclens.model.events import Batch, Origin
from rtclens.stream import record
from rtclens.stream.kafka_consumer import KafkaConsumer
from rtclens.stream.kafka_dsn import KafkaSettings, client_settings, producer_settings
from rtclens.stream.kafka_errors import ASK_S, Complaints, ask, opened
from rtclens.stream.places import Places
from rtclens.stream.protocol import Overloaded, StreamError, Unwritable

SERVE_S = 0.1
REPLICAS = 3
log = logging.getLogger(__name__)


@dataclass(slots=True)
class KafkaCounters:
    """What this process did with the topic since it was opened."""

    appended: int = 0
    appended_bytes: int = 0
    refused: int = 0
    write_errors: int = 0
    unreadable: int = 0


@dataclass(slots=True)
class _Append:
    """One call of `append`: how many of its batches are still on their way, and what went wrong first."""

    batches: Sequence[Batch]
    waiting: int
    size: int
    done: asyncio.Future[None]
    error: StreamError | None = None


class Kafka:
    """A `Stream` on a topic, which is made where missing. Raises `StreamError` when no broker answers."""

    def __init__(self, settings: KafkaSettings) -> None:
        self.settings = settings
        self.counters = KafkaCounters()
        self._places = Places(settings.generation, make_topic(settings))
        self._broken = False
        self._producer = self._new_producer()
        self._lock = Lock()
        self._pending = 0
        self._finished: list[_Append] = []
        self._stopping = False
        self._server = Thread(target=self._serve, name="kafka-producer", daemon=True)
        self._server.start()

    def _new_producer(self) -> Any:
        from confluent_kafka import Producer

        return Producer(producer_settings(self.settings))

    async def append(self, batches: Sequence[Batch]) -> None:
        """See `Stream.append`. The batches of one frame share a partition; where they do not (a file of several
        calls), a broker that fails in between may keep some of an append that raised.
        """
        if not batches:
            return
        for batch in batches:
            batch.received_at = float(round(batch.received_at))
        payloads = [record.encode(batch) for batch in batches]
        size = sum(map(len, payloads))
        self._admit(size, max(map(len, payloads)))
        append = _Append(batches, len(batches), size, asyncio.get_running_loop().create_future())
        for batch, payload in zip(batches, payloads, strict=True):
            self._produce(append, batch, payload)
        await append.done

    def _admit(self, size: int, largest: int) -> None:
        with self._lock:
            if self._stopping:
                raise Overloaded("the stream is closing")
            if largest > self.settings.max_message_bytes - 1024:
                raise Unwritable("a batch is larger than the topic's messages may be")
            if self._pending and self._pending + size > self.settings.max_pending_bytes:
                self.counters.refused += 1
                raise Overloaded("more bytes are waiting for the brokers than allowed")
            self._pending += size

    def _produce(self, append: _Append, batch: Batch, payload: bytes) -> None:
        def delivered(error: Any, message: Any) -> None:
            self._delivered(append, batch, error, message)

        try:
            self._producer.produce(self.settings.topic, payload, key_of(batch.origin), on_delivery=delivered)
        except (BufferError, _error()) as error:
            self._settle(append, Overloaded(f"the brokers are too slow: {error}"))

    def _delivered(self, append: _Append, batch: Batch, error: Any, message: Any) -> None:
        """Called on the producer's thread for each batch, in the order in which the brokers answered."""
        if error is not None:
            self._settle(append, Unwritable(f"the brokers did not take a batch: {error}"))
            return
        batch.seq = self._places.appended(message.partition(), message.offset())
        self._settle(append, None)

    def _settle(self, append: _Append, error: StreamError | None) -> None:
        with self._lock:
            append.error = append.error or error
            append.waiting -= 1
            if append.waiting:
                return
            self._pending -= append.size
            if append.error is None:
                self.counters.appended += len(append.batches)
                self.counters.appended_bytes += append.size
            else:
                self.counters.write_errors += 1
            self._finished.append(append)

    def _serve(self) -> None:
        """Have the producer call back, and answer whoever waits."""
        while not (self._stopping and self._pending == 0):
            self._poll()
            self._answer()
            if self._broken and not len(self._producer):
                self._broken = False
                self._producer = self._new_producer()
        self._answer()

    def _poll(self) -> None:
        """What is fatal to the producer is raised here, wherever it happened; what it held is reported all the same."""
        try:
            self._producer.poll(SERVE_S)
        except _error() as error:
            log.warning("the producer is done with, another one is made: %s", error)
            self._broken = True

    def _answer(self) -> None:
        with self._lock:
            finished, self._finished = self._finished, []
        by_loop: dict[asyncio.AbstractEventLoop, list[_Append]] = {}
        for append in finished:
            by_loop.setdefault(append.done.get_loop(), []).append(append)
        for loop, appends in by_loop.items():
            try:
                loop.call_soon_threadsafe(_resolve, appends)
            except RuntimeError:
                continue  # the loop is gone, and with it everyone who waited

    def tail(self) -> Iterator[Batch]:
        """Nothing: what the store may not have yet is the workers' to read, and is there within a second or so."""
        return iter(())

    def consumer(self) -> KafkaConsumer:
        """See `Stream.consumer`."""
        return KafkaConsumer(self.settings, self._places, self._count_unreadable)

    def _count_unreadable(self) -> None:
        self.counters.unreadable += 1

    async def close(self) -> None:
        """See `Stream.close`: waits for the brokers' answers, at most as long as an append may take."""
        with self._lock:
            self._stopping = True
        await asyncio.get_running_loop().run_in_executor(None, self._server.join)


def key_of(origin: Origin) -> bytes:
    """What decides the partition: the app and the call as the analysis tells calls apart."""
    call = origin.call or f"~{origin.participant or origin.session or origin.format}"
    return f"{origin.app_id}\0{call}".encode()


def _resolve(appends: Sequence[_Append]) -> None:
    for append in appends:
        if append.done.done():
            continue
        if append.error is None:
            append.done.set_result(None)
        else:
            append.done.set_exception(append.error)


def _error() -> type[Exception]:
    from confluent_kafka import KafkaException

    return KafkaException


def make_topic(settings: KafkaSettings) -> int:
    """Make the topic unless it exists; returns its number of partitions. Raises `StreamError`."""
    from confluent_kafka.admin import AdminClient

    complaints = Complaints()
    configuration = {**client_settings(settings), "error_cb": complaints.hear}
    admin = opened(lambda: AdminClient(configuration), settings.servers)
    return ask(lambda: _made(admin, settings), settings.servers, admin.poll, complaints)


def _made(admin: Any, settings: KafkaSettings) -> int:
    """One attempt; asks for all topics, because brokers may make one that is asked for by its name."""
    from confluent_kafka import KafkaError, KafkaException

    known = admin.list_topics(timeout=ASK_S)
    topic = known.topics.get(settings.topic)
    if topic is None:
        _create(admin, _new_topic(settings, len(known.brokers)))
        topic = admin.list_topics(settings.topic, timeout=ASK_S).topics[settings.topic]
    if topic.error is not None or not topic.partitions:  # just made: brokers hear of it one after another
        raise KafkaException(topic.error or KafkaError(KafkaError.LEADER_NOT_AVAILABLE))
    return len(topic.partitions)


def _create(admin: Any, topic: Any) -> None:
    from confluent_kafka import KafkaError, KafkaException

    try:
        admin.create_topics([topic], request_timeout=ASK_S)[topic.topic].result()
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # another process was faster, or an answer was lost
            raise


def _new_topic(settings: KafkaSettings, brokers: int) -> Any:
    from confluent_kafka.cimpl import NewTopic

    replication = settings.replication or min(REPLICAS, brokers)
    config = {
        "min.insync.replicas": str(max(1, replication - 1)),  # one broker may be away, and nothing acknowledged is lost
        "unclean.leader.election.enable": "false",
        "max.message.bytes": str(settings.max_message_bytes),
        "retention.ms": str(settings.retention_hours * 3_600_000),
    }
    return NewTopic(settings.topic, settings.partitions, replication, config=config)
