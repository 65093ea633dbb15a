"""A call in sentences, each with the findings it rests on.

Enters: the call, its participants, its findings. Leaves: sentences. They are made of the facts alone: no number without
a finding, and where no cause could be named the sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from rtclens.analysis import catalogue
from rtclens.analysis.narrative import WORDS, surely
from rtclens.model.facts import Call, Finding, Participant

TOLD = 6


class Sentence(msgspec.Struct, frozen=True):
    """A sentence and its evidence."""

    text: str
    finding_ids: list[str]


def narrative(call: Call, participants: Iterable[Participant], findings: Sequence[Finding]) -> list[Sentence]:
    """The verdict, then the causes in the order of the time they cost, then what stayed unexplained."""
    names = {person.participant_id: person.name or person.external_id for person in participants}
    roots = [finding for finding in findings if not finding.parent_id and finding.severity != "info"]
    told = [Sentence(call.verdict_text, [finding.finding_id for finding in roots])] if call.verdict_text else []
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in roots:
        segment = finding.cause_segment if finding.cause_segment != "unknown" else ""
        groups.setdefault((segment, finding.cause_participant_id if segment else ""), []).append(finding)
    ranked = sorted(groups.items(), key=lambda group: (not group[0][0], -sum(map(lasted_s, group[1])), group[0]))
    told += [_sentence(segment, names.get(person, ""), found) for (segment, person), found in ranked[:TOLD]]
    return told


def lasted_s(finding: Finding) -> float:
    """Seconds from opening to closing, or so far."""
    end = finding.closed_at if finding.closed_at is not None else finding.last_seen_at
    return max(0.0, end - finding.opened_at) / 1000


def _sentence(segment: str, person: str, findings: list[Finding]) -> Sentence:
    what = "; ".join(dict.fromkeys(title(finding.detector) for finding in findings))
    longest = max(map(lasted_s, findings))
    span = f", for up to {duration_words(longest)}" if longest >= 1 else ""
    ids = [finding.finding_id for finding in findings]
    if not segment:
        missing = next((finding.cause_reason for finding in findings if finding.cause_reason), "")
        return Sentence(f"Without a provable cause{f' ({missing})' if missing else ''}: {what}{span}.", ids)
    of = f" of {person}" if person and segment not in ("mixed", "telemetry", "sfu", "relay") else ""
    known = [finding.cause_confidence for finding in findings if finding.cause_confidence is not None]
    lead = f"{surely(max(known, default=None))} {WORDS.get(segment, segment)}{of}"
    return Sentence(f"{lead[0].upper()}{lead[1:]}: {what}{span}.", ids)


@cache
def _titles() -> dict[str, str]:
    return {detector.id: detector.title for detector in catalogue()}


def title(detector: str) -> str:
    """A detector's short statement inside a sentence; a custom detector goes by its name."""
    told = _titles().get(detector, detector.replace("_", " "))
    return told if told[:2].isupper() else told[:1].lower() + told[1:]


def duration_words(seconds: float) -> str:
    """`42 s`, `3 min 05 s`, `1 h 02 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
