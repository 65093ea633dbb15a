"""Rebuild the exact batches of calls from their rows: what recovery, re-analysis and export read.

Enters: the tables `samples`, `events` and those of the W3C types. Leaves: batches in the order of the stream, equal to
the ones that were stored. They are read in windows of the stream, so memory does not grow with the length of a call.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from rtclens.model.events import AnyEvent, Batch, Origin, Sample
from rtclens.model.stats import REPORTS, Report, Stats
from rtclens.store import scaled
from rtclens.store.columns import ORD, SCALED, Column, members, report_table
from rtclens.store.repeats import Place

WINDOW = 4000
_SAMPLES_OWN = math.nan  # stands for the timestamp of the sample until that is known; compared by identity
MAX_SEQ = 2**63 - 1
_event = msgspec.json.Decoder(AnyEvent)

_WHERE = "(app_id, call_id) IN {calls:Array(Tuple(String, String))} AND seq BETWEEN {first:Int64} AND {last:Int64}"
_CALLS_WHERE, _, _BETWEEN = _WHERE.partition(" AND seq")
_ALSO = f"{_CALLS_WHERE} AND (seq{_BETWEEN} OR seq IN {{elsewhere:Array(Int64)}})"
_ORIGIN = "app_id, format, origin_call, origin_participant, origin_session, role"
_HEAD = f"seq, event, {_ORIGIN}, toUnixTimestamp64Milli(received_at), at_ms, origin_connection"
_NEXT = f"""
SELECT DISTINCT seq FROM
(SELECT seq FROM samples WHERE {_WHERE} UNION ALL SELECT seq FROM events WHERE {_WHERE})
ORDER BY seq LIMIT {WINDOW}
"""
_SAMPLES = f"""
SELECT {_HEAD}, collect_ms, timestamp, repeated, repeated_seq, repeated_event FROM samples FINAL WHERE {_WHERE}
"""
_EVENTS = f"SELECT {_HEAD}, payload FROM events FINAL WHERE {_WHERE}"


@dataclass(slots=True)
class _Head:
    """A row of `samples` or `events`: where it belongs, and the event."""

    place: Place
    origin: Origin
    received_at: float
    event: AnyEvent


def batches(client: Any, calls: Sequence[tuple[str, str]], first: int = 0, last: int = MAX_SEQ) -> Iterator[Batch]:
    """The batches of `calls` (app_id, call_id) at positions `first` to `last`, in the order of the stream."""
    while calls:
        bounds = {"calls": list(calls), "first": first, "last": last}
        found = client.query(_NEXT, parameters=bounds).result_columns
        if not found:
            return
        bounds["last"] = found[0][-1]
        yield from _window(client, bounds)
        first = found[0][-1] + 1


def _window(client: Any, bounds: dict[str, Any]) -> Iterator[Batch]:
    samples = client.query(_SAMPLES, parameters=bounds).result_rows
    elsewhere = _elsewhere(samples, bounds["first"])
    stats: dict[Place, Stats] = {}
    for cls in REPORTS:
        _read_reports(client, cls, {**bounds, "elsewhere": elsewhere.get(cls.table, [])}, stats)
    heads = [_sample(row, stats) for row in samples]
    heads += [_other(row) for row in client.query(_EVENTS, parameters=bounds).result_rows]
    heads.sort(key=lambda head: head.place)
    batch: Batch | None = None
    for head in heads:
        seq = head.place[0]
        if batch is None or batch.seq != seq:
            if batch is not None:
                yield batch
            batch = Batch(head.origin, head.received_at, [], seq)
        batch.events.append(head.event)
    if batch is not None:
        yield batch


def _head(row: Sequence[Any], event: AnyEvent) -> _Head:
    app_id, format_name, call, participant, session, role = row[2:8]
    origin = Origin(app_id, format_name, call, participant, session, role)
    return _Head((row[0], row[1]), origin, float(row[8]), event)


def _elsewhere(samples: Sequence[Sequence[Any]], first: int) -> dict[str, list[int]]:
    """Positions before the window, by table, that samples of the window refer to."""
    found: dict[str, set[int]] = {}
    for *_, tables, seqs, _ in samples:
        for table, seq in zip(tables, seqs, strict=True):
            if seq < first:
                found.setdefault(table, set()).add(seq)
    return {table: sorted(seqs) for table, seqs in found.items()}


def _sample(row: Sequence[Any], stats: dict[Place, Stats]) -> _Head:
    at, connection, collect_ms, stamp, tables, seqs, events = row[9:16]
    own = stats.get((row[0], row[1])) or Stats()
    places = {table: (seq, event) for table, seq, event in zip(tables, seqs, events, strict=True)}
    found = Stats()
    for table in Stats.__struct_fields__:
        source = stats.get(places[table]) if table in places else own
        if source is not None and (reports := getattr(source, table)):
            setattr(found, table, [_stamped(report, stamp) for report in reports])
    return _head(row, Sample(at=at, connection=connection, stats=found, collect_ms=collect_ms))


def _stamped(report: Report, stamp: float | None) -> Report:
    """The report as this sample had it: what has no time of its own has the sample's."""
    if report.timestamp is not _SAMPLES_OWN:
        return report
    return msgspec.structs.replace(report, timestamp=None if stamp is None else _plain(stamp))


