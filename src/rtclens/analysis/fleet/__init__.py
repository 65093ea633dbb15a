"""Shared fate: what people whose calls went badly have in common, against those who do not have it in common.

Enters: outcomes of people in calls. Leaves: `Fleet`. Pure and deterministic: the same rows in any order give the same
answer. A value of an axis is accused only with a control group, enough people on both sides, a large effect, and after
correcting for how many questions were asked; what a stronger accusation explains away is told under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from rtclens.analysis.fleet.outcomes import AXES, DIRECT, ISSUES, Axis, Fleet, Outcome, SharedFate
from rtclens.analysis.fleet.statistics import Table, false_discovery, fisher, pooled_ratio, risk_ratio
from rtclens.model.ids import derive

__all__ = ["AXES", "DIRECT", "ISSUES", "Axis", "Fleet", "Outcome", "SharedFate", "shared_fate"]

GROUP, AFFECTED = 20, 5  # people on either side; affected people among the exposed
RATIO, LOWER = 3.0, 1.5  # the effect, and the lower end of its interval
ADJUSTED = 2.0  # what must be left of the effect within one hour and browser
Q = 0.01  # asked again and again, so stricter than a single study would be
LEFT_P, LEFT_RATIO = 0.05, 1.5  # what a weaker accusation must keep without those whom a stronger one explains
HOUR_MS = 3_600_000.0
CONFIDENT = 0.95


class Cell(msgspec.Struct):
    """One question: are people with this value affected by this issue more often?"""

    axis: str
    value: str
    issue: str
    table: Table
    direct_control: bool
    p: float
    q: float = 1.0


def shared_fate(outcomes: Iterable[Outcome]) -> Fleet:
    """What the people who fare badly share."""
    rows = sorted(outcomes, key=lambda row: (row.at, row.call, row.person))
    cells, too_few = _cells(rows)
    for cell, q in zip(cells, false_discovery([cell.p for cell in cells]), strict=True):
        cell.q = q
    accused = sorted((cell for cell in cells if _stands(rows, cell)), key=_strength)
    findings = _folded(rows, accused)
    people, calls = len({row.person for row in rows}), len({row.call for row in rows})
    return Fleet(_sentence(findings, people, len(cells)), findings, people, calls, len(cells), too_few)


def _cells(rows: Sequence[Outcome]) -> tuple[list[Cell], int]:
    """All questions with enough people on both sides, and how many values have too few."""
    cells: list[Cell] = []
    few = 0
    for axis in AXES:
        everybody = Groups(axis, rows)
        relayed = Groups(axis, rows, but=DIRECT) if DIRECT in everybody.people else everybody
        for value in sorted(relayed.people):
            if len(relayed.people[value]) < GROUP:
                few += 1
                continue
            direct = relayed is not everybody and relayed.others(value) < GROUP
            tables = (everybody if direct else relayed).tables(value)
            cells += [
                Cell(axis, value, issue, table, direct, fisher(table))
                for issue, table in tables.items()
                if table[3] >= GROUP
            ]
    return cells, few


class Groups:
    """People by their values of one axis, each with the issues met under that value."""

    def __init__(self, axis: str, rows: Iterable[Outcome], but: str = "") -> None:
        self.people: dict[str, dict[str, frozenset[str]]] = {}
        values: dict[str, set[str]] = {}
        for row in rows:
            value = row.axes.get(axis, "")
            if not value or value == but:
                continue
            group = self.people.setdefault(value, {})
            group[row.person] = group.get(row.person, frozenset()) | row.issues
            values.setdefault(row.person, set()).add(value)
        self.several = {person: found for person, found in values.items() if len(found) > 1}
        self.count = len(values)
        self.affected = dict.fromkeys(ISSUES, 0)  # people who met an issue under any value
        for person, found in values.items():
            for issue in frozenset[str]().union(*(self.people[value][person] for value in found)):
                self.affected[issue] += 1

    def others(self, value: str) -> int:
        """How many people have (also) another value."""
        return self.count - sum(person not in self.several for person in self.people[value])

    def tables(self, value: str) -> dict[str, Table]:
        """People, not calls: who met an issue in any call with the value, and in any call without it."""
        group, others = self.people[value], self.others(value)
        hit, only = dict.fromkeys(ISSUES, 0), dict.fromkeys(ISSUES, 0)
        for person, issues in group.items():
            elsewhere = [self.people[other][person] for other in self.several.get(person, ()) if other != value]
            beside = frozenset[str]().union(*elsewhere)
            for issue in issues:
                hit[issue] += 1
                only[issue] += issue not in beside
        return {issue: (hit[issue], len(group), self.affected[issue] - only[issue], others) for issue in ISSUES}


def _table(rows: Iterable[Outcome], axis: str, value: str, issue: str) -> Table:
    """People, not calls: who met the issue in any call with the value, and in any call without it."""
    exposed: dict[str, bool] = {}
    control: dict[str, bool] = {}
    for row in rows:
        group = exposed if row.axes[axis] == value else control
        group[row.person] = group.get(row.person, False) or issue in row.issues
    return sum(exposed.values()), len(exposed), sum(control.values()), len(control)


def _stands(rows: Sequence[Outcome], cell: Cell) -> bool:
    """Whether effect, interval, false discovery rate and the comparison within strata all hold."""
    ratio, low, _ = risk_ratio(cell.table)
    if cell.table[0] < AFFECTED or ratio < RATIO or low <= LOWER or cell.q > Q:
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
    return pooled_ratio(_table(part, cell.axis, cell.value, cell.issue) for part in strata.values())


def _strength(cell: Cell) -> tuple[float, float, str, str, str]:
    return cell.p, -risk_ratio(cell.table)[0], cell.axis, cell.value, cell.issue


def _folded(rows: Sequence[Outcome], accused: Sequence[Cell]) -> list[SharedFate]:
    """The accusations that stand on their own; the others are told under the one that explains them."""
    heads: list[tuple[Cell, list[str]]] = []
    for cell in accused:
        name = f"{AXES[cell.axis].title} {cell.value}: {ISSUES[cell.issue]}"
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
    table = _table(left, cell.axis, cell.value, cell.issue)
    if not table[1] or not table[3]:
        return True
    return fisher(table) > LEFT_P or risk_ratio(table)[0] < LEFT_RATIO


def _finding(rows: Sequence[Outcome], cell: Cell, explained: list[str]) -> SharedFate:
    axis = AXES[cell.axis]
    affected, people, others_affected, others = cell.table
    struck = [row for row in rows if row.axes.get(cell.axis) == cell.value and cell.issue in row.issues]
    calls = len({row.call for row in struck})
    ratio, low, high = risk_ratio(cell.table)
    adjusted = _adjusted(rows, cell)
    everybody = len({row.person for row in rows})
    coverage = len({row.person for row in rows if cell.axis in row.axes}) / everybody
    confidence = (0.3 + 0.4 * min(1.0, (calls - 1) / 4) + (0.1 if explained else 0.0)) * coverage
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
    )


def _statement(cell: Cell, axis: Axis, whom: str) -> str:
    affected, people, others_affected, others = cell.table
    return (
        f"{affected} of {people} people with {axis.title} {cell.value} met {ISSUES[cell.issue]}, "
        f"{others_affected} of {others} {whom}."
    )


def _sentence(findings: Sequence[SharedFate], people: int, tests: int) -> str:
    if not tests:
        return f"{people} people are too few to compare: {GROUP} on either side are needed."
    if not findings:
        return f"Nothing that {people} people share sets bad calls apart."
    first, more = findings[0], len(findings) - 1
    rest = f", and {more} more" if more else ""
    return f"Trouble gathers at {first.axis_title} {first.value}{rest}."
