"""Collect one connection of a webrtc-internals dump while the file streams past.

Enters: the members of an entry of `PeerConnections`. Leaves: a `Connection` with its log as the file has it and its
statistics as aligned series; `polls` walks them in order of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from rtclens.model.events import Sample
from rtclens.model.stats import BY_TYPE
from rtclens.wire.common import goog
from rtclens.wire.internals import eras
from rtclens.wire.internals.align import Quality, Series, align, truncated
from rtclens.wire.internals.rows import OWN
from rtclens.wire.internals.series import Entry, column, entry, instant, split_key, stamps
from rtclens.wire.internals.split import MalformedError, Splitter
from rtclens.wire.internals.ticks import samples

MAX_SERIES = 200_000
DESCRIBED = {"url": "url", "rtcConfiguration": "configuration", "constraints": "constraints"}


class LogEntry(msgspec.Struct):
    """An entry of `updateLog`. `timestamp` is ms since the epoch; `time` is an older browser's local text."""

    type: str = ""
    value: Any = None
    timestamp: int | float | None = None
    time: str | None = None


class Connection(msgspec.Struct):
    """One RTCPeerConnection of the file; `client` is the number of its renderer (in older files: its process)."""

    key: str
    client: str
    pid: int | None = None
    url: str = ""
    configuration: str = ""
    constraints: str = ""
    log: list[LogEntry] = []
    series: dict[str, Series] = {}


_LOG_ENTRY = msgspec.json.Decoder(LogEntry)


def begin(key: str) -> Connection:
    """An empty connection; what `read` has put into it stays when the file breaks off."""
    return Connection(key, key.partition("-")[0], log=[], series={})


def read(into: Connection, splitter: Splitter, quality: Quality) -> None:
    """Read the connection whose object begins at the splitter's cursor."""
    for member in splitter.members():
        opening = splitter.peek()
        if member == "stats" and opening == ord("{"):
            for key in splitter.members():
                _read_series(into, key, splitter.value(), quality)
        elif member == "updateLog" and opening == ord("["):
            for raw in splitter.items():
                _read_log_entry(into, raw, quality)
        else:
            _read_member(into, member, splitter.value())


def _read_member(into: Connection, member: str, raw: bytes) -> None:
    value = eras.loads(raw)
    if member == "pid" and type(value) is int:
        into.pid = value
    elif member in DESCRIBED and isinstance(value, str):
        setattr(into, DESCRIBED[member], value)


def _read_log_entry(into: Connection, raw: bytes, quality: Quality) -> None:
    try:
        found = _LOG_ENTRY.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        quality.bad_log_entries += 1
        return
    found.timestamp = instant(found.timestamp)
    into.log.append(found)


def _read_series(into: Connection, key: str, raw: bytes, quality: Quality) -> None:
    stats_id, name = split_key(key)
    if name.startswith("["):  # computed by the page from the other series
        return
    found = entry(raw)
    if found is None:
        quality.bad_series += 1
        return
    series = into.series.get(stats_id)
    if series is None:
        if len(into.series) >= MAX_SERIES:
            raise MalformedError(f"more than {MAX_SERIES} reports in one connection")
        series = into.series[stats_id] = _series(stats_id, found)
    if name == "timestamp":
        series.stamps = stamps(found) or ()
    elif name not in OWN:
        _add_column(series, name, found, quality)


def _series(stats_id: str, found: Entry) -> Series:
    kind = found.statsType or eras.type_of(stats_id)
    return Series(stats_id, kind, BY_TYPE.get(kind), columns={})


def _add_column(series: Series, name: str, found: Entry, quality: Quality) -> None:
    read = column(name, found, series.cls)
    if read is None:
        quality.bad_series += 1
        return
    quality.unparsed_values += read.unparsed
    series.columns.setdefault(read.name, read)


def polls(connection: Connection, first_event: float | None, quality: Quality) -> Iterator[Sample]:
    """The connection's samples in order of time. Aligns the series first; the connection gives up its columns."""
    eras.merge(connection.series)
    kept = []
    for one in connection.series.values():
        align(one, quality)
        quality.stats_truncated |= truncated(one, first_event)
        if len(one.stamps):
            kept.append(one)
    connection.series = {}
    quality.no_stats |= not kept
    return samples(connection.key, kept, goog.upgrade)
