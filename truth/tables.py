"""The measurement as tables in Markdown: for the terminal and for `docs/truth.md`.

Enters: a `Report`. Leaves: lines of text; the same report gives the same text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from truth.score import ABSTAINED, MISSED, Judged, Outcome, Report, confusion, figures, middle, share

Row = Sequence[object]

KINDS = ("fault", "n", "found", "right", "wrong", "open", "missed", "seconds to detect")
MEANING = {
    "calls": "recorded calls",
    "healthy_hours": "hours in which nothing was wrong",
    "faults": "faults that must be found",
    "recall": "of them found: a finding of a wanted detector, in time, at the right person",
    "precision": "findings that a label explains",
    "right_answer": "faults with the right segment and person, or rightly left open",
    "best_answer": "faults answered with the best of the right segments, or rightly left open",
    "right_when_speaking": "right answers among those that name a cause",
    "abstained": "found faults whose cause was left open",
    "cause_precision": "findings with a cause that name a right one",
    "confident_and_wrong": "wrong among causes of confidence 0.75 and more",
    "false_findings": "findings in healthy time",
    "false_per_healthy_hour": "the same per healthy hour",
    "detect_median_s": "median seconds from a fault's beginning to the first telling",
}


def text(report: Report) -> str:
    """All tables."""
    parts = [
        _titled("Figures", ("figure", "value", "meaning"), _figures(report)),
        _titled("By cause", KINDS, _kinds(report)),
        _titled("By segment", ("segment", "precision", "of findings", "recall", "of faults"), _segments(report)),
        _confusion(report),
        _titled("By SDK", ("SDK", "faults", "found", "right", "false findings", "seconds to detect"), _sdks(report)),
        _titled("By detector", ("detector", "findings", "explained", "beside a fault", "false"), _detectors(report)),
        _titled("What is wrong", ("recording", "what", "at", "from s", "cause"), _wrong(report)),
    ]
    return "\n".join(parts)


WORSE = ("recall", "right_answer", "right_when_speaking", "abstained", "false_findings", "detect_median_s")


def worse(distorted: dict[str, Report]) -> str:
    """The headline figures of the same calls told by worse clients."""
    head = ("told with", *(name.replace("_", " ") for name in WORSE))
    rows = [(name, *(figures(report)[figure] for figure in WORSE)) for name, report in distorted.items()]
    return _titled("Worse clients", head, rows)


def _titled(title: str, head: Row, rows: Iterable[Row]) -> str:
    lines = [_line(head), "|" + "---|" * len(head), *map(_line, rows)]
    return f"## {title}\n\n" + "\n".join(lines) + "\n"


def _line(cells: Row) -> str:
    return "| " + " | ".join("–" if cell is None else str(cell) for cell in cells) + " |"


def _figures(report: Report) -> Iterable[Row]:
    for name, value in figures(report).items():
        yield f"`{name}`", value, MEANING[name]


def _kinds(report: Report) -> Iterable[Row]:
    for kind in sorted({one.kind for one in report.outcomes}):
        these = [one for one in report.outcomes if one.kind == kind]
        answers = Counter(one.answer for one in these)
        named = [one for one in these if one.answer not in (ABSTAINED, MISSED)]
        yield (
            f"{kind} (optional)" if these[0].optional else kind,
            len(these),
            len(these) - answers[MISSED],
            sum(one.right for one in these),
            sum(not one.right for one in named),
            answers[ABSTAINED],
            answers[MISSED],
            middle(one.detect_s for one in these),
        )


def _segments(report: Report) -> Iterable[Row]:
    causes = [one for one in report.findings if one.right is not None]
    due = [one for one in report.outcomes if not one.optional]
    for segment in sorted({one.found.segment for one in causes} | {one.truth for one in due}):
        named = [one for one in causes if one.found.segment == segment]
        faults = [one for one in due if one.truth == segment]
        precision = share(sum(bool(one.right) for one in named), len(named))
        yield segment, precision, len(named), share(sum(one.right for one in faults), len(faults)), len(faults)


def _confusion(report: Report) -> str:
    rows = confusion(report.outcomes)
    answers = sorted({answer for row in rows.values() for answer in row})
    body = [(truth, *(row[answer] or "" for answer in answers)) for truth, row in sorted(rows.items())]
    return _titled("Confusion: best answer (row), given answer (column)", ("", *answers), body)


def _sdks(report: Report) -> Iterable[Row]:
    for sdk in sorted({one.sdk for one in report.outcomes} | {one.sdk for one in report.findings}):
        outcomes, findings = report.of_sdk(sdk)
        due = [one for one in outcomes if not one.optional]
        found = sum(one.answer != MISSED for one in due)
        false = sum(one.standing == "false" for one in findings)
        yield sdk, len(due), found, sum(one.right for one in due), false, middle(one.detect_s for one in due)


def _detectors(report: Report) -> Iterable[Row]:
    for detector in sorted({one.found.detector for one in report.findings}):
        standing = Counter(one.standing for one in report.findings if one.found.detector == detector)
        yield f"`{detector}`", standing.total(), standing["explained"], standing["beside"], standing["false"]


def _wrong(report: Report) -> Iterable[Row]:
    for outcome in report.outcomes:
        if not outcome.right and not outcome.optional:
            yield outcome.recording, f"{outcome.kind}: wants {outcome.truth}", None, None, _answer(outcome)
    for one in report.findings:
        if one.standing != "explained" or one.right is False:
            yield _complaint(one)


def _answer(outcome: Outcome) -> str:
    sure = "" if outcome.confidence is None else f" ({outcome.confidence:.2f})"
    return outcome.answer + sure


def _complaint(one: Judged) -> Row:
    found = one.found
    said = {"false": "false: ", "beside": "unexpected: "}.get(one.standing, "wrong cause: ")
    cause = f"{found.segment} {found.blamed}".strip() or None
    return one.recording, said + found.detector, found.person or None, f"{found.opened_s:.0f}", cause
