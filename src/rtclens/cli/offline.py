"""Analyse dump files in this process: no server, no store.

Enters: paths. Leaves: `Analysis`: the facts the fold ended with, by kind, and what each file held. Several files are
read at once and merged by time, so that the fold sees the call as it happened; memory does not grow with their length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from heapq import merge
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from rtclens import analysis
from rtclens.model import facts
from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch, SessionOpened
from rtclens.wire.files import open_file

APP = "offline"
CHUNK = 1 << 18
TICK = 1000.0  # ms of the call's own time between ticks, as a live worker ticks
QUIET = 60_000.0  # ms of silence that are ticked through; after them nothing more can happen
EARLIEST, LATEST = 1e12, 4.1e12  # ms since the epoch
SUFFIXES = frozenset({".gz", ".zst", ".bz2", ".json", ".jsonl", ".ndjson", ".txt", ".dump", ".log"})
FactT = TypeVar("FactT", bound=facts.Fact)
Progress = Callable[[int], None]


class FileRead(msgspec.Struct):
    """What one file held. `refused` counts by code; `first_refusal` says what the first one was."""

    name: str
    format: str = ""
    batches: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    first_refusal: str = ""
    quality: dict[str, Any] = {}

    @property
    def readable(self) -> bool:
        """Whether the file gave anything to analyse."""
        return self.batches > 0


class Analysis(msgspec.Struct):
    """The latest version of every fact, by table and id, and each participant's verdicts over time."""

    files: list[FileRead]
    rows: dict[str, dict[str, facts.AnyFact]] = {}
    verdicts: dict[str, list[tuple[float, facts.Verdict]]] = {}

    def of(self, kind: type[FactT]) -> list[FactT]:
        """All facts of one kind."""
        return [row for row in self.rows.get(kind.table, {}).values() if isinstance(row, kind)]


def analyse(paths: list[Path], call: str = "", progress: Progress | None = None) -> Analysis:
    """Read and fold the files, at least one. Raises `OSError` where a file cannot be opened."""
    sources = [_Source(path, name, progress) for path, name in zip(paths, _names(paths), strict=True)]
    forced = call or _shared_call(sources)
    found = Analysis([source.read for source in sources], rows={}, verdicts={})
    state = analysis.new_state()
    last: float | None = None
    for batch in merge(*(source.batches() for source in sources), key=lambda batch: batch.received_at):
        for now in _ticks(last, batch.received_at):
            _keep(found, analysis.tick(state, now))
        last = batch.received_at
        if forced:
            batch.origin = msgspec.structs.replace(batch.origin, call=forced)
        _keep(found, analysis.fold(state, batch).facts)
    if last is not None:
        _keep(found, analysis.finish(state, last))
    return found


def _names(paths: list[Path]) -> list[str]:
    """A name for each file's participant: its own without suffixes, numbered where two are alike."""
    seen: Counter[str] = Counter()
    names = []
    for path in paths:
        stem = path
        while stem.suffix in SUFFIXES:
            stem = stem.with_suffix("")
        seen[stem.name] += 1
        names.append(stem.name if seen[stem.name] == 1 else f"{stem.name}-{seen[stem.name]}")
    return names


class _Source:
    """One file as a stream of batches that never goes back in time."""

    def __init__(self, path: Path, name: str, progress: Progress | None) -> None:
        self.read = FileRead(name=path.name)
        self.name = name
        self._progress = progress
        with path.open("rb"):
            pass  # what cannot be opened is told before anything is read
        opened = open_file(self._chunks(path), Hello(app_id=APP, stream=name, path={"participant": name}))
        self.read.format = opened.format
        self._batches = self._decoded(opened.items)
        self.first = next(self._batches, None)

    def _chunks(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if self._progress is not None:
                    self._progress(len(chunk))
                yield chunk

    def _decoded(self, items: Iterator[object]) -> Iterator[Batch]:
        now = 0.0
        for item in items:
            if isinstance(item, Refusal):
                self._refused(item)
            elif isinstance(item, Batch):
                self.read.batches += 1
                if not item.events:  # a frame that told nothing, perhaps before the file's clock is known
                    continue
                if not EARLIEST <= item.received_at <= LATEST:
                    self._refused(Refusal("bad_value", "a time outside the years 2001 to 2100"))
                    continue
                now = item.received_at = max(now, item.received_at)
                if not item.origin.participant:
                    item.origin = msgspec.structs.replace(item.origin, participant=self._speaker(item.origin.session))
                self._note_quality(item)
                yield item

    def _speaker(self, session: str) -> str:
        """The name of who speaks in a session: the file's, and the session's own where the file holds several."""
        own = session.removeprefix(self.name).strip(":/")
        return f"{self.name}/{own}" if own and session != own else self.name

    def _note_quality(self, batch: Batch) -> None:
        """What the reader of a dump said about how well it could be read."""
        for event in batch.events:
            if isinstance(event, SessionOpened) and event.client is not None and event.client.extra is not None:
                said = event.client.extra.get("dump")
                self.read.quality = said if isinstance(said, dict) else self.read.quality

    def _refused(self, refusal: Refusal) -> None:
        self.read.refused[refusal.code] += 1
        if not self.read.first_refusal:
            self.read.first_refusal = " — ".join(part for part in (refusal.message, refusal.hint) if part)

    def batches(self) -> Iterator[Batch]:
        """All batches in order of time."""
        if self.first is not None:
            yield self.first
        yield from self._batches


def _shared_call(sources: list[_Source]) -> str:
    """The call id that all batches get: several files are one call, and a file without a call id needs one.

    '' for a single file that names its calls itself.
    """
    said = {source.first.origin.call for source in sources if source.first is not None} - {""}
    if len(sources) == 1 and said:
        return ""
    return said.pop() if len(said) == 1 else sources[0].name


def _ticks(last: float | None, now: float) -> Iterator[float]:
    """The instants between two batches at which a live worker would have ticked."""
    if last is None:
        return
    for step in range(1, int(min(now - last, QUIET) / TICK) + 1):
        yield last + step * TICK


def _keep(found: Analysis, told: list[facts.AnyFact]) -> None:
    """Keep the newest version of each row; of slices only the verdict, for the strip of their participant."""
    for fact in told:
        if isinstance(fact, facts.TrackSlice):
            found.verdicts.setdefault(fact.participant_id, []).append((fact.at, fact.verdict))
        elif not isinstance(fact, facts.ConnectionSlice):
            rows = found.rows.setdefault(fact.table, {})
            key = getattr(fact, fact.id_column)
            known = rows.get(key)
            if known is None or fact.revision >= known.revision:
                rows[key] = fact
