"""Read one JSON frame safely.

Enters: text or bytes of unknown quality. Leaves: the value, or a refusal that says what is wrong with it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Refusal

MAX_DEPTH = 64
BOM = b"\xef\xbb\xbf"


def as_bytes(frame: bytes | str) -> bytes:
    """The frame's bytes without a byte-order mark."""
    raw = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    return raw[3:] if raw.startswith(BOM) else raw


def parse(frame: bytes | str, format_name: str, at: float) -> Any | Refusal:
    """The JSON value of `frame`, or a `Refusal` (not_json, not_utf8, too_deep)."""
    raw = as_bytes(frame)
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        return Refusal("too_deep", "the frame is nested too deeply", format=format_name, at=at, raw=raw)
    except msgspec.DecodeError as error:
        return Refusal("not_json", str(error), format=format_name, at=at, raw=raw)
    except UnicodeDecodeError as error:
        return Refusal("not_utf8", str(error), format=format_name, at=at, raw=raw)
