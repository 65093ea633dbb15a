"""Collect what one flush writes and turn it into one block for each table.

Enters: batches with the identity that the analysis gave them, facts, refusals. Leaves: `(table, rows, Native bytes)`.
Reports are transposed whole (`astuple` and `zip`); columns that nobody filled are left out, and the identity, which
is the same for all reports of a sample, is encoded once and repeated as bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, Protocol

import msgspec
from msgspec.structs import astuple

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch, Origin, Sample
from rtclens.model.facts import FACTS, Fact
from rtclens.model.stats import REPORTS, Report, Stats
from rtclens.store import native, scaled
from rtclens.store.columns import (
    EXTRA,
    IDENTITY,
    ORD,
    RECEIVED,
    SCALED,
    TABLES,
    VERSIONS,
    Column,
    members,
    report_table,
)
from rtclens.store.repeats import SELDOM_TABLES, Place, Repeats, common_time

Block = tuple[str, int, bytes]
_NOTHING: frozenset[str] = frozenset()
_NAMING = ("name", "machine", "change", "kind", "phase", "scope", "transport", "server")
_RECEIVED = IDENTITY.index(RECEIVED)
_TYPES: dict[type[AnyEvent], tuple[str, str]] = {}
_encoder = msgspec.json.Encoder()


class Identity(Protocol):
    """Our names for the ids of a batch, as the analysis derived them; `connections` is keyed by the sender's ids."""

    @property
    def call_id(self) -> str:
        """The call."""

    @property
    def participant_id(self) -> str:
        """The participant."""

    @property
    def session_id(self) -> str:
        """The session, '' when the batch belongs to none."""

    @property
    def connections(self) -> Mapping[str, str]:
        """Our id of each connection that the batch names."""


class _Reports:
    """Rows of one W3C type: the reports, and for each run of them its length, encoded identity and common timestamp."""

    __slots__ = ("identities", "lengths", "reports", "stamps")

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.lengths: list[int] = []
        self.identities: list[Sequence[bytes]] = []
        self.stamps: list[float | None] = []

    def add(self, reports: Sequence[Report], identity: Sequence[bytes], stamp: float | None) -> None:
        self.reports += reports
        self.stamps.append(stamp)
        self.lengths.append(len(reports))
        self.identities.append(identity)


