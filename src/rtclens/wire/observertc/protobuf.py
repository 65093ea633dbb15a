"""Decode protobuf messages by field table; the formats use varints, 64-bit numbers and length-delimited fields only.

Enters: bytes, a `Family` and the name of the root message. Leaves: the message as plain JSON values, with W3C names
and words: identifiers as text, enumerations in lower case. Unknown fields are skipped by wire type. Work and memory
are bounded by the size of the message and `MAX_ROWS`. Source: protobuf encoding specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from struct import Struct
from typing import Any

import msgspec

from rtclens.wire.observertc import values
from rtclens.wire.observertc.identifiers import Identifiers
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.tables import Family, Field

VARINT, I64, LEN, I32 = 0, 1, 2, 5
FIXED = {I64: 8, I32: 4}
MAX_ROWS = 50_000
"""Nested messages in one frame; a call of a thousand streams has about ten thousand."""

DOUBLE = Struct("<d").unpack_from
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


class Reader(msgspec.Struct):
    """Decodes the messages of one stream. `rows` counts the nested messages of the frame being read."""

    family: Family
    identifiers: Identifiers
    rows: int = 0

    def read(self, raw: bytes, root: str) -> dict[str, Any]:
        """The message as JSON values; `Refused` when the bytes are not a message."""
        self.rows = 0
        return self._message(raw, root)

    def _message(self, raw: bytes, name: str) -> dict[str, Any]:
        self.rows += 1
        if self.rows > MAX_ROWS:
            raise Refused("too_many", f"more than {MAX_ROWS} rows in one message")
        fields = self.family.messages[name].fields
        out: dict[str, Any] = {}
        at, end = 0, len(raw)
        while at < end:  # what `scan` does, without a generator between: most of the time goes here
            tag = raw[at]
            tag, at = (tag, at + 1) if tag < 0x80 else varint(raw, at)
            field, wire = fields.get(tag >> 3), tag & 7
            if wire == VARINT:
                value, at = varint(raw, at)
                found = self._varint(field, value) if field else None
            elif wire == LEN:
                size, start = varint(raw, at)
                at = start + size
                found = self._delimited(field, raw[start:at], name) if field and at <= end else None
            else:
                found, at = _fixed(raw, at, tag, field)
            if field is None or at > end:
                _check(tag, at <= end)
            elif found is not None:
                _put(out, field, found)
        return out

    def _varint(self, field: Field, value: int) -> Any:
        if field.kind in "dil":  # a few numbers changed between int32 and double: the wire type tells
            return value - 0x1_0000_0000_0000_0000 if value >> 63 else value
        if field.kind == "b":
            return value != 0
        return self.family.enums[field.type].get(value, str(value)) if field.kind == "e" else None

    def _delimited(self, field: Field, raw: bytes, message: str) -> Any:
        if field.kind == "m":
            return self._message(raw, field.type)
        if field.kind == "y":
            return self.identifiers.text(f"{message}.{field.name}", raw)
        if field.kind in "sore":
            return _text(raw, field)
        return None


def _put(out: dict[str, Any], field: Field, value: Any) -> None:
    if field.repeated:
        out.setdefault(field.name, []).append(value)
    else:
        out[field.name] = value


def _fixed(raw: bytes, at: int, tag: int, field: Field | None) -> tuple[float | None, int]:
    """A 64-bit or 32-bit number; only doubles have a meaning in these messages."""
    size = FIXED.get(tag & 7)
    if size is None:
        raise Refused(BAD, f"field {tag >> 3} has wire type {tag & 7}")
    if size != 8 or field is None or field.kind not in "dil" or at + size > len(raw):
        return None, at + size
    (number,) = DOUBLE(raw, at)
    return number if isfinite(number) else None, at + size


def _check(tag: int, whole: bool) -> None:
    """Refuse what is no message: a field 0, or one that is cut off."""
    if tag < 8:
        raise Refused(BAD, "a field has number 0")
    if not whole:
        raise Refused(BAD, f"field {tag >> 3} is cut off")


def _text(raw: bytes, field: Field) -> Any:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Refused(BAD, f"{field.name} is not UTF-8 text") from error
    return values.record(text) if field.kind in "or" else text
