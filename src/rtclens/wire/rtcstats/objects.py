"""Take apart a frame that holds one JSON object or several behind each other.

Enters: bytes. Leaves: the objects, in order; `Unreadable` at the first place that is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from rtclens.wire.common.frames import load
from rtclens.wire.common.storable import kept

MAX_OBJECTS = 10_000


class Unreadable(Exception):  # noqa: N818 - names the frame's state
    """The rest of the frame cannot be read; `code` is the refusal's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def objects(raw: bytes) -> Iterator[dict[str, Any]]:
    """Each object of the frame."""
    try:
        yield _checked(load(raw))
    except msgspec.DecodeError:
        yield from _several(raw)
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8", str(error)) from error
    except RecursionError as error:
        raise Unreadable("too_deep", "the frame is nested too deeply") from error


def _several(raw: bytes) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(parse_constant=lambda _: None)
    try:
        text = raw.decode().strip()
        if not text:
            raise Unreadable("not_json", "the frame is empty")
        position = 0
        for _ in range(MAX_OBJECTS):
            if position >= len(text):
                return
            value, end = decoder.raw_decode(text, position)
            yield _checked(kept(value))
            position = end + (len(text[end:]) - len(text[end:].lstrip()))
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8", str(error)) from error
    except RecursionError as error:
        raise Unreadable("too_deep", "the frame is nested too deeply") from error
    except ValueError as error:
        raise Unreadable("not_json", str(error)) from error
    raise Unreadable("too_many", f"more than {MAX_OBJECTS} objects in one frame")


def _checked(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("bad_shape", "expected an object with a statsSessionId")
    return value
