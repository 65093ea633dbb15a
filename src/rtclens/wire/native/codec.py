"""Codec of the native protocol: numbered frames in, batches and acknowledgements out.

Enters: text frames (JSON) or binary frames (MessagePack), `[sequence, record…]`. Leaves: per frame one batch and the
acknowledgement `[sequence]`; for a frame that cannot be used a refusal and `[last, sequence, code, message]`, after
which the stream waits for a frame that begins with a reset. A frame that came before is acknowledged again and
changes nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item, Refusal, Reply
from rtclens.model.events import (
    AnyEvent,
    Batch,
    Client,
    Origin,
    Sample,
    SessionOpened,
    TelemetryClosed,
    TelemetryOpened,
)
from rtclens.wire.common.frames import parse
from rtclens.wire.native.cells import Unusable, checked
from rtclens.wire.native.tables import Tables

FORMAT = "native"
PROTOCOL = "rtclens.1"
RESET, SAMPLE, REPORT, SHAPE, CONNECTION, EVENT = range(6)
MAX_RECORDS = 10_000

_EVENT: Any = AnyEvent


class State:
    """One stream: a page visit, over as many sockets and requests as it takes."""

    def __init__(self, hello: Hello) -> None:
        self.hello = hello
        self.origin = _origin(hello)
        self.last = 0
        self.tables = Tables()
        self.broken = False


class Native:
    """The codec."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[State, list[Item]]:
        """Begin a stream and greet its client: nothing has come yet."""
        state = State(hello)
        opened = SessionOpened(at=hello.opened_at, client=_client(hello))
        return state, [self._batch(state, hello.opened_at, [opened]), _say(0)]

    def resume(self, state: State, hello: Hello) -> list[Item]:
        """A socket of a stream that is open: greet its client with what was taken last."""
        opened = TelemetryOpened(at=hello.opened_at, transport="websocket")
        return [self._batch(state, hello.opened_at, [opened]), _say(state.last)]

    def feed(self, state: State, frame: bytes | str, at: float) -> tuple[State, list[Item]]:
        """Decode one frame."""
        value = parse(frame, FORMAT, at) if isinstance(frame, str) or frame[:1] == b"[" else _unpack(frame, at)
        if isinstance(value, Refusal):
            return state, [value, _say(state.last, 0, value.code, value.message)]
        try:
            return state, self._taken(state, value, at)
        except Unusable as reason:
            state.broken = True
            raw = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
            refused = Refusal(reason.code, str(reason), "begin again with a reset", FORMAT, at, raw)
            return state, [refused, _say(state.last, _sequence(value), reason.code, str(reason))]

    def close(self, state: State, at: float, code: int | None = None) -> list[Item]:
        """The stream's last socket closed; it may come back."""
        return [self._batch(state, at, [TelemetryClosed(at=at, code=code)])]

    def _taken(self, state: State, value: Any, at: float) -> list[Item]:
        if not isinstance(value, list) or not value or type(value[0]) is not int or not 0 < value[0] < 2**53:
            raise Unusable("bad_shape", "expected [sequence, record…]")
        sequence, records = value[0], value[1:]
        if sequence <= state.last:
            return [self._batch(state, at, []), _say(state.last)]
        if len(records) > MAX_RECORDS:
            raise Unusable("too_many", f"more than {MAX_RECORDS} records in one frame")
        if records and records[0] == [RESET]:
            state.tables, state.broken = Tables(), False
            records = records[1:]
        elif state.broken or sequence != state.last + 1:
            raise Unusable("desync", f"expected frame {state.last + 1} or a reset")
        events: list[AnyEvent] = []
        refused: list[Item] = []
        state.tables.begin_frame()
        for record in records:
            self._record(state, record, events, refused)
        state.last = sequence
        return [self._batch(state, at, events), *refused, _say(sequence)]

    def _record(self, state: State, record: Any, events: list[AnyEvent], refused: list[Item]) -> None:
        match record:
            case [1, connection, time, *tokens]:
                name, at, stats = state.tables.sample(connection, time, tokens)
                events.append(Sample(at=at, connection=name, stats=stats))
            case [2, number, connection, kind, report_id]:
                if not state.tables.declare_report(number, connection, kind, report_id):
                    refused.append(Refusal("bad_value", f"no stats type is called {kind}", format=FORMAT))
            case [3, number, report, *names]:
                state.tables.declare_shape(number, report, names)
            case [4, number, connection]:
                state.tables.declare_connection(number, connection)
            case [5, event]:
                _event(event, events, refused)
            case _:
                raise Unusable("bad_shape", "a record is one of the kinds 0 to 5 with its members")

    @staticmethod
    def _batch(state: State, at: float, events: list[AnyEvent]) -> Batch:
        return Batch(state.origin, at, events)


def _event(value: Any, events: list[AnyEvent], refused: list[Item]) -> None:
    """An event under the names of the model; one that is wrong spoils only itself."""
    try:
        events.append(msgspec.convert(checked(value), _EVENT))
    except (msgspec.ValidationError, Unusable, RecursionError) as error:
        raw = repr(value)[:1000].encode("utf-8", "replace")
        refused.append(Refusal("bad_value", str(error), "see the events of docs/native-protocol.md", FORMAT, raw=raw))


def _unpack(frame: bytes, at: float) -> Any | Refusal:
    try:
        return msgspec.msgpack.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return Refusal("bad_shape", f"neither JSON nor MessagePack: {error}", format=FORMAT, at=at, raw=frame)


def _sequence(value: Any) -> int:
    """The number of a refused frame, as far as it can be read."""
    return value[0] if isinstance(value, list) and value and type(value[0]) is int else 0


def _say(last: int, *trouble: int | str) -> Reply:
    return Reply(msgspec.json.encode([last, *trouble]).decode())


def _origin(hello: Hello) -> Origin:
    call, participant = hello.path.get("call", ""), hello.path.get("participant", "")
    session = hello.query.get("stream", "") or hello.stream
    return Origin(hello.app_id, FORMAT, call=call, participant=participant, session=session)


def _client(hello: Hello) -> Client:
    return Client(user_agent=hello.headers.get("user-agent", ""), address=hello.address)
