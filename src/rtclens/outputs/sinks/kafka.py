"""Kafka topics.

Enters: records. Leaves: one message each, keyed by the record's key, its id and type as headers. The producer is
idempotent; `send` returns once every message is acknowledged, so a batch is repeated whole and readers drop by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from rtclens.outputs import avro
from rtclens.outputs.configuration import KafkaSettings
from rtclens.outputs.moments import Record
from rtclens.outputs.sinks import SinkError


class KafkaTopic:
    """One topic. Needs the extra `kafka`."""

    def __init__(self, settings: KafkaSettings) -> None:
        try:
            from confluent_kafka import Producer
        except ImportError as error:
            raise SinkError("Kafka needs the extra: pip install 'rtclens[kafka]'", permanent=True) from error
        self._settings = settings
        defaults: dict[str, Any] = {
            "bootstrap.servers": settings.servers,
            "enable.idempotence": True,
            "compression.type": "zstd",
            "message.timeout.ms": int(settings.timeout_s * 1000),
        }
        self._producer = Producer({**defaults, **settings.client})

    def send(self, records: Sequence[Record]) -> None:
        """Produce the records and wait for all acknowledgements; raises `SinkError` when one is missing."""
        failures: list[str] = []

        def acknowledged(error: object, _: object) -> None:
            if error is not None:
                failures.append(str(error))

        try:
            for record in records:
                headers: dict[str, str | bytes | None] = {
                    "rtclens-id": record.id,
                    "type": record.type,
                }
                self._producer.produce(
                    self._settings.topic,
                    key=record.key.encode(),
                    value=encode(record, self._settings),
                    headers=headers,
                    on_delivery=acknowledged,
                )
            left = self._producer.flush(self._settings.timeout_s)
        except (BufferError, self._error()) as error:
            raise SinkError(str(error)) from error
        if failures or left:
            raise SinkError(failures[0] if failures else f"{left} messages were not acknowledged in time")

    def close(self) -> None:
        """Give what is under way a last moment."""
        self._producer.flush(1)

    @staticmethod
    def _error() -> type[Exception]:
        from confluent_kafka import KafkaException

        error: type[Exception] = KafkaException
        return error


def encode(record: Record, settings: KafkaSettings) -> bytes:
    """The value of a message: JSON, the payload alone where wished, or Avro of the first generation."""
    if settings.encoding == "avro" and record.message:
        return avro.encode(record.message, record.body)
    return msgspec.json.encode(record.body.get("payload", record.body) if settings.payload_only else record.body)
