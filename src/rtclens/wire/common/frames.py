"""Read one JSON frame safely.

Enters: text or bytes of unknown quality. Leaves: a value that every later step can carry, or a refusal that says
what is wrong with it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Refusal
from rtclens.wire.common.storable import kept

MAX_DEPTH = 64
ROOM = 128  # levels of nesting that are left to those who carry a value on
DEEP = 512  # what is nested less has room: the interpreter allows about a thousand levels
BOM = b"\xef\xbb\xbf"


def as_bytes(frame: bytes | str) -> bytes:
    """The frame's bytes without a byte-order mark."""
    raw = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    return raw[3:] if raw.startswith(BOM) else raw


def load(raw: bytes | str) -> Any:
    """The JSON value of `raw`, as every later step can carry it.

    Raises `msgspec.DecodeError`, `UnicodeDecodeError`, and `RecursionError` for nesting that would leave no room for
    those who encode the value from deeper in the call stack.
    """
    value = msgspec.json.decode(raw)
    if len(raw) > 2 * DEEP and _brackets(raw) > DEEP:
        nested = value
        for _ in range(ROOM):
            nested = [nested]
        kept(nested)
    return kept(value)


def _brackets(raw: bytes | str) -> int:
    if isinstance(raw, str):
        return raw.count("{") + raw.count("[")
    return raw.count(b"{") + raw.count(b"[")


def parse(frame: bytes | str, format_name: str, at: float) -> Any | Refusal:
    """The JSON value of `frame`, or a `Refusal` (not_json, not_utf8, too_deep)."""
    raw = as_bytes(frame)
    try:
        return load(raw)
    except RecursionError:
        return Refusal("too_deep", "the frame is nested too deeply", format=format_name, at=at, raw=raw)
    except msgspec.DecodeError as error:
        return Refusal("not_json", str(error), format=format_name, at=at, raw=raw)
    except UnicodeDecodeError as error:
        return Refusal("not_utf8", str(error), format=format_name, at=at, raw=raw)
