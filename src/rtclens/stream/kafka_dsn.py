"""What a Kafka DSN says: `kafka://host:port[,host:port]/topic?partitions=…`, and the client settings that follow.

Enters: the text of a DSN. Leaves: `KafkaSettings`, and the settings of producer and consumer under librdkafka's names.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

SCHEME = "kafka"
MAX_PARTITIONS = 1 << 14  # positions above belong to imported calls
GENERATION_BITS = 8
MIB = 1024 * 1024


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A topic and how it is used. Every member but the first two is an option of the DSN's query.

    `partitions` and `replication` hold when the topic is made here; a topic that exists is taken as it is. Positions
    are stored with the rows, so a topic that is deleted and made again, or whose number of partitions changes, needs
    the next `generation`: its positions lie above all earlier ones. `session_ms` is how soon a dead worker is missed.
    """

    servers: str
    topic: str
    partitions: int = 64
    replication: int = 0  # 0: three, or as many brokers as there are
    group: str = "rtclens"
    generation: int = 0
    session_ms: int = 10_000
    delivery_ms: int = 30_000
    retention_hours: int = 72
    max_message_bytes: int = 32 * MIB
    max_pending_bytes: int = 64 * MIB


def parse(dsn: str) -> KafkaSettings:
    """The settings of a DSN; raises `ValueError` that names what does not fit."""
    parts = urlsplit(dsn)
    servers = ",".join(server for server in parts.netloc.split(",") if server)
    if parts.scheme != SCHEME or not servers:
        raise ValueError("a Kafka stream is written kafka://host:port[,host:port]/topic")
    options = dict(parse_qsl(parts.query))
    unknown = options.keys() - set(KafkaSettings.__struct_fields__) | options.keys() & {"servers", "topic"}
    if unknown:
        raise ValueError(f"a Kafka stream has no option {', '.join(sorted(unknown))}")
    values = {**options, "servers": servers, "topic": unquote(parts.path.strip("/")) or "rtclens-events"}
    settings = msgspec.convert(values, KafkaSettings, strict=False)
    if not 0 < settings.partitions < MAX_PARTITIONS:
        raise ValueError(f"a topic has 1 to {MAX_PARTITIONS - 1} partitions here")
    if not 0 <= settings.generation < 1 << GENERATION_BITS:
        raise ValueError(f"generation is 0 to {(1 << GENERATION_BITS) - 1}")
    return settings


def producer_settings(settings: KafkaSettings) -> dict[str, Any]:
    """Acknowledged means: on every replica in sync, once, in order. The queue is bounded by `Kafka.append` itself."""
    return {
        "bootstrap.servers": settings.servers,
        "acks": "all",
        "enable.idempotence": True,
        "compression.type": "zstd",
        "linger.ms": 5,
        "partitioner": "murmur2_random",  # the one of the Java client: other programs find a call's partition too
        "message.max.bytes": settings.max_message_bytes,
        "message.timeout.ms": settings.delivery_ms,
        "queue.buffering.max.kbytes": 4 * settings.max_pending_bytes // 1024,
        "queue.buffering.max.messages": 1_000_000,
    }


def consumer_settings(settings: KafkaSettings) -> dict[str, Any]:
    """Nothing is committed but what `commit` was told; partitions move one by one, not all at once."""
    return {
        "bootstrap.servers": settings.servers,
        "group.id": settings.group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": True,
        "enable.auto.offset.store": False,
        "auto.commit.interval.ms": 1000,
        "partition.assignment.strategy": "cooperative-sticky",
        "session.timeout.ms": settings.session_ms,
        "heartbeat.interval.ms": max(300, settings.session_ms // 5),
        "max.poll.interval.ms": max(600_000, settings.session_ms),  # a store that is away for long is no dead worker
        "queued.max.messages.kbytes": 16 * 1024,
        "fetch.wait.max.ms": 100,
    }
