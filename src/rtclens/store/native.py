"""Columns of Python values as ClickHouse's Native format.

Enters: whole columns. Leaves: the bytes of one block. There is no per-value Python where the values allow it, which is
what makes it several times faster than a general client. A value that does not fit its column (a fraction where the
standard has a count, a number beyond 64 bits) is set aside, not lost: see `Strays`.

Format: https://clickhouse.com/docs/interfaces/formats/Native; all numbers little endian.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, repeat
from operator import is_, truth
from typing import Any

import msgspec

from rtclens.store.columns import Kind

Strays = dict[int, Any]  # row -> the value that did not fit
_LARGEST_TIME = 9_999_999_999_999  # the year 2286, just inside DateTime64(3)
_MAX_CACHED_TEXTS = 100_000
_LONGEST_CACHED = 64  # longer ones are sentences and addresses, which do not repeat
_json = msgspec.json.Encoder(order="deterministic")

WIRE_TYPES: dict[Kind, str] = {
    "int": "Int64",
    "real": "Float64",
    "single": "Float32",
    "text": "String",
    "bytes": "String",
    "flag": "Bool",
    "time": "DateTime64(3, 'UTC')",
    "reals": "Map(String, Float64)",
    "texts": "Map(String, String)",
    "strings": "Array(String)",
    "ints": "Array(Int64)",
    "json": "String",
}


def varint(number: int) -> bytes:
    """An unsigned LEB128."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value: str) -> bytes:
    """A length-prefixed string; a lone surrogate, which UTF-8 cannot hold, becomes `?`."""
    raw = value.encode("utf-8", "replace")
    return varint(len(raw)) + raw


class _Texts(dict[str | None, bytes]):
    """Encoded strings: ids, kinds and states repeat from sample to sample."""

    def __missing__(self, value: str | None) -> bytes:
        encoded = text(value or "")
        if len(encoded) > _LONGEST_CACHED:
            return encoded
        if len(self) >= _MAX_CACHED_TEXTS:
            self.clear()
        self[value] = encoded
        return encoded


_texts = _Texts()


def texts(column: Iterable[str | None]) -> bytes:
    """A String column; `None` becomes '' (its null map says so where that matters)."""
    return b"".join(map(_texts.__getitem__, column))


def numbers(code: str, column: Iterable[Any]) -> bytes:
    """A column of numbers that all fit the type `code` of `array`; raises `OverflowError` or `TypeError`."""
    found = array(code, column)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def ints(column: Sequence[Any], strays: Strays) -> bytes:
    """An Int64 column."""
    try:
        return numbers("q", column)
    except (TypeError, OverflowError):
        return numbers("q", [_whole(row, value, strays) for row, value in enumerate(column)])


def _whole(row: int, value: Any, strays: Strays) -> int:
    if value is None:
        return 0
    if -(2**63) <= value < 2**63 and value == int(value):
        return int(value)
    strays[row] = value
    return 0


def reals(column: Sequence[Any], strays: Strays) -> bytes:
    """A Float64 column."""
    try:
        return numbers("d", column)
    except (TypeError, OverflowError):
        return numbers("d", [_real(row, value, strays) for row, value in enumerate(column)])


def singles(column: Sequence[Any], _: Strays) -> bytes:
    """A Float32 column; what is beyond single precision is infinite."""
    return numbers("f", column)


def _real(row: int, value: Any, strays: Strays) -> float:
    if value is None:
        return 0.0
    try:
        return float(value)
    except OverflowError:
        strays[row] = value
        return 0.0


def ticks(at: float | None) -> int:
    """Milliseconds since the epoch as DateTime64(3) holds them, within what it can hold."""
    if at is None or at != at:  # the latter is NaN
        return 0
    return int(min(max(at, 0.0), _LARGEST_TIME))


def _times(column: Sequence[float | None]) -> bytes:
    """A DateTime64 column."""
    try:
        if min(column) >= 0 and max(column) <= _LARGEST_TIME:  # type: ignore[type-var, operator]
            return numbers("q", map(int, column))  # type: ignore[arg-type]
    except (TypeError, ValueError):  # one is unknown or not a number
        pass
    return numbers("q", map(ticks, column))


def _offsets(sizes: Iterable[int]) -> bytes:
    return numbers("Q", accumulate(sizes))


def _map(values: Callable[[list[Any]], bytes]) -> Callable[[Sequence[Mapping[str, Any] | None]], bytes]:
    def encode(column: Sequence[Mapping[str, Any] | None]) -> bytes:
        maps = [value or {} for value in column]
        keys = [key for value in maps for key in value]
        items = [item for value in maps for item in value.values()]
        return _offsets(map(len, maps)) + texts(keys) + values(items)

    return encode


def _array(values: Callable[[list[Any]], bytes]) -> Callable[[Sequence[Sequence[Any]]], bytes]:
    def encode(column: Sequence[Sequence[Any]]) -> bytes:
        return _offsets(map(len, column)) + values([item for value in column for item in value])

    return encode


def _json_texts(column: Sequence[Any]) -> bytes:
    return b"".join([_json_text(value) for value in column])


def _json_text(value: Any) -> bytes:
    if not value:
        return b"\0"
    raw = _json.encode(value)
    return varint(len(raw)) + raw


_PLAIN: dict[Kind, Callable[[Sequence[Any]], bytes]] = {
    "text": texts,
    "bytes": lambda column: b"".join([varint(len(raw)) + raw for raw in column]),
    "flag": lambda column: bytes(map(truth, column)),
    "time": _times,
    "reals": _map(lambda items: numbers("d", items)),
    "texts": _map(texts),
    "strings": _array(texts),
    "ints": _array(lambda items: ints(items, {})),
    "json": _json_texts,
}
_NUMERIC: dict[Kind, Callable[[Sequence[Any], Strays], bytes]] = {"int": ints, "real": reals, "single": singles}
_CODES: dict[Kind, str] = {"int": "q", "real": "d", "single": "f"}


def encode(kind: Kind, column: Sequence[Any], strays: Strays) -> bytes:
    """The data of a column without nulls; values that do not fit go to `strays`."""
    numeric = _NUMERIC.get(kind)
    return numeric(column, strays) if numeric else _PLAIN[kind](column)


_INT64 = struct.Struct("<q").pack
_ONE: dict[Kind, Callable[[Any], bytes]] = {
    "text": _texts.__getitem__,
    "int": _INT64,
    "time": lambda at: _INT64(ticks(at)),
}


def one(kind: Kind, value: Any) -> bytes:
    """The data of a single text, 64-bit whole number or time, which is never unknown."""
    return _ONE[kind](value)


def encode_nullable(kind: Kind, column: Sequence[Any], strays: Strays) -> bytes:
    """Null map and data of a nullable column; what went to `strays` is null here."""
    code = _CODES.get(kind)
    if code:
        try:
            return bytes(len(column)) + numbers(code, column)  # as it is when nothing is missing and all fit
        except (TypeError, OverflowError):
            pass
    filled = column
    nulls = bytearray(len(column))
    if None in column:
        nulls = bytearray(map(is_, column, repeat(None)))
        if code:
            filled = [0 if value is None else value for value in column]
    data = encode(kind, filled, strays)
    for row in strays:
        nulls[row] = 1
    return bytes(nulls) + data


def block(rows: int, columns: Sequence[tuple[str, str, bytes]]) -> bytes:
    """A Native block of `(name, type, data)` columns."""
    parts = [varint(len(columns)), varint(rows)]
    for name, type_name, data in columns:
        parts += (_texts[name], _texts[type_name], data)
    return b"".join(parts)
