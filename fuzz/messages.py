"""Change protobuf messages without knowing their schema.

Enters: the bytes of a message and a random source. Leaves: the bytes with one field changed, moved, doubled or dropped,
at any depth.
"""

from __future__ import annotations

from random import Random

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Field = tuple[int, int, bytes]  # number, wire type, the value's own bytes (without a length)
NUMBERS = (0, 1, 127, 128, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1)


def varint(number: int) -> bytes:
    """The number as the wire has it."""
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


def fields(raw: bytes) -> list[Field] | None:
    """The fields of a message; `None` when these bytes are none."""
    found: list[Field] = []
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        number, wire = tag >> 3, tag & 7
        if not number or at < 0 or wire not in (VARINT, FIXED64, BYTES, FIXED32):
            return None
        start = at
        if wire == VARINT:
            _, at = _varint(raw, at)
        elif wire == BYTES:
            length, start = _varint(raw, at)
            at = start + length if start >= 0 else -1
        else:
            at += 8 if wire == FIXED64 else 4
        if at < 0 or at > len(raw):
            return None
        found.append((number, wire, raw[start:at]))
    return found


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while 0 <= at < len(raw) and shift < 70:
        byte = raw[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at
    return 0, -1


def written(message: list[Field]) -> bytes:
    """The bytes of these fields."""
    made = bytearray()
    for number, wire, value in message:
        made += varint(number << 3 | wire)
        made += varint(len(value)) + value if wire == BYTES else value
    return bytes(made)


def changed(raw: bytes, rng: Random, depth: int = 0) -> bytes:
    """The message with one change."""
    message = fields(raw)
    if not message:
        at = rng.randrange(len(raw) + 1)
        return raw[:at] + rng.randbytes(rng.randrange(4)) + raw[at + rng.randrange(3) :]
    at = rng.randrange(len(message))
    number, wire, value = message[at]
    if wire == BYTES and depth < 6 and rng.random() < 0.75:
        message[at] = (number, wire, changed(value, rng, depth + 1))
        return written(message)
    step = rng.randrange(6)
    if step == 0:
        del message[at]
    elif step == 1:
        message.insert(rng.randrange(len(message)), message[at])
    elif step == 2:
        message[at] = (rng.choice((number + 1, rng.randrange(1, 140), 2**29 - 1)), wire, value)
    elif step == 3:
        message[at] = (number, VARINT, varint(rng.choice(NUMBERS)))
    elif step == 4:
        message[at] = (number, FIXED64, rng.choice((b"\xff" * 8, b"\0" * 6 + b"\xf0\x7f", rng.randbytes(8))))
    else:
        message[at] = (number, BYTES, rng.choice((b"", b"\xff\xfe", b"x" * 16, b"\0" * 16, value * 2)))
    return written(message)
