"""Rebuild the `getStats()` results of one connection from the columns of its reports.

Enters: aligned `Series`. Leaves: `Sample` events in order of time, one per poll of the browser, built lazily.
A local report belongs to the poll with its own stamp. A remote report carries the stamp of the last RTCP packet, which
repeats while nothing new arrives: its samples are counted back over the polls that had its RTP stream. What a client
observed between polls, as the device's pressure, belongs to the nearest one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from rtclens.model.events import Sample
from rtclens.model.stats import Stats
from rtclens.wire.internals.align import Series
from rtclens.wire.internals.rows import rows

SAME_POLL = 1.0  # ms between stamps of one poll
REMOTE = {"remote-inbound-rtp": "outbound-rtp", "remote-outbound-rtp": "inbound-rtp"}
BETWEEN_POLLS = frozenset({"compute-pressure"})  # observed when it changed: its stamps are no polls
NO_POLLS = BETWEEN_POLLS.union(REMOTE)
Members = dict[str, Any]
Upgrade = Callable[[list[Members], Stats], None]


class Track(msgspec.Struct):
    """Where a series is in the walk over the polls: its next row and the poll that row belongs to."""

    polls: Iterator[int]
    rows: Iterator[Any]
    table: str
    poll: int = -1

    def advance(self) -> bool:
        """Step to the next row's poll; false when there is none."""
        self.poll = next(self.polls, -1)
        return self.poll >= 0


def samples(connection: str, series: list[Series], upgrade: Upgrade) -> Iterator[Sample]:
    """One `Sample` per poll. Rows of types without a class go to `upgrade`, which may turn them into reports."""
    polls = _polls(series)
    positions = {one.id: _positions(one, polls) for one in series if one.stats_type not in REMOTE}
    tracks = []
    for one in series:
        at = positions.get(one.id)
        if at is None:
            at = _remote_positions(one, series, positions, len(polls))
        kept = Track(iter(at), rows(one, len(one.stamps) - len(at)), one.cls.table if one.cls else "")
        if kept.advance():
            tracks.append(kept)
    yield from _walk(connection, polls, tracks, upgrade)


def _walk(connection: str, polls: Sequence[float], tracks: list[Track], upgrade: Upgrade) -> Iterator[Sample]:
    for index, at in enumerate(polls):
        stats = Stats()
        old: list[Members] = []
        ended = False
        for track in tracks:
            row = None
            while 0 <= track.poll <= index:  # of two rows in one poll the later one stands
                row = next(track.rows)
                ended |= not track.advance()
            if row is not None:
                (getattr(stats, track.table) if track.table else old).append(row)
        if old:
            upgrade(old, stats)
        if ended:
            tracks = [track for track in tracks if track.poll >= 0]
        yield Sample(at=at, connection=connection, stats=stats)


def _polls(series: list[Series]) -> Sequence[float]:
    """The instants of all polls: stamps of the reports that polls made, those of one poll counted once.

    Where the file has no stamps at all, the longest report's interpolated ones.
    """
    local = [one for one in series if one.stats_type not in NO_POLLS] or series
    stamped = [one for one in local if not one.interpolated]
    if not stamped:
        return max((one.stamps for one in local), key=len, default=array("d"))
    polls = array("d")
    for stamp in sorted(set().union(*(one.stamps for one in stamped))):
        if not polls or stamp - polls[-1] > SAME_POLL:
            polls.append(stamp)
    return polls


def _positions(series: Series, polls: Sequence[float]) -> Sequence[int]:
    """For each stamp of the series the index of its poll: the nearest one."""
    stamps = series.stamps
    if not len(stamps):
        return ()
    first = bisect_left(polls, stamps[0])
    run = range(first, first + len(stamps))
    if polls[first : first + len(stamps)] == stamps:
        return run
    return [_nearest(polls, stamp) for stamp in stamps]


def _nearest(polls: Sequence[float], stamp: float) -> int:
    after = bisect_left(polls, stamp)
    if after == len(polls):
        return after - 1
    return after - 1 if after and stamp - polls[after - 1] < polls[after] - stamp else after


def _remote_positions(
    remote: Series, series: list[Series], positions: dict[str, Sequence[int]], polls: int
) -> Sequence[int]:
    """The polls of a remote report, counted back over its stream's; more samples than polls are left out."""
    local = _constant(remote, "localId")
    at = positions.get(local) if isinstance(local, str) else None
    if at is None:
        ssrc, wanted = _constant(remote, "ssrc"), REMOTE[remote.stats_type]
        twin = (
            one for one in series if one.stats_type == wanted and ssrc is not None and _constant(one, "ssrc") == ssrc
        )
        at = next((positions[one.id] for one in twin), None)
    if at:
        return at[-len(remote.stamps) :]
    return range(max(0, polls - len(remote.stamps)), polls)


def _constant(series: Series, name: str) -> Any:
    column = series.columns.get(name)
    return column.values[-1] if column is not None and len(column.values) else None
