"""Shared fate: what people whose calls went badly have in common, against those who do not have it in common.

Enters: outcomes of people in calls. Leaves: `Fleet`. Pure and deterministic: the same rows in any order give the same
answer. A value of an axis is accused only with a control group, enough people on both sides, a large effect, and after
correcting for how many questions were asked; what a stronger accusation explains away is told under it. Where a value
was like the others until a moment, that moment is told, and the comparison is of the time since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from rtclens.analysis.fleet.groups import GROUP, Groups, axes_of, table
from rtclens.analysis.fleet.onset import Course, Stays, onset
from rtclens.analysis.fleet.outcomes import (
    AXES,
    DIRECT,
    ISSUES,
    TAG,
    Axis,
    Fleet,
    Outcome,
    SharedFate,
    axis_of,
    words_of,
)
from rtclens.analysis.fleet.statistics import Table, false_discovery, fisher, pooled_ratio, risk_ratio
from rtclens.model.ids import derive

__all__ = [
    "AXES",
    "DIRECT",
    "ISSUES",
    "TAG",
    "Axis",
    "Fleet",
    "Groups",
    "Outcome",
    "SharedFate",
    "axis_of",
    "shared_fate",
    "words_of",
]

AFFECTED = 5  # affected people among the exposed
RATIO, LOWER = 3.0, 1.5  # the effect, and the lower end of its interval
ADJUSTED = 2.0  # what must be left of the effect within one hour and browser, or against the control's own change
Q = 0.01  # asked again and again, so stricter than a single study would be
LEFT_P, LEFT_RATIO = 0.05, 1.5  # what a weaker accusation must keep without those whom a stronger one explains
HOUR_MS = 3_600_000.0
CONFIDENT = 0.95


class Cell(msgspec.Struct):
    """One question: are people with this value affected by this issue more often (since a moment, with `since`)?"""

    axis: str
    value: str
    issue: str
    table: Table
    direct_control: bool
    p: float
    q: float = 1.0
    since: float = 0.0
    before: tuple[int, int] = (0, 0)
    rise: float = 1.0  # the rate of the exposed since that moment over theirs before
    alike: float = 1.0  # the same of the control


def shared_fate(outcomes: Iterable[Outcome]) -> Fleet:
    """What the people who fare badly share."""
    rows = sorted(outcomes, key=lambda row: (row.at, row.call, row.person))
    cells, too_few = _cells(rows)
    for cell, q in zip(cells, false_discovery([cell.p for cell in cells]), strict=True):
        cell.q = q
    accused = _timed(sorted((cell for cell in cells if _stands(rows, cell)), key=_strength))
    findings = _folded(rows, accused)
    people, calls = len({row.person for row in rows}), len({row.call for row in rows})
    return Fleet(_sentence(findings, people, len(cells)), findings, people, calls, len(cells), too_few)


def _cells(rows: Sequence[Outcome]) -> tuple[list[Cell], int]:
    """All questions with enough people on both sides, and how many values have too few."""
    cells: list[Cell] = []
    few = 0
    for axis in axes_of(rows):
        everybody = Groups(axis, rows)
        relayed = Groups(axis, rows, but=DIRECT) if DIRECT in everybody.people else everybody
        for value in sorted(relayed.people):
            if len(relayed.people[value]) < GROUP:
                few += 1
                continue
            direct = relayed is not everybody and relayed.others(value) < GROUP
            groups = everybody if direct else relayed
            stays = Stays(groups.rows[value])
            for issue, counts in groups.tables(value).items():
                if counts[3] >= GROUP:
                    cells.append(Cell(axis, value, issue, counts, direct, fisher(counts)))
                    cells += _since(groups, stays, cells[-1])
    return cells, few


def _since(groups: Groups, stays: Stays, cell: Cell) -> list[Cell]:
    """The question whether it began within the span, where it can be asked."""
    if cell.table[0] < AFFECTED:
        return []
    course = Course(stays, groups.rows[cell.value], cell.issue)
    change = onset(course, lambda: groups.beside(cell.value), cell.issue)
    if change is None:
        return []
    return [
        Cell(
            cell.axis,
            cell.value,
            cell.issue,
            change.table,
            cell.direct_control,
            change.p,
            since=change.at,
            before=change.before,
            rise=change.rise,
            alike=change.alike,
        )
    ]


def _stands(rows: Sequence[Outcome], cell: Cell) -> bool:
    """Whether effect, interval, false discovery rate and the comparison within strata all hold."""
    ratio, low, _ = risk_ratio(cell.table)
    if cell.table[0] < AFFECTED or ratio < RATIO or low <= LOWER or cell.q > Q:
        return False
    if cell.since and cell.rise < max(RATIO, ADJUSTED * cell.alike):
        return False
    adjusted = _adjusted(rows, cell)
    return adjusted is None or adjusted >= ADJUSTED


def _adjusted(rows: Sequence[Outcome], cell: Cell) -> float | None:
    """The risk ratio between people of one hour and browser, pooled over all of these."""
    strata: dict[tuple[float, str], list[Outcome]] = {}
    for row in rows:
        if cell.axis in row.axes and (cell.direct_control or row.axes[cell.axis] != DIRECT):
            family = "" if cell.axis in ("browser", "os") else row.axes.get("browser", "").partition(" ")[0]
            strata.setdefault((row.at // HOUR_MS, family), []).append(row)
    return pooled_ratio(table(part, cell.axis, cell.value, cell.issue, cell.since) for part in strata.values())


def _timed(accused: Sequence[Cell]) -> list[Cell]:
    """One cell of each question: that with its beginning, where it has one."""
    began = {(cell.axis, cell.value, cell.issue) for cell in accused if cell.since}
    return [cell for cell in accused if cell.since or (cell.axis, cell.value, cell.issue) not in began]


def _strength(cell: Cell) -> tuple[float, float, str, str, str]:
    return cell.p, -risk_ratio(cell.table)[0], cell.axis, cell.value, cell.issue


def _folded(rows: Sequence[Outcome], accused: Sequence[Cell]) -> list[SharedFate]:
    """The accusations that stand on their own; the others are told under the one that explains them."""
    heads: list[tuple[Cell, list[str]]] = []
    for cell in accused:
        name = f"{axis_of(cell.axis).title} {words_of(cell.axis, cell.value)}: {ISSUES[cell.issue]}"
        head = next((one for one in heads if _explained(rows, cell, one[0])), None)
        if head is not None:
            head[1].append(name)
        else:
            heads.append((cell, []))
    return [_finding(rows, cell, explained) for cell, explained in heads]


def _explained(rows: Sequence[Outcome], cell: Cell, by: Cell) -> bool:
    """Whether nothing is left of an accusation among people whom a stronger one does not touch."""
    if (cell.axis, cell.value) == (by.axis, by.value):
        return True
    left = [row for row in rows if cell.axis in row.axes and row.axes.get(by.axis) != by.value]
    if not cell.direct_control:
        left = [row for row in left if row.axes[cell.axis] != DIRECT]
    counts = table(left, cell.axis, cell.value, cell.issue, cell.since)
    if not counts[1] or not counts[3]:
        return True
    return fisher(counts) > LEFT_P or risk_ratio(counts)[0] < LEFT_RATIO


def _finding(rows: Sequence[Outcome], cell: Cell, explained: list[str]) -> SharedFate:
    axis = axis_of(cell.axis)
    affected, people, others_affected, others = cell.table
    struck = [
        row
        for row in rows
        if row.axes.get(cell.axis) == cell.value and (met := row.met(cell.issue)) is not None and met >= cell.since
    ]
    calls = len({row.call for row in struck})
    ratio, low, high = risk_ratio(cell.table)
    adjusted = _adjusted(rows, cell)
    known = len({row.person for row in rows if cell.axis in row.axes}) / len({row.person for row in rows})
    confidence = (0.3 + 0.4 * min(1.0, (calls - 1) / 4) + (0.1 if explained else 0.0)) * known
    whom = "people on a direct path" if cell.direct_control else f"people with another {axis.title}"
    return SharedFate(
        id=derive("fleet", cell.axis, cell.value, cell.issue),
        detector=axis.detector,
        axis=cell.axis,
        axis_title=axis.title,
        value=cell.value,
        issue=cell.issue,
        statement=_statement(cell, axis, whom),
        control=whom,
        severity=axis.severity,
        segment=axis.segment,
        confidence=round(min(CONFIDENT, confidence), 3),
        people=people,
        affected=affected,
        rate=round(affected / people, 4),
        control_people=others,
        control_affected=others_affected,
        control_rate=round(others_affected / others, 4),
        risk_ratio=round(ratio, 2),
        risk_low=round(low, 2),
        risk_high=round(high, 2),
        adjusted_ratio=None if adjusted is None or adjusted == float("inf") else round(adjusted, 2),
        p=cell.p,
        q=cell.q,
        calls=calls,
        lost_s=round(sum(row.lost_s for row in struck), 1),
        explains=explained,
        remedy=axis.advice,
        since=cell.since or None,
        before_people=cell.before[1],
        before_affected=cell.before[0],
        before_rate=round(cell.before[0] / cell.before[1], 4) if cell.before[1] else None,
    )


def _statement(cell: Cell, axis: Axis, whom: str) -> str:
    affected, people, others_affected, others = cell.table
    text = f"{affected} of {people} people with {axis.title} {words_of(cell.axis, cell.value)} met {ISSUES[cell.issue]}"
    if not cell.since:
        return f"{text}, {others_affected} of {others} {whom}."
    began = datetime.fromtimestamp(cell.since / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    earlier = f"{cell.before[0]} of {cell.before[1]} before"
    return f"Since {began} UTC {text}, {earlier}, and {others_affected} of {others} {whom} since."


def _sentence(findings: Sequence[SharedFate], people: int, tests: int) -> str:
    if not tests:
        return f"{people} people are too few to compare: {GROUP} on either side are needed."
    if not findings:
        return f"Nothing that {people} people share sets bad calls apart."
    first, more = findings[0], len(findings) - 1
    rest = f", and {more} more" if more else ""
    return f"Trouble gathers at {first.axis_title} {words_of(first.axis, first.value)}{rest}."
