"""Calls of the store, analysed again.

Enters: an open store, which calls. Leaves: `Replayed` for each call; with `write`, the new
facts in place of the old ones: rows of the same id collapse onto the new version, what is no longer concluded is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from pathlib import Path

import msgspec

from rtclens.analysis import ANALYSIS_VERSION, Detector
from rtclens.app.differences import Difference, differences
from rtclens.app.refold import Refolded, refold
from rtclens.edge.sources import LATEST, Source, names
from rtclens.model.facts import AnyFact, Call, Fact
from rtclens.query.history import calls_named, conclusions, slices
from rtclens.query.scope import Scope
from rtclens.store import Rows, Store


class Replayed(msgspec.Struct):
    """One call: what it came to (`digest`: the same for the same batches and analysis), and what is not as stored."""

    call_id: str
    external_id: str
    app_id: str
    stored_version: str
    analysis_version: str
    batches: int
    facts: int
    digest: str
    differences: list[Difference]
    written: bool = False
    complete: bool = True  # else its retention took samples already: facts of all of them are not replaced


def replay(
    store: Store,
    calls: Iterable[Call],
    now: float,
    write: bool = False,
    custom: Sequence[Detector] = (),
) -> Iterator[Replayed]:
    """Analyse the calls again, one after the other, with these custom detectors beside the catalogue.

    `now` bounds how far time passes after the last batch.
    """
    for call in calls:
        stored = conclusions(store, call)
        found = refold(store.read_batches(call.app_id, call.call_id), now, custom)
        differing = differences(stored, found.facts.values())
        complete = call.started_at >= store.complete_since(call.app_id)
        written = write and complete and bool(differing) and found.batches > 0
        if written:
            _write(store, call, stored, found)
        yield Replayed(
            call_id=call.call_id,
            external_id=call.external_id,
            app_id=call.app_id,
            stored_version=call.analysis_version,
            analysis_version=ANALYSIS_VERSION,
            batches=found.batches,
            facts=len(found.facts),
            digest=found.digest(),
            differences=differing,
            written=written,
            complete=complete,
        )


def _write(store: Store, call: Call, stored: list[Fact], found: Refolded) -> None:
    """Write the new facts above every stored revision, then remove what was not concluded again."""
    newest = max((fact.revision for fact in (*stored, *slices(store, call))), default=0)
    lift = max(0, newest + 1 - min((fact.revision for fact in found.facts.values()), default=0))
    rows = Rows()
    rows.add_facts(_lifted(fact, lift) for fact in found.facts.values())
    store.append(rows)
    store.erase_versions(call.app_id, call.call_id, newest + 1)


def _lifted(fact: AnyFact, lift: int) -> AnyFact:
    return msgspec.structs.replace(fact, revision=fact.revision + lift)


def replay_files(store: Store, scope: Scope, paths: list[Path], custom: Sequence[Detector] = ()) -> Iterator[Replayed]:
    """Analyse dump files and compare with the stored calls of the same ids; raises `OSError` for unreadable ones."""
    for app_id in scope.app_ids:
        sources = [Source(path, name, app_id=app_id) for path, name in zip(paths, names(paths), strict=True)]
        batches = merge(*(source.batches() for source in sources), key=lambda batch: batch.received_at)
        found = refold(batches, LATEST, custom)
        for call in [fact for fact in found.facts.values() if isinstance(fact, Call)]:
            stored = [one for one in calls_named(store, scope, call.call_id) if one.app_id == app_id]
            if stored or app_id == scope.app_ids[0]:
                yield _compared(store, call, stored, found)


def _compared(store: Store, call: Call, stored: Sequence[Call], found: Refolded) -> Replayed:
    own = Refolded(found.batches, {key: fact for key, fact in found.facts.items() if fact.call_id == call.call_id})
    known = conclusions(store, stored[0]) if stored else []
    return Replayed(
        call_id=call.call_id,
        external_id=call.external_id,
        app_id=call.app_id,
        stored_version=stored[0].analysis_version if stored else "",
        analysis_version=ANALYSIS_VERSION,
        batches=found.batches,
        facts=len(own.facts),
        digest=own.digest(),
        differences=differences(known, own.facts.values()),
    )
