"""Look into JSON of unknown shape without trusting it.

Enters: any JSON value. Leaves: a value of the wanted type, or the empty one of that type.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

LARGEST = 2**64 - 1  # of the numbers that a column can hold


def text(value: Any) -> str:
    """`value` if it is text, else ''."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | int | None:
    """`value` if it is a finite number of at most 64 bits, else `None`."""
    if type(value) is int:
        return value if -LARGEST <= value <= LARGEST else None
    return value if type(value) is float and isfinite(value) else None


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
