"""Sums of seconds as whole numbers: browsers count microseconds or milliseconds and report them as floats.

Enters: a column of numbers and the `unit` whose multiples of 1/unit they usually are. Leaves: whole numbers
`n * 4096 + last`, from which `reading` makes the same floats again, to the last bit. `last` says how it came about:

* 0: the product `n * (1 / unit)`, which is how browsers turn microseconds into seconds;
* 1: the quotient `n / 1000`, of milliseconds, where the unit is a microsecond;
* anything else: the quotient `n / unit`, moved by `last - 2048` units of its last place: by none when it was
  divided, by a few when it was added up from floats.

A stream keeps to one way, so what is left to store is the step of `n`: two bytes a second where the step of a float
takes six. Values beyond all this (huge, infinite, not a number) stay floats.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import repeat
from operator import is_
from typing import Any

from rtclens.store import native

_MICRO = 1_000_000
_MILLI, _DIVIDED = 1, 2048
_NEITHER = -1
_as_bits = struct.Struct("<d"), struct.Struct("<q")


def encode(values: Sequence[Any], unit: int) -> tuple[bytes, Sequence[Any] | None]:
    """A Nullable(Int64) column of the values, and the values that are not in it, `None` when all are."""
    try:
        found = _whole(values, unit)
        data = native.numbers("q", found)
    except (OverflowError, ValueError):  # infinite, not a number, or far too many units
        found = [_one(value, unit) for value in values]
        data = native.numbers("q", found)
    if _NEITHER not in found:
        return bytes(map(is_, values, repeat(None))) + data, None
    absent = bytes([value is None or n == _NEITHER for value, n in zip(values, found, strict=True)])
    return absent + data, [value if n == _NEITHER else None for value, n in zip(values, found, strict=True)]


def _whole(values: Sequence[Any], unit: int) -> list[int]:
    step = 1 / unit
    if unit != _MICRO:
        return [
            0
            if value is None
            else (n << 12) + _DIVIDED
            if (n := int(value * unit + 0.5)) / unit == value
            else _moved(n, value, unit)
            for value in values
        ]
    return [
        0
        if value is None
        else (n // 1000 << 12) + _MILLI
        if (n := int(value * unit + 0.5)) % 1000 == 0 and n / unit == value
        else n << 12
        if n * step == value
        else (n << 12) + _DIVIDED
        if n / unit == value
        else _moved(n, value, unit)
        for value in values
    ]


def _moved(n: int, value: float, unit: int) -> int:
    """The number of a value near to a quotient, or of a product."""
    if n * (1 / unit) == value:
        return n << 12
    as_float, as_int = _as_bits
    (moved,), (exact,) = as_int.unpack(as_float.pack(value)), as_int.unpack(as_float.pack(n / unit))
    last = int(moved) - int(exact) + _DIVIDED
    return (n << 12) + last if n > 0 and _MILLI < last < 2 * _DIVIDED else _NEITHER


def _one(value: Any, unit: int) -> int:
    try:
        (found,) = _whole((value,), unit)
    except (OverflowError, ValueError):
        return _NEITHER
    return found if -(2**63) <= found < 2**63 else _NEITHER


def value(number: int, unit: int) -> float:
    """The float that became this number."""
    n, last = number >> 12, number & 4095
    if last == 0:
        return n * (1 / unit)
    if last == _MILLI and unit == _MICRO:
        return n / 1000
    as_float, as_int = _as_bits
    (exact,) = as_int.unpack(as_float.pack(n / unit))
    (found,) = as_float.unpack(as_int.pack(exact + last - _DIVIDED))
    return float(found)


def reading(number: str, rest: str, unit: int) -> str:
    """SQL for the value, from the column of whole numbers and that of the values that are none."""
    n, last = f"bitShiftRight({number}, 12)", f"bitAnd({number}, 4095)"
    quotient = f"reinterpretAsFloat64(reinterpretAsInt64({n} / {unit}) + {last} - {_DIVIDED})"
    ways = f"{last} = 0, {n} * {1 / unit!r}, "
    if unit == _MICRO:
        ways += f"{last} = {_MILLI}, {n} / 1000, "
    return f"multiIf(isNull({number}), {rest}, {ways}{quotient})"
