"""What workers have just stored, told to every process with pages: a small topic beside the stream's own.

Enters: facts from the worker's thread. Leaves: the same facts in each process that listens, a moment later. News is a
hint to ask the store again, so nothing waits for it: what cannot be sent is dropped and counted, and who begins to
listen hears what comes from then on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import msgspec

from rtclens.model.facts import FACTS as KINDS
from rtclens.model.facts import Fact
from rtclens.stream.kafka import make_topic
from rtclens.stream.kafka_dsn import KafkaSettings, client_settings
from rtclens.stream.kafka_errors import ASK_S, Complaints, ask, words

SUFFIX = "-news"
KEPT_HOURS = 1
CHUNK = 500
FETCH_S = 0.2
FACTS = 1000  # in one message
LAST_S = 2.0
log = logging.getLogger(__name__)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[reduce(or_, KINDS)])  # type: ignore[misc]


def _topic(settings: KafkaSettings) -> KafkaSettings:
    """The topic beside that of `settings`, made where missing."""
    topic = settings.topic + SUFFIX
    beside = msgspec.structs.replace(settings, topic=topic, partitions=1, retention_hours=KEPT_HOURS)
    make_topic(beside)
    return beside


class NewsWriter:
    """Tells facts of some kinds; `dropped` counts the messages that could not be sent."""

    def __init__(self, settings: KafkaSettings, kinds: tuple[type[Fact], ...]) -> None:
        from confluent_kafka import Producer

        beside = _topic(settings)
        self.dropped = 0
        self._kinds = kinds
        self._topic = beside.topic
        self._producer = Producer(
            {
                **client_settings(beside),
                "acks": 1,
                "linger.ms": 10,
                "message.max.bytes": beside.max_message_bytes,
                "message.timeout.ms": beside.delivery_ms,
            }
        )

    def tell(self, facts: Sequence[Fact]) -> None:
        """Send what is of interest; never waits, and never raises: a worker has better to do."""
        wanted = [fact for fact in facts if isinstance(fact, self._kinds)]
        for start in range(0, len(wanted), FACTS):
            self._send(wanted[start : start + FACTS])

    def _send(self, facts: Sequence[Fact]) -> None:
        from confluent_kafka import KafkaException

        try:
            self._producer.produce(self._topic, _encoder.encode(facts), on_delivery=self._delivered)
            self._producer.poll(0)
        except BufferError:
            self.dropped += 1
        except KafkaException as error:
            self.dropped += 1
            log.warning("news is not sent: %s", words(error.args[0]))

    def _delivered(self, error: Any, _: Any) -> None:
        self.dropped += error is not None

    def close(self) -> None:
        """Send what is left, for a moment."""
        self._producer.flush(LAST_S)


class NewsReader:
    """Hands on what writers tell from now on, from a thread of its own, until it is closed."""

    def __init__(self, settings: KafkaSettings, publish: Callable[[Sequence[Fact]], None]) -> None:
        from confluent_kafka import Consumer, TopicPartition

        beside = _topic(settings)
        self._publish = publish
        group = f"{beside.group}{SUFFIX}-{uuid4().hex}"  # asked for by the client; nothing is committed to it
        complaints = Complaints()
        options = {"group.id": group, "enable.auto.commit": False, "error_cb": complaints.hear}
        self._client = client = Consumer({**client_settings(beside), **options})
        place = TopicPartition(beside.topic, 0)

        def ends() -> tuple[int, int]:
            found: tuple[int, int] = client.get_watermark_offsets(place, timeout=ASK_S)
            return found

        _, place.offset = ask(ends, beside.servers, client.poll, complaints)
        client.assign([place])
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="kafka-news", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for message in self._client.consume(CHUNK, FETCH_S):
                self._hand_on(message)
        self._client.close()

    def _hand_on(self, message: Any) -> None:
        if message.error() is not None:
            log.warning("Kafka: %s", message.error())
            return
        try:
            self._publish(_decoder.decode(message.value() or b""))
        except msgspec.DecodeError as error:
            log.warning("news of another version: %s", error)

    def close(self) -> None:
        """Listen no more."""
        self._stopping.set()
        self._thread.join()
