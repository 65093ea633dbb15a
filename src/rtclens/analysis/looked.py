"""What closer looks remember of a connection and its tracks from one look to the next, and over their lives.

Enters: nothing. Leaves: plain mutable records, small: rings hold a minute or two.
"""

from __future__ import annotations

import msgspec

Raw = tuple[int | float | None, ...]  # the report's time, and counters as they were reported
Ring = list[float | int]  # the newest values; replaced, never changed


class Life(msgspec.Struct, array_like=True, gc=False):
    """What counters moved by in a whole life: from where they began to now, and before they began anew."""

    begun: Raw
    newest: Raw
    past: list[float] | None = None


class Looks(msgspec.Struct, array_like=True, gc=False):
    """A track's totals, its newest record, and rings of what has to be compared over time."""

    lives: dict[str, Life] = {}  # by report: layers of a sent track have one each
    covered: float = 0.0
    seen_at: float = 0.0  # of the newest look, with what others ask of it:
    level: float | None = None
    packet_rate: float | None = None
    source: tuple[float | int | None, float | int | None] = (None, None)  # energy and duration of the microphone
    losses: Ring = []
    fps: Ring = []  # received over sent
    levels: Ring = []
    pixels: float | None = None  # of the source
    corrupt: tuple[float, float] = (0.0, 0.0)  # measurements, probability, since the last ten
    begged: float = 0.0
    pli: float = 0.0
    tallied: tuple[str, float, float] = ("", 0.0, 0.0)  # scale, covered, weighted
    implementation: tuple[str, bool | None] = ("", None)
    impossible: bool = False
    unused: float = 0.0


class Survey(msgspec.Struct, array_like=True, gc=False):
    """A connection between two looks."""

    link: Raw | None = None
    inward: Ring = []
    outward: Ring = []
    rtt: Ring = []
    spoken: Ring = []  # the own level, and in the same places what is heard
    heard: Ring = []
    rate: float = 0.0  # bit/s received
    peaks: Ring = []  # instantaneous levels of the microphone
    blocked: float = 0.0
    network: str = ""
    channels: dict[str, str] = {}
    tls: bool = False
