"""What a dump's first line says about its stream.

Enters: the metadata object, of unknown quality. Leaves: the `Hello` that the stream's door would have given.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from rtclens.model.codec import Hello
from rtclens.wire.rtcstats.clock import possible
from rtclens.wire.rtcstats.values import number, text, texts


def hello_of(metadata: dict[str, Any], hello: Hello) -> Hello:
    """`hello` with what the file tells where the caller told nothing."""
    path, query = _address(text(metadata.get("url")) or text(metadata.get("path")))
    addresses = texts(metadata.get("remoteAddresses"))
    told = {"user-agent": text(metadata.get("userAgent")), "origin": text(metadata.get("origin"))}
    started = next((t for t in map(number, (metadata.get("startTime"), metadata.get("time"))) if t is not None), None)
    return msgspec.structs.replace(
        hello,
        opened_at=float(started) if started is not None and possible(started) else hello.opened_at,
        protocol=hello.protocol or text(metadata.get("clientProtocol")),
        path={**path, **hello.path},
        query={**query, **hello.query},
        headers={**{name: value for name, value in told.items() if value}, **hello.headers},
        address=hello.address or (addresses[0] if addresses else ""),
    )


def _address(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The last segment of the path as room, and the query without the token (always replaced by a word)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}, {}
    query = {name: value for name, value in parse_qsl(parts.query) if name != "rtcstats-token"}
    room = parts.path.rstrip("/").rpartition("/")[2]
    return ({"room": room} if room else {}), query
