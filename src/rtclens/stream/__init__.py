"""The durable queue between the doors and the workers: batches in, the same batches out, in order."""

from __future__ import annotations

from rtclens.stream.protocol import (
    Assigned,
    Consumer,
    Delivery,
    Lost,
    Overloaded,
    Revoked,
    Stream,
    StreamError,
    Unwritable,
    offset_of,
    partition_of,
    position,
)

__all__ = [
    "Assigned",
    "Consumer",
    "Delivery",
    "Lost",
    "Overloaded",
    "Revoked",
    "Stream",
    "StreamError",
    "Unwritable",
    "offset_of",
    "partition_of",
    "position",
]
