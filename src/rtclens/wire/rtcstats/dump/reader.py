"""Read a dump line by line into the items its stream would have given.

Enters: the lines of an unpacked file and a `Hello` that names the app and the stream. Leaves: batches and refusals;
`DumpInfo` counts what was read. One bad line never spoils the rest. Memory does not grow with the file, except for
the one kind that is a single JSON object, which is limited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Literal

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch
from rtclens.wire.common.frames import as_bytes
from rtclens.wire.rtcstats import legacy_delta
from rtclens.wire.rtcstats.dump.dialect import Dialect, dialect
from rtclens.wire.rtcstats.dump.feeders import CurrentLines, EntryLines, Feeder, ServerLines
from rtclens.wire.rtcstats.dump.metadata import hello_of
from rtclens.wire.rtcstats.origin import FORMAT
from rtclens.wire.rtcstats.values import items as entries_of
from rtclens.wire.rtcstats.values import mapping, number, text

RAW_KEPT = 256  # bytes of a bad line worth keeping
MAX_OBJECT = 64 * 1024**2  # bytes of a file that is one JSON object


class DumpInfo(msgspec.Struct):
    """What a read found. `clock` says where its times come from."""

    kind: Dialect = "unknown"
    metadata: dict[str, Any] = {}
    frames: int = 0
    bad_lines: int = 0
    ignored_lines: int = 0
    clock: Literal["absolute", "anchored to startTime", "relative"] = "absolute"
    warnings: list[str] = []


def read(lines: Iterable[bytes], hello: Hello, info: DumpInfo | None = None) -> Iterator[Item]:
    """The items of a file of any kind that traces calls, a refusal if it has none; `info` is filled on the way."""
    silent = True
    for item in _items(lines, hello, DumpInfo() if info is None else info):
        silent = False
        yield item
    if silent:
        yield Refusal("bad_shape", "no line of the dump tells of a call", format=FORMAT)


def _items(lines: Iterable[bytes], hello: Hello, info: DumpInfo) -> Iterator[Item]:
    rest = iter(lines)
    first, second = next(rest, b""), next(rest, b"")
    info.kind = dialect(as_bytes(first), second)
    rest = chain([second] if second else [], rest)
    if info.kind == "rtcstats":
        info.metadata = _metadata(next(rest, b""), info)
        hello = hello_of(info.metadata, hello)
        yield from _read_lines(rest, CurrentLines(hello, info.metadata), hello, info)
    elif info.kind == "rtcstats-2":
        info.metadata = _metadata(as_bytes(first), info)
        hello = hello_of(info.metadata, hello)
        yield from _read_lines(rest, EntryLines(hello), hello, info)
    elif info.kind in ("legacy-lines", "jitsi", "jitsi-server"):
        yield from _read_headerless(as_bytes(first), rest, hello, info)
    elif info.kind == "rtcstats-object":
        yield from _read_object(chain([first], rest), hello, info)
    else:
        yield Refusal("unknown_format", "not an rtcstats dump", format=FORMAT, raw=first[:RAW_KEPT])


def _metadata(line: bytes, info: DumpInfo) -> dict[str, Any]:
    value = _json(line)
    if not isinstance(value, dict):
        info.warnings.append("the metadata line is no JSON object")
    return mapping(value)


def _json(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _read_headerless(first: bytes, rest: Iterator[bytes], hello: Hello, info: DumpInfo) -> Iterator[Item]:
    if info.kind == "jitsi-server":
        yield from _read_lines(chain([first], rest), ServerLines(hello), hello, info)
        return
    head = entries_of(_json(first))
    compressed = legacy_delta.apply_jitsi if info.kind == "jitsi" or len(head) > 4 else legacy_delta.apply_legacy
    if info.kind == "jitsi":
        told = head[2] if len(head) > 2 else None
        info.metadata = mapping(_json(told.encode()) if isinstance(told, str) else told)
        started = number(head[3]) if len(head) > 3 else None
        hello = hello_of({"startTime": started, **info.metadata}, hello)
    else:
        rest = chain([first], rest)
    yield from _read_lines(rest, EntryLines(hello, compressed), hello, info)


def _read_lines(lines: Iterator[bytes], feeder: Feeder, hello: Hello, info: DumpInfo) -> Iterator[Item]:
    received_at = hello.opened_at
    for line in lines:
        if not _is_frame(line, info):
            continue
        before = feeder.clock.now
        items = feeder.feed(line, hello.opened_at if before is None else before)
        feeder.clock.arrival = feeder.clock.now or 0.0  # a file has no other clock
        if before is None and feeder.clock.relative:
            info.clock = "anchored to startTime" if hello.opened_at else "relative"
        for item in items:
            received_at = _account(item, received_at, info)
            yield item
    for item in feeder.close(feeder.clock.now or 0.0):
        received_at = _account(item, received_at, info)
        yield item


def _is_frame(line: bytes, info: DumpInfo) -> bool:
    """Blank lines are nothing; objects are ignored where lines are arrays; the rest is for the codec to refuse."""
    start = line.strip()[:1]
    if start == b"{" and not info.kind.startswith("jitsi"):
        info.ignored_lines += 1
        return False
    return bool(start)


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


def _read_object(lines: Iterator[bytes], hello: Hello, info: DumpInfo) -> Iterator[Item]:
    """One JSON object with lists of `{timestamp | time, type, value}` by connection."""
    whole = b""
    for line in lines:
        whole += line + b"\n"
        if len(whole) > MAX_OBJECT:
            yield Refusal("too_large", f"the object is larger than {MAX_OBJECT} bytes", format=FORMAT)
            return
    value = mapping(_json(whole))
    info.metadata = {name: member for name, member in value.items() if isinstance(member, str | int | float)}
    hello = hello_of(info.metadata, hello)
    entries = [
        [text(entry.get("type")), name, entry.get("value"), _time(entry)]
        for name, log in mapping(value.get("peerConnections")).items()
        for entry in map(mapping, entries_of(log))
    ]
    entries.sort(key=lambda entry: entry[3] or 0.0)
    feeder, received_at = EntryLines(hello), hello.opened_at
    for found in entries:
        for item in feeder.entry(found, feeder.clock.now or hello.opened_at, msgspec.json.encode(found)[:RAW_KEPT]):
            received_at = _account(item, received_at, info)
            yield item
    feeder.clock.arrival = feeder.clock.now or 0.0
    for item in feeder.close(feeder.clock.arrival):
        received_at = _account(item, received_at, info)
        yield item


def _time(entry: dict[str, Any]) -> float | int | None:
    return next((t for t in (number(entry.get("timestamp")), number(entry.get("time"))) if t is not None), None)
