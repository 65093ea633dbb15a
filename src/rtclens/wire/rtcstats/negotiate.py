"""Choose the dialect of a socket.

Enters: the offered WebSocket subprotocols, or, when none was offered, the first frame. Leaves: the value to echo (a
browser fails the connection unless one of its offers comes back) and the codec.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from rtclens.model.codec import Codec, Hello, Item
from rtclens.wire.common.frames import as_bytes
from rtclens.wire.rtcstats.clock import ABSOLUTE_MS
from rtclens.wire.rtcstats.current import RtcStats
from rtclens.wire.rtcstats.jitsi import BACKENDS, RtcStatsJitsi
from rtclens.wire.rtcstats.legacy import RtcStatsLegacy
from rtclens.wire.rtcstats.values import number

FORMAT = "rtcstats"
_CURRENT = re.compile(r"rtcstats#\d+\.\d+")
_JITSI = re.compile(r"3\.\d+_(STANDARD|LEGACY)")
_LEGACY = frozenset(("1.0", "2.0"))


def codec_of(protocol: str) -> Codec[Any] | None:
    """The codec of a subprotocol; `None` when it is not known."""
    if _CURRENT.fullmatch(protocol):
        return RtcStats()
    if protocol in _LEGACY:
        return RtcStatsLegacy()
    if _JITSI.fullmatch(protocol) or any(name in protocol.upper() for name in BACKENDS):
        return RtcStatsJitsi()
    return None


def negotiate(offered: Sequence[str]) -> tuple[str | None, Codec[Any]]:
    """What to echo and how to decode: the first offer that is known, else the first offer, decided by its frames."""
    for protocol in offered:
        codec = codec_of(protocol)
        if codec is not None:
            return protocol, codec
    return (offered[0] if offered else None), Undecided()


class UndecidedState(msgspec.Struct):
    """A stream before (and after) its first frame told the dialect."""

    hello: Hello
    codec: Any = None
    inner: Any = None


class Undecided:
    """Codec that becomes another at the first frame."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[UndecidedState, list[Item]]:
        """Begin a stream; nothing can be said before the client did."""
        return UndecidedState(hello), []

    def feed(self, state: UndecidedState, frame: bytes | str, at: float) -> tuple[UndecidedState, list[Item]]:
        """Decode one frame."""
        greeting: list[Item] = []
        if state.codec is None:
            state.codec = dialect(frame)
            state.inner, greeting = state.codec.open(state.hello)
        state.inner, items = state.codec.feed(state.inner, frame, at)
        return state, [*greeting, *items]

    def close(self, state: UndecidedState, at: float, code: int | None = None) -> list[Item]:
        """End the stream."""
        return [] if state.codec is None else list(state.codec.close(state.inner, at, code))


def dialect(frame: bytes | str) -> Codec[Any]:
    """The codec that a first frame asks for; the current one when nothing tells."""
    try:
        value = msgspec.json.decode(as_bytes(frame))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = None
    if isinstance(value, dict) and "statsSessionId" in value:
        return RtcStatsJitsi()
    if isinstance(value, list) and len(value) == 4 and isinstance(value[0], str) and not value[0].startswith(":"):
        stamp = number(value[3])
        if stamp is not None and stamp > ABSOLUTE_MS and value[0] != "g":
            return RtcStatsLegacy()
    return RtcStats()
