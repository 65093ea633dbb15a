"""When things happened: ages, clocks that are wrong, samples that were delayed or play back fast."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.model import events as ev
from rtclens.wire.peermetrics.clock import SMALL, Timeline

from .player import START, Page, sample

DAY = 86_400_000.0


@pytest.mark.parametrize("delta", [None, -1, "5", "text", True, [], {}, 1e18, 1e12])
def test_t1_t2_an_age_that_makes_no_sense(delta: Any) -> None:
    """It is counted; the event stays within the session's span, and the request is taken."""
    page = Page().join()
    page.at += 60_000
    assert page.browser("custom", delta=delta, data={}).response.status == 200
    assert START - 600_000 <= page.of(ev.AppReported)[0].at <= page.at
    assert [refusal.code for refusal in page.refusals] == ["bad_value"]


@pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-0.5", b"9" * 400])
def test_t1_ages_that_are_no_json(literal: bytes) -> None:
    """Scripts send NaN and Infinity bare; the event is taken all the same, also in a stats body."""
    page = Page().join().connect()
    event = b'{"eventName":"custom","data":{},"delta":%s,"token":"%s"}' % (literal, page.token.encode())
    assert page.send("POST", "/events/browser", event).response.status == 200
    stats = b'{"data":{},"connectionId":"%s","delta":%s,"token":"%s"}'
    body = stats % (page.connection.encode(), literal, page.token.encode())
    assert page.send("POST", "/stats", body).response.status == 200
    assert {refusal.code for refusal in page.refusals} == {"bad_value"}


def test_an_event_is_as_old_as_it_says() -> None:
    """Event time is arrival minus delta, for stamped events too: their own stamp is the client's clock."""
    page = Page().join().connect()
    page.at += 1_000
    page.tell("onconnectionstatechange", "connecting", delta=250, timestamp="1999-01-01T00:00:00.000Z")
    assert page.of(ev.StateChanged)[0].at == page.at - 250


def test_t3_a_delayed_sample_is_drawn_where_it_was_taken() -> None:
    """Report timestamps place samples, not their arrival; a repeat's age counts as well."""
    page = Page().join().connect()
    page.at += 10_000
    page.stats(sample(page.at))
    page.at += 40_000
    page.stats(sample(page.at - 30_000))
    page.stats(sample(page.at - 20_000), delta=20_000)
    assert [event.at for event in page.of(ev.Sample)] == [START + 10_000, START + 20_000, START + 30_000]


def test_a_first_sample_that_is_late_corrects_itself() -> None:
    """The offset falls to what prompt samples show as soon as two of them agree."""
    page = Page().join().connect()
    for taken, arrival in ((10_000, 40_000), (45_000, 45_000), (55_000, 55_000), (65_000, 65_000)):
        page.at = START + arrival
        page.stats(sample(START + taken))
    assert [event.at for event in page.of(ev.Sample)][2:] == [START + 55_000, START + 65_000]
    page.browser("custom", data={})
    assert page.of(ev.AppReported)[0].at == START + 65_000


@pytest.mark.parametrize("interval", [1_000, 2_000, 5_000, 10_000])
def test_any_interval_survives_a_fast_recording(interval: int) -> None:
    """However often samples were taken, played at full speed they stay as far apart, up to one small correction."""
    page = Page().join().connect()
    for n in range(20):
        page.at += 5
        page.stats(sample(START + interval * n))
    times = [event.at for event in page.of(ev.Sample)]
    assert times[-1] - times[0] >= 19 * interval - SMALL
    assert [b - a for a, b in pairwise(times[4:])] == pytest.approx([interval] * 15)


@pytest.mark.parametrize("wrong", [-DAY, DAY, 40 * 365 * DAY, -3_600_000.0])
def test_t4_a_wrong_clock_changes_nothing(wrong: float) -> None:
    """A client clock that is wrong by any amount gives the same times."""
    times = []
    for error in (0.0, wrong):
        page = Page().join().connect()
        for n in range(5):
            page.at = START + 10_000 * (n + 1)
            page.stats(sample(START + 10_000 * (n + 1) - 8 + error))
        page.browser("endCall")
        times.append([event.at for event in page.events if isinstance(event, ev.Sample | ev.SessionClosed)])
    assert times[0] == pytest.approx(times[1])


@pytest.mark.parametrize("step", [-DAY, DAY, 5_000.0])
def test_a_clock_that_is_set_during_the_call(step: float) -> None:
    """After two samples with the new difference the old one is given up."""
    page = Page().join().connect()
    for n in range(1, 9):
        page.at = START + 10_000 * n
        page.stats(sample(page.at + (step if n > 4 else 0)))
    assert [event.at for event in page.of(ev.Sample)][5:] == [START + 10_000 * n for n in (6, 7, 8)]


def test_t5_setup_starts_when_the_page_called_add_connection() -> None:
    """`peerDetails` carries the age of that moment, however late it is sent."""
    page = Page().join().connect()
    page.at += 500
    config = {"iceServers": [{"urls": "turn:t", "username": "u", "credential": "secret"}]}
    page.tell("peerDetails", {"options": {"peerId": "bob"}, "peerConfiguration": config}, delta=480)
    opened = page.of(ev.ConnectionOpened)
    assert [event.at for event in opened] == [START, START + 20]
    assert opened[1].peer == "bob"
    assert opened[1].config == {"iceServers": [{"urls": "turn:t", "username": "u"}]}


def test_d3_a_state_that_was_overtaken_goes_before_its_successor() -> None:
    """`checking` that arrives after `connected` happened before it; a real return to it later is another matter."""
    page = Page().join().connect()
    for state in ("connected", "checking", "new"):
        page.tell("oniceconnectionstatechange", state)
        page.at += 10
    page.at += 20_000
    page.tell("oniceconnectionstatechange", "checking")
    states = sorted(page.of(ev.StateChanged), key=lambda event: event.at)
    assert [event.state for event in states] == ["new", "checking", "connected", "checking"]


def test_events_stay_behind_the_samples_of_a_fast_recording() -> None:
    """Where report clocks run ahead of arrival, an event happens at the newest sample minus its own age."""
    page = Page().join().connect()
    for n in range(6):
        page.at += 50
        page.stats(sample(START + 10_000 * n))
    page.browser("custom", data={}, delta=100)
    newest = page.of(ev.Sample)[-1].at
    assert newest == START + 50 + 50_000
    assert page.of(ev.AppReported)[0].at == newest - 100


times = st.floats(0, 4e12, allow_nan=False)


@given(st.lists(st.tuples(times, st.floats(0, 60_000)), min_size=1, max_size=30))
def test_the_present_never_runs_back(steps: list[tuple[float, float]]) -> None:
    """Whatever clients report, a session's present is never before the server's clock."""
    clock, at = Timeline(), START
    for timestamp, pause in steps:
        at += pause
        clock.sampled(timestamp, at)
        assert clock.now(at) >= at


@given(st.floats(-1e12, 1e12), st.lists(st.floats(0, 1_500), min_size=2, max_size=40))
def test_jitter_of_delivery_only_ever_lowers_the_offset(skew: float, delays: list[float]) -> None:
    """With a steady clock, samples are drawn at most the first delay late and never early."""
    clock = Timeline()
    for n, delay in enumerate(delays):
        taken = START + 10_000.0 * n
        at = clock.sampled(taken + skew, taken + delay)
        assert -1e-2 <= at - taken <= max(delays[0], SMALL) + 1e-2
