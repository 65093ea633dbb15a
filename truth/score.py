"""Judge what the analysis said against the labels.

Enters: played recordings and their labels. Leaves: `Report`: outcomes of faults, judgements of findings, healthy time.
Shares are 0 to 1, `None` where nothing was there to be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median

import msgspec

from rtclens.model.facts import SEVERITIES
from truth.labels import EARLY_S, LATE_S, Label, Truth, labels_of
from truth.playback import Found, Played

ABSTAINED, MISSED = "abstained", "missed"
UNNAMED = ("", "unknown")
CONFIDENT = 0.75


class Outcome(msgspec.Struct, frozen=True):
    """What became of one fault: `answer` is the segment named, `abstained` or `missed`."""

    recording: str
    sdk: str
    kind: str
    truth: str
    answer: str
    right: bool
    optional: bool
    detect_s: float | None  # from the fault's beginning to the first telling; slow samplers tell late
    confidence: float | None

    @property
    def best(self) -> bool:
        """Whether no better answer could have been given: where nobody can tell, that is to leave it open."""
        return self.right and self.answer in (self.truth, ABSTAINED)


class Judged(msgspec.Struct, frozen=True):
    """One finding: `explained` by a label, or `false`, or `beside` a fault that does not explain it."""

    recording: str
    sdk: str
    found: Found
    standing: str
    right: bool | None  # whether it names the right cause; None where it names none, or nothing says what is right


class Report(msgspec.Struct, frozen=True):
    """The whole measurement."""

    calls: int
    healthy_calls: int
    healthy_hours: float
    outcomes: list[Outcome]
    findings: list[Judged]

    def false(self) -> list[Judged]:
        """Findings in healthy time that nothing explains."""
        return [one for one in self.findings if one.standing == "false"]

    def of_sdk(self, sdk: str) -> tuple[list[Outcome], list[Judged]]:
        """The part of one SDK."""
        return [one for one in self.outcomes if one.sdk == sdk], [one for one in self.findings if one.sdk == sdk]


def measure(calls: Iterable[Played], truth: Truth) -> Report:
    """Judge all calls."""
    count = healthy = 0
    seconds = 0.0
    outcomes: list[Outcome] = []
    findings: list[Judged] = []
    for played in calls:
        labels = labels_of(truth, played)
        count += 1
        healthy += not labels
        seconds += healthy_s(played, labels)
        outcomes += [outcome(played, label) for label in labels]
        findings += [judge(played, labels, one, truth) for one in played.findings if one.severity != "info"]
    return Report(count, healthy, seconds / 3600, outcomes, findings)


def healthy_s(played: Played, labels: list[Label]) -> float:
    """Seconds of the call in which nothing was wrong, with the margins of `Label.holds`."""
    left = played.start_s
    total = 0.0
    for label in sorted(labels, key=lambda one: one.from_s):
        total += max(0.0, min(label.from_s - EARLY_S, played.end_s) - left)
        left = max(left, label.to_s + LATE_S)
    return total + max(0.0, played.end_s - left)


def judge(played: Played, labels: list[Label], found: Found, truth: Truth) -> Judged:
    """Where a finding stands."""
    about = [label for label in labels if label.covers(found)]
    named = found.segment not in UNNAMED
    if about:
        right = any(label.right(found) for label in about) if named else None
        return Judged(played.name, played.sdk, found, "explained", right)
    if found.detector in truth.everywhere:
        return Judged(played.name, played.sdk, found, "explained", None)
    near = any(label.holds(found.opened_s) for label in labels)
    return Judged(played.name, played.sdk, found, "beside" if near else "false", False if named else None)


def outcome(played: Played, label: Label) -> Outcome:
    """What was said of one fault: by its gravest finding that names a cause, the most confident of those."""
    wanted = [one for one in played.findings if label.wants(one)]
    named = [one for one in wanted if one.segment not in UNNAMED]
    best = max(named, key=_weight, default=None)
    answer = best.segment if best else ABSTAINED if wanted else MISSED
    right = label.right(best) if best else bool(wanted) and label.fault.undecidable
    told = min((one.told_s for one in wanted), default=None)
    return Outcome(
        recording=played.name,
        sdk=played.sdk,
        kind=label.fault.kind,
        truth=label.fault.segments[0],
        answer=answer,
        right=right,
        optional=label.fault.optional,
        detect_s=None if told is None else max(0.0, round(told - label.from_s, 1)),
        confidence=best.confidence if best else None,
    )


def _weight(found: Found) -> tuple[int, float, float]:
    severity = SEVERITIES.index(found.severity)
    return severity, found.confidence or 0.0, -found.opened_s


def figures(report: Report) -> dict[str, float | None]:
    """The headline figures; those of `floor.json` among them."""
    due = [one for one in report.outcomes if not one.optional]
    found = [one for one in due if one.answer != MISSED]
    speaking = [one for one in found if one.answer != ABSTAINED]
    causes = [one for one in report.findings if one.right is not None]
    sure = [one for one in causes if (one.found.confidence or 0) >= CONFIDENT]
    explained = sum(one.standing == "explained" for one in report.findings)
    return {
        "calls": report.calls,
        "healthy_hours": round(report.healthy_hours, 3),
        "faults": len(due),
        "recall": share(len(found), len(due)),
        "precision": share(explained, len(report.findings)),
        "right_answer": share(sum(one.right for one in due), len(due)),
        "best_answer": share(sum(one.best for one in due), len(due)),
        "right_when_speaking": share(sum(one.right for one in speaking), len(speaking)),
        "abstained": share(len(found) - len(speaking), len(found)),
        "cause_precision": share(sum(bool(one.right) for one in causes), len(causes)),
        "confident_and_wrong": share(sum(not one.right for one in sure), len(sure)),
        "false_findings": len(report.false()),
        "false_per_healthy_hour": round(len(report.false()) / report.healthy_hours, 2)
        if report.healthy_hours
        else None,
        "detect_median_s": middle(one.detect_s for one in due),
    }


def share(part: int, whole: int) -> float | None:
    """`part / whole`, to four places."""
    return round(part / whole, 4) if whole else None


def middle(values: Iterable[float | None]) -> float | None:
    """The median of what is known."""
    known = [value for value in values if value is not None]
    return round(median(known), 1) if known else None


def confusion(outcomes: Iterable[Outcome]) -> dict[str, Counter[str]]:
    """How often each best answer (row) was answered how (column)."""
    rows: dict[str, Counter[str]] = {}
    for one in outcomes:
        if not one.optional:
            rows.setdefault(one.truth, Counter())[one.answer] += 1
    return rows
