"""A page that reconnects goes on where it was; a page that reloads starts anew."""

import json

import pytest

from rtclens.model.events import (
    Batch,
    ConnectionOpened,
    Sample,
    SessionOpened,
    SessionUpdated,
    TelemetryOpened,
)
from rtclens.wire.rtcstats import RtcStats, may_continue
from rtclens.wire.rtcstats.reports import as_sent

from .support import T0, events, hello, of_type, play, recording, refusals, vectors

CODEC = RtcStats()
CLAIMS = {"rtcStats": {"user": "u", "session": "x", "conference": "c"}}


def run(state, lines, expected):
    """Feed lines at the times they should have; per line the connection's reports and the items."""
    seen = []
    for line, wanted in zip(lines, expected, strict=True):
        state, items = CODEC.feed(state, json.dumps(line), wanted["time"])
        peer = state.peers.get("PC_0")
        reports = {} if peer is None else peer.reports.reports
        unconfirmed = [rid for rid, kept in reports.items() if kept.unconfirmed is not None]
        seen.append(({rid: as_sent(kept) for rid, kept in reports.items()}, unconfirmed, items))
    return state, seen


def without(reports, unconfirmed):
    """Unconfirmed reports keep the stamp of their last sign of life here, so that they never look fresh."""
    return {rid: {**r, "timestamp": None} if rid in unconfirmed else r for rid, r in reports.items()}


def compare(seen, expected, key):
    for (reports, unconfirmed, _), wanted in zip(seen, expected, strict=True):
        if key in wanted:
            assert without(reports, unconfirmed) == without(wanted[key]["reports"], unconfirmed)
            assert unconfirmed == (wanted.get("unconfirmed", []) if key == "with_earlier_state" else [])


@pytest.mark.parametrize("vector", vectors("reconnect"), ids=lambda vector: vector["name"])
def test_the_vectors_with_the_earlier_state(vector):
    earlier = None
    for number, socket in enumerate(vector["sockets"]):
        state, _ = CODEC.open(hello(stream=f"s{number}", claims=CLAIMS))
        if earlier is not None:
            assert may_continue(earlier, hello(stream=f"s{number}", claims=CLAIMS))
            state = CODEC.carry(state, earlier)
        state, seen = run(state, socket["lines"], socket["as_it_should_be"])
        compare(seen, socket["as_it_should_be"], "with_earlier_state")
        lost = "dropped" in vector["name"]
        CODEC.close(state, socket["as_it_should_be"][-1]["time"], 1006 if lost else 1005)
        earlier = state


@pytest.mark.parametrize("vector", vectors("reconnect"), ids=lambda vector: vector["name"])
def test_the_vectors_without_the_earlier_state(vector):
    for socket in vector["sockets"][1:]:
        state, _ = CODEC.open(hello())
        state, seen = run(state, socket["lines"], socket["as_it_should_be"])
        compare(seen, socket["as_it_should_be"], "without_earlier_state")
        assert not any(refusals(items) for _, _, items in seen)


FIRST = [
    [39, None, {"hardwareConcurrency": 2, "reloadCount": 0}, T0],
    [39, "PC_0", None, 1],
    ["g", "PC_0", {"0": {"10": 7, "79": 1, "type": 2}, "1": {"134": "192.0.2.1", "type": 7}, "t": T0 + 9}, 8],
]
AGAIN = [39, None, {"hardwareConcurrency": 2, "reloadCount": 0}, T0 + 60_000]
TICK = ["g", "PC_0", {"1": {"135": 9}, "t": T0 + 61_000}, 1000]


def first(code=1006):
    state, _ = CODEC.open(hello(claims=CLAIMS))
    for line in FIRST:
        state, _ = CODEC.feed(state, json.dumps(line), T0)
    CODEC.close(state, T0 + 9, code)
    return state


def second(lines, earlier=None, at=T0 + 60_000):
    state, _ = CODEC.open(hello(stream="s2", opened_at=at, claims=CLAIMS))
    state = CODEC.carry(state, earlier or first())
    batches = []
    for line in lines:
        state, items = CODEC.feed(state, json.dumps(line), at)
        assert items
        batches += [item for item in items if isinstance(item, Batch)]
    return state, batches


def sessions(batches):
    return [(type(event).__name__, batch.origin.session) for batch in batches for event in batch.events]


