"""Write calls in the format of chrome://webrtc-internals, so that other tools open what we hold.

Enters: batches in order of time. Leaves: one JSON document. Each session is a renderer, each connection one of its own;
series are the members of the reports, with stamps, as Chrome 156 writes them. What the format has no place for
(scores, issues, events of the application) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from rtclens.model.events import Batch, ConnectionOpened, MediaAccess, Sample, SessionOpened, SessionUpdated
from rtclens.model.stats import Report
from rtclens.wire.internals.export_log import Written, entries
from rtclens.wire.internals.export_media import media_entry

KEPT = 1000  # values the browser keeps per series


class _Series(msgspec.Struct):
    stats_type: str
    stamps: list[float] = []
    values: list[Any] = []


class _Connection(msgspec.Struct):
    pid: int
    config: Any = None
    log: list[dict[str, Any]] = []
    series: dict[str, _Series] = {}
    written: Written = msgspec.field(default_factory=Written)


class _Document(msgspec.Struct):
    renderers: dict[tuple[str, str], int] = {}
    numbers: dict[tuple[int, str], str] = {}
    connections: dict[str, _Connection] = {}
    media: list[dict[str, Any]] = []
    urls: dict[int, str] = {}
    about: dict[str, Any] = {}
    last: float = 0.0


def export(batches: Iterable[Batch], keep: int | None = KEPT) -> bytes:
    """The document. `keep` limits each series to its last values, as the browser does; `None` keeps all."""
    document = _Document(renderers={}, numbers={}, connections={}, media=[], urls={}, about={})
    for batch in batches:
        renderer = document.renderers.setdefault(_session(batch), len(document.renderers) + 1)
        for event in batch.events:
            document.last = max(document.last, event.at)
            _take(document, renderer, event)
    told: dict[str, Any] = {"timestamp": document.last, **document.about, "getUserMedia": document.media}
    told["PeerConnections"] = {
        key: _connection(one, document.urls.get(one.pid, ""), keep) for key, one in document.connections.items()
    }
    return msgspec.json.encode(told)


def _session(batch: Batch) -> tuple[str, str]:
    return batch.origin.participant, batch.origin.session


def _take(document: _Document, renderer: int, event: Any) -> None:
    if isinstance(event, SessionOpened | SessionUpdated):
        _describe(document, renderer, event)
    elif isinstance(event, MediaAccess):
        document.media.append(media_entry(renderer, event))
    elif getattr(event, "connection", ""):
        found = _connection_of(document, renderer, event.connection)
        if isinstance(event, Sample):
            _sample(found, event)
        elif isinstance(event, ConnectionOpened):
            found.config = event.config if event.config is not None else found.config
        else:
            found.log += entries(event, found.written)


def _describe(document: _Document, renderer: int, event: SessionOpened | SessionUpdated) -> None:
    """The file describes one browser: the first one that said something stands for all."""
    client = event.client
    if client is None:
        return
    known = {
        "UserAgent": client.user_agent,
        "UserAgentData": (client.extra or {}).get("userAgentData"),
        "deviceMemory": client.memory_gib,
        "hardwareConcurrency": client.cores,
    }
    for name, value in known.items():
        if value:
            document.about.setdefault(name, value)
    if client.url:
        document.urls[renderer] = client.url


def _connection_of(document: _Document, renderer: int, external: str) -> _Connection:
    key = document.numbers.get((renderer, external))
    if key is None:
        own = sum(1 for known, _ in document.numbers if known == renderer)
        key = document.numbers[renderer, external] = f"{renderer}-{own + 1}"
        document.connections[key] = _Connection(renderer, log=[], series={})
    return document.connections[key]


def _sample(found: _Connection, sample: Sample) -> None:
    for name in sample.stats.__struct_fields__:
        for report in getattr(sample.stats, name):
            stamp = float(report.timestamp) if report.timestamp is not None else sample.at
            for member, value in _members(report, stamp):
                key = f"{report.id}-{member}"
                series = found.series.get(key)
                if series is None:
                    series = found.series[key] = _Series(report.type, [], [])
                series.stamps.append(stamp)
                series.values.append(value)


def _members(report: Report, stamp: float) -> Iterator[tuple[str, Any]]:
    yield "timestamp", stamp
    for name in report.__struct_fields__:
        if name not in ("id", "timestamp", "extra"):
            value = getattr(report, name)
            if value is not None:
                yield name, value
    for name, value in (report.extra or {}).items():
        if "-" not in name:
            yield name, value


def _connection(found: _Connection, url: str, keep: int | None) -> dict[str, Any]:
    return {
        "pid": found.pid,
        "url": url,
        "rtcConfiguration": _text(found.config if found.config is not None else {}),
        "stats": {key: _entry(series, keep) for key, series in found.series.items()},
        "updateLog": found.log,
    }


def _entry(series: _Series, keep: int | None) -> dict[str, str]:
    stamps = series.stamps if keep is None else series.stamps[-keep:]
    values = series.values if keep is None else series.values[-keep:]
    ends = {"startTime": _iso(stamps[0]), "endTime": _iso(stamps[-1])}
    return {**ends, "statsType": series.stats_type, "values": _text(values)}


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _iso(at: float) -> str:
    moment = datetime.fromtimestamp(int(at) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
