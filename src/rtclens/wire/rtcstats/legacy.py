"""The old rtcstats protocol (`2.0`, `1.0`): client to server, names in full, absolute stamps.

Enters: frames `[name, connection or null, value, epoch ms]`; the oldest clients leave the stamp out.
Leaves: per frame one batch, or a refusal (`not_json`, `bad_shape`, `bad_value`, `too_many`). Nothing is sent back.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch, TelemetryClosed
from rtclens.wire.common.frames import as_bytes, parse
from rtclens.wire.rtcstats import clock, dispatch, hints, legacy_delta, legacy_events, origin
from rtclens.wire.rtcstats.state import Message, State, Unusable
from rtclens.wire.rtcstats.tracing import Apply, trace
from rtclens.wire.rtcstats.values import number

FORMAT = "rtcstats-legacy"
# A test before the call has no connection id; its events get this one.
BEFORE_CALL = "before-call"
_PEER_ONLY = frozenset(dispatch.PEER) - frozenset(("create", "close"))


class LegacyState(msgspec.Struct):
    """One stream and what waits on it."""

    inner: State
    waiting: hints.Waiting


class RtcStatsLegacy:
    """Codec of the old protocol."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[LegacyState, list[Item]]:
        """Begin a stream; the client speaks first."""
        inner = State(hello, origin.origin(hello, FORMAT), client=origin.client(hello), labelled=False)
        return LegacyState(inner, hints.waiting(inner)), []

    def feed(self, state: LegacyState, frame: bytes | str, at: float) -> tuple[LegacyState, list[Item]]:
        """Decode one frame."""
        value = parse(frame, FORMAT, at)
        if isinstance(value, Refusal):
            return state, [value]
        return state, feed_entry(state, value, legacy_delta.apply_legacy, at, as_bytes(frame))

    def close(self, state: LegacyState, at: float, code: int | None = None) -> list[Item]:
        """End the stream."""
        return close(state, at, code)


def feed_entry(state: LegacyState, entry: Any, compressed: Apply, at: float, raw: bytes) -> list[Item]:
    """The items of one entry `[name, connection, value, stamp]`, already parsed."""
    inner = state.inner
    inner.frames += 1
    try:
        message = legacy_events.repaired(_message(inner, entry, at))
        items, changed = _traced(state, message, compressed, at)
    except Unusable as reason:
        inner.bad_frames += 1
        return [Refusal(reason.code, str(reason), format=inner.origin.format, at=at, raw=raw)]
    for item in items:
        if isinstance(item, Refusal):
            item.format, item.at = inner.origin.format, at
    decided = bool(message.peer) and message.name not in ("create", "constraints")
    return hints.book(inner, state.waiting, items, changed=changed, at=at, decided=decided)


def _message(state: State, entry: Any, at: float) -> Message:
    if not isinstance(entry, list) or len(entry) < 3 or not isinstance(entry[0], str):
        raise Unusable("bad_shape", "expected an array: name, connection, value, stamp")
    stamp = number(entry[3]) if len(entry) > 3 else at
    if stamp is None:
        raise Unusable("bad_shape", "the stamp is no number")
    time = clock.advance(state.clock, stamp, at)
    peer = entry[1] if isinstance(entry[1], str) and entry[1] not in ("null", "") else ""
    if not peer and (entry[0] in _PEER_ONLY or entry[0] in ("getstats", "getStats")):
        peer = BEFORE_CALL
    return Message(entry[0], peer, entry[2], entry[4:], time)


def _traced(state: LegacyState, message: Message, compressed: Apply, at: float) -> tuple[list[Item], bool]:
    inner = state.inner
    told = legacy_events.hint(message)
    changed = told is not None and hints.heed(inner, told)
    own = legacy_events.of_stream(message) if message.peer else legacy_events.of_page(inner, message)
    apply = legacy_delta.apply_plain if message.name == "getStats" else compressed
    return trace(inner, message, apply, at, own), changed


def close(state: LegacyState, at: float, code: int | None) -> list[Item]:
    """What still waits, and the end of the stream."""
    inner = state.inner
    inner.closed_with = code
    if inner.clock.now is None:
        return []
    items = hints.release(inner, state.waiting, at)
    if not inner.ended:
        time = inner.clock.now + max(0.0, at - inner.clock.arrival)
        items.append(Batch(inner.origin, at, [TelemetryClosed(at=time, code=code)]))
    return items