def test_a_reconnect_keeps_its_session_and_says_hello_only_once():
    _, batches = second([AGAIN, ["websocket", None, {"connectionTime": 3}, 5], TICK])
    assert sessions(batches) == [("SessionUpdated", "s1"), ("TelemetryOpened", "s1"), ("Sample", "s1")]
    assert [len(batch.events) for batch in batches] == [0, 0, 2, 1]


def test_a_reload_is_a_new_session_although_its_claims_are_equal():
    _, batches = second([AGAIN, [39, "PC_0", None, 5]])
    assert sessions(batches) == [("SessionOpened", "s2"), ("ConnectionOpened", "s2")]


def test_a_higher_reload_count_decides_at_once():
    _, batches = second([[39, None, {"hardwareConcurrency": 2, "reloadCount": 1}, T0 + 60_000]])
    assert sessions(batches) == [("SessionOpened", "s2")]


def test_a_new_connection_number_shows_that_the_page_lives_on():
    _, batches = second([AGAIN, [39, "PC_1", None, 5]])
    assert sessions(batches)[-1] == ("ConnectionOpened", "s1")


def test_after_a_gap_a_silent_stream_is_gone_after_three_ticks_and_never_looks_fresh():
    ticks = [["g", "PC_0", {"1": {"135": n}, "t": T0 + 61_000 + n}, 1000] for n in range(4)]
    _, batches = second([AGAIN, *ticks])
    samples = [event.stats for event in of_type(batches, Sample)]
    assert [len(stats.outbound_rtp) for stats in samples] == [1, 1, 0, 0]
    assert samples[0].outbound_rtp[0].timestamp == T0 + 9
    assert samples[0].local_candidate[0].timestamp == T0 + 61_000


def test_after_a_clean_close_nothing_was_lost():
    _, batches = second([AGAIN, TICK], earlier=first(code=1005))
    assert of_type(batches, Sample)[0].stats.outbound_rtp[0].timestamp == T0 + 61_000


def test_what_waits_too_long_goes_out_as_a_new_session():
    lines = [AGAIN, *([":tick", None, n, 1000] for n in range(7))]
    _, batches = second(lines)
    assert {name for _, name in sessions(batches)} == {"s2"}
    assert of_type(batches, SessionOpened)


def test_what_waits_at_the_end_goes_out():
    state, batches = second([AGAIN])
    items = CODEC.close(state, T0 + 61_000, 1001)
    assert events(batches) == []
    assert [type(event).__name__ for event in events(items)] == ["SessionOpened", "TelemetryClosed"]


def test_a_difference_shorter_than_the_silence_is_not_believed():
    _, batches = second([[25, "PC_0", "failed", 40]])
    assert events(batches)[-1].at == T0 + 60_009


def test_only_the_same_person_and_browser_may_continue_and_only_soon():
    earlier = first()
    assert may_continue(earlier, hello(opened_at=T0 + 1000, claims=CLAIMS))
    assert not may_continue(earlier, hello(opened_at=T0 + 700_000, claims=CLAIMS))
    assert not may_continue(earlier, hello(opened_at=T0 + 1000, claims=CLAIMS, app_id="other"))
    other_room = {"rtcStats": {**CLAIMS["rtcStats"], "conference": "d"}}
    assert not may_continue(earlier, hello(opened_at=T0 + 1000, claims=other_room))
    assert not may_continue(earlier, hello(opened_at=T0 + 1000))


def test_create_of_a_known_connection_starts_it_anew():
    state, _ = CODEC.open(hello())
    for line in [*FIRST, [39, "PC_0", None, 5]]:
        state, _ = CODEC.feed(state, json.dumps(line), T0)
    state, items = CODEC.feed(state, json.dumps(["g", "PC_0", {"0": {"79": 9}}, 1]), T0)
    assert of_type(items, Sample)[0].stats.local_candidate == []


def test_the_recorded_reload_gives_three_sessions():
    opened = []
    for number, socket in enumerate(recording("reload")):
        _, items = play(socket, f"s{number}")
        opened += [b.origin.session for b in items if isinstance(b, Batch) if of_type([b], SessionOpened)]
        assert refusals(items) == []
    assert opened == ["s0", "s1", "s2"]


def test_dropped_sockets_of_the_recording_close_with_their_code():
    for socket in recording("ws-drop"):
        state, items = play(socket)
        assert state.closed_with == 1001
        assert len(of_type(items, TelemetryOpened, SessionUpdated, ConnectionOpened)) == 2
