"""What closer looks remember of a connection and its tracks from one look to the next, and over their lives.

Enters: nothing. Leaves: plain mutable records, small: rings hold a minute or two.
"""

from __future__ import annotations

from array import array

from rtclens.analysis.looks import InSurvey, OutSurvey
from rtclens.analysis.survey.readings import Life

Ring = tuple[float, ...]


class TrackNotes:
    """A track's totals, its newest record, and rings of what has to be compared over time."""

    __slots__ = (
        "begged",
        "corrupt",
        "covered",
        "fps",
        "implementation",
        "impossible",
        "levels",
        "lives",
        "losses",
        "pixels",
        "pli",
        "record",
        "source",
        "tallied",
        "unused",
    )

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}  # by report: layers of a sent track have one each
        self.covered = 0.0
        self.record: InSurvey | OutSurvey | None = None
        self.source: tuple[float | None, float | None] = (None, None)  # energy and duration of the microphone
        self.losses: Ring = ()
        self.fps: Ring = ()  # received over sent
        self.levels: Ring = ()
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
        "echo",
        "inward",
        "link",
        "network",
        "newest",
        "outward",
        "peaks",
        "rate",
        "rtt",
        "still",
        "tls",
        "tracks",
    )

    def __init__(self, at: float) -> None:
        self.at = at
        self.tracks: dict[str, TrackNotes] = {}
        self.link: array[float] | None = None
        self.inward: Ring = ()
        self.outward: Ring = ()
        self.rtt: Ring = ()
        self.echo: tuple[tuple[float, float], ...] = ()  # own level, what is heard
        self.rate = 0.0  # bit/s received
        self.peaks: Ring = ()  # instantaneous levels of the microphone
        self.blocked = 0.0
        self.network = ""
        self.channels: dict[str, str] = {}
        self.tls = False
        self.newest = at  # the time of the newest sample, and since when by the server's clock it stands still
        self.still = 0.0


def push(ring: Ring, value: float | None, most: int) -> Ring:
    """The ring with a value more; a missing one changes nothing."""
    return ring if value is None else (*ring[1 - most :], value)


def spread(values: Ring) -> float | None:
    """The median deviation from the median over the median; `None` where the median is not positive."""
    middle = median(values)
    return median(tuple(abs(value - middle) for value in values)) / middle if middle > 0 else None


def median(values: Ring) -> float:
    """The middle value; of an even number the upper of the two."""
    return sorted(values)[len(values) // 2] if values else 0.0
