"""Keep values of unknown shape within what every later step can carry: MessagePack, JSON and UTF-8.

Enters: any value that a JSON or MessagePack parser made. Leaves: the value itself where it can be carried, else a copy
in which numbers beyond 64 bits are floats (null where even those are too small), NaN and infinities are null, and lone
surrogates are U+FFFD.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

SMALLEST, LARGEST = -(2**63), 2**64 - 1
_encode = msgspec.msgpack.Encoder().encode


def kept(value: Any) -> Any:
    """`value`, or a copy of it that can be carried; the check costs a tenth of parsing the value."""
    try:
        _encode(value)
    except (OverflowError, UnicodeEncodeError):
        return repaired(value)
    return value


def repaired(value: Any) -> Any:
    """A copy with every part replaced that could not be carried; raises `RecursionError` for endless nesting."""
    if isinstance(value, str):
        return value if value.isascii() else _text(value)
    if isinstance(value, dict):
        return {_name(name): repaired(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [repaired(inner) for inner in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, int):
        return value if SMALLEST <= value <= LARGEST else _as_float(value)
    return value


def _name(name: Any) -> Any:
    return _text(name) if isinstance(name, str) else name


def _text(value: str) -> str:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _as_float(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
