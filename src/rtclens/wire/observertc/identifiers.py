"""Identifiers of the delta encodings: text, or a UUID packed into 16 bytes, and nothing on the wire says which.

Enters: bytes and the slot they stand in. Leaves: text. A packing that the stream announced is obeyed; otherwise 16
bytes that are not printable text are a UUID, and a slot that held one keeps holding UUIDs for the stream.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rtclens.wire.observertc.refused import Refused

Packing = Literal["uuid", "utf8", ""]
PACKED = 16


class Identifiers(msgspec.Struct):
    """What is known about identifiers in one stream. `packing` is '' where nothing was announced."""

    packing: Packing = ""
    packed_slots: set[str] = msgspec.field(default_factory=set)

    def text(self, slot: str, raw: bytes) -> str:
        """The identifier in `slot` (`Message.field`); `Refused` when the bytes are neither."""
        if self.packing == "uuid":
            if len(raw) != PACKED:
                raise Refused("bad_value", f"{slot} holds {len(raw)} bytes where a packed UUID was announced")
            return _uuid(raw)
        readable = _readable(raw)
        if self.packing != "utf8" and len(raw) == PACKED and (slot in self.packed_slots or readable is None):
            self.packed_slots.add(slot)
            return _uuid(raw)
        if readable is None:
            raise Refused("bad_value", f"{slot} is neither text nor a packed UUID")
        return readable


def _uuid(raw: bytes) -> str:
    digits = raw.hex()  # `uuid.UUID` takes four times as long
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _readable(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
