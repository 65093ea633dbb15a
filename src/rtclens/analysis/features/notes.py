"""What the feature extraction remembers of open joins, connections and tracks.

Enters: nothing. Leaves: plain mutable records. `known` holds feature values under their column names as soon as they
are certain, so that most of a row is written by the events themselves.
"""

from __future__ import annotations

from array import array
from typing import Any

from rtclens.analysis.features.series import Series

Values = dict[str, Any]
MAX_NAMES = 50
ABSURD_MS = 1e13
ABSURD_COUNT = 2.0**63


# places in `TrackNotes.clock`: seconds of slices in which something was true
COVERED, ACTIVE, LEVEL, SILENT, UNMUTED, SPARSE, HD, MD, LD, UNLIMITED, CPU, BANDWIDTH, OTHER = range(13)
# places in `ConnectionNotes.clock`
INITIAL, INITIAL_RTT, PATH, RELAYED, VPN = range(5)
Limits = tuple[Any, Any, Any, Any]  # seconds by reason: none, cpu, bandwidth, other


class TrackNotes:
    """A track: counters of its RTP streams, sums over slices, what its events said."""

    __slots__ = (
        "base",
        "bursts",
        "clock",
        "codec",
        "codec_from",
        "codecs",
        "flush_run",
        "flushes",
        "known",
        "last",
        "limits",
        "lossy",
        "reason",
        "series",
        "size",
        "sizes",
        "written_at",
    )

    def __init__(self, series: int) -> None:
        self.known: Values = {}
        self.last: dict[str, tuple[Any, array[float]]] = {}  # report id -> (ssrc, latest reading)
        self.base: array[float] | None = None  # totals of generations of counters that are over
        self.series = Series(series)
        self.clock = array("d", bytes(8 * (OTHER + 1)))
        self.codec = ""
        self.codec_from = 0.0  # covered seconds before the first slice with this codec
        self.codecs: dict[str, float] | None = None  # covered seconds by earlier codec
        self.size: tuple[int, int] | None = None
        self.sizes: dict[tuple[int, int], float] = {}
        self.limits: dict[str, Limits] | None = None  # by report id
        self.reason = -1  # why the encoder holds back: a place in `clock`
        self.lossy = self.bursts = 0
        self.flushes: float | None = None
        self.flush_run = 0
        self.written_at = 0.0


class ConnectionNotes:
    """A connection: when things happened first, and counters of its transport and pairs."""

    __slots__ = (
        "base",
        "clock",
        "first",
        "known",
        "last",
        "local",
        "remote",
        "series",
        "ufrags",
        "written_at",
    )

    def __init__(self, series: int) -> None:
        self.known: Values = {}
        self.first: dict[str, float] = {}  # moments, ms
        self.last: dict[str, array[float]] = {}
        self.base: dict[str, array[float]] = {}
        self.local: set[str] = set()
        self.remote: set[str] = set()
        self.series = Series(series)
        self.clock = array("d", bytes(8 * (VPN + 1)))
        self.ufrags: dict[str, str] = {}
        self.written_at = 0.0


class ClientNotes:
    """A join."""

    __slots__ = ("captured", "clock", "devices", "due", "first", "known", "tracks", "written_at")

    def __init__(self) -> None:
        self.known: Values = {}
        self.first: dict[str, float] = {}
        self.clock: dict[str, float] = {}
        self.captured: dict[str, tuple[str, float]] = {}  # track id -> kind, when
        self.devices: set[tuple[str, str]] | None = None
        self.tracks: dict[str, Values] = {}  # what events said of tracks, by the client's track id
        self.due = False  # a slice was cut since the last reading
        self.written_at = 0.0


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
