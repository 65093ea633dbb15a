"""Write dumps of format 3.

Enters: what is known of a stream, and either its frames as received or its canonical events. Leaves: the file's lines,
each with its line end. A file of raw frames holds what the client sent, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from rtclens.model.codec import Hello
from rtclens.model.events import AnyEvent, Batch, SessionOpened
from rtclens.wire.rtcstats.dump.dialect import MAGIC
from rtclens.wire.rtcstats.dump.encode import Exported, frames

GENERATOR = "rtclens"


def metadata(hello: Hello, **more: Any) -> dict[str, Any]:
    """The metadata of a stream; the token never reaches a file. `more` may add `stopTime`, `numberOfMessages` …."""
    told = {
        "url": "/" + "/".join(hello.path.values()),
        "origin": hello.headers.get("origin"),
        "userAgent": hello.headers.get("user-agent"),
        "startTime": hello.opened_at or None,
        "remoteAddresses": [hello.address] if hello.address else None,
        "clientProtocol": hello.protocol or None,
    }
    return {name: value for name, value in {**told, **more}.items() if value is not None}


def header(told: dict[str, Any]) -> bytes:
    """The first two lines."""
    return MAGIC + b"\n" + msgspec.json.encode({**told, "fileFormat": 3}) + b"\n"


def raw_dump(
    told: dict[str, Any], stored: Iterable[bytes], close_code: int | None = None, silence_ms: float = 0.0
) -> Iterator[bytes]:
    """The dump of a stream whose frames were kept; `silence_ms` passed between its last frame and its end."""
    yield header(told)
    for frame in stored:
        # A line end can only be white space between JSON tokens.
        yield frame.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
    if close_code is not None:
        yield msgspec.json.encode(["close", None, close_code, silence_ms])


def event_dump(told: dict[str, Any], batches: Iterable[Batch]) -> Iterator[bytes]:
    """The dump of one session's events, whatever SDK they came from."""
    yield header({**told, "generator": GENERATOR})
    done, clock = Exported(), 0.0
    for batch in batches:
        for event in batch.events:
            for frame in frames(done, event):
                stamp = event.at - clock
                clock += stamp
                yield msgspec.json.encode([*frame, stamp]) + b"\n"


def told_by(events: Iterable[AnyEvent]) -> dict[str, Any]:
    """The part of the metadata that a session's events tell."""
    for event in events:
        if isinstance(event, SessionOpened) and event.client is not None:
            client = event.client
            value = {"userAgent": client.user_agent, "origin": client.url}
            return {name: text for name, text in value.items() if text} | {"startTime": event.at}
    return {}
