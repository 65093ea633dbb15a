"""Recorded sessions made longer than they were, so that a benchmark measures a call and not its beginning and end.

Enters: the JSON frames of one session. Leaves: as many frames as wanted, whose counters and times go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

NAMES = ("id", "peerConnectionId", "trackId")
Leaf = tuple[str | int, ...]  # the way to a number: names of members; in lists the element's own id, or its place
Change = Callable[[Leaf, float], float]


def continued(frames: Sequence[bytes], count: int) -> list[bytes]:
    """`count` frames: the first, those between again and again, the last; what repeats goes on from where it was.

    A number that never fell in the recording counts or tells a time; each lap adds to it what a lap of the recording
    did. Everything else repeats as it is. With fewer frames than were recorded, the ones before the last are left out.
    """
    inner = [msgspec.json.decode(frame) for frame in frames[1:-1]]
    strides = _strides(inner)
    made = [frames[0]]
    for number in range(count - 2):
        lap, place = divmod(number, len(inner))
        made.append(_later(inner[place], strides, lap))
    laps = max(0.0, (count - 2) / len(inner) - 1)
    return [*made, _later(msgspec.json.decode(frames[-1]), strides, laps)]


def _later(frame: Any, strides: dict[Leaf, float], laps: float) -> bytes:
    """The frame as it would be so many laps later; a count stays a whole number."""

    def change(leaf: Leaf, value: float) -> float:
        moved = value + laps * strides.get(leaf, 0)
        return round(moved) if isinstance(value, int) else moved

    return msgspec.json.encode(_changed(frame, (), change))


def _strides(frames: Sequence[Any]) -> dict[Leaf, float]:
    """How much each counter grows in one lap: from the first frame to the last, and one step more."""
    seen: dict[Leaf, list[float]] = {}

    def note(leaf: Leaf, value: float) -> float:
        seen.setdefault(leaf, []).append(value)
        return value

    for frame in frames:
        _changed(frame, (), note)
    steps = len(frames) / (len(frames) - 1)
    return {
        leaf: (values[-1] - values[0]) * steps
        for leaf, values in seen.items()
        if len(values) == len(frames) and values == sorted(values) and values[-1] > values[0]
    }


def _changed(value: Any, leaf: Leaf, change: Change) -> Any:
    """A copy in which every number is what `change` makes of it."""
    if isinstance(value, dict):
        return {name: _changed(inner, (*leaf, name), change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_changed(inner, (*leaf, _name(inner, place)), change) for place, inner in enumerate(value)]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return change(leaf, value)


def _name(element: Any, place: int) -> str | int:
    """What tells an element of a list from the others, wherever it stands."""
    if isinstance(element, dict):
        return next((str(element[name]) for name in NAMES if name in element), place)
    return place
