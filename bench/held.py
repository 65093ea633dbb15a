"""What the state of the analysis consists of, object by object.

Enters: a state with live calls. Leaves: bytes by owner and attribute; an object that several share counts once.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rtclens import analysis
from rtclens.analysis.detectors.engine import Panel
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import Open
from rtclens.analysis.settings import Settings
from rtclens.analysis.state import Call, Connection, Participant, Session, Stream, Track

OWNERS = (Call, Participant, Session, Connection, Track, Stream, Open)
EVERYBODYS = (Panel, Settings, Detector, type)
LEAVES = (str, bytes, int, float, array, type(None))


def held(state: analysis.State) -> Counter[str]:
    """Bytes by `Owner.attribute`, `Owner.attribute.member` where the attribute is a record; `Owner` is the record."""
    found: Counter[str] = Counter()
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("State", call) for call in state.calls.values()]
    while waiting:
        path, one = waiting.pop()
        if id(one) in seen or isinstance(one, EVERYBODYS):
            continue
        seen.add(id(one))
        owner = type(one).__name__ if isinstance(one, OWNERS) else ""
        path = owner or path
        found[path] += sys.getsizeof(one)
        if not isinstance(one, LEAVES):
            waiting.extend((f"{path}{name}", value) for name, value in _parts(one, path))
    return found


def _parts(one: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(one, dict):
        yield from (("", part) for pair in one.items() for part in pair)
    elif isinstance(one, list | tuple | set | frozenset):
        yield from (("", part) for part in one)
    else:
        deep = path.count(".") < 2
        for name in _members(one):
            yield f".{name}" if deep else "", getattr(one, name, None)


def _members(one: Any) -> Iterator[str]:
    if hasattr(one, "__struct_fields__"):
        yield from one.__struct_fields__
        return
    for kind in type(one).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots
