"""One member of one report as the wire sends it: what a token does to it.

Enters: tokens of a sample (`docs/native-protocol.md`, "Values"). Leaves: the member's value, exactly as the browser had
it. A number is kept as an integer and a power of ten, so that differences stay integers; raises `Unusable`.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

MAX_INTEGER = 2**53
MAX_SCALE = 15
ABSENT = object()
_in_json = msgspec.json.Encoder().encode


class Unusable(Exception):  # noqa: N818 - it names a state of the frame, not a failure of the program
    """A frame that cannot be applied; `code` is a refusal's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def checked(value: Any) -> Any:
    """`value`, if JSON has words for it: MessagePack also knows extensions, and names that are no texts."""
    if isinstance(value, dict | list | msgspec.msgpack.Ext):
        try:
            _in_json(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise Unusable("bad_value", f"a value that JSON cannot say: {error}") from error
    return value


class Cell:
    """A member's value, and the base of its next difference."""

    __slots__ = ("base", "scale", "value")

    def __init__(self) -> None:
        self.value: Any = ABSENT
        self.base: int | None = None
        self.scale = 0

    def take(self, token: Any) -> None:
        """Apply one token; 0 changes nothing."""
        kind = type(token)
        if kind is int:
            if token:
                self._count((self.base or 0) + token, self.scale)
        elif kind is list:
            self._take_list(token)
        elif token is None:
            self._keep(ABSENT)
        elif kind is str or kind is bool or (kind is float and isfinite(token)):
            self._keep(token)
        else:
            raise Unusable("bad_value", f"no value is written as {kind.__name__}")

    def _take_list(self, token: list[Any]) -> None:
        if len(token) == 1:
            self._keep(checked(token[0]))
        elif len(token) == 2 and type(token[0]) is int and type(token[1]) is int and 0 <= token[0] <= MAX_SCALE:
            self._count(token[1], token[0])
        else:
            raise Unusable("bad_value", "expected [value] or [scale, integer]")

    def _count(self, base: int, scale: int) -> None:
        if not -MAX_INTEGER <= base <= MAX_INTEGER:
            raise Unusable("bad_value", "a number left the range of exact integers")
        self.base, self.scale = base, scale
        self.value = base / 10**scale if scale else base

    def _keep(self, value: Any) -> None:
        self.value, self.base, self.scale = value, None, 0
