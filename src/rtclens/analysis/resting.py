"""Records of the state between two uses: packed, so that a live call needs little memory.

Enters: a record. Leaves: its bytes; or the record itself where no bytes can hold it, which is where a client sent
whole numbers beyond 64 bits. What is read back equals what was packed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec.msgpack import Encoder

One = TypeVar("One")
ENCODE = Encoder().encode


def packed(one: One) -> One | bytes:
    """The bytes of a record, the record where it cannot be packed."""
    try:
        return ENCODE(one)
    except (OverflowError, ValueError):
        return one


class Names:
    """Names of columns, which rest as their places."""

    __slots__ = ("names", "places")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.places = {name: place for place, name in enumerate(names)}

    def short(self, values: dict[Any, Any]) -> dict[Any, Any]:
        """Values by the places of their names; other names stay as they are."""
        places = self.places
        return {places.get(name, name): value for name, value in values.items()}

    def full(self, values: dict[Any, Any]) -> dict[Any, Any]:
        """The opposite of `short`."""
        names = self.names
        return {names[name] if name.__class__ is int else name: value for name, value in values.items()}
