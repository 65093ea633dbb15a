"""What closer looks remember of a connection and its tracks from one look to the next, and over their lives.

Enters: nothing. Leaves: plain mutable records, small: rings hold a minute or two.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from rtclens.analysis.survey.readings import Life


class TrackNotes:
    """A track's totals, its newest record, and rings of what has to be compared over time."""

    __slots__ = (
        "begged",
        "corrupt",
        "covered",
        "fps",
        "implementation",
        "impossible",
        "level",
        "levels",
        "lives",
        "losses",
        "packet_rate",
        "pixels",
        "pli",
        "seen_at",
        "source",
        "tallied",
        "unused",
    )

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}  # by report: layers of a sent track have one each
        self.covered = 0.0
        self.seen_at = 0.0  # of the newest look, with what others ask of it:
        self.level: float | None = None
        self.packet_rate: float | None = None
        self.source: tuple[float | None, float | None] = (None, None)  # energy and duration of the microphone
        self.losses = ring()
        self.fps = ring()  # received over sent
        self.levels = ring()
        self.pixels: float | None = None  # of the source
        self.corrupt = (0.0, 0.0)  # measurements, probability, since the last ten
        self.begged = 0.0
        self.pli = 0.0
        self.tallied = ("", 0.0, 0.0)  # scale, covered, weighted
        self.implementation: tuple[str, bool | None] = ("", None)
        self.impossible = False
        self.unused = 0.0


class Survey:
    """A connection between two looks."""

    __slots__ = (
        "at",
        "blocked",
        "channels",
        "heard",
        "inward",
        "link",
        "network",
        "newest",
        "outward",
        "peaks",
        "rate",
        "rtt",
        "spoken",
        "still",
        "tls",
        "tracks",
    )

    def __init__(self, at: float) -> None:
        self.at = at
        self.tracks: dict[str, TrackNotes] = {}
        self.link: array[float] | None = None
        self.inward = ring()
        self.outward = ring()
        self.rtt = ring()
        self.spoken = ring()  # the own level, and in the same places what is heard
        self.heard = ring()
        self.rate = 0.0  # bit/s received
        self.peaks = ring()  # instantaneous levels of the microphone
        self.blocked = 0.0
        self.network = ""
        self.channels: dict[str, str] = {}
        self.tls = False
        self.newest = at  # the time of the newest sample, and since when by the server's clock it stands still
        self.still = 0.0


EMPTY = array("d")


def ring() -> array[float]:
    """No values yet; rings are replaced, never changed, so that all empty ones are the same."""
    return EMPTY


def push(known: array[float], value: float | None, most: int) -> array[float]:
    """The newest values with one more, `most` at most; a missing one changes nothing."""
    if value is None:
        return known
    newer = known[1 - most :]
    newer.append(value)
    return newer


def spread(values: Sequence[float]) -> float | None:
    """The median deviation from the median over the median; `None` where the median is not positive."""
    middle = median(values)
    return median([abs(value - middle) for value in values]) / middle if middle > 0 else None


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the upper of the two."""
    return sorted(values)[len(values) // 2] if values else 0.0
