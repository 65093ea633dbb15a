"""Clients whose clocks are wrong: by how much, how surely, and that causes and links do not suffer."""

from __future__ import annotations

import random

import msgspec
import pytest

from rtclens.analysis import finish, fold, new_state
from rtclens.model.events import Batch, Event, Sample, StateChanged
from rtclens.model.facts import AnyFact, Finding, Session
from rtclens.model.stats import Report, Stats

from .synthetic import Scene, newest, newest_findings
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
    """The event by a clock that is ahead: its own time, and those of its reports."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    if isinstance(event, Sample):
        reports = {name: [later(one, ahead) for one in getattr(event.stats, name)] for name in Stats.__struct_fields__}
        values["stats"] = Stats(**reports)
    return type(event)(**{**values, "at": event.at + ahead})


def later(report: Report, ahead: float) -> Report:
    if report.timestamp is None:
        return report
    return msgspec.structs.replace(report, timestamp=report.timestamp + ahead)


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


def shaky(batches: list[Batch], doubt_s: float) -> list[Batch]:
    """The batches of `b`, whose fastest trip is followed by ever slower ones: its clock is hardly known."""
    told: list[Batch] = []
    for number, batch in enumerate(batches):
        late_ms = 1000.0 * doubt_s if batch.origin.participant == "b" and number % 2 else 0.0
        told.append(Batch(batch.origin, batch.received_at + late_ms, batch.events))
    return sorted(told, key=lambda batch: batch.received_at)


def causes_of(batches: list[Batch], detector: str) -> set[str]:
    return {found.cause_segment for found in findings_of(batches, detector)}


def findings_of(batches: list[Batch], detector: str) -> list[Finding]:
    state = new_state()
    facts: list[AnyFact] = []
    for batch in batches:
        facts += fold(state, batch).facts
    facts += finish(state, batches[-1].received_at)
    return newest_findings(facts, detector)


@pytest.mark.parametrize("ahead", [-8_000.0, 0.0, 8_000.0])
def test_a_wrong_clock_does_not_hide_what_the_sender_measured(ahead: float) -> None:
    """Known to be 8 s wrong, the sender's measurements still speak about the same moments."""
    scene = Scene().run(25)
    scene.a.set("limits", none=0.0, bandwidth=1.0)
    scene.a.set("out_video", totalPacketSendDelay=5.0)
    scene.b.set("in_video", framesDecoded=4, totalSquaredInterFrameDelay=0.3)
    scene.run(30)
    found = newest_findings(late(scene.batches, {"a": ahead}), "video_fps_low")
    assert {one.cause_segment for one in found} == {"sender_uplink"}


def test_who_was_gone_first_is_left_open_where_the_clocks_cannot_tell() -> None:
    def gone(doubt_s: float) -> set[str]:
        scene = Scene().run(30)
        scene.silent.add("b")
        scene.run(1)
        scene.send("a", StateChanged(at=scene.now, connection="pc-a", machine="ice", state="disconnected"))
        scene.run(40)
        return {found.cause_reason[:30] for found in findings_of(shaky(scene.batches, doubt_s), "ice_disconnected")}

    assert gone(0.0) == {"nothing was heard from the oth"}
    assert gone(8.0) and not gone(8.0) & gone(0.0)
