"""Records of the state between two uses: packed, so that a live call needs little memory.

Enters: a record. Leaves: its bytes; or the record itself where no bytes can hold it, which is where a client sent
whole numbers beyond 64 bits. What is read back equals what was packed.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from msgspec.msgpack import Encoder

One = TypeVar("One")
ENCODE = Encoder().encode
NEAR = 256  # records of others that are kept unpacked


def packed(one: One) -> One | bytes:
    """The bytes of a record, the record where it cannot be packed."""
    try:
        return ENCODE(one)
    except (OverflowError, ValueError):
        return one


def deflated(one: One) -> One | bytes:
    """As `packed`, and smaller; for what is read seldom."""
    short = packed(one)
    return zlib.compress(short, 6) if isinstance(short, bytes) else short


def inflated(held: bytes) -> bytes:
    """The opposite of `deflated`."""
    return zlib.decompress(held)


def shared(one: One) -> One:
    """The one object that equal ones are kept as: words that many clients send."""
    return _known(one)  # type: ignore[return-value]


@lru_cache(maxsize=4096, typed=True)
def _known(one: object) -> object:
    return one


class Names:
    """Names of columns, which rest as their places."""

    __slots__ = ("names", "places")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.places = {name: place for place, name in enumerate(names)}

    def short(self, values: dict[Any, Any]) -> dict[Any, Any]:
        """Values by the places of their names; other names stay as they are."""
        try:
            return dict(zip(map(self.places.__getitem__, values), values.values(), strict=True))
        except KeyError:
            return {self.places.get(name, name): value for name, value in values.items()}

    def full(self, values: dict[Any, Any]) -> dict[Any, Any]:
        """The opposite of `short`."""
        names = self.names
        try:
            return dict(zip(map(names.__getitem__, values), values.values(), strict=True))
        except TypeError:
            return {names[name] if isinstance(name, int) else name: value for name, value in values.items()}
