"""Read a webrtc-internals dump from a stream of bytes.

Enters: chunks of the JSON document. Leaves: a `Dump`: what the file says, packed. A broken file yields a `Dump` of all
that stood before the break, and the reason in `broken`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rtclens.wire.internals import connection, media
from rtclens.wire.internals.align import Quality
from rtclens.wire.internals.client import Page
from rtclens.wire.internals.connection import Connection
from rtclens.wire.internals.eras import loads
from rtclens.wire.internals.media import MediaEntry
from rtclens.wire.internals.series import instant
from rtclens.wire.internals.split import MalformedError, Splitter

MAX_CONNECTIONS = 20_000


class Dump(msgspec.Struct):
    """A dump in memory. `downloaded_at` is ms since the epoch; `recognised` tells whether it looked like one at all."""

    page: Page
    quality: Quality
    connections: list[Connection] = []
    media: list[MediaEntry] = []
    downloaded_at: float | None = None
    recognised: bool = False
    broken: str = ""


def load(chunks: Iterable[bytes]) -> Dump:
    """The dump in `chunks`. Never raises for what they hold."""
    dump = Dump(Page(), Quality(live_connections_only=True), connections=[], media=[])
    splitter = Splitter(chunks)
    try:
        for member in splitter.members():
            _read(dump, member, splitter)
    except MalformedError as error:
        dump.broken = str(error)
    return dump


def _read(dump: Dump, member: str, splitter: Splitter) -> None:
    opening = splitter.peek()
    if member == "PeerConnections" and opening == ord("{"):
        dump.recognised = True
        for key in splitter.members():
            _read_connection(dump, key, splitter)
    elif member == "getUserMedia" and opening == ord("["):
        dump.recognised = True
        for raw in splitter.items():
            said = media.entry(raw)
            if said is None:
                dump.quality.bad_log_entries += 1
            else:
                dump.media.append(said)
    else:
        _read_member(dump, member, splitter.value())


def _read_connection(dump: Dump, key: str, splitter: Splitter) -> None:
    if splitter.peek() != ord("{"):
        splitter.value()
        dump.quality.bad_series += 1
        return
    if len(dump.connections) >= MAX_CONNECTIONS:
        raise MalformedError(f"more than {MAX_CONNECTIONS} connections")
    found = connection.begin(key)
    dump.connections.append(found)
    connection.read(found, splitter, dump.quality)


def _read_member(dump: Dump, member: str, raw: bytes) -> None:
    value = loads(raw)
    if member in Page.__struct_fields__:
        setattr(dump.page, member, value)
    elif member == "timestamp" and isinstance(value, int | float) and not isinstance(value, bool):
        dump.downloaded_at = instant(value)
