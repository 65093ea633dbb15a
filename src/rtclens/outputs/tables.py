"""The field tables of ObserveRTC's reports, and how a record is filled from them.

Enters: values by name, in any number type. Leaves: an object with exactly the fields of its table, `None` where nothing
is known, integers and texts as the table types them; `None` instead of a record that lacks what its table requires.
Source of the tables: the Avro schemas of the ObserveRTC report packages, generations 1 and 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

_LARGEST_FLOAT = 3.4e38


class Table(msgspec.Struct, frozen=True):
    """All records of a generation: fields as (name, Avro type, required), enumerations, and record by report type."""

    records: dict[str, list[tuple[str, str, bool]]]
    enums: dict[str, list[str]] = {}
    types: dict[str, str] = {}
    csv: dict[str, list[str]] = {}

    def fill(self, message: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """A record of `message`; `None` when something required is missing or nonsense."""
        record: dict[str, Any] = {}
        for name, kind, required in self.records[message]:
            value = self._enumerated(kind, values.get(name)) if kind in self.enums else plain(kind, values.get(name))
            if value is None and required:
                return None
            record[name] = value
        return record

    def _enumerated(self, kind: str, value: Any) -> str:
        """A symbol: separators and case do not matter, `NULL` is for what was not said."""
        if value in (None, ""):
            return "NULL"
        symbols = self.enums[kind]
        wanted = str(value).replace("-", "_").upper()
        bare = wanted.replace("_", "")
        return next((symbol for symbol in symbols if symbol.replace("_", "") == bare), "UNKNOWN")


@cache
def table(name: str) -> Table:
    """The field tables of `observertc1` or `observertc2`."""
    text = (files("rtclens.outputs") / "schemas" / f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=Table)


def plain(kind: str, value: Any) -> Any:
    """A value as an Avro type writes it; `None` where it does not fit."""
    if value is None:
        return None
    if kind in ("int", "long"):
        return _whole(value, 31 if kind == "int" else 63)
    if kind in ("float", "double"):
        return float(value) if _is_number(value) and (kind == "double" or abs(value) <= _LARGEST_FLOAT) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    return value if isinstance(value, str) else str(value)


def _whole(value: Any, bits: int) -> int | None:
    """Counters beyond 2^31 in an Avro `int` stay out: a wrong number is worse than none."""
    if not _is_number(value):
        return None
    whole = int(value)
    return whole if -(1 << bits) <= whole < 1 << bits else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
