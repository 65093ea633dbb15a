"""Longer calls made of recorded ones: as many seconds as wanted, no second a copy of another.

Enters: the batches of a recording. Leaves: the same batches, those of each connection's samples continued at their own
pace. A continued sample takes the steps of a recorded one (which one, a fixed random sequence says), each step of each
member made larger or smaller by up to a tenth and rounded to what the member is measured in, so that values have as
much in them as a browser's and compression is not flattered. A browser gets seconds from microseconds by a division or
by a product, which differ in their last bits, or adds them up, so that last bits drift: a continued member does as its
recorded values do. The same recording always gives the same batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import msgspec

from rtclens.model.events import (
    AnyEvent,
    Batch,
    ConnectionClosed,
    LeaveAnnounced,
    Sample,
    SessionClosed,
    StateChanged,
    TelemetryClosed,
)
from rtclens.model.stats import Report, Stats
from rtclens.store.repeats import SELDOM_TABLES

PARTS = (1, 1000, 1_000_000, 32767, 48000, 90000, 1_000_000_000)  # a member's values are multiples of one of 1 / these
SPREAD = 0.1
FEWEST = 5  # samples that a connection must have to be continued
# Names, and numbers that name something or stay what they are.
FIXED = frozenset({"id", "timestamp", "ssrc", "rtxSsrc", "fecSsrc", "priority", "port", "frameWidth", "frameHeight"})
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a member is measured in: parts of a whole, 0 if in none, and how a browser makes a float of their number."""

    parts: int
    way: Literal["divided", "multiplied", "added up"] = "added up"

    def value(self, now: float, moved: float) -> float:
        """What a browser that said `now` says when `moved` is meant."""
        if not self.parts:
            return moved
        if self.way == "divided":
            return round(moved * self.parts) / self.parts
        if self.way == "multiplied":
            return round(moved * self.parts) * (1 / self.parts)
        return now + round((moved - now) * self.parts) / self.parts


def stretched(batches: Sequence[Batch], seconds: float) -> list[Batch]:
    """The batches, and what follows them until each sampled connection was watched for so many seconds."""
    found: dict[tuple[str, str, str], list[Batch]] = {}
    for batch in batches:
        for event in batch.events:
            if isinstance(event, Sample):
                key = (batch.origin.participant, batch.origin.session, event.connection)
                found.setdefault(key, []).append(msgspec.structs.replace(batch, events=[event]))
    more = [next_one for key, own in found.items() if len(own) >= FEWEST for next_one in _continued(own, seconds, key)]
    return sorted([*filter(None, map(_without_end, batches)), *more], key=_arrival)


def _arrival(batch: Batch) -> float:
    return batch.received_at


def _without_end(batch: Batch) -> Batch | None:
    """The batch without what ends a call, a session or a connection; `None` when nothing is left."""
    kept = [event for event in batch.events if not _ends(event)]
    return msgspec.structs.replace(batch, events=kept) if kept else None


def _ends(event: AnyEvent) -> bool:
    is_end = isinstance(event, SessionClosed | LeaveAnnounced | TelemetryClosed | ConnectionClosed)
    return is_end or (isinstance(event, StateChanged) and event.state in ("closed", "failed", "disconnected"))


def _continued(own: list[Batch], seconds: float, key: tuple[str, str, str]) -> Iterator[Batch]:
    samples = [_sample(batch) for batch in own]
    pace = (samples[-1].at - samples[0].at) / (len(samples) - 1)
    if pace <= 0:
        return
    random = Random("/".join(key))
    course = _Course(samples, random)
    at, received_at = samples[-1].at, own[-1].received_at
    for _ in range(int((seconds * 1000 - (samples[-1].at - samples[0].at)) / pace)):
        step = round(pace + random.gauss(0, 2))
        at, received_at = at + step, float(round(received_at + step + random.uniform(-1, 1)))
        event = msgspec.structs.replace(samples[-1], at=at, stats=course.next(at))
        yield msgspec.structs.replace(own[-1], received_at=received_at, events=[event])


def _sample(batch: Batch) -> Sample:
    (event,) = batch.events
    assert isinstance(event, Sample)
    return event


class _Course:
    """The reports of one connection from the last recorded sample on."""

    def __init__(self, samples: list[Sample], random: Random) -> None:
        self._random = random
        self._last = samples[-1].stats
        half = samples[len(samples) // 2 :]
        self._steps = len(half) - 1
        self._of: dict[tuple[str, str], list[Values]] = {}
        for sample in half:
            for table in Stats.__struct_fields__:
                for report in getattr(sample.stats, table) or ():
                    self._of.setdefault((table, report.id), []).append(msgspec.structs.asdict(report))
        self._measures = {key: _measures(rows) for key, rows in self._of.items()}

    def next(self, at: float) -> Stats:
        """The reports a step later."""
        index = self._random.randrange(self._steps)
        new = Stats()
        for table in Stats.__struct_fields__:
            reports = getattr(self._last, table)
            if reports:
                setattr(new, table, [self._moved(table, report, index, at) for report in reports])
        self._last = new
        return new

    def _moved(self, table: str, report: Report, index: int, at: float) -> Report:
        changes: Values = {"timestamp": at if report.timestamp is not None else None}
        rows = self._of[table, report.id]
        if table not in SELDOM_TABLES and len(rows) > index + 1:
            before, after, measures = rows[index], rows[index + 1], self._measures[table, report.id]
            for name, measure in measures.items():
                old, new, now = before[name], after[name], getattr(report, name)
                if isinstance(new, int | float) and isinstance(old, int | float) and isinstance(now, int | float):
                    changes[name] = self._value(old, new, now, measure, whole=isinstance(now, int))
        return msgspec.structs.replace(report, **changes)

    def _value(self, old: float, new: float, now: float, measure: Measure, *, whole: bool) -> float:
        """A counter goes on from where it is; anything else is near to what was recorded."""
        step = (new - old) * self._random.uniform(1 - SPREAD, 1 + SPREAD)
        moved = now + step if new >= old and now >= new else new + step / 2
        if moved < 0 <= new:  # a level, say, which is never negative
            moved = -moved
        return round(moved) if whole else measure.value(now, moved)


def _measures(rows: list[Values]) -> dict[str, Measure]:
    """The members that count or measure something, and how."""
    names = [name for name, value in rows[-1].items() if name not in FIXED and _is_number(value)]
    return {name: _measure([row[name] for row in rows if _is_number(row[name])]) for name in names}


def _measure(values: list[float]) -> Measure:
    for parts in PARTS:
        if all(abs(value * parts - round(value * parts)) < 1e-6 * max(1.0, abs(value)) for value in values):
            if all(round(value * parts) / parts == value for value in values):
                return Measure(parts, "divided")
            if all(round(value * parts) * (1 / parts) == value for value in values):
                return Measure(parts, "multiplied")
            return Measure(parts)
    return Measure(0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
