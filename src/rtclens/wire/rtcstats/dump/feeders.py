"""One way to read the lines of each kind of file.

Enters: single lines, with the time to assume while the file tells none. Leaves: items; `clock` is the file's own.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from rtclens.model.codec import Hello, Item, Refusal, Reply
from rtclens.model.events import AnyEvent, AppReported, Batch
from rtclens.wire.common.frames import load
from rtclens.wire.rtcstats import legacy, legacy_delta
from rtclens.wire.rtcstats.clock import Clock
from rtclens.wire.rtcstats.current import BROWSER_DUMP, RtcStats
from rtclens.wire.rtcstats.dump.encode import CARRIER
from rtclens.wire.rtcstats.dump.writer import GENERATOR
from rtclens.wire.rtcstats.jitsi import JitsiState, RtcStatsJitsi
from rtclens.wire.rtcstats.state import State
from rtclens.wire.rtcstats.tracing import Apply


class Feeder(Protocol):
    """Reads one file."""

    clock: Clock

    def feed(self, line: bytes, at: float) -> list[Item]:
        """The items of one line."""

    def close(self, at: float) -> list[Item]:
        """The items of the end of the file."""


class CurrentLines:
    """Frames of the current protocol; of a browser's own dump where the metadata and the first frame say so."""

    def __init__(self, hello: Hello, metadata: dict[str, Any]) -> None:
        self._hello, self._metadata = hello, metadata
        self._ours = metadata.get("generator") == GENERATOR
        self._codec = RtcStats()
        self._state: State | None = None
        self.clock = Clock()

    def feed(self, line: bytes, at: float) -> list[Item]:
        """The items of one line."""
        state = self._state
        if state is None:
            if set(self._metadata) <= {"fileFormat"} and line.startswith(b'["create",null'):
                self._hello = msgspec.structs.replace(self._hello, protocol=BROWSER_DUMP)
            state, _ = self._codec.open(self._hello)
            self.clock = state.clock
        self._state, items = self._codec.feed(state, line, at)
        return [_restored(item) for item in items] if self._ours else items

    def close(self, at: float) -> list[Item]:
        """The items of the end of the file."""
        return [] if self._state is None else self._codec.close(self._state, at)


def _restored(item: Item) -> Item:
    """Events that our own export had to carry under a custom name are themselves again."""
    if isinstance(item, Batch):
        item.events = [_event(event) for event in item.events]
    return item


def _event(event: AnyEvent) -> AnyEvent:
    if not isinstance(event, AppReported) or not event.name.startswith(CARRIER[1:]):
        return event
    try:
        return msgspec.convert(event.value, AnyEvent)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        return event


class EntryLines:
    """Entries of the old SDK or of a Jitsi client, one array a line, and messages of a Jitsi back end."""

    def __init__(self, hello: Hello, compressed: Apply = legacy_delta.apply_legacy) -> None:
        self._state, _ = legacy.RtcStatsLegacy().open(hello)
        self._compressed = compressed
        self._server = ServerLines(hello)
        self.clock = self._state.inner.clock

    def feed(self, line: bytes, at: float) -> list[Item]:
        """The items of one line."""
        if line.lstrip().startswith(b"{"):
            return self._server.feed(line, at)
        try:
            entry = load(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            return [Refusal("not_json", str(error), format=legacy.FORMAT, at=at, raw=line)]
        if self._compressed is legacy_delta.apply_jitsi and isinstance(entry, list):
            entry = entry[:4]
        return self.entry(entry, at, line)

    def entry(self, entry: Any, at: float, raw: bytes = b"") -> list[Item]:
        """The items of an entry that is parsed already."""
        return legacy.feed_entry(self._state, entry, self._compressed, at, raw)

    def close(self, at: float) -> list[Item]:
        """The items of the end of the file."""
        return [*legacy.close(self._state, at, None), *self._server.close(at)]


class ServerLines:
    """Whole messages of a Jitsi back end, one object a line."""

    def __init__(self, hello: Hello) -> None:
        self._codec = RtcStatsJitsi()
        self._state: JitsiState = self._codec.open(hello)[0]
        self.clock = Clock()

    def feed(self, line: bytes, at: float) -> list[Item]:
        """The items of one line; there is nobody to reply to."""
        self._state, items = self._codec.feed(self._state, line, at)
        self.clock = max((s.legacy.inner.clock for s in self._state.sessions.values()), key=_now, default=self.clock)
        return [item for item in items if not isinstance(item, Reply)]

    def close(self, at: float) -> list[Item]:
        """The items of the end of the file."""
        return self._codec.close(self._state, at)


def _now(clock: Clock) -> float:
    return clock.now or 0.0
