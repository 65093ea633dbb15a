"""Clients whose clocks are wrong: by how much, how surely, and that causes and links do not suffer."""

from __future__ import annotations

import random

import pytest

from rtclens.analysis import finish, fold, new_state
from rtclens.model.events import Batch, Event
from rtclens.model.facts import AnyFact, Session

from .synthetic import Scene, newest
from .test_analysis_links import Renamed, senders


def late(batches: list[Batch], skew_ms: dict[str, float], delays: random.Random | None = None) -> list[AnyFact]:
    """The facts of batches whose senders' clocks are ahead by so much, and that travel up to 400 ms."""
    state = new_state()
    facts: list[AnyFact] = []
    for batch in batches:
        ahead = skew_ms.get(batch.origin.participant, 0.0)
        trip = delays.uniform(20.0, 400.0) if delays else 0.0
        events: list[Event] = [moved(event, ahead) for event in batch.events]
        facts += fold(state, Batch(batch.origin, batch.received_at + trip, events)).facts
    return facts + finish(state, batches[-1].received_at + 1000.0)


def moved(event: Event, ahead: float) -> Event:
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    return type(event)(**{**values, "at": event.at + ahead})


def sessions(facts: list[AnyFact]) -> dict[str, Session]:
    return {row.external_id: row for row in newest(facts).values() if isinstance(row, Session)}


@pytest.mark.parametrize("ahead", [-20_000.0, -300.0, 0.0, 5_000.0])
def test_the_offset_is_found_within_its_uncertainty(ahead: float) -> None:
    told = sessions(late(Scene().run(60).batches, {"a": ahead}, random.Random(7)))["s-a"]
    assert told.clock_offset_ms is not None and told.clock_uncertainty_ms is not None
    assert abs(told.clock_offset_ms - ahead) <= told.clock_uncertainty_ms < 600.0


def test_steady_arrivals_are_surer_than_uneven_ones() -> None:
    batches = Scene().run(60).batches
    steady = sessions(late(batches, {}))["s-a"].clock_uncertainty_ms
    uneven = sessions(late(batches, {}, random.Random(7)))["s-a"].clock_uncertainty_ms
    assert steady is not None and uneven is not None and steady < uneven


@pytest.mark.parametrize("ahead", [-20_000.0, 20_000.0])
def test_a_wrong_clock_does_not_hide_who_came_later(ahead: float) -> None:
    """Without the correction, the newcomer seems to have sent before the others' streams began, or far after."""
    meeting = Renamed("ab")
    meeting.run(30)
    meeting.join("c")
    meeting.run(60)
    assert senders(late(meeting.batches, {"c": ahead}), "a") == ["b", "c"]
    assert senders(late(meeting.batches, {"c": ahead}), "b") == ["a", "c"]
