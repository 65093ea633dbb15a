"""Import dump files: decode, mask, join with what is stored of the same call, fold, store.

Enters: files of one app. Leaves: rows and facts in the store, as if the calls had been watched live, and `Imported`.
Nothing of it goes through the stream: the calls are over, and a server's clock has no say in them. When `run` returns,
everything survives `kill -9`; an import that was interrupted is repaired by doing it again, because positions and ids
come from the files' content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from pathlib import Path
from threading import Lock

import msgspec

from rtclens import analysis
from rtclens.edge.ingest import Clock
from rtclens.edge.kinship import Glance, glance, groups
from rtclens.edge.offline import ticks
from rtclens.edge.positions import FIRST_IMPORTED, Positions, is_of, tag_of
from rtclens.edge.privacy import Profile, mask
from rtclens.edge.sources import FileRead, Progress, Source, names
from rtclens.model.codec import Refusal
from rtclens.model.events import Batch, Sample
from rtclens.model.facts import AnyFact, Call
from rtclens.model.stats import Stats
from rtclens.query import Scope, Span, earlier_calls
from rtclens.store import Store
from rtclens.store.rows import Rows
from rtclens.store.store import RAW_TABLES, OpenCall

FLUSH_ROWS = 50_000
NEAR_MS = 86_400_000.0  # calls of the same id within a day may be one call; the fold decides
NAMELESS = frozenset({"body", "blob", "file"})  # what uploads are called that have no name
KEPT_REFUSALS = 1_000  # of one import
Piece = tuple[str, Batch]  # the call under which the batch is stored already, or ''


class ImportedCall(msgspec.Struct, frozen=True):
    """A call that an import made or completed."""

    call_id: str
    external_id: str


class Imported(msgspec.Struct):
    """What an import did. `new_batches` 0: everything was there already."""

    calls: list[ImportedCall]
    files: list[FileRead]
    new_batches: int = 0


class Importer:
    """Imports into one store, one import at a time, with the custom detectors of the moment.

    Blocks; call it off the event loop.
    """

    def __init__(
        self, store: Store, profile: Profile, clock: Clock, custom: Callable[[], Sequence[analysis.Detector]] = tuple
    ) -> None:
        self._store = store
        self._profile: Profile = profile
        self._clock = clock
        self._custom = custom
        self._lock = Lock()

    def run(self, app_id: str, files: Sequence[Path], call: str = "", progress: Progress | None = None) -> Imported:
        """Import the files together. `call` names the call of all; else the files do, and one that does not gets the
        name of one that shows the same connection, or its own. Raises `OSError` where a file cannot be opened, and
        `StoreError`.
        """
        seen = [glance(path) for path in files]
        with self._lock:
            moments: list[_Moment] = []
            while True:
                state = analysis.new_state(custom=self._custom())
                run = _Run(self._store, self._profile, self._clock(), app_id, moments, state)
                try:
                    return run.take(list(files), seen, call, None if moments else progress)
                except _AnotherCall as another:
                    moments.append(another.moment)

    def letters(self, app_id: str, batches: Sequence[Batch]) -> None:
        """Take in what refused frames turned out to hold; batches have their positions and name their calls. None of
        the calls may be live. Doing it again changes nothing.
        """
        moments = [(batch.origin.call, batch.received_at) for batch in batches]
        with self._lock:
            state = analysis.new_state(custom=self._custom())
            _Run(self._store, self._profile, self._clock(), app_id, moments, state).add(batches)

    def is_live(self, app_id: str, batch: Batch) -> bool:
        """Whether the batch may belong to a call that has not ended."""
        span = Span(max(0.0, batch.received_at - NEAR_MS), batch.received_at + NEAR_MS)
        return any(one.live for one in earlier_calls(self._store, Scope((app_id,)), batch.origin.call, span))


_Moment = tuple[str, float]  # a call's name and when it was seen, ms


class _AnotherCall(Exception):  # noqa: N818 - what was found, not what went wrong
    """A file goes on with a call of which something is stored; the import begins again, knowing it."""

    def __init__(self, moment: _Moment) -> None:
        super().__init__()
        self.moment = moment


class _Run:
    """One import. `moments` are those of calls that the files are known to hold beside their first ones."""

    def __init__(
        self,
        store: Store,
        profile: Profile,
        now: float,
        app_id: str,
        moments: Sequence[_Moment],
        state: analysis.State,
    ) -> None:
        self._store = store
        self._profile: Profile = profile
        self._now = now
        self._app_id = app_id
        self._moments = moments
        self._asked: dict[str, float] = {}  # by call: until when the store has been asked for what is near
        self._known: list[str] = []
        self._state = state
        self._rows = Rows()
        self._calls: dict[str, Call] = {}
        self._refused: list[Refusal] = []
        self._stored: dict[int, tuple[str, int]] = {}  # batches of an earlier import of the same files: call and rows
        self._revise = 0
        self._new = 0

    def take(self, files: list[Path], seen: Sequence[Glance], call: str, progress: Progress | None) -> Imported:
        """Do it."""
        tags = [tag_of(one.digest) for one in seen]
        sources = [
            Source(path, _speaker(name, tag), progress, self._app_id, f"{name}:{tag:04x}", self._refuse)
            for path, name, tag in zip(files, names(files), tags, strict=True)
        ]
        _name_calls(sources, seen, call)
        begun = [(one.call, one.first.received_at) for one in sources if one.first is not None]
        streams = [self._new_batches(source, tag, call) for source, tag in zip(sources, tags, strict=True)]
        self._together(begun, streams, lambda seq: any(is_of(seq, tag) for tag in tags))
        self._store.insert_refusals(self._app_id, self._refused)
        made = [ImportedCall(fact.call_id, fact.external_id) for fact in self._calls.values()]
        return Imported(made, [source.read for source in sources], self._new)

    def add(self, batches: Sequence[Batch]) -> None:
        """Add single batches to stored calls."""
        seqs = {batch.seq for batch in batches}
        self._together([], [self._masked(batches)], seqs.__contains__)

    def _masked(self, batches: Sequence[Batch]) -> Iterator[Piece]:
        for batch in sorted(batches, key=lambda batch: batch.seq):
            yield self._piece(mask(batch, self._profile))

    def _together(self, begun: list[_Moment], streams: list[Iterator[Piece]], is_ours: Callable[[int], bool]) -> None:
        """Fold what is new with what is stored of the same calls; `is_ours` knows the positions of what is new."""
        self._look_up(begun)
        self._recall(is_ours)
        streams += [self._earlier(call_id, is_ours) for call_id in self._known]
        last = self._fold(merge(*streams, key=_arrival), revise=bool(self._known))
        if last is not None:
            self._keep(analysis.finish(self._state, last))
        self._flush(with_calls=True)
        self._tidy()

    def _look_up(self, begun: list[_Moment]) -> None:
        """Find the stored calls that it may belong to; one that is live is the worker's and stays alone."""
        for name, at in (*begun, *self._moments):
            self._known += [call_id for call_id in self._near(name, at) if call_id not in self._known]

    def _near(self, name: str, at: float) -> list[str]:
        """The calls of that name that were stored near the moment and have ended."""
        self._asked[name] = max(at + NEAR_MS, self._asked.get(name, 0.0))
        span = Span(max(0.0, at - NEAR_MS), at + NEAR_MS)
        found = earlier_calls(self._store, Scope((self._app_id,)), name, span)
        return [one.call_id for one in found if not one.live]

    def _meet(self, name: str, at: float) -> None:
        """Whatever call a file goes on with, what is stored of it is to be folded with it, from its beginning."""
        if at > self._asked.get(name, 0.0) and set(self._near(name, at)) - {*self._known}:
            raise _AnotherCall((name, at))

    def _new_batches(self, source: Source, tag: int, call: str) -> Iterator[Piece]:
        positions = Positions(tag)
        for batch in source.batches():
            batch.received_at = float(round(batch.received_at))
            batch.origin = msgspec.structs.replace(batch.origin, call=call or batch.origin.call or source.call)
            self._meet(batch.origin.call, batch.received_at)
            batch.seq = positions.next(batch.received_at)
            yield self._piece(mask(batch, self._profile))

    def _piece(self, batch: Batch) -> Piece:
        stored_in, rows = self._stored.get(batch.seq, ("", 0))
        return (stored_in if stored_in and rows == _rows_of(batch) else ""), batch

    def _earlier(self, call_id: str, is_ours: Callable[[int], bool]) -> Iterator[Piece]:
        """What is stored of a call, in the order of arrival, without what is at hand itself."""
        calls = [OpenCall(self._app_id, call_id)]
        live = self._store.replay(calls, 0, FIRST_IMPORTED - 1)
        for batch in merge(live, self._store.replay(calls, FIRST_IMPORTED), key=lambda batch: batch.received_at):
            if not is_ours(batch.seq):
                yield call_id, batch

    def _recall(self, is_ours: Callable[[int], bool]) -> None:
        """Note what an earlier import of the same files stored: that need not be written again."""
        for call_id in self._known:
            for batch in self._store.replay([OpenCall(self._app_id, call_id)], FIRST_IMPORTED):
                if is_ours(batch.seq):
                    self._stored[batch.seq] = call_id, _rows_of(batch)

    def _fold(self, pieces: Iterator[Piece], *, revise: bool) -> float | None:
        """Fold everything, writing now and then; the time of the last batch."""
        last: float | None = None
        for stored_in, batch in pieces:
            if last is None and revise:  # this analysis replaces what was concluded of these calls before
                self._revise = int(self._now - batch.received_at) * 100
            for now in ticks(last, batch.received_at):
                self._keep(analysis.tick(self._state, now))
            last = batch.received_at
            folded = analysis.fold(self._state, batch)
            is_stored = stored_in == folded.identity.call_id
            self._new += not stored_in
            self._rows.add_batch(batch, folded.identity, RAW_TABLES if is_stored else ())
            self._keep(folded.facts)
            if self._rows.count >= FLUSH_ROWS:
                self._flush()
        return last

    def _keep(self, told: list[AnyFact]) -> None:
        """Calls are written last, so that a call that is there is there whole."""
        for fact in told:
            fact.revision += self._revise
            if isinstance(fact, Call):
                self._calls[fact.call_id] = fact
        self._rows.add_facts(fact for fact in told if not isinstance(fact, Call))

    def _flush(self, *, with_calls: bool = False) -> None:
        rows, self._rows = self._rows, Rows()
        self._store.append(rows)
        if with_calls:
            last = Rows()
            last.add_facts(self._calls.values())
            self._store.append(last)

    def _tidy(self) -> None:
        """Remove what was concluded before and is no longer: facts, or a call that is part of another one now."""
        for call_id in self._known:
            if call_id in self._calls:
                self._store.erase_versions(self._app_id, call_id, int(self._now) * 100)
            else:
                self._store.erase(self._app_id, call_id)

    def _refuse(self, refusal: Refusal) -> None:
        if len(self._refused) < KEPT_REFUSALS:
            refusal.at = refusal.at or self._now
            self._refused.append(refusal)


def _arrival(piece: Piece) -> float:
    return piece[1].received_at


def _name_calls(sources: list[Source], seen: Sequence[Glance], call: str) -> None:
    """Name the call of each file: as told, as it says itself, as a file of the same call does, or as the file."""
    for group in groups(seen):
        together = [sources[number] for number in group]
        said = {one.first.origin.call for one in together if one.first is not None} - {""}
        shared = said.pop() if len(said) == 1 else min(one.name for one in together)
        for one in together:
            one.call = call or (one.first.origin.call if one.first is not None else "") or shared


def _speaker(name: str, tag: int) -> str:
    """The participant of a file that names nobody: the file's name, where it has one of its own."""
    return f"dump-{tag:04x}" if name in NAMELESS else name


def _rows_of(batch: Batch) -> int:
    """How many rows a batch is in the raw tables: fewer are stored where an import was cut off."""
    rows = 0
    for event in batch.events:
        rows += 1
        if isinstance(event, Sample):
            rows += sum(len(getattr(event.stats, table)) for table in Stats.__struct_fields__)
    return rows
