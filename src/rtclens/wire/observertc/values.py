"""Small readings of values that arrive in many forms: text or record, number or text, present or `NULL`.

Enters: JSON values. Leaves: canonical ones; what cannot be read becomes absent, never an error.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from rtclens.wire.common.frames import load
from rtclens.wire.common.storable import LARGEST, SMALLEST, kept

# Clients older than 4.0 write the word where they were given no id.
NO_ID = frozenset({"", "NULL", "null", "undefined"})
LATEST_TIME = 1e14
"""A bound on times in ms since the epoch (the year 5138): beyond it a number is no time."""


def text(value: Any) -> str:
    """An identifier as text; numbers are converted, absent ones are ''."""
    if isinstance(value, str):
        return "" if value in NO_ID else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, int) or value.is_integer() else str(value)


def words(value: Any) -> str:
    """A human text, or ''."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> int | float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or isfinite(value) else None


def integer(value: Any) -> int | None:
    """A number of at most 64 bits without its fraction, or None; numbers as text are read."""
    if isinstance(value, str) and value.isascii() and value.lstrip("-").isdigit() and len(value) < 20:
        return int(value)
    found = number(value)
    return None if found is None or not SMALLEST <= found <= LARGEST else int(found)


def flag(value: Any) -> bool | None:
    """A boolean, or None."""
    return value if isinstance(value, bool) else None


def time_ms(value: Any, otherwise: float) -> float:
    """A time in ms since the epoch, or `otherwise` where the value is none."""
    found = number(value)
    return float(found) if found is not None and 0 < found < LATEST_TIME else otherwise


def record(value: Any) -> Any:
    """A payload: JSON text is read, everything else stays as it came (3.0-3.4 send text, 3.5 sends records).

    What no later step could carry is replaced.
    """
    if not isinstance(value, str):
        return kept(value)
    if not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return load(value)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return value


def members(value: Any) -> dict[str, Any]:
    """The members of a payload, or none when it is not a record."""
    found = record(value)
    return found if isinstance(found, dict) else {}
