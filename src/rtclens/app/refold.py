"""Fold stored or imported batches again, with the analysis of today.

Enters: batches in the order of the stream. Leaves: `Refolded`: the last version of every fact, and a digest of them
all. Ticks follow the batches' own times, so the same batches give the same bytes whenever and wherever this runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

import msgspec

from rtclens import analysis
from rtclens.analysis import Detector
from rtclens.model.events import Batch
from rtclens.model.facts import AnyFact, Fact

TICK_MS = 1000.0
QUIET_MS = 120_000.0  # after that much silence every timer of a call has fired
Key = tuple[str, str, float]


class Refolded(msgspec.Struct):
    """What the batches came to. `facts` are by table, id and, for slices, time."""

    batches: int
    facts: dict[Key, AnyFact]

    def digest(self) -> str:
        """SHA-256 over all facts in the order of their keys."""
        total = sha256()
        for key in sorted(self.facts):
            total.update(msgspec.json.encode(self.facts[key], order="deterministic"))
        return total.hexdigest()


def key_of(fact: Fact) -> Key:
    """What tells one row from another."""
    return fact.table, str(getattr(fact, fact.id_column)), float(getattr(fact, "at", 0.0))


def refold(batches: Iterable[Batch], until: float, custom: Sequence[Detector] = ()) -> Refolded:
    """Fold the batches, then let time pass as far as `until` (ms since the epoch) or until all is quiet.

    `custom` detectors are evaluated beside the catalogue's.
    """
    found = Refolded(0, {})
    state = analysis.new_state(custom=custom)
    last: float | None = None
    for batch in batches:
        for now in _ticks(last, batch.received_at):
            _keep(found, analysis.tick(state, now))
        last = max(last or 0.0, batch.received_at)
        found.batches += 1
        _keep(found, analysis.fold(state, batch).facts)
    for now in _ticks(last, until):
        _keep(found, analysis.tick(state, now))
    return found


def _ticks(last: float | None, now: float) -> Iterator[float]:
    if last is not None:
        for step in range(1, int(min(now - last, QUIET_MS) / TICK_MS) + 1):
            yield last + step * TICK_MS


def _keep(found: Refolded, told: Iterable[AnyFact]) -> None:
    for fact in told:
        key = key_of(fact)
        known = found.facts.get(key)
        if known is None or fact.revision >= known.revision:
            found.facts[key] = fact
