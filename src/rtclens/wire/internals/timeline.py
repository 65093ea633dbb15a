"""The events of one connection of a dump, in order of time.

Enters: a `Connection`. Leaves: its opening, the events of its log and its samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from operator import attrgetter

import msgspec

from rtclens.model.events import AnyEvent, ConnectionOpened, Notified
from rtclens.wire.internals import connection as connections
from rtclens.wire.internals import localtime, values
from rtclens.wire.internals.align import Quality
from rtclens.wire.internals.connection import Connection
from rtclens.wire.internals.log import Log, normalised
from rtclens.wire.internals.rows import rows

BY_TIME = attrgetter("at")
FORGOTTEN = frozenset({"", "ssrc", "candidate", "VideoBwe", "googTrack", "googLibjingleSession", "googComponent"})


class Timeline(msgspec.Struct):
    """`events` are in order of time and can be walked once; `begins_at` is the first one's instant."""

    begins_at: float
    events: Iterator[AnyEvent]


def timeline(found: Connection, quality: Quality) -> Timeline | None:
    """The connection's timeline; `None` when it holds nothing that has a time. The connection gives up its columns."""
    stamps = [one.stamps for one in found.series.values() if len(one.stamps)]
    spans = [(c.start, c.end) for one in found.series.values() for c in one.columns.values()]
    starts = [s[0] for s in stamps] or [start for start, _ in spans if start is not None]
    ends = [s[-1] for s in stamps] or [end for _, end in spans if end is not None]
    start, end = min(starts, default=None), max(ends, default=None)
    instants = _instants(found, start, end, quality)
    quality.no_events |= not instants
    known = [at for at in (start, min(instants, default=None)) if at is not None]
    if not known:
        return None
    begins_at = min(known)
    first_event = min(instants, default=None)
    opened = ConnectionOpened(at=begins_at, connection=found.key, config=_configuration(found))
    told = sorted(_told(found, instants), key=BY_TIME)
    others = _others(found)
    samples = connections.polls(found, first_event, quality)
    return Timeline(begins_at, merge([opened], told, others, samples, key=BY_TIME))


def _configuration(found: Connection) -> dict[str, object] | None:
    config = values.settings(found.configuration)
    constraints = values.settings(found.constraints)
    return {**(config or {}), "constraints": constraints} if constraints else config


def _instants(found: Connection, start: float | None, end: float | None, quality: Quality) -> list[float]:
    """One instant per log entry, ms since the epoch; empty when there is no log or nothing to place it by."""
    log = found.log
    if not log:
        return []
    if all(entry.timestamp is not None for entry in log):
        return [float(entry.timestamp or 0.0) for entry in log]
    local = localtime.read([entry.time or "" for entry in log], start, end)
    if local is not None:
        quality.timezone_guessed = True
        return local
    quality.time_unknown = True
    return _filled([entry.timestamp for entry in log], start)


def _filled(known: list[int | float | None], start: float | None) -> list[float]:
    """Unknown instants take the one before, so that the order stays; without any, the statistics' start."""
    first = next((at for at in known if at is not None), start)
    if first is None:
        return []
    filled, last = [], float(first)
    for at in known:
        last = last if at is None else float(at)
        filled.append(last)
    return filled


def _told(found: Connection, instants: list[float]) -> Iterator[AnyEvent]:
    log = Log(found.key, {normalised(entry.type) for entry in found.log})
    for entry, at in zip(found.log, instants, strict=False):
        yield from log.read(at, entry.type, entry.value)


def _others(found: Connection) -> list[AnyEvent]:
    """Reports of types that the model has no class for: their last state, kept as a notice under the report's type."""
    unknown = [one for one in found.series.values() if one.cls is None and not _understood(one.stats_type)]
    kept: list[AnyEvent] = []
    for one in unknown:
        last = len(one.stamps) - 1
        if last >= 0:
            (row,) = rows(one, last)
            kept.append(Notified(at=one.stamps[last], name=one.stats_type, connection=found.key, value=row))
    return sorted(kept, key=BY_TIME)


def _understood(stats_type: str) -> bool:
    return stats_type in FORGOTTEN or stats_type in ("track", "stream") or stats_type.startswith("goog")
