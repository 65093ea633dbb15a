"""People by what they share: who met an issue with a value of an axis, and who met it without.

Enters: outcomes. Leaves: 2 × 2 tables of people, never of calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rtclens.analysis.fleet.outcomes import AXES, ISSUES, TAG, Outcome
from rtclens.analysis.fleet.statistics import Table

GROUP = 20  # people on either side
MOST_TAGS = 24  # of an application's own attributes, those that most people have


class Groups:
    """People by their values of one axis, each with the issues met under that value."""

    def __init__(self, axis: str, rows: Iterable[Outcome], but: str = "") -> None:
        self.rows: dict[str, list[Outcome]] = {}
        self.people: dict[str, dict[str, frozenset[str]]] = {}
        values: dict[str, set[str]] = {}
        for row in rows:
            value = row.axes.get(axis, "")
            if not value or value == but:
                continue
            self.rows.setdefault(value, []).append(row)
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

    def beside(self, value: str) -> list[Outcome]:
        """The rows with another value."""
        return [row for other, rows in self.rows.items() if other != value for row in rows]

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


def table(rows: Iterable[Outcome], axis: str, value: str, issue: str, since: float = 0.0) -> Table:
    """People, not calls: who met the issue in any call with the value, and in any call without it.

    With `since`, only stays that lasted until then count, and what was met from then on.
    """
    exposed: dict[str, bool] = {}
    control: dict[str, bool] = {}
    for row in rows:
        if row.left < since:
            continue
        group = exposed if row.axes[axis] == value else control
        met = row.met(issue)
        group[row.person] = group.get(row.person, False) or (met is not None and met >= since)
    return sum(exposed.values()), len(exposed), sum(control.values()), len(control)


def axes_of(rows: Sequence[Outcome]) -> list[str]:
    """The axes to compare along: the usual ones, and attributes that groups of people share.

    An attribute that is different for nearly everybody names people and sets no group apart.
    """
    values: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        for axis, value in row.axes.items():
            if axis.startswith(TAG):
                values.setdefault(axis, {}).setdefault(value, set()).add(row.person)
    sizes = {
        axis: sum(map(len, groups.values()))
        for axis, groups in values.items()
        if max(map(len, groups.values())) >= GROUP
    }
    return [*AXES, *sorted(sorted(sizes), key=lambda axis: -sizes[axis])[:MOST_TAGS]]
