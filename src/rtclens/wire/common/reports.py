"""Turn a stats object as a client sent it (a dict) into a `Report`, tolerantly and without losing a member.

Enters: the members of one stats object. Leaves: a report of the class for its type. Members that the class does not
know, or whose value has the wrong type (a number sent as text, NaN), are kept in `extra` and are not measurements.
"""

from __future__ import annotations

from math import isfinite
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from rtclens.model.stats import BY_TYPE, REPORTS, Report, Stats

AnyReport = TypeVar("AnyReport", bound=Report)

# Legacy spellings that still arrive from older browsers and SDKs, and what the standard calls them.
RENAMED = {"ip": "address", "mediaType": "kind", "discardedPackets": "packetsDiscarded", "portNumber": "port"}
# Said elsewhere: `type` chooses the class, `isRemote` the candidate table.
REDUNDANT = frozenset({"type", "isRemote"})


def _strict(cls: type[Report]) -> type[Report]:
    return msgspec.defstruct(  # type: ignore[return-value]
        f"Strict{cls.__name__}",
        [],
        bases=(cls,),
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
        omit_defaults=True,
    )


STRICT: dict[type[Report], type[Report]] = {cls: _strict(cls) for cls in REPORTS}


def _accepted(cls: type[Report]) -> dict[str, tuple[type, ...]]:
    hints = get_type_hints(cls)
    names = [field.name for field in msgspec.structs.fields(cls) if field.name != "extra"]
    return {name: tuple(kind for kind in _kinds(hints[name]) if kind is not NoneType) for name in names}


def _kinds(hint: Any) -> tuple[type, ...]:
    return tuple(getattr(kind, "__origin__", kind) for kind in get_args(hint)) or (hint,)


ACCEPTED: dict[type[Report], dict[str, tuple[type, ...]]] = {cls: _accepted(cls) for cls in REPORTS}


def build(cls: type[AnyReport], members: dict[str, Any]) -> AnyReport:
    """A report of `cls` from `members`; never raises for what the members hold."""
    try:
        return msgspec.convert(members, STRICT[cls], strict=True)  # type: ignore[return-value]
    except msgspec.ValidationError:
        return _build_slowly(cls, members)


def _build_slowly(cls: type[AnyReport], members: dict[str, Any]) -> AnyReport:
    accepted = ACCEPTED[cls]
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in members.items():
        if name in REDUNDANT or value is None:
            continue
        target = name if name in accepted else RENAMED.get(name, name)
        if target in accepted and _fits(value, accepted[target]):
            known.setdefault(target, value)
        elif name == "id":
            known["id"] = str(value)
        elif name != "extra" or value:
            extra[name] = value
    if extra:
        known["extra"] = extra
    return cls(**known)


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, float):
        return float in kinds and isfinite(value)
    if isinstance(value, dict):
        return dict in kinds and all(isinstance(n, int | float) and isfinite(n) for n in value.values())
    return isinstance(value, kinds)


def add(stats: Stats, type_name: str, members: dict[str, Any]) -> bool:
    """Append the report to its list in `stats`; false when no class knows the type."""
    cls = BY_TYPE.get(type_name)
    if cls is None:
        return False
    getattr(stats, cls.table).append(build(cls, members))
    return True
