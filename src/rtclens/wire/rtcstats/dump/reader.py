"""Read a dump line by line into the items its stream would have given.

Enters: the lines of an unpacked file and a `Hello` that names the app and the stream. Leaves: batches and refusals;
`DumpInfo` counts what was read. One bad line never spoils the rest. Memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch
from rtclens.wire.common.frames import as_bytes
from rtclens.wire.rtcstats.current import BROWSER_DUMP, RtcStats
from rtclens.wire.rtcstats.dump.metadata import hello_of
from rtclens.wire.rtcstats.dump.sniff import MAGIC
from rtclens.wire.rtcstats.origin import FORMAT
from rtclens.wire.rtcstats.state import State
from rtclens.wire.rtcstats.values import mapping

RAW_KEPT = 256  # bytes of a bad line worth keeping


class DumpInfo(msgspec.Struct):
    """What a read found. `clock` says where its times come from."""

    kind: str = ""
    metadata: dict[str, Any] = {}
    frames: int = 0
    bad_lines: int = 0
    ignored_lines: int = 0
    clock: Literal["absolute", "anchored to startTime", "relative"] = "absolute"
    warnings: list[str] = []


def read(lines: Iterable[bytes], hello: Hello, info: DumpInfo | None = None) -> Iterator[Item]:
    """The items of a file of format 3; `info` is filled on the way."""
    info = DumpInfo() if info is None else info
    rest = iter(lines)
    magic = next(rest, b"")
    if as_bytes(magic).strip() != MAGIC:
        yield Refusal("unknown_format", "not an rtcstats dump", format=FORMAT, raw=magic[:RAW_KEPT])
        return
    info.kind = "rtcstats"
    info.metadata = _metadata(next(rest, b""), info)
    yield from _read_frames(rest, hello_of(info.metadata, hello), info)


def _metadata(line: bytes, info: DumpInfo) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        info.warnings.append("the metadata line is no JSON object")
    return mapping(value)


def _read_frames(lines: Iterator[bytes], hello: Hello, info: DumpInfo) -> Iterator[Item]:
    codec = RtcStats()
    state: State | None = None
    received_at = hello.opened_at
    for line in lines:
        if not _is_frame(line, info):
            continue
        if state is None:
            if set(info.metadata) <= {"fileFormat"} and line.startswith(b'["create",null'):
                hello = msgspec.structs.replace(hello, protocol=BROWSER_DUMP)
            state, _ = codec.open(hello)
        before = state.clock.now
        state, items = codec.feed(state, line, hello.opened_at if before is None else before)
        state.clock.arrival = state.clock.now or 0.0  # a file has no other clock
        if before is None and state.clock.relative:
            info.clock = "anchored to startTime" if hello.opened_at else "relative"
        for item in items:
            received_at = _account(item, received_at, info)
            yield item
    if state is not None:
        for item in codec.close(state, state.clock.now or 0.0):
            received_at = _account(item, received_at, info)
            yield item


def _is_frame(line: bytes, info: DumpInfo) -> bool:
    """Frames are arrays; blank lines are nothing, other JSON is ignored, the rest is for the codec to refuse."""
    text = line.strip()
    if text.startswith(b"{"):
        info.ignored_lines += 1
        return False
    return bool(text)


def _account(item: Item, received_at: float, info: DumpInfo) -> float:
    """Count the item and, for a batch, set its arrival to the newest event so far."""
    if isinstance(item, Refusal):
        info.bad_lines += 1
        item.message = f"{item.code}: {item.message}"
        item.code = "bad_line"
        item.raw = item.raw[:RAW_KEPT]
    elif isinstance(item, Batch):
        info.frames += 1
        received_at = max([received_at, *(event.at for event in item.events)])
        item.received_at = received_at
    return received_at
