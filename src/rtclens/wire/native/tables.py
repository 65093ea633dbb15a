"""What a stream declared so far: connections, reports, names and shapes, and the reports' present values.

Enters: records of declaration and sample tokens. Leaves: `Stats` of a connection. Raises `cells.Unusable`; the tables
may then be half changed, and the codec waits for a reset, which starts new ones.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from rtclens.model.stats import BY_TYPE, Report, Stats
from rtclens.wire.common.reports import build
from rtclens.wire.native.cells import ABSENT, Cell, Unusable

MAX_CONNECTIONS = 512
MAX_REPORTS = 16_000
MAX_SHAPES = 64_000
MAX_NAMES = 4_000
MAX_MEMBERS = 1_000
MAX_CELLS = 1_000_000  # members that all shapes name together
MAX_HANDED_OUT = 64_000  # reports of all samples in one frame

Name = tuple[str, str]  # a member, and the key inside it when the member is a map of numbers


class Entry:
    """One report: its cells by name, and the report that was built from them last."""

    __slots__ = ("cells", "connection", "id", "last", "stale", "type")

    def __init__(self, connection: int, type_name: str, report_id: str) -> None:
        self.connection = connection
        self.type = BY_TYPE.get(type_name)
        self.id = report_id
        self.cells: dict[Name, Cell] = {}
        self.last: Report | None = None
        self.stale = True

    def cell(self, name: Name) -> Cell:
        """The cell of a member, made on first sight."""
        if name not in self.cells and len(self.cells) >= MAX_MEMBERS:
            raise Unusable("too_many", f"more than {MAX_MEMBERS} members in one report")
        return self.cells.setdefault(name, Cell())

    def members(self) -> dict[str, Any]:
        """The members as the browser had them, without those that are absent."""
        found: dict[str, Any] = {}
        for (member, key), cell in self.cells.items():
            if cell.value is ABSENT:
                continue
            if not key:
                found[member] = cell.value
            elif isinstance(found.setdefault(member, {}), dict):
                found[member][key] = cell.value
        return found

    def report(self, at: float) -> Report:
        """A report of its own for the sample taken at `at` (ms)."""
        assert self.type is not None
        if self.stale or self.last is None:
            self.last = build(self.type, {**self.members(), "id": self.id})
            self.stale = False
        report = copy(self.last)
        if report.timestamp is None and ("timestamp", "") not in self.cells:
            report.timestamp = at
        return report


class Tables:
    """Everything that a reset forgets."""

    def __init__(self) -> None:
        self.connections: dict[int, str] = {}
        self.clocks: dict[int, Cell] = {}
        self.reports: dict[int, Entry] = {}
        self.names: list[Name] = []
        self.shapes: dict[int, list[Cell]] = {}
        self._cells = 0
        self._handed_out = 0
        self._owner: dict[int, Entry] = {}

    def declare_connection(self, number: Any, connection: Any) -> None:
        """`[4, number, id]`."""
        _check(len(self.connections) < MAX_CONNECTIONS, "too_many", f"more than {MAX_CONNECTIONS} connections")
        _check(type(number) is int and isinstance(connection, str), "bad_shape", "expected [4, number, id]")
        self.connections[number] = connection
        self.clocks[number] = Cell()

    def declare_report(self, number: Any, connection: Any, type_name: Any, report_id: Any) -> bool:
        """`[2, number, connection, type, id]`; false when no class knows the type."""
        _check(len(self.reports) < MAX_REPORTS, "too_many", f"more than {MAX_REPORTS} reports")
        texts = isinstance(type_name, str) and isinstance(report_id, str)
        _check(type(number) is int and number >= 0 and texts, "bad_shape", "expected [2, number, connection, type, id]")
        _check(type(connection) is int and connection in self.connections, "desync", "the connection is not declared")
        self.reports[number] = Entry(connection, type_name, report_id)
        return self.reports[number].type is not None

    def declare_shape(self, number: Any, report: Any, names: list[Any]) -> None:
        """`[3, number, report, name…]`."""
        _check(len(self.shapes) < MAX_SHAPES, "too_many", f"more than {MAX_SHAPES} shapes")
        _check(type(number) is int and number >= 0, "bad_shape", "expected [3, number, report, name…]")
        _check(type(report) is int and report in self.reports, "desync", "the report is not declared")
        self._cells += len(names)
        _check(self._cells <= MAX_CELLS, "too_many", f"more than {MAX_CELLS} members in all shapes")
        entry = self.reports[report]
        self.shapes[number] = [entry.cell(self._name(name)) for name in names]
        self._owner[number] = entry

    def _name(self, token: Any) -> Name:
        if type(token) is int:
            _check(0 <= token < len(self.names), "desync", "the name is not declared")
            return self.names[token]
        pair = isinstance(token, list) and len(token) == 2 and all(isinstance(part, str) for part in token)
        _check(pair or isinstance(token, str), "bad_shape", "a name is a text, [member, key] or a number")
        _check(len(self.names) < MAX_NAMES, "too_many", f"more than {MAX_NAMES} names")
        name: Name = (token[0], token[1]) if pair else (token, "")
        self.names.append(name)
        return name

    def begin_frame(self) -> None:
        """A frame begins: what it may hand out is counted anew."""
        self._handed_out = 0

    def sample(self, connection: Any, time: Any, tokens: list[Any]) -> tuple[str, float, Stats]:
        """`[1, connection, time, (shape, value…)…]`: the connection's id, the time in ms, its reports."""
        _check(type(connection) is int and connection in self.connections, "desync", "the connection is not declared")
        clock = self.clocks[connection]
        clock.take(time)
        _check(type(clock.value) in (int, float), "bad_value", "a sample needs a time")
        self._apply(tokens)
        self._handed_out += len(self.reports)
        _check(self._handed_out <= MAX_HANDED_OUT, "too_many", f"more than {MAX_HANDED_OUT} reports in one frame")
        stats = Stats()
        for entry in self.reports.values():
            if entry.connection == connection and entry.type is not None:
                getattr(stats, entry.type.table).append(entry.report(clock.value))
        return self.connections[connection], float(clock.value), stats

    def _apply(self, tokens: list[Any]) -> None:
        position = 0
        while position < len(tokens):
            number = tokens[position]
            position += 1
            _check(type(number) is int, "bad_shape", "expected the number of a shape")
            if number < 0:
                _check(self.reports.pop(-number - 1, None) is not None, "desync", "the report is not declared")
                continue
            _check(number in self.shapes, "desync", "the shape is not declared")
            cells = self.shapes[number]
            _check(position + len(cells) <= len(tokens), "bad_shape", "values are missing")
            for cell, token in zip(cells, tokens[position : position + len(cells)], strict=True):
                cell.take(token)
            self._owner[number].stale = True
            position += len(cells)


def _check(holds: bool, code: str, message: str) -> None:
    if not holds:
        raise Unusable(code, message)
