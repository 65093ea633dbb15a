"""Analyse dump files in this process: no server, no store.

Enters: paths. Leaves: `Analysis`: the facts the fold ended with, by kind, and what each file held. Several files are
read at once and merged by time, so that the fold sees the call as it happened; memory does not grow with their length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from pathlib import Path
from typing import TypeVar

import msgspec

from rtclens import analysis
from rtclens.edge.sources import FileRead, Progress, Source, names
from rtclens.model import facts

TICK = 1000.0  # ms of the call's own time between ticks, as a live worker ticks
QUIET = 60_000.0  # ms of silence that are ticked through; after them nothing more can happen
FactT = TypeVar("FactT", bound=facts.Fact)


class Analysis(msgspec.Struct):
    """The latest version of every fact, by table and id, and each participant's verdicts over time.

    `scored` holds, by call and kind, the scores (1 to 5) of received tracks times the seconds they cover, and those
    seconds. `custom` are the detectors that were evaluated beside the catalogue's.
    """

    files: list[FileRead]
    rows: dict[str, dict[str, facts.AnyFact]] = {}
    verdicts: dict[str, list[tuple[float, facts.Verdict]]] = {}
    scored: dict[tuple[str, str], tuple[float, float]] = {}
    custom: Sequence[analysis.Detector] = ()

    def mean_scores(self, call_id: str) -> dict[str, float]:
        """The mean score of a call by kind; a kind that could not be scored is absent."""
        return {
            kind: total / covered_s
            for (call, kind), (total, covered_s) in self.scored.items()
            if call == call_id and covered_s
        }

    def of(self, kind: type[FactT]) -> list[FactT]:
        """All facts of one kind."""
        return [row for row in self.rows.get(kind.table, {}).values() if isinstance(row, kind)]


def analyse(
    paths: list[Path], call: str = "", progress: Progress | None = None, custom: Sequence[analysis.Detector] = ()
) -> Analysis:
    """Read and fold the files, at least one. Raises `OSError` where a file cannot be opened.

    What names no call belongs to `call`, else to the one that the files name, else to one that is named as the first
    file; without any name in the files, everything does.
    """
    sources = [Source(path, name, progress) for path, name in zip(paths, names(paths), strict=True)]
    said = {source.first.origin.call for source in sources if source.first is not None} - {""}
    forced = bool(call) or not said
    unnamed = call or (said.pop() if len(said) == 1 else sources[0].name)
    found = Analysis([source.read for source in sources], rows={}, verdicts={}, scored={}, custom=custom)
    state = analysis.new_state(custom=custom)
    last: float | None = None
    for batch in merge(*(source.batches() for source in sources), key=lambda batch: batch.received_at):
        for now in ticks(last, batch.received_at):
            _keep(found, analysis.tick(state, now))
        last = batch.received_at
        if forced or not batch.origin.call:
            batch.origin = msgspec.structs.replace(batch.origin, call=unnamed)
        _keep(found, analysis.fold(state, batch).facts)
    if last is not None:
        _keep(found, analysis.finish(state, last))
    return found


def ticks(last: float | None, now: float) -> Iterator[float]:
    """The instants between two batches at which a live worker would have ticked."""
    if last is None:
        return
    for step in range(1, int(min(now - last, QUIET) / TICK) + 1):
        yield last + step * TICK


def _keep(found: Analysis, told: Iterable[facts.AnyFact]) -> None:
    """Keep the newest version of each row; of slices only the verdict, for the strip of their participant."""
    for fact in told:
        if isinstance(fact, facts.TrackSlice):
            found.verdicts.setdefault(fact.participant_id, []).append((fact.at, fact.verdict))
            _score(found, fact)
        elif not isinstance(fact, facts.ConnectionSlice):
            rows = found.rows.setdefault(fact.table, {})
            key = getattr(fact, fact.id_column)
            known = rows.get(key)
            if known is None or fact.revision >= known.revision:
                rows[key] = fact


def _score(found: Analysis, row: facts.TrackSlice) -> None:
    value = row.audio_mos if row.audio_mos is not None else row.video_mos
    if value is not None and row.direction == "inbound":
        key = row.call_id, row.kind
        total, covered_s = found.scored.get(key, (0.0, 0.0))
        found.scored[key] = total + value * row.covered_s, covered_s + row.covered_s
