"""Decode protobuf messages by field table; the formats use varints, 64-bit numbers and length-delimited fields only.

Enters: bytes, a `Family` and the name of the root message. Leaves: the message as plain JSON values, with W3C names
and words: identifiers as text, enumerations in lower case. Unknown fields are skipped by wire type. Work and memory
are bounded by the size of the message and `MAX_ROWS`. Source: protobuf encoding specification.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from math import isfinite
from typing import Any

import msgspec

from rtclens.wire.observertc import tables, values
from rtclens.wire.observertc.identifiers import Identifiers
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.tables import Family, Field

VARINT, I64, LEN, I32 = 0, 1, 2, 5
FIXED = {I64: 8, I32: 4}
MAX_ROWS = 50_000
"""Nested messages in one frame; a call of a thousand streams has about ten thousand."""

DOUBLE = struct.Struct("<d").unpack_from
BAD = "bad_protobuf"

Value = int | float | bytes


def scan(raw: bytes) -> Iterator[tuple[int, int, Value]]:
    """The fields of a message as (number, wire type, value); raises `Refused` where the bytes are none."""
    at, end = 0, len(raw)
    while at < end:
        tag, at = varint(raw, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise Refused(BAD, "a field has number 0")
        if wire == VARINT:
            value, at = varint(raw, at)
            yield number, wire, value
        elif wire == LEN:
            size, at = varint(raw, at)
            start, at = at, at + size
            if at > end:
                raise Refused(BAD, f"field {number} is cut off")
            yield number, wire, raw[start:at]
        elif wire in FIXED:
            start, at = at, at + FIXED[wire]
            if at > end:
                raise Refused(BAD, f"field {number} is cut off")
            yield number, wire, DOUBLE(raw, start)[0] if wire == I64 else 0
        else:
            raise Refused(BAD, f"field {number} has wire type {wire}")


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """A varint of at most ten bytes and the position behind it."""
    first = raw[at : at + 1]
    if first and first[0] < 0x80:  # most are one byte long
        return first[0], at + 1
    result = shift = 0
    for byte in raw[at : at + 10]:
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result & 0xFFFF_FFFF_FFFF_FFFF, at + shift // 7
    raise Refused(BAD, "a varint is cut off or too long")


def longer(raw: bytes, at: int) -> tuple[int, int]:
    """`varint` for one that is known to have more than one byte; raises `IndexError` where it is cut off."""
    first, second = raw[at], raw[at + 1]
    if second < 0x80:
        return first - 0x80 + (second << 7), at + 2
    third = raw[at + 2]
    if third < 0x80:
        return first - 0x4080 + (second << 7) + (third << 14), at + 3
    return varint(raw, at)


NUMBER, REAL, TEXT, OTHER = range(4)
Step = tuple[str, int, Field]


@cache
def _steps(family: str) -> dict[str, dict[int, Step]]:
    """What to do with each tag (number and wire type) of the family's messages; what is missing is skipped."""
    messages = tables.load(family).messages.values()
    return {m.name: {t: step for field in m.fields.values() for t, step in _tags(field)} for m in messages}


def _tags(field: Field) -> Iterator[tuple[int, Step]]:
    """The tags under which a field is understood, and how."""
    tag = field.number << 3
    if field.kind in "dil":  # a few numbers changed between int32 and double: the wire type tells
        yield tag | VARINT, (field.name, NUMBER, field)
        yield tag | I64, (field.name, REAL, field)
        return
    if field.kind in "be":
        yield tag | VARINT, (field.name, OTHER, field)
    if field.kind in "myore" or field.repeated:
        yield tag | LEN, (field.name, OTHER, field)
    elif field.kind == "s":
        yield tag | LEN, (field.name, TEXT, field)


class Reader(msgspec.Struct):
    """Decodes the messages of one stream. `rows` counts the messages in the frame being read."""

    family: Family
    identifiers: Identifiers
    rows: int = 0
    steps: dict[str, dict[int, Step]] = {}

    def read(self, raw: bytes, root: str) -> dict[str, Any]:
        """The message as JSON values; `Refused` when the bytes are not a message."""
        self.rows = 1
        self.steps = _steps(self.family.name)
        try:
            return self._message(raw, root)
        except (IndexError, struct.error) as error:
            raise Refused(BAD, "a field is cut off") from error

    def _message(self, raw: bytes, name: str) -> dict[str, Any]:
        steps = self.steps[name]
        out: dict[str, Any] = {}
        at, end = 0, len(raw)
        while at < end:  # most of the time goes here, so what is small and frequent is read without a call
            tag = raw[at]
            tag, at = (tag, at + 1) if tag < 0x80 else longer(raw, at)
            if tag not in steps:
                at = _skipped(raw, at, tag)
                continue
            member, kind, field = steps[tag]
            if kind == REAL:
                (real,) = DOUBLE(raw, at)
                at += 8
                if isfinite(real):
                    out[member] = real
                continue
            size = raw[at]  # or the value itself
            size, at = (size, at + 1) if size < 0x80 else longer(raw, at)
            if kind == NUMBER:
                out[member] = size - 0x1_0000_0000_0000_0000 if size >> 63 else size
            elif kind == TEXT:
                start, at = at, at + size
                out[member] = _text(raw[start:at], field)
            elif tag & 7 == LEN:
                start, at = at, at + size
                if at <= end:
                    _put(out, field, self._delimited(field, raw[start:at], name))
            else:
                _put(out, field, self._word(field, size))
        if at > end:
            raise Refused(BAD, f"field {tag >> 3} is cut off")
        return out

    def _word(self, field: Field, value: int) -> str | bool:
        if field.kind == "b":
            return value != 0
        return self.family.enums[field.type].get(value, str(value))

    def _delimited(self, field: Field, raw: bytes, message: str) -> Any:
        if field.kind == "m":
            self.rows += 1
            if self.rows > MAX_ROWS:
                raise Refused("too_many", f"more than {MAX_ROWS} rows in one message")
            return self._message(raw, field.type)
        if field.kind == "y":
            return self.identifiers.text(f"{message}.{field.name}", raw)
        return _text(raw, field)


def _put(out: dict[str, Any], field: Field, value: Any) -> None:
    if not field.repeated:
        out[field.name] = value
    elif field.name in out:
        out[field.name].append(value)
    else:
        out[field.name] = [value]


def _skipped(raw: bytes, at: int, tag: int) -> int:
    """The position behind a field that means nothing here."""
    number, wire = tag >> 3, tag & 7
    if number == 0:
        raise Refused(BAD, "a field has number 0")
    if wire == VARINT:
        return varint(raw, at)[1]
    if wire == LEN:
        size, at = varint(raw, at)
        return at + size
    if wire in FIXED:
        return at + FIXED[wire]
    raise Refused(BAD, f"field {number} has wire type {wire}")


def _text(raw: bytes, field: Field) -> Any:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Refused(BAD, f"{field.name} is not UTF-8 text") from error
    return values.record(text) if field.kind in "or" else text