class Rows:
    """Rows for any number of tables; `count` is how many there are.

    `repeats` knows what earlier rows say: share one among rows that are written in turn.
    """

    def __init__(self, repeats: Repeats | None = None) -> None:
        self.count = 0
        self._repeats = repeats or Repeats()
        self._reports: dict[str, _Reports] = {}
        self._tuples: dict[str, list[tuple[Any, ...]]] = {}
        self._facts: dict[type[Fact], dict[tuple[Any, ...], Fact]] = {}

    def add_batch(self, batch: Batch, identity: Identity, skip: Collection[str] = _NOTHING) -> None:
        """Add the events and samples of `batch`, except to the tables in `skip`, which already have them."""
        origin = batch.origin
        who = (origin.app_id, identity.call_id, identity.participant_id, identity.session_id)
        self._repeats.begin(batch.received_at)
        for number, event in enumerate(batch.events):
            external = getattr(event, "connection", "")
            connection_id = identity.connections.get(external, "")
            row = (*who, connection_id, event.at, batch.received_at, batch.seq, number)
            said = _said(origin, external)
            if isinstance(event, Sample):
                self._add_sample(event, row, said, skip)
            elif "events" not in skip:
                self._add("events", (*row, event.at, *said, *_described(event)))

    def _add_sample(self, sample: Sample, row: tuple[Any, ...], said: tuple[str, ...], skip: Collection[str]) -> None:
        identity = _encode_identity(row)
        stamp = common_time(sample.stats)
        count = 0
        repeated: dict[str, Place] = {}
        for table in Stats.__struct_fields__:
            reports = getattr(sample.stats, table)
            if not reports:
                continue
            count += len(reports)
            if table in skip:
                continue
            place = self._earlier(table, reports, stamp, row, skip)
            if place is not None:
                repeated[table] = place
                continue
            if table not in self._reports:
                self._reports[table] = _Reports()
            self._reports[table].add(reports, identity, stamp)
            self.count += len(reports)
        if "samples" not in skip:
            places = ([*repeated], *map(list, zip(*repeated.values(), strict=True))) if repeated else ([], [], [])
            self._add("samples", (*row, sample.at, *said, sample.collect_ms, count, stamp, *places))

    def _earlier(
        self, table: str, reports: Sequence[Report], stamp: float | None, row: tuple[Any, ...], skip: Collection[str]
    ) -> Place | None:
        """Where these reports are stored already; never for a sample whose own row is stored and cannot say so."""
        connection_id = row[4]
        if table not in SELDOM_TABLES or not connection_id or "samples" in skip:
            return None
        return self._repeats.earlier((row[1], connection_id), table, reports, stamp, (row[-2], row[-1]))

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        self._tuples.setdefault(table, []).append(row)
        self.count += 1

    def add_facts(self, facts: Iterable[Fact]) -> None:
        """Add versions of facts; of versions that follow each other within these rows only the last is written."""
        for fact in facts:
            kept = self._facts.setdefault(type(fact), {})
            key = _KEYS[type(fact)](fact)
            self.count += key not in kept
            kept[key] = fact

    def add_refusal(self, app_id: str, refusal: Refusal) -> None:
        """Add a refused frame with the reason."""
        raw = refusal.raw.decode("utf-8", "backslashreplace")
        why = (refusal.code, refusal.format, refusal.message, refusal.hint)
        told = "" if refusal.circumstances is None else _encoder.encode(refusal.circumstances).decode()
        self._add("refusals", (app_id, refusal.at, *why, len(refusal.raw), raw, refusal.letter, told, None))

    def blocks(self) -> Iterator[Block]:
        """Everything that was added: raw rows first, then facts, so that no fact points at nothing."""
        for table, rows in self._reports.items():
            yield _STORED[table], len(rows.reports), _report_block(table, rows)
        for table, tuples in self._tuples.items():
            yield table, len(tuples), _block(TABLES[table], list(zip(*tuples, strict=True)))
        for cls, facts in self._facts.items():
            table = cls.table + VERSIONS
            yield table, len(facts), _block(TABLES[table], list(zip(*map(astuple, facts.values()), strict=True)))


def _said(origin: Origin, connection: str) -> tuple[str, ...]:
    """The ids as the sender gave them, in the order of `columns.ORIGIN`."""
    return (origin.format, origin.role, origin.call, origin.participant, origin.session, connection)


def _described(event: AnyEvent) -> tuple[str, str, bytes]:
    """Type, name and payload of an event."""
    tag, member = _TYPES.get(type(event)) or _TYPES.setdefault(type(event), _type(type(event)))
    return tag, str(getattr(event, member)) if member else "", _encoder.encode(event)


def _type(cls: type[AnyEvent]) -> tuple[str, str]:
    """The tag of an event class and the member that says which one it is, '' if none does."""
    return str(cls.__struct_config__.tag), next((name for name in _NAMING if name in cls.__struct_fields__), "")


