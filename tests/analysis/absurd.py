"""Reports of every type with numbers that no browser means: what a broken or hostile client can still encode."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, get_args, get_origin, get_type_hints

from rtclens.model import events as e
from rtclens.model.stats import Report, Stats

from .synthetic import START

ABSURD = (0, -0.0, -1, 1e-320, 1e-9, 1e18, 1.7e308, -1.7e308, 2**32, 2**63 - 1, -(2**63), 2**64 - 1)
WORDS = (None, "", "x", "audio", "video", "failed", "connected", "relay", "udp", "cpu")
TYPES: dict[str, type[Report]] = {name: get_args(kind)[0] for name, kind in get_type_hints(Stats).items()}
MEMBERS = {
    name: {member: get_args(kind) for member, kind in get_type_hints(cls).items() if member in cls.__struct_fields__}
    for name, cls in TYPES.items()
}
PLAIN = {"id", "timestamp", "kind", "codecId", "mimeType", "extra"}
Counters = dict[tuple[str, ...], float]


def batches(seed: int) -> Iterator[e.Batch]:
    """A call of two people, from usual to wild; some numbers count up, as counters do."""
    chance = Random(seed)
    wild, rising = chance.choice((0.02, 0.1, 0.5)), chance.choice((0.0, 0.5, 0.95))
    step = chance.choice((100.0, 1000.0, 8000.0))
    counters: Counters = {}
    for number in range(chance.randrange(5, 30)):
        at = START + number * step
        for name in "ab":
            stats = Stats(**{table: _reports(chance, table, at, wild, rising, counters) for table in TYPES})
            told = at if chance.random() < 0.97 else float(chance.choice(ABSURD))
            origin = e.Origin("app", "test", "call", name, name, "client")
            yield e.Batch(origin, at, [e.Sample(at=told, connection="pc", stats=stats)])


def _reports(chance: Random, table: str, at: float, wild: float, rising: float, counters: Counters) -> list[Report]:
    found = []
    for number in range(chance.choice((0, 1, 2, 2))):
        kind = ("video", "audio")[number]
        row: dict[str, Any] = {"id": f"{table}{number}", "kind": kind, "codecId": f"codec{number}"}
        row["timestamp"] = at if chance.random() < 0.95 else chance.choice(ABSURD)
        row["mimeType"] = ("video/VP8", "audio/opus")[number]
        for member, kinds in MEMBERS[table].items():
            if member not in PLAIN:
                row[member] = _value(chance, kinds, wild, rising, counters, (table, str(number), member))
        found.append(TYPES[table](**{name: value for name, value in row.items() if name in MEMBERS[table]}))
    return found


def _value(
    chance: Random, kinds: tuple[Any, ...], wild: float, rising: float, counters: Counters, key: tuple[str, ...]
) -> Any:
    if bool in kinds:
        return chance.choice((None, True, False))
    if str in kinds:
        return chance.choice(WORDS)
    if int not in kinds:
        shares = any(get_origin(kind) is dict for kind in kinds)
        return {word: chance.choice((*ABSURD, 1, 2.5)) for word in ("none", "cpu", "bandwidth")} if shares else None
    if chance.random() < wild:
        return chance.choice(ABSURD)
    value = chance.choice((chance.randrange(2000), 100.0 * chance.random(), None))
    if value is not None and chance.random() < rising:
        value = counters[key] = counters.get(key, 0) + value
    return value
