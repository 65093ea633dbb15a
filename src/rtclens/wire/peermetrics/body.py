"""Read a request body, whatever it holds.

Enters: bytes of unknown quality. Leaves: a JSON object whose strings, numbers and depth every store can take, or a
`Refused`. Strict JSON is read fast; what browsers never send but scripts do (NaN, lone surrogates, numbers beyond
64 bits) is read slowly and made storable: surrogates become U+FFFD, what is no finite number becomes null.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from rtclens.wire.common.frames import MAX_DEPTH, as_bytes
from rtclens.wire.common.storable import repaired
from rtclens.wire.peermetrics.answers import Refused

_ENCODE = msgspec.msgpack.Encoder().encode  # raises OverflowError for what the stream could not carry
LONGEST = 1e300


def read(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`; raises `Refused` (not_utf8, unknown_error, too_deep)."""
    raw = as_bytes(raw)
    try:
        value = msgspec.json.decode(raw)
        if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:  # else it cannot be too deep
            value = storable(value)
        _ENCODE(value)
    except RecursionError:
        raise Refused("too_deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError):
        value = storable(_read_slowly(raw))
    if not isinstance(value, dict):
        raise Refused("unknown_error")
    return value


def _read_slowly(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode())
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    except RecursionError:
        raise Refused("too_deep") from None
    except ValueError:
        raise Refused("unknown_error") from None


def storable(value: Any) -> Any:
    """`value` with every part replaced that JSON, msgpack or UTF-8 could not carry on; raises `Refused` (too_deep)."""
    _check_depth(value, MAX_DEPTH)
    return repaired(value)


def _check_depth(value: Any, left: int) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if inner and not left:
        raise Refused("too_deep")
    for one in inner:
        _check_depth(one, left - 1)


def text(value: Any) -> str | None:
    """An id, name or event name: text as it is, a number as text, anything else `None`."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def duration(value: Any) -> float | None:
    """A span of time (ms): a number that is not negative; anything else `None`."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST:
        return float(value)
    return None
