"""Which sent track a received one carries, told by content where a media server gave every stream new names.

Enters: a received track, the sent tracks it could be, and the other received tracks that could be these. Leaves: the
sender, or `None`. It answers only with a margin on both sides: no other sender fits this track nearly as well, and no
other track fits that sender nearly as well. Pictures of two cameras may look alike to counters; then the sound that
came with a picture tells, where sound and picture of each person come in pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from rtclens.analysis.content import likeness
from rtclens.analysis.state import Track

LEAST_S = 7.5  # of slices, so that one of an 8 s sampler counts and one of 5 s does not
GROWTH = 1.5  # of the number of slices between two attempts
MOST = 30  # candidates; with more, telling them apart costs more than it is worth
MARGIN = 5.0  # log-odds by which the best must be ahead
AT_ONCE = 6.0  # the same where one slice alone decides
NOBODY = -5.0  # log-odds that a track comes from none of the candidates although everybody reports
LIKELY = 1.0  # log-odds from which a match is believed
RIVALS, CHOICES = 4, 4  # tracks and their best senders that are weighed together
PAIRED_MS = 3_000.0  # within which sound and picture of one person begin to be received


def is_due(track: Track) -> bool:
    """Whether enough was seen since the last attempt to try again."""
    curve = track.curve
    if curve is None or curve.seen < curve.due or curve.covered_s() < LEAST_S:
        return False
    curve.due = max(curve.seen + 1, int(curve.seen * GROWTH))
    return True


def again(track: Track) -> bool:
    """Let the next attempt be at once; false where nothing is known of the track."""
    if track.curve is not None:
        track.curve.due = min(track.curve.due, track.curve.seen)
    return track.curve is not None


def by_content(track: Track, candidates: Sequence[Track], rivals: Sequence[Track]) -> Track | None:
    """The sender whose content this track has, among all that it may come from.

    A sender is received once: the best that all tracks together can make of the senders is compared with the best
    they can make when this track comes from somebody else.
    """
    if not 0 < len(candidates) <= MOST:
        return None
    totals, common = _row(track, candidates)
    if not totals:
        return None
    first = _best(totals, 1)[0]
    rows = [row for rival in rivals if rival is not track and (row := _row(rival, candidates)[0])]
    rows.sort(key=lambda row: -row[first])
    margin = _ahead([totals, *rows[: RIVALS - 1]], first)
    if totals[first] >= LIKELY and margin >= (MARGIN if common > 1 else AT_ONCE):
        return candidates[first]
    return _paired(track, candidates, totals)


def _row(track: Track, candidates: Sequence[Track]) -> tuple[list[float], int]:
    """Log-odds for each candidate over the slices that can be compared with all of them, and how many these are."""
    odds = [likeness(track, sent) for sent in candidates]
    common = sorted(set(odds[0]).intersection(*odds[1:]))
    return ([sum(each[number] for number in common) for each in odds] if common else []), len(common)


def _best(totals: Sequence[float], most: int) -> list[int]:
    return sorted(range(len(totals)), key=lambda place: (-totals[place], place))[:most]


def _ahead(rows: Sequence[Sequence[float]], first: int) -> float:
    """By how much the best assignment that gives `first` to the first row beats the best that does not."""
    with_first = without = -float("inf")
    for places in product(*([None, *_best(row, CHOICES)] for row in rows)):
        taken = [place for place in places if place is not None]
        if len(set(taken)) < len(taken):
            continue
        total = sum(NOBODY if place is None else row[place] for row, place in zip(rows, places, strict=True))
        if places[0] == first:
            with_first = max(with_first, total)
        else:
            without = max(without, total)
    return with_first - without


def _paired(track: Track, candidates: Sequence[Track], totals: Sequence[float]) -> Track | None:
    """The picture of the person whose sound came with it, if its content does not speak for somebody else."""
    mate = _mate(track)
    if mate is None or mate.peer is None:
        return None
    sender = mate.peer.conn.session.participant
    theirs = [place for place, sent in enumerate(candidates) if sent.conn.session.participant is sender]
    if len(theirs) != 1:
        return None
    odds = totals[theirs[0]]
    return candidates[theirs[0]] if odds >= LIKELY and max(totals) - odds < MARGIN else None


def _mate(track: Track) -> Track | None:
    """The received track of the other kind that belongs to this one, where all tracks of the connection pair up."""
    got = [other for other in track.conn.tracks.values() if other.direction == "inbound" and other.ended_at is None]
    if len(got) % 2 or not all(other.mid.isdigit() for other in got):
        return None
    got.sort(key=lambda other: int(other.mid))
    found = None
    for one, two in zip(got[::2], got[1::2], strict=True):
        if one.kind == two.kind or abs(one.started_at - two.started_at) > PAIRED_MS:
            return None
        if track in (one, two):
            found = two if one is track else one
    return found
