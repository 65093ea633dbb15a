"""What a Kafka DSN says: `kafka://[user:password@]host:port[,host:port]/topic?option=…`, and the client settings.

Enters: the text of a DSN; `kafkas://` is the same over TLS. Leaves: `KafkaSettings`, and the settings of every client
under librdkafka's names. The password is in those and nowhere else: neither errors nor `repr` show it.
"""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

SCHEMES = {"kafka": False, "kafkas": True}  # whether the connections are encrypted
MAX_PARTITIONS = 1 << 14  # positions above belong to imported calls
GENERATION_BITS = 8
MIB = 1024 * 1024


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A topic and how it is used. Every member but the first two is an option of the DSN's query.

    `partitions` and `replication` hold when the topic is made here; a topic that exists is taken as it is. Positions
    are stored with the rows, so a topic that is deleted and made again, or whose number of partitions changes, needs
    the next `generation`: its positions lie above all earlier ones. `session_ms` is how soon a dead worker is missed.
    `sasl` is how a user signs in; `ca`, `cert` and `key` are files (PEM): whom to trust, by default whom the system
    trusts, and who we are, where brokers ask for it.
    """

    servers: str
    topic: str
    tls: bool = False
    user: str = ""
    password: str = ""
    sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    ca: str = ""
    cert: str = ""
    key: str = ""
    partitions: int = 64
    replication: int = 0  # 0: three, or as many brokers as there are
    group: str = "rtclens"
    generation: int = 0
    session_ms: int = 10_000
    delivery_ms: int = 30_000
    retention_hours: int = 72
    max_message_bytes: int = 32 * MIB
    max_pending_bytes: int = 64 * MIB

    def __repr__(self) -> str:
        return f"KafkaSettings({self.servers}, {self.topic})"


_NOT_OPTIONS = frozenset({"servers", "topic", "tls", "user", "password"})


def parse(dsn: str) -> KafkaSettings:
    """The settings of a DSN; raises `ValueError` that names what does not fit."""
    parts = urlsplit(dsn)
    credentials, _, hosts = parts.netloc.rpartition("@")
    servers = ",".join(server for server in hosts.split(",") if server)
    if parts.scheme not in SCHEMES or not servers:
        raise ValueError("a Kafka stream is written kafka://[user:password@]host:port[,host:port]/topic")
    options = dict(parse_qsl(parts.query))
    unknown = options.keys() - set(KafkaSettings.__struct_fields__) | options.keys() & _NOT_OPTIONS
    if unknown:
        raise ValueError(f"a Kafka stream has no option {', '.join(sorted(unknown))}")
    user, _, password = credentials.partition(":")
    values = {
        **options,
        "servers": servers,
        "topic": unquote(parts.path.strip("/")) or "rtclens-events",
        "tls": SCHEMES[parts.scheme],
        "user": unquote(user),
        "password": unquote(password),
    }
    settings = msgspec.convert(values, KafkaSettings, strict=False)
    _check(settings)
    return settings


def _check(settings: KafkaSettings) -> None:
    if not 0 < settings.partitions < MAX_PARTITIONS:
        raise ValueError(f"a topic has 1 to {MAX_PARTITIONS - 1} partitions here")
    if not 0 <= settings.generation < 1 << GENERATION_BITS:
        raise ValueError(f"generation is 0 to {(1 << GENERATION_BITS) - 1}")
    if not settings.tls and (settings.ca or settings.cert or settings.key):
        raise ValueError("ca, cert and key are for TLS: write kafkas://")


def client_settings(settings: KafkaSettings) -> dict[str, Any]:
    """How every client reaches the brokers, and signs in."""
    files = {
        "ssl.ca.location": settings.ca,
        "ssl.certificate.location": settings.cert,
        "ssl.key.location": settings.key,
    }
    found: dict[str, Any] = {"bootstrap.servers": settings.servers}
    if settings.tls or settings.user:
        found["security.protocol"] = f"{'SASL_' if settings.user else ''}{'SSL' if settings.tls else 'PLAINTEXT'}"
    if settings.user:
        found |= {
            "sasl.mechanism": settings.sasl,
            "sasl.username": settings.user,
            "sasl.password": settings.password,
        }
    return found | {name: path for name, path in files.items() if path}


def producer_settings(settings: KafkaSettings) -> dict[str, Any]:
    """Acknowledged means: on every replica in sync, once, in order. The queue is bounded by `Kafka.append` itself."""
    return {
        **client_settings(settings),
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
        **client_settings(settings),
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
