"""The current rtcstats protocol (`rtcstats#5.0`, `rtcstats#4.0`): client to server, text frames, no replies.

Enters: frames `[method, peer connection or null, value, extra…, stamp]`, with codes or names, in any state of health.
Leaves: per frame one batch, or a refusal (`not_json`, `bad_shape`, `bad_value`, `too_many`). Nothing is ever sent back.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch, TelemetryClosed
from rtclens.wire.common.frames import parse
from rtclens.wire.rtcstats import clock, delta, stitching
from rtclens.wire.rtcstats.origin import FORMAT, client, origin
from rtclens.wire.rtcstats.state import Message, State, Unusable
from rtclens.wire.rtcstats.tables import method_name
from rtclens.wire.rtcstats.tracing import opening, trace
from rtclens.wire.rtcstats.values import number

BROWSER_DUMP = "browser-dump"  # `Hello.protocol` of a dump that the browser wrote itself
_SHAPE = "expected an array: method, connection, value, …, stamp"


class RtcStats:
    """Codec of the current protocol."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[State, list[Item]]:
        """Begin a stream; the client speaks first."""
        state = State(
            hello,
            origin(hello),
            client=client(hello),
            labelled=hello.protocol != "rtcstats#4.0",
            browser_dump=hello.protocol == BROWSER_DUMP,
        )
        return state, []

    def carry(self, state: State, earlier: State) -> State:
        """Let a stream that has just opened continue an `earlier` one, if its frames turn out to do so."""
        return stitching.carry(state, earlier)

    def feed(self, state: State, frame: bytes | str, at: float) -> tuple[State, list[Item]]:
        """Decode one frame."""
        state.frames += 1
        value = parse(frame, FORMAT, at)
        if isinstance(value, Refusal):
            state.bad_frames += 1
            return state, [value]
        try:
            items = self._traced(state, value, at)
        except Unusable as reason:
            state.bad_frames += 1
            return state, [_refusal(reason.code, str(reason), frame, at)]
        for item in items:
            if isinstance(item, Refusal):
                item.format, item.at = FORMAT, at
        return state, items

    def _traced(self, state: State, value: Any, at: float) -> list[Item]:
        if not isinstance(value, list) or len(value) < 4:
            raise Unusable("bad_shape", _SHAPE)
        method, stamp = value[0], number(value[-1])
        if stamp is None or type(method) not in (int, str):
            raise Unusable("bad_shape", _SHAPE)
        resuming = state.continuing is not None and state.continuing.first
        time = (clock.resume if resuming else clock.advance)(state.clock, stamp, at)
        peer = _peer(state, value[1])
        message = Message(method_name(method), peer, value[2], value[3:-1], time)
        if state.continuing is not None:
            return stitching.trace(state, message, delta.apply, at)
        return trace(state, message, delta.apply, at)

    def close(self, state: State, at: float, code: int | None = None) -> list[Item]:
        """End the stream."""
        state.closed_with = code
        if state.clock.now is None:
            return []
        items = stitching.decide_new(state, at) if state.continuing is not None else []
        time = state.clock.now + max(0.0, at - state.clock.arrival)
        if not any(speaker.opened for speaker in state.speakers.values()):
            items.append(opening(state.origin, state, time))
        if state.ended:
            return items
        speakers = [speaker for speaker in state.speakers.values() if speaker.opened]
        origins = [speaker.origin for speaker in speakers] or [state.origin]
        return [*items, *(Batch(who, at, [TelemetryClosed(at=time, code=code)]) for who in origins)]


def _peer(state: State, value: Any) -> str:
    """The connection a frame is about; '' for the page. A browser's own dump counts connections per renderer."""
    if value is None or value in ("null", "", "undefined-undefined"):
        state.renderer = ""
        return ""
    if not isinstance(value, str):
        raise Unusable("bad_shape", "the connection id is no text")
    if not state.browser_dump:
        return value
    renderer, _, local = value.partition("-")
    state.renderer = renderer
    return "" if local == "0" else value


def _refusal(code: str, message: str, frame: bytes | str, at: float) -> Refusal:
    raw = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    return Refusal(code, message, format=FORMAT, at=at, raw=raw)
