"""Look into JSON of unknown shape without trusting it.

Enters: any JSON value. Leaves: a value of the wanted type, or the empty one of that type.
"""

from __future__ import annotations

from math import isfinite
from typing import Any


def text(value: Any) -> str:
    """`value` if it is text, else ''."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | int | None:
    """`value` if it is a finite number, else `None`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return value


def integer(value: Any) -> int | None:
    """`value` if it is a whole number, else `None`."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """`value` if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def texts(values: Any) -> list[str]:
    """The text elements of an array."""
    return [value for value in items(values) if isinstance(value, str)]
