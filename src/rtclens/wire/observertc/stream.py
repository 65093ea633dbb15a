"""Everything one socket, request or file remembers between frames.

Enters: `Hello`. Leaves: `Stream`, the codec's state.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Hello
from rtclens.model.events import Client
from rtclens.wire.observertc.announced import JsonMode, announced
from rtclens.wire.observertc.binary import Binary
from rtclens.wire.observertc.deltas import Deltas
from rtclens.wire.observertc.identifiers import Identifiers
from rtclens.wire.observertc.state import StreamState, identity_of, unit_of

Seed = bytes | str | dict[str, Any]


class Stream(StreamState, kw_only=True):
    """The speakers of a stream and the state of its encodings.

    `json` says whether JSON samples are plain or deltas; while that is unknown, `seed` keeps the last complete frame,
    the base of a first delta. `asked` holds the clients that were asked to reset and have not recovered.
    """

    binary: Binary
    json: JsonMode = "unknown"
    seed: Seed = b""
    deltas: Deltas = msgspec.field(default_factory=Deltas)
    asked: set[str] = msgspec.field(default_factory=set)


def open_stream(hello: Hello) -> Stream:
    """The state of a new stream."""
    said = announced(hello)
    return Stream(
        app_id=hello.app_id,
        given=identity_of(hello),
        client=Client(user_agent=hello.headers.get("user-agent", ""), address=hello.address),
        unit=unit_of(hello),
        binary=Binary(said, Identifiers(said.packing)),
        json=said.json,
    )
