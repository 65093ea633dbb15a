"""Times are the sender's, whatever its stamps count from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.wire.rtcstats import RtcStats
from rtclens.wire.rtcstats.clock import Clock, advance, corrected, possible, raw_times

from .support import T0, decode, events, hello, vectors

BUILDS = [(v["client_build"], n, s) for v in vectors("clock") for n, s in enumerate(v["sockets"])]


@pytest.mark.parametrize(("build", "number", "socket"), BUILDS, ids=lambda part: str(part)[:8])
def test_every_client_build_lands_on_the_true_times(build, number, socket):
    times = raw_times(line[-1] for line in socket["lines"])
    assert corrected(times, socket["received_at"], tolerance=0) == socket["as_it_should_be"]


@pytest.mark.parametrize(("build", "number", "socket"), BUILDS, ids=lambda part: str(part)[:8])
def test_live_times_are_true_where_the_stamps_alone_tell_them(build, number, socket):
    """2.2.0 and 2.2.1 give the page's age on reconnect, which only a correction over the whole socket repairs."""
    if build in ("2.2.0", "2.2.1") and number:
        return
    codec = RtcStats()
    state, _ = codec.open(hello(opened_at=socket["received_at"][0]))
    for line, arrival, true in zip(socket["lines"], socket["received_at"], socket["true_time"], strict=True):
        state, items = codec.feed(state, json.dumps(line), arrival)
        if true is not None:
            # A relative start is placed at its arrival, which is late by the time the client took to connect.
            assert abs(events(items)[-1].at - true) <= 140


def test_a_recording_replayed_faster_than_real_time_keeps_its_times():
    frames = [[":a", None, 1, T0], [":b", None, 2, 60_000], [":c", None, 3, 60_000]]
    assert [event.at for event in events(decode(frames))[1:]] == [T0, T0 + 60_000, T0 + 120_000]


def test_an_absolute_stamp_resets_the_clock_wherever_it_stands():
    frames = [[":a", None, 1, 40], [":b", None, 2, T0 + 5000], [":c", None, 3, 10]]
    assert [event.at for event in events(decode(frames))[1:]] == [T0, T0 + 5000, T0 + 5010]


def test_impossible_stamps_move_nothing_and_are_counted():
    clock = Clock()
    assert advance(clock, 2e11, T0) == T0
    assert advance(clock, 1e15, T0 + 1) == T0
    assert advance(clock, -1e13, T0 + 2) == T0
    assert advance(clock, 5, T0 + 3) == T0 + 5
    assert clock.impossible == 3


def test_clocks_that_agree_are_left_alone():
    assert corrected([T0, T0 + 10], [T0 + 500, T0 + 510]) == [T0, T0 + 10]
    assert corrected([T0, T0 + 10], [T0 + 5000, T0 + 5010]) == [T0 + 5000, T0 + 5010]


def test_a_lasting_step_starts_a_new_offset_and_a_passing_one_does_not():
    minute = 60_000
    arrivals = [T0 + n * minute for n in range(6)]
    asleep = [T0, T0 + minute, *(arrival - 3_600_000 for arrival in arrivals[2:])]
    assert corrected(asleep, arrivals) == arrivals
    late = [*arrivals[:2], arrivals[2] - 30_000, *arrivals[3:]]
    assert corrected(late, arrivals)[2] == arrivals[2] - 30_000


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**62), 2**62), max_size=40))
def test_no_stamp_leads_out_of_this_century(stamps):
    clock = Clock()
    assert all(possible(advance(clock, stamp, T0)) for stamp in stamps)
