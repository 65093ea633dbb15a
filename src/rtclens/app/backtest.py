"""Try custom detectors on stored calls before they are enabled.

Enters: detectors, an open store, calls. Leaves: `Trial` for each detector: how often it would have spoken, where, for
how long, and how often something of the catalogue spoke of the same participant at the same time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from rtclens.analysis import Detector
from rtclens.app.refold import Refolded, refold
from rtclens.model import facts
from rtclens.store import Store

EXAMPLES = 5
GRAVE = ("medium", "high", "critical")


class Example(msgspec.Struct, frozen=True):
    """A finding that the detector would have made. Times are ms since the epoch."""

    call_id: str
    external_id: str
    participant_id: str
    opened_at: float
    closed_at: float | None
    severity: str
    observed: float | str | None


class Trial(msgspec.Struct):
    """One detector. `beside_catalogue` counts findings that came with a grave one of the catalogue, `in_good_calls`
    those in calls that are good otherwise: they are either what was missed before, or false.
    """

    id: str
    findings: int = 0
    calls: int = 0
    per_call_hour: float | None = None
    median_s: float | None = None
    severities: dict[str, int] = {}
    beside_catalogue: int = 0
    in_good_calls: int = 0
    examples: list[Example] = []


class Backtest(msgspec.Struct):
    """All detectors over the same calls."""

    calls: int
    hours: float
    trials: list[Trial]


class _Hit(msgspec.Struct):
    finding: facts.Finding
    call: facts.Call
    beside: bool


def backtest(store: Store, calls: Iterable[facts.Call], detectors: Sequence[Detector], now: float) -> Backtest:
    """Fold every call with the detectors beside the catalogue; nothing is stored."""
    names = {detector.id for detector in detectors}
    hits: list[_Hit] = []
    count, seconds = 0, 0.0
    for call in calls:
        found = refold(store.read_batches(call.app_id, call.call_id), now, detectors)
        count += 1
        seconds += max(0.0, (call.ended_at or call.last_seen_at) - call.started_at) / 1000.0
        hits += _hits(found, call, names)
    hours = seconds / 3600.0
    trials = [
        _trial(detector.id, [hit for hit in hits if hit.finding.detector == detector.id], hours)
        for detector in detectors
    ]
    return Backtest(count, round(hours, 3), trials)


def _hits(found: Refolded, call: facts.Call, names: set[str]) -> list[_Hit]:
    findings = [fact for fact in found.facts.values() if isinstance(fact, facts.Finding)]
    grave = [one for one in findings if one.detector not in names and one.severity in GRAVE]
    own = [one for one in findings if one.detector in names]
    return [_Hit(one, call, any(_together(one, other) for other in grave)) for one in own]


def _together(one: facts.Finding, other: facts.Finding) -> bool:
    same = one.participant_id == other.participant_id
    return same and one.opened_at <= _end(other) and other.opened_at <= _end(one)


def _end(finding: facts.Finding) -> float:
    return finding.closed_at or finding.last_seen_at


def _trial(name: str, hits: list[_Hit], hours: float) -> Trial:
    lasted = [(_end(hit.finding) - hit.finding.opened_at) / 1000.0 for hit in hits]
    ordered = sorted(hits, key=lambda hit: (hit.finding.opened_at, hit.finding.finding_id))
    return Trial(
        id=name,
        findings=len(hits),
        calls=len({hit.call.call_id for hit in hits}),
        per_call_hour=round(len(hits) / hours, 3) if hours else None,
        median_s=round(median(lasted), 1) if lasted else None,
        severities=dict(sorted(Counter(hit.finding.severity for hit in hits).items())),
        beside_catalogue=sum(hit.beside for hit in hits),
        in_good_calls=sum(hit.call.verdict == "good" for hit in hits),
        examples=[_example(hit) for hit in ordered[:EXAMPLES]],
    )


def _example(hit: _Hit) -> Example:
    finding = hit.finding
    return Example(
        call_id=hit.call.call_id,
        external_id=hit.call.external_id,
        participant_id=finding.participant_id,
        opened_at=finding.opened_at,
        closed_at=finding.closed_at,
        severity=finding.severity,
        observed=finding.evidence[0].observed if finding.evidence else None,
    )
