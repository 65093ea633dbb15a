"""Kafka topics.

Enters: records. Leaves: one message each, keyed by the record's key, its id and type as headers. The producer is
idempotent; `send` returns once every message is acknowledged, so a batch is repeated whole and readers drop by id.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from rtclens.outputs import avro
from rtclens.outputs.configuration import KafkaSettings
from rtclens.outputs.moments import Record
from rtclens.outputs.sinks import SinkError
from rtclens.stream import StreamError
from rtclens.stream.kafka_errors import Complaints, opened, words

if TYPE_CHECKING:
    from confluent_kafka import KafkaError

TOO_LARGE = ("MSG_SIZE_TOO_LARGE", "RECORD_LIST_TOO_LARGE")


class KafkaTopic:
    """One topic. Needs the extra `kafka`."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._complaints = Complaints()
        self._producer = self._opened()

    def _opened(self) -> Any:
        try:
            from confluent_kafka import Producer
        except ImportError as error:
            raise SinkError("Kafka needs the extra: pip install 'rtclens[kafka]'", permanent=True) from error
        settings = self._settings
        configuration: dict[str, Any] = {
            "bootstrap.servers": settings.servers,
            "enable.idempotence": True,
            "compression.type": "zstd",
            "message.timeout.ms": int(settings.timeout_s * 1000),
            **settings.client,
            "error_cb": self._complaints.hear,
        }
        if settings.password_env:
            configuration["sasl.password"] = os.environ.get(settings.password_env, "")
        try:
            return opened(lambda: Producer(configuration), settings.servers)
        except StreamError as error:
            raise SinkError(str(error)) from error

    def send(self, records: Sequence[Record]) -> None:
        """Produce the records and wait for all acknowledgements; raises `SinkError` when one is missing."""
        from confluent_kafka import KafkaException

        failures: list[KafkaError] = []

        def acknowledged(error: KafkaError | None, _: object) -> None:
            if error is not None:
                failures.append(error)

        try:
            for record in records:
                self._produce(record, acknowledged)
            left = self._producer.flush(self._settings.timeout_s)
        except BufferError as error:
            raise SinkError(str(error)) from error
        except KafkaException as caught:
            self._renew(caught.args[0])
            raise SinkError(words(caught.args[0]), permanent=caught.args[0].name() in TOO_LARGE) from caught
        if failures or left:
            raise self._failed(failures, left)

    def _produce(self, record: Record, acknowledged: Callable[[Any, Any], None]) -> None:
        headers: dict[str, str | bytes | None] = {"rtclens-id": record.id, "type": record.type}
        self._producer.produce(
            self._settings.topic,
            key=record.key.encode(),
            value=encode(record, self._settings),
            headers=headers,
            on_delivery=acknowledged,
        )

    def _failed(self, failures: list[KafkaError], left: int) -> SinkError:
        """What the brokers said of the first message, or what keeps the client from them."""
        if not failures:
            why = f": {words(self._complaints.last)}" if self._complaints.last else ""
            return SinkError(f"{left} messages were not acknowledged in time{why}")
        self._renew(failures[0])
        return SinkError(words(self._complaints.behind(failures[0])))

    def _renew(self, error: KafkaError) -> None:
        """After a fatal error a producer takes nothing any more; another one may."""
        if error.fatal() or error.name() == "_FATAL":
            self._producer = self._opened()

    def close(self) -> None:
        """Give what is under way a last moment."""
        self._producer.flush(1)


def encode(record: Record, settings: KafkaSettings) -> bytes:
    """The value of a message: JSON, the payload alone where wished, or Avro of the first generation."""
    if settings.encoding == "avro" and record.message:
        return avro.encode(record.message, record.body)
    return msgspec.json.encode(record.body.get("payload", record.body) if settings.payload_only else record.body)