def _other(row: Sequence[Any]) -> _Head:
    return _head(row, _event.decode(row[11]))


_MEMBERS = {cls.table: members(cls) for cls in REPORTS}


def _read_reports(client: Any, cls: type[Report], bounds: dict[str, Any], stats: dict[Place, Stats]) -> None:
    """Add the reports of one type to the stats of their samples."""
    columns_of = _MEMBERS[cls.table]
    names = ", ".join(map(_value, columns_of))
    where = _ALSO if bounds["elsewhere"] else _WHERE
    rows = f"{report_table(cls)} FINAL WHERE {where} ORDER BY seq, event, {ORD.name}"
    sql = f"SELECT seq, event, extra, {names} FROM {rows}"
    columns = client.query(sql, parameters=bounds).result_columns
    if not columns:
        return
    seqs, events, extras = columns[:3]
    values = [_typed(column, data) for column, data in zip(columns_of, columns[3:], strict=True)]
    for seq, event, extra, row in zip(seqs, events, extras, zip(*values, strict=True), strict=True):
        report = _report(cls, columns_of, row, extra)
        at = (seq, event)
        if at not in stats:
            stats[at] = Stats()
        reports = getattr(stats[at], cls.table)
        reports.append(report)
        setattr(stats[at], cls.table, reports)


def _value(column: Column) -> str:
    if not column.unit:
        return f"`{column.name}`"
    return scaled.reading(f"`{column.name}{SCALED}`", f"`{column.name}`", column.unit)


def _typed(column: Column, data: Sequence[Any]) -> Sequence[Any]:
    """Values as a decoder would have given them: JSON says 5, not 5.0, and an absent map is `None`."""
    if column.kind == "real":
        return [None if value is None else _plain(value) for value in data]
    if column.kind == "reals":
        return [{name: _plain(value) for name, value in each.items()} or None for each in data]
    return data


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _report(cls: type[Report], members: Sequence[Column], row: Sequence[Any], extra: str) -> Report:
    known = {column.name: value for column, value in zip(members, row, strict=True) if value is not None}
    known.setdefault("timestamp", _SAMPLES_OWN)
    if extra:
        unknown = msgspec.json.decode(extra)
        if "timestamp" in unknown:  # a number that did not fit the column, or null: it came without
            known["timestamp"] = unknown.pop("timestamp")
        strays = {name for name, value in unknown.items() if _is_stray(members, name, value)}
        known.update((name, unknown.pop(name)) for name in strays)
        known["extra"] = unknown or None
    return cls(**known)


def _is_stray(members: Sequence[Column], name: str, value: Any) -> bool:
    """A number of a member that the standard knows, which only its column could not hold."""
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return numeric and any(column.name == name and column.kind in ("int", "real") for column in members)
