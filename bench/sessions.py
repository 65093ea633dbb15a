"""Long calls for benchmarks, made from recorded ones: the steady part is repeated, and its counters go on rising.

Enters: a recording of the truth set. Leaves: batches as a worker takes them from the stream.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from rtclens.demo.recording import load_path
from rtclens.model.codec import Hello
from rtclens.model.events import Batch, ClientScored, Sample
from rtclens.model.report import Report
from rtclens.wire.native.codec import Native
from truth.playback import batches, path_of

SENDER = Path(__file__).parent.parent / "collectors" / "python"
FIRST, LAST = 0.4, 0.8  # the part of a recording's samples that repeats: nobody joins, mutes or leaves in it
STEADY = {Sample, ClientScored}
COPY = msgspec.msgpack.Encoder()
BATCH = msgspec.msgpack.Decoder(Batch)
Growth = dict[tuple[str, str], dict[str, float]]


def recorded(name: str) -> list[list[Batch]]:
    """The batches of each participant of a recorded call, in order."""
    people: dict[str, list[Batch]] = {}
    for item in batches(load_path(path_of(name))):
        if isinstance(item, Batch):
            people.setdefault(f"{item.origin.participant}/{item.origin.session}", []).append(item)
    return [one for one in people.values() if sum(map(_samples, one)) > 4]


def _samples(batch: Batch) -> int:
    return sum(isinstance(event, Sample) for event in batch.events)


def lengthened(name: str, samples: int) -> tuple[list[Batch], list[Batch]]:
    """(the opening, at least `samples` steady batches of each participant), each in order of arrival."""
    opening: list[Batch] = []
    steady: list[Batch] = []
    for person in recorded(name):
        sampled = [batch for batch in person if _samples(batch) and {type(event) for event in batch.events} <= STEADY]
        first, last = int(len(sampled) * FIRST), int(len(sampled) * LAST)
        cycle = sampled[first + 1 : last + 1]
        opening += person[: person.index(sampled[first]) + 1]
        steady += _repeated(sampled[first], cycle, samples)
    return sorted(opening, key=_arrival), sorted(steady, key=_arrival)


def crowded(shape: tuple[list[Batch], list[Batch]], copies: int) -> tuple[list[Batch], list[Batch]]:
    """The same call with every person in it so many times."""
    opening, steady = ([_copy(batch, number) for batch in part for number in range(copies)] for part in shape)
    return opening, steady


def _copy(batch: Batch, number: int) -> Batch:
    known, again = batch.origin, BATCH.decode(COPY.encode(batch))
    again.origin = msgspec.structs.replace(
        known, participant=f"{known.participant}#{number}", session=known.session and f"{known.session}#{number}"
    )
    return again


def _arrival(batch: Batch) -> float:
    return batch.received_at


def _repeated(before: Batch, cycle: list[Batch], samples: int) -> Iterator[Batch]:
    growth = _growth(before, cycle[-1])
    spacing = cycle[-1].received_at - before.received_at
    for number in range(samples):
        turn, place = divmod(number, len(cycle))
        batch = BATCH.decode(COPY.encode(cycle[place]))
        batch.received_at += turn * spacing
        for event in batch.events:
            event.at += turn * spacing
            for report in _reports(event) if isinstance(event, Sample) else ():
                for member, step in growth.get((report.type, report.id), {}).items():
                    value = getattr(report, member)
                    if value is not None:
                        setattr(report, member, value + turn * step)
        yield batch


def _reports(sample: Sample) -> Iterator[Report]:
    for name in sample.stats.__struct_fields__:
        yield from getattr(sample.stats, name)


def _growth(before: Batch, after: Batch) -> Growth:
    """By how much each number of each report grew over the cycle; one that did not grow is no counter."""
    earlier = {
        (report.type, report.id): report
        for event in before.events
        if isinstance(event, Sample)
        for report in _reports(event)
    }
    found: Growth = {}
    for event in after.events:
        for report in _reports(event) if isinstance(event, Sample) else ():
            old = earlier.get((report.type, report.id))
            for member in report.__struct_fields__ if old is not None else ():
                one, other = getattr(old, member), getattr(report, member)
                if type(one) in (int, float) and type(other) in (int, float) and other > one:
                    found.setdefault((report.type, report.id), {})[member] = other - one
    return found


def native(found: list[Batch]) -> list[Batch]:
    """The same samples as clients of the native protocol send them, one frame each."""
    if str(SENDER) not in sys.path:
        sys.path.append(str(SENDER))
    from rtclens_sender import Stream

    streams: dict[str, tuple[Any, Any]] = {}
    codec, result = Native(), []
    for batch in found:
        who = batch.origin.participant or batch.origin.session
        if who not in streams:
            hello = Hello(
                app_id="bench", stream=who, path={"call": "bench", "client": who}, opened_at=batch.received_at
            )
            streams[who] = (Stream(binary=True), codec.open(hello)[0])
        stream, state = streams[who]
        for event in batch.events:
            if isinstance(event, Sample):
                reports = [msgspec.to_builtins(report) | {"type": report.type} for report in _reports(event)]
                stream.sample(event.connection, reports)
        for frame in stream.frames():
            _, items = codec.feed(state, frame, batch.received_at)
            result += [item for item in items if isinstance(item, Batch)]
    return result
