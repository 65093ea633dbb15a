"""The contract of a wire format: bytes in, batches, refusals and replies out. Pure: no I/O, no clock.

Enters: `Hello` (what the door knows when a stream opens), frames with their arrival times.
Leaves: `Batch` (decoded), `Refusal` (typed, counted, kept), `Reply` (bytes to send back), `Hangup` (close the socket).
Every frame yields at least one batch or one refusal: nothing is dropped silently.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import msgspec

from rtclens.model.events import Batch


class Hello(msgspec.Struct):
    """What is known when a stream (socket, request, file) opens.

    `path` holds the door's own parameters (call, client …), `query` the URL's, `headers` lower-case names,
    `claims` a verified token's, `stream` a unique id of this stream, `opened_at` the server's clock in ms, `places`
    what a trusted proxy says of where the client is.
    """

    app_id: str
    stream: str = ""
    opened_at: float = 0.0
    protocol: str = ""
    path: dict[str, str] = {}
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    claims: dict[str, Any] = {}
    address: str = ""
    places: dict[str, str] = {}


class Circumstances(msgspec.Struct, frozen=True):
    """What it takes, beside a frame, to decode it again: the name of its codec, and how its stream opened."""

    codec: str
    hello: Hello


class Refusal(msgspec.Struct):
    """A frame, or a part of one, that could not be used. `code` is one of `model.refusals.CODES`.

    Doors set `circumstances` where `raw` is a whole frame of which nothing was used; `letter` is its number once it is
    kept.
    """

    code: str
    message: str
    hint: str = ""
    format: str = ""
    at: float = 0.0
    raw: bytes = b""
    circumstances: Circumstances | None = None
    letter: int = 0


class Reply(msgspec.Struct):
    """Send this back to the client."""

    data: str | bytes


class Hangup(msgspec.Struct):
    """Close the client's socket."""

    code: int
    reason: str = ""


Item = Batch | Refusal | Reply | Hangup
State = TypeVar("State")


class Codec(Protocol[State]):
    """A wire format. `state` is explicit: a socket, a file and a test are the same thing."""

    name: str

    def open(self, hello: Hello) -> tuple[State, list[Item]]:
        """Begin a stream; the items may already greet the client (Jitsi's server speaks first)."""

    def feed(self, state: State, frame: bytes | str, at: float) -> tuple[State, list[Item]]:
        """Decode one frame that arrived at `at` (server clock, ms). Never raises, whatever the frame holds."""

    def close(self, state: State, at: float, code: int | None = None) -> list[Item]:
        """End the stream; `code` is the WebSocket close code where there is one."""
