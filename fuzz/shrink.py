"""Make an input that shows a defect small, and say what happens.

Enters: a target and an input. Leaves: text: the frames that remain and the traceback.
"""

from __future__ import annotations

import copy
import traceback
from collections.abc import Iterator
from typing import Any

from fuzz import sequence, values
from fuzz.findings import Book
from fuzz.mutate import split
from fuzz.sequence import Frame
from fuzz.targets import Target

MAX_TRIES = 4_000


def shown(target: Target, data: bytes) -> str:
    """The smallest input found that goes wrong in the same place, and its traceback."""
    option, frames = sequence.unpack(data)
    name = _wrong(target, option, frames)
    if not name:
        return "nothing goes wrong"
    frames = _smallest(target, option, frames, name)
    said = "\n".join(f"  {frame!r}"[:4_000] for frame in frames)
    try:
        target.run(option, frames).settle()
    except Exception as error:
        return f"{name}\noption {option}, frames:\n{said}\n" + "".join(traceback.format_exception(error))[-3_000:]
    return said


def _wrong(target: Target, option: int, frames: list[Frame]) -> str:
    return Book().tried(sequence.pack(option, frames), lambda: target.run(option, frames))


def _smallest(target: Target, option: int, frames: list[Frame], name: str) -> list[Frame]:
    tries = 0
    while True:
        for smaller in _smaller(frames):
            tries += 1
            if tries > MAX_TRIES:
                return frames
            if _wrong(target, option, smaller) == name:
                frames = smaller
                break
        else:
            return frames


def _smaller(frames: list[Frame]) -> Iterator[list[Frame]]:
    """The frames with one left out, or with one member of one frame left out."""
    if len(frames) > 1:
        yield from (frames[:at] + frames[at + 1 :] for at in range(len(frames)))
    for at, frame in enumerate(frames):
        if isinstance(frame, str):
            head, text = split(frame)
            value = values.loaded(text)
            for less in _less(value):
                yield [*frames[:at], head + values.dumped(less), *frames[at + 1 :]]
        else:
            for size in (len(frame) // 2, len(frame) // 8, 1):
                cuts = range(0, len(frame), size) if size and len(frame) / size < 64 else ()
                yield from ([*frames[:at], frame[:cut] + frame[cut + size :], *frames[at + 1 :]] for cut in cuts)


def _less(value: Any) -> Iterator[Any]:
    """Copies of a value that lack one part."""
    for path in list(_paths(value)):
        less = copy.deepcopy(value)
        holder = less
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        yield less


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if len(before) > 20:
        return
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in parts:
        yield (*before, step)
        yield from _paths(inner, (*before, step))