def _encode_identity(row: tuple[Any, ...]) -> list[bytes]:
    """One value of each identity column of a report, encoded; it arrived with its sample, which knows it to the ms."""
    row = (*row[:_RECEIVED], row[_RECEIVED] // 1000 * 1000, *row[_RECEIVED + 1 :])
    return [native.one(column.kind, value) for column, value in zip(IDENTITY, row, strict=True)]


def _block(columns: Sequence[Column], values: Sequence[Sequence[Any]]) -> bytes:
    """A block without the columns that are unknown in all rows."""
    known = [(column, data) for column, data in zip(columns, values, strict=True) if not _unknown(column, data)]
    return native.block(len(values[0]), [_encode(column, data) for column, data in known])


def _unknown(column: Column, values: Sequence[Any]) -> bool:
    return column.null and values[0] is None and values.count(None) == len(values)


def _encode(column: Column, values: Sequence[Any], strays: native.Strays | None = None) -> tuple[str, str, bytes]:
    wire_type = native.WIRE_TYPES[column.kind]
    strays = {} if strays is None else strays
    if column.null and column.kind != "reals":
        return column.name, f"Nullable({wire_type})", native.encode_nullable(column.kind, values, strays)
    return column.name, wire_type, native.encode(column.kind, values, strays)


def _key(cls: type[Fact]) -> attrgetter[tuple[Any, ...]]:
    """What tells one row of a fact's table from another: the table's sorting key."""
    moment = ("at",) if "at" in cls.__struct_fields__ else ()
    return attrgetter("app_id", "call_id", cls.id_column, *moment)


_KEYS = {cls: _key(cls) for cls in FACTS}
_STORED = {cls.table: report_table(cls) for cls in REPORTS}
_MEMBERS = {cls.table: members(cls) for cls in REPORTS}
_FIELDS = {cls.table: cls.__struct_fields__ for cls in REPORTS}
_NUMBERED = [native.encode("int", range(length), {}) for length in range(64)]


def _report_block(table: str, rows: _Reports) -> bytes:
    """The block of a W3C type, without the columns that are empty in all rows."""
    count = len(rows.reports)
    encoded = list(_repeated(rows))
    # A format's own classes have members of theirs behind the standard's: those end where the shortest row does.
    named = dict(zip(_FIELDS[table], zip(*map(astuple, rows.reports), strict=False), strict=False))
    extras = list(named["extra"])
    named["timestamp"] = tuple(_own_times(named["timestamp"], rows, extras))
    for column in _MEMBERS[table]:
        values = named[column.name]
        if values[0] is not None or values.count(None) != count:
            encoded += _member(column, values, extras)
    if extras.count(None) != count:
        encoded.append(_encode(EXTRA, extras))
    return native.block(count, encoded)


def _member(column: Column, values: Sequence[Any], extras: list[Any]) -> Iterator[tuple[str, str, bytes]]:
    """The columns of a member; what fits none of them goes to `extras`."""
    if column.unit:
        data, rest = scaled.encode(values, column.unit)
        yield column.name + SCALED, "Nullable(Int64)", data
        if rest is None:
            return
        values = rest
    strays: native.Strays = {}
    yield _encode(column, values, strays)
    for row, value in strays.items():
        extras[row] = {**(extras[row] or {}), column.name: value}


def _own_times(times: Sequence[Any], rows: _Reports, extras: list[Any]) -> list[Any]:
    """Timestamps without those that are their sample's; a report without any says so in `extra`."""
    common = [*chain.from_iterable(map(repeat, rows.stamps, rows.lengths))]
    for row, (time, stamp) in enumerate(zip(times, common, strict=True)):
        if time is None and stamp is not None:
            extras[row] = {**(extras[row] or {}), "timestamp": None}
    return [None if time == stamp else time for time, stamp in zip(times, common, strict=True)]


def _repeated(rows: _Reports) -> Iterator[tuple[str, str, bytes]]:
    """The identity columns, each value as often as its run is long, and the number within the run."""
    lengths = rows.lengths
    for column, values in zip(IDENTITY, zip(*rows.identities, strict=True), strict=True):
        data = b"".join([value * length for value, length in zip(values, lengths, strict=True)])
        yield column.name, native.WIRE_TYPES[column.kind], data
    yield ORD.name, native.WIRE_TYPES[ORD.kind], b"".join(map(_numbered, lengths))


def _numbered(length: int) -> bytes:
    return _NUMBERED[length] if length < len(_NUMBERED) else native.encode("int", range(length), {})
