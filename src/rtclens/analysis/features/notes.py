"""What the feature extraction remembers of open joins, connections and tracks.

Enters: nothing. Leaves: plain mutable records. `known` holds feature values under their column names as soon as they
are certain, so that most of a row is written by the events themselves.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from rtclens.analysis.features.series import Series
from rtclens.analysis.resting import Names, deflated, inflated, packed
from rtclens.analysis.sums import Life
from rtclens.model.features import ClientFeatures, ConnectionFeatures, TrackFeatures

Values = dict[Any, Any]  # by the name of a column; by its place while the notes rest
Counters = list[Any]  # numbers as they were reported, `None` where missing or absurd
MAX_NAMES = 50
ABSURD_MS = 1e13
ABSURD_COUNT = 2.0**63


# places in `TrackNotes.clock`: seconds of slices in which something was true
COVERED, ACTIVE, LEVEL, SILENT, UNMUTED, SPARSE, HD, MD, LD, UNLIMITED, CPU, BANDWIDTH, OTHER = range(13)
# places in `ConnectionNotes.clock`
INITIAL, INITIAL_RTT, PATH, RELAYED, VPN = range(5)
Limits = tuple[Any, Any, Any, Any]  # seconds by reason: none, cpu, bandwidth, other


class TrackNotes(msgspec.Struct, array_like=True, gc=False):
    """A track: counters of its RTP streams, sums over slices, what its reports said."""

    series: Series
    known: Values = {}
    last: dict[str, tuple[Any, Counters]] = {}  # report id -> (ssrc, latest reading)
    base: Counters | None = None  # totals of generations of counters that are over
    clock: list[int | float] = msgspec.field(default_factory=lambda: [0] * (OTHER + 1))
    codec: str = ""
    codec_from: float = 0.0  # covered seconds before the first slice with this codec
    codecs: dict[str, float] | None = None  # covered seconds by earlier codec
    size: tuple[int, int] | None = None
    sizes: dict[tuple[int, int], float] = {}
    limits: dict[str, Limits] | None = None  # by report id
    reason: int = -1  # why the encoder holds back: a place in `clock`
    lossy: int = 0
    bursts: int = 0
    flushes: float | int | None = None
    flush_run: int = 0
    life: Life | None = None
    seconds: dict[str, float] = {}  # by verdict


class ConnectionNotes(msgspec.Struct, array_like=True, gc=False):
    """What reports say of a connection: counters of its transport and pairs, its path."""

    series: Series
    known: Values = {}
    first: dict[str, float | int] = {}  # moments, ms
    last: dict[str, Counters] = {}
    base: dict[str, Counters] = {}
    clock: list[int | float] = msgspec.field(default_factory=lambda: [0] * (VPN + 1))
    path: dict[str, str] = {}  # the selected pair, the described pair, whether it is relayed, its network
    life: Life | None = None


class Said(msgspec.Struct, array_like=True, gc=False):
    """What the events of a connection told, and when things happened first."""

    known: Values = {}
    first: dict[str, float | int] = {}  # moments, ms
    local: set[str] = set()
    remote: set[str] = set()
    ufrags: dict[str, str] = {}


class ClientNotes(msgspec.Struct, array_like=True, gc=False):
    """What the events of a join told."""

    known: Values = {}
    first: dict[str, float | int] = {}
    captured: dict[str, tuple[str, float]] = {}  # track id -> kind, when
    devices: set[tuple[str, str]] | None = None
    tracks: dict[str, Values] = {}  # what events said of tracks, by the client's track id


class Pressure(msgspec.Struct, gc=False):
    """What is known of the CPU of a join's device."""

    since: float
    state: int = 0
    worst: int = 4
    spent: array[float] = msgspec.field(default_factory=lambda: array("d", bytes(32)))  # ms in the states 1 to 4


Noted = TrackNotes | ConnectionNotes | Said | ClientNotes
COLUMNS: dict[type, Names] = {
    TrackNotes: Names(TrackFeatures.__struct_fields__),
    ConnectionNotes: Names(ConnectionFeatures.__struct_fields__),
    Said: Names(ConnectionFeatures.__struct_fields__),
    ClientNotes: Names(ClientFeatures.__struct_fields__),
}
READ: dict[type, Callable[[bytes], Any]] = {kind: msgspec.msgpack.Decoder(kind).decode for kind in COLUMNS}
Notes = TypeVar("Notes", TrackNotes, ConnectionNotes, Said, ClientNotes)


def at_rest(notes: Notes) -> Notes | bytes:
    """Notes as bytes; they are not to be used any more."""
    known = notes.known
    notes.known = COLUMNS[type(notes)].short(known)
    short = (deflated if isinstance(notes, Said | ClientNotes) else packed)(notes)
    if short is notes:
        notes.known = known
    return short


def awake(kind: type[Notes], held: Notes | bytes) -> Notes:
    """Notes again."""
    if not isinstance(held, bytes):
        return held
    notes: Notes = READ[kind](inflated(held) if kind in (Said, ClientNotes) else held)
    notes.known = COLUMNS[kind].full(notes.known)
    return notes


def count(values: Values, name: str, by: int = 1) -> None:
    """Raise a counting feature."""
    values[name] = values.get(name, 0) + by


def tally(values: Values, name: str, key: str) -> None:
    """Raise the count of `key` within a feature that counts by name; names beyond the first 50 count as `other`."""
    held = values.setdefault(name, {})
    kept = key[:80] if key[:80] in held or len(held) < MAX_NAMES else "other"
    held[kept] = held.get(kept, 0) + 1


def once(values: dict[str, Any], name: str, value: Any) -> None:
    """Set a feature that the first event decides."""
    values.setdefault(name, value)


def rounded(value: float) -> int | None:
    """The nearest whole number; `None` for what is no number or needs more than 63 bits: counters do not."""
    return round(value) if -ABSURD_COUNT < value < ABSURD_COUNT else None


def span(start: float | None, end: float | None) -> int | None:
    """Whole ms from start to end; time that ran backwards counts as none, absurd time as unknown."""
    if start is None or end is None or not -ABSURD_MS < end - start < ABSURD_MS:
        return None
    return max(0, round(end - start))
