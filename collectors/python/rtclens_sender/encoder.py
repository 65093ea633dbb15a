"""Turn getStats reports into records of the native protocol: each member's change once, in as few tokens as possible.

Enters: the reports of a connection, as JSON objects with `id`, `type`, `timestamp`. Leaves: records. An encoder
remembers what it sent; its records can only be read in order, by a decoder that has read all of its earlier ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Any

SAMPLE, REPORT, SHAPE, CONNECTION = 1, 2, 3, 4
MAX_INTEGER = 2**53
SCALES = (0, 3, 6, 9)  # whole numbers, milliseconds of seconds, microseconds, nanoseconds
PADDING = 4  # unchanged members that a shape may carry along before another shape is worth declaring

Name = tuple[str, str]
Report = dict[str, Any]
ABSENT = object()


class Cell:
    """The mirror of the decoder's cell: the value that it has now, and the base of the next difference."""

    __slots__ = ("base", "scale", "value")

    def __init__(self) -> None:
        self.value: Any = ABSENT
        self.base: int | None = None
        self.scale = 0

    def token(self, value: Any) -> Any:
        """What makes the decoder's value `value`; 0 when it is already."""
        if same(value, self.value):
            return 0
        self.value = value
        if type(value) in (int, float):
            return self._number(value)
        self.base, self.scale = None, 0
        if value is ABSENT:
            return None
        return value if isinstance(value, str | bool) else [value]

    def _number(self, value: int | float) -> Any:
        for scale in dict.fromkeys((self.scale, *SCALES)):
            whole = scaled(value, scale)
            if whole is not None:
                return self._difference(whole, scale)
        self.base, self.scale = None, 0
        if not isfinite(value):
            return [None]
        return [value] if value == int(value) else value

    def _difference(self, whole: int, scale: int) -> Any:
        base, before = self.base or 0, self.scale
        self.base, self.scale = whole, scale
        return whole - base if scale == before and whole != base else [scale, whole]


def scaled(value: int | float, scale: int) -> int | None:
    """The integer n for which n / 10^scale is exactly `value`, if there is one."""
    if abs(value) * 10**scale > MAX_INTEGER or not isfinite(value):
        return None
    whole = round(value * 10**scale)
    return whole if (whole / 10**scale if scale else whole) == value else None


def same(one: Any, other: Any) -> bool:
    """Equal as JSON values: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def flat(report: Report) -> dict[Name, Any]:
    """The members, each entry of a map of numbers for itself."""
    members: dict[Name, Any] = {}
    for name, value in report.items():
        if name in ("id", "type"):
            continue
        if isinstance(value, dict) and value and all(type(entry) in (int, float) for entry in value.values()):
            members.update({(name, key): entry for key, entry in value.items()})
        else:
            members[(name, "")] = value
    return members


class Known:
    """One report that was declared."""

    def __init__(self, number: int, type_name: str) -> None:
        self.number = number
        self.type = type_name
        self.cells: dict[Name, Cell] = {}
        self.shapes: list[tuple[int, tuple[Name, ...]]] = []

    def changes(self, members: dict[Name, Any]) -> set[Name]:
        """The names whose values differ from what was sent."""
        gone = {name for name, cell in self.cells.items() if name not in members and cell.value is not ABSENT}
        return gone | {name for name, value in members.items() if not same(value, self.value(name))}

    def value(self, name: Name) -> Any:
        """The decoder's present value."""
        return self.cells[name].value if name in self.cells else ABSENT

    def fitting(self, changed: set[Name]) -> tuple[int, tuple[Name, ...]] | None:
        """The narrowest declared shape that holds all changes without carrying much along."""
        wide = [shape for shape in self.shapes if changed.issubset(shape[1])]
        best = min(wide, key=lambda shape: len(shape[1]), default=None)
        return best if best and len(best[1]) <= len(changed) + PADDING else None


class Encoder:
    """One run of records from a reset on."""

    def __init__(self) -> None:
        self._connections: dict[str, tuple[int, Cell]] = {}
        self._known: dict[tuple[str, str], Known] = {}
        self._names: dict[Name, int] = {}
        self._reports = 0
        self._shapes = 0

    def sample(self, connection: str, reports: Iterable[Report]) -> list[list[Any]]:
        """The records of one getStats result: declarations first, then the sample."""
        records: list[list[Any]] = []
        number, clock = self._connection(connection, records)
        present = {str(report["id"]): report for report in reports}
        at = _time(present.values())
        tokens: list[Any] = self._gone(connection, present)
        for report_id, report in present.items():
            known = self._report(connection, number, report_id, str(report["type"]), records)
            tokens += self._changes(known, report, at, records)
        records.append([SAMPLE, number, clock.token(at), *tokens])
        return records

    def _connection(self, connection: str, records: list[list[Any]]) -> tuple[int, Cell]:
        if connection not in self._connections:
            self._connections[connection] = (len(self._connections), Cell())
            records.append([CONNECTION, self._connections[connection][0], connection])
        return self._connections[connection]

    def _gone(self, connection: str, present: dict[str, Report]) -> list[Any]:
        """Numbers that take back reports which are no longer there, or are of another type."""
        tokens: list[Any] = []
        for key, known in list(self._known.items()):
            report = present.get(key[1])
            if key[0] == connection and (report is None or str(report["type"]) != known.type):
                del self._known[key]
                tokens.append(-known.number - 1)
        return tokens

    def _report(self, connection: str, number: int, report_id: str, type_name: str, records: list[list[Any]]) -> Known:
        key = (connection, report_id)
        if key not in self._known:
            self._known[key] = Known(self._reports, type_name)
            records.append([REPORT, self._reports, number, type_name, report_id])
            self._reports += 1
        return self._known[key]

    def _changes(self, known: Known, report: Report, at: float, records: list[list[Any]]) -> list[Any]:
        members = flat(report)
        if members.get(("timestamp", "")) == at and ("timestamp", "") not in known.cells:
            del members[("timestamp", "")]
        elif ("timestamp", "") not in members and ("timestamp", "") not in known.cells:
            members[("timestamp", "")] = None
        changed = known.changes(members)
        if not changed:
            return []
        shape, names = known.fitting(changed) or self._declare(known, changed, records)
        cells = [known.cells.setdefault(name, Cell()) for name in names]
        return [shape, *(cell.token(members.get(name, ABSENT)) for name, cell in zip(names, cells, strict=True))]

    def _declare(self, known: Known, changed: set[Name], records: list[list[Any]]) -> tuple[int, tuple[Name, ...]]:
        last = set(known.shapes[-1][1]) if known.shapes else set()
        names = tuple(sorted(changed | last if len(changed | last) <= len(changed) + PADDING else changed))
        shape = (self._shapes, names)
        self._shapes += 1
        known.shapes.append(shape)
        records.append([SHAPE, shape[0], known.number, *map(self._name, names)])
        return shape

    def _name(self, name: Name) -> Any:
        if name in self._names:
            return self._names[name]
        self._names[name] = len(self._names)
        return list(name) if name[1] else name[0]


def _time(reports: Iterable[Report]) -> float:
    """The time that most reports carry, ms since the epoch."""
    times = Counter(report["timestamp"] for report in reports if type(report.get("timestamp")) in (int, float))
    return float(times.most_common(1)[0][0]) if times else 0.0
