"""The scores of stored calls, computed again.

Enters: an open store, which calls. Leaves: `Rescored` for each call: for every track and score the mean before and
after, weighted by covered time, and in how many slices it changed; with `write`, the new slices in place of the old.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Literal

import msgspec

from rtclens.app.refold import Refolded, refold
from rtclens.model.facts import Call, Score, TrackSlice
from rtclens.query.history import slices
from rtclens.store import Rows, Store

Name = Literal["audio_mos", "video_mos"]
NAMES: tuple[Name, ...] = ("audio_mos", "video_mos")
EXACT = 3  # decimals that a score is stored with


class ScoreChange(msgspec.Struct, frozen=True):
    """A score of one track (1 to 5). Means are `None` where no slice has the score; `largest` is the largest change
    of a slice that has it in both versions.
    """

    track_id: str
    participant_id: str
    score: Name
    slices: int
    changed: int
    before: float | None
    after: float | None
    largest: float


class Rescored(msgspec.Struct):
    """One call; only scores that changed somewhere are listed."""

    call_id: str
    external_id: str
    app_id: str
    tracks: int
    digest: str
    changes: list[ScoreChange]
    written: bool = False


def rescore(store: Store, calls: Iterable[Call], now: float, write: bool = False) -> Iterator[Rescored]:
    """Compute the scores again, call by call. `now` bounds how far time passes after the last batch."""
    for call in calls:
        before = slices(store, call)
        found = refold(store.read_batches(call.app_id, call.call_id), now)
        after = [fact for fact in found.facts.values() if isinstance(fact, TrackSlice)]
        changes = compare(before, after)
        written = write and bool(changes) and bool(after)
        if written:
            _write(store, before, found)
        tracks = len({one.track_id for one in after})
        yield Rescored(call.call_id, call.external_id, call.app_id, tracks, found.digest(), changes, written)


def compare(before: Iterable[TrackSlice], after: Iterable[TrackSlice]) -> list[ScoreChange]:
    """The scores that are not the same in both, by track."""
    old, new = _by_track(before), _by_track(after)
    changes = [
        _change(name, old.get(track, {}), new.get(track, {}))
        for track in sorted(old.keys() | new.keys())
        for name in NAMES
    ]
    return [one for one in changes if one.changed]


def _by_track(rows: Iterable[TrackSlice]) -> dict[str, dict[int, TrackSlice]]:
    found: dict[str, dict[int, TrackSlice]] = {}
    for row in rows:
        found.setdefault(row.track_id, {})[int(row.at)] = row
    return found


def _change(name: Name, old: dict[int, TrackSlice], new: dict[int, TrackSlice]) -> ScoreChange:
    score = attrgetter(name)
    pairs = [(score(old[at]) if at in old else None, score(new[at]) if at in new else None) for at in old | new]
    both = [abs(after - before) for before, after in pairs if before is not None and after is not None]
    one = next(iter((new or old).values()))
    return ScoreChange(
        track_id=one.track_id,
        participant_id=one.participant_id,
        score=name,
        slices=len(pairs),
        changed=sum(_rounded(before) != _rounded(after) for before, after in pairs),
        before=_mean(name, old.values()),
        after=_mean(name, new.values()),
        largest=round(max(both, default=0.0), EXACT),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, EXACT)


def _mean(name: Name, rows: Iterable[TrackSlice]) -> float | None:
    scored = [(getattr(row, name), row.covered_s) for row in rows if getattr(row, name) is not None]
    seconds = sum(weight for _, weight in scored)
    return round(sum(value * weight for value, weight in scored) / seconds, EXACT) if seconds else None


def _write(store: Store, before: list[TrackSlice], found: Refolded) -> None:
    """Write slices and scores above every stored revision, so that they replace the rows of the same key."""
    fresh = [fact for fact in found.facts.values() if isinstance(fact, TrackSlice | Score)]
    newest = max((fact.revision for fact in before), default=0)
    lift = max(0, newest + 1 - min(fact.revision for fact in fresh))
    rows = Rows()
    rows.add_facts(msgspec.structs.replace(fact, revision=fact.revision + lift) for fact in fresh)
    store.append(rows)
