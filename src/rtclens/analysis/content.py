"""What a media server that renames streams cannot hide: how loud, how dense and how busy a stream is over time.

Enters: slices of tracks. Leaves: log-odds that a received track carries what a sent track sends.
A server that forwards without transcoding passes on every frame: bit rate, frame rate and quantiser of both ends agree
within the same stretch of time, and so does the energy of the decoded sound with that of its source. Each member's
`|ln(received / sent)|` is taken as Laplace distributed, narrow for a stream and itself, wide for two strangers.
"""

from __future__ import annotations

from array import array
from math import inf, isnan, log, nan
from typing import TYPE_CHECKING

from rtclens.analysis.clocks import server_time
from rtclens.model.facts import TrackSlice

if TYPE_CHECKING:
    from rtclens.analysis.subjects import Track

KEPT = 12  # slices of a track, about a minute
WIDTH = 5  # from, to, bit rate, energy or frame rate, quantiser
SILENCE = 1e-6  # mean square of the sound below which everything is equally silent
QUIET, LITTLE = 1e-4, 0.3  # two people who are both quieter than this are hardly told by it to be one
WHOLE = 0.75  # of a received slice must be covered by slices of the sender
SAME = {"audio": (0.05, 0.25, inf), "video": (0.04, 0.03, 0.05)}  # scales of ln ratios for a stream and itself
OTHER = {"audio": (0.2, 1.0, inf), "video": (0.3, 0.2, 0.3)}  # the same for two strangers
LOWEST = -4.0  # one window in which one member disagrees must not decide alone


class Curve:
    """The last slices of a track; `due` is the number of slices at which its sender is looked for again."""

    __slots__ = ("due", "points", "seen")

    def __init__(self) -> None:
        self.points = array("d")
        self.seen = 0
        self.due = 1

    def covered_s(self) -> float:
        """From the first to the last moment that is kept, in seconds."""
        return (self.points[-WIDTH + 1] - self.points[0]) / 1000.0 if self.points else 0.0

    def add(self, *values: float | None) -> None:
        """Add the `WIDTH` values of a slice; the oldest goes when there are too many."""
        self.seen += 1
        self.points.extend(nan if value is None else value for value in values)
        if len(self.points) > KEPT * WIDTH:
            del self.points[:WIDTH]


def remember(track: Track, row: TrackSlice) -> None:
    """Keep what a slice shows, for a call in which it is not known who sends what."""
    if track.curve is None:
        track.curve = Curve()
    second = row.fps if track.kind == "video" else None if row.audio_rms is None else row.audio_rms**2 + SILENCE
    track.curve.add(row.at - 1000.0 * row.covered_s, row.at, row.bitrate_bps, second, row.qp_mean)


def likeness(got: Track, sent: Track) -> dict[int, float]:
    """Log-odds that `got` carries `sent`, by slice of `got`; empty where they have no time in common.

    The layers of a simulcast are one sent track, of which a receiver gets one: only the frame rate can be compared.
    """
    found: dict[int, float] = {}
    layered = len(sent.ssrcs) > 1
    same, other = SAME[got.kind], OTHER[got.kind]
    theirs = _on_server(sent)
    for number, (start, end, *received) in enumerate(_on_server(got)):
        given = _between(theirs, start, end)
        if given is None:
            continue
        blur, *means = given
        for place, (one, two) in enumerate(zip(received, means, strict=True)):
            if isnan(one) or isnan(two) or one <= 0.0 or two <= 0.0 or (layered and place != 1):
                continue
            odds = _odds(abs(log(one / two)), same[place] * blur, other[place])
            if place == 1 and max(one, two) < QUIET:
                odds = min(odds, LITTLE)
            found[number] = found.get(number, 0.0) + odds
    return found


def _odds(apart: float, same: float, other: float) -> float:
    """The log-odds of one difference: `ln(p_same / p_other)` of two Laplace densities, bounded below."""
    if same >= other:
        return 0.0
    return max(LOWEST, log(other / same) - apart / same + apart / other)


def _on_server(track: Track) -> list[list[float]]:
    """The slices of a track with their times on the server's clock."""
    if track.curve is None:
        return []
    points, session = track.curve.points.tolist(), track.conn.session
    rows = [points[at : at + WIDTH] for at in range(0, len(points), WIDTH)]
    return [[server_time(session, row[0]), server_time(session, row[1]), *row[2:]] for row in rows]


def _between(rows: list[list[float]], start: float, end: float) -> list[float] | None:
    """Blur and means of what was sent between two moments; `None` where too little of that time is known.

    Slices of two clients do not begin together: the further those of the sender reach beyond the moments, or fall
    short of them, the less their means say. The blur is 1 where they fit and 2 where half of them lies outside.
    """
    totals, covered, span = [0.0] * (WIDTH - 2), 0.0, 0.0
    for begins, ends, *values in rows:
        both = min(end, ends) - max(start, begins)
        if both > 0.0:
            covered += both
            span += ends - begins
            for place, value in enumerate(values):
                totals[place] += value * both  # an unknown value makes its mean unknown
    length = end - start
    if covered < WHOLE * length:
        return None
    blur = 1.0 + (span - covered + length - covered) / length
    return [blur, *(total / covered for total in totals)]
