from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.query.world import MINUTE, T0, World, sample, state

from rtclens.model.codec import Refusal
from rtclens.query import Scope, Span, ingest, overview
from rtclens.query.overview.minutes import CauseMinutes, Minutes, bucket_s, causes, detectors, minutes
from rtclens.query.overview.sentence import sentence
from rtclens.query.overview.tiles import quantile, tiles
from rtclens.store.store import Store

SPAN = Span(T0, T0 + 10 * MINUTE)
NAMES = ("good", "degraded", "bad", "unknown")


def judged(store: Store, scope: Scope) -> dict[int, tuple[int, int, int, int]]:
    """(good, degraded, bad, unknown) by minute, the empty ones left out."""
    found = minutes(store, scope, SPAN)
    rows = {int((m.at - T0) / MINUTE): (m.good, m.degraded, m.bad, m.unknown) for m in found}
    return {at: row for at, row in rows.items() if any(row)}


@pytest.mark.parametrize(
    ("slices", "verdict"),
    [
        ("gggggggggggg", "good"),
        ("bggggggggggg", "degraded"),
        ("bbgggggggggg", "bad"),
        ("ddgggggggggg", "good"),
        ("dddggggggggg", "degraded"),
        ("uuuuuuuggggg", "unknown"),
        ("uuuuuugggggg", "good"),
        ("uuuuuuuuuuub", "degraded"),
        ("uuu_________", "unknown"),
        ("iiiiiiiiiiii", ""),
        ("iiiiiggggggg", "good"),
    ],
)
def test_a_minute_is_judged_by_media_time(
    store: Store, world: World, scope: Scope, app_id: str, slices: str, verdict: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    world.slices(world.track(world.person(call, "ann"), "video"), slices, T0)
    world.write(store)
    assert judged(store, scope) == ({0: tuple(int(name == verdict) for name in NAMES)} if verdict else {})


@pytest.mark.parametrize(
    ("slices", "covered_s", "verdict"),
    [
        ("bggggg", 10, "bad"),
        ("dggggg", 10, "good"),
        ("ddgggg", 10, "degraded"),
        ("bggggggg", 7.5, "bad"),
        ("g", 60, "good"),
        ("u", 60, "unknown"),
        ("d", 60, "degraded"),
    ],
)
def test_coarse_sampling_is_judged_as_fine_sampling_is(
    store: Store, world: World, scope: Scope, app_id: str, slices: str, covered_s: float, verdict: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    world.slices(world.track(world.person(call, "ann"), "video"), slices, T0, covered_s=covered_s)
    world.write(store)
    assert judged(store, scope) == {0: tuple(int(name == verdict) for name in NAMES)}


def test_what_a_replay_writes_again_changes_no_number(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"call-{app_id}")
    track = world.track(world.person(call, "ann"), "video")
    world.slices(track, "bgggg", T0, freeze_ratio=0.5)
    world.finding(world.person(call, "bob"), "in_loss_high", T0, 30)
    world.write(store)
    before = overview(store, scope, SPAN)
    world.write(store)
    after = overview(store, scope, SPAN)
    assert (after.minutes, after.causes, after.detectors) == (before.minutes, before.causes, before.detectors)
    assert [tile.value for tile in after.tiles] == [tile.value for tile in before.tiles]


def test_a_person_counts_once_a_minute_with_the_worst_of_what_they_receive(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann, bob = world.person(call, "ann"), world.person(call, "bob")
    world.slices(world.track(ann, "one"), "g" * 12, T0)
    world.slices(world.track(ann, "two"), "bbb" + "g" * 9, T0)
    world.slices(world.track(ann, "sent", direction="outbound"), "b" * 24, T0)
    world.slices(world.track(bob, "one"), "g" * 24, T0)
    world.write(store)
    assert judged(store, scope) == {0: (1, 0, 1, 0), 1: (1, 0, 0, 0)}


def test_every_bucket_of_the_span_is_there_and_they_are_whole_minutes() -> None:
    assert bucket_s(SPAN) == 60
    assert bucket_s(Span(T0, T0 + 86_400_000)) == 900
    assert bucket_s(Span(T0, T0 + 1)) == 60


@given(st.floats(1, 90 * 86_400))
def test_buckets_are_whole_minutes_and_few(seconds: float) -> None:
    width = bucket_s(Span(T0, T0 + seconds * 1000))
    assert width % 60 == 0
    assert seconds / width <= 97


def test_time_lost_is_the_union_of_a_persons_findings_within_the_span(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann, bob = world.person(call, "ann"), world.person(call, "bob")
    world.finding(ann, "in_loss_high", T0, 60)
    world.finding(ann, "rtt_high", T0 + 30_000, 60)
    world.finding(bob, "in_loss_high", T0, 60)
    world.finding(bob, "video_freeze", T0, 600, cause_segment="")
    world.finding(bob, "noted", T0, 600, severity="info")
    world.finding(bob, "explained", T0, 600, parent_id="f-1")
    world.finding(bob, "before", T0 - MINUTE, 90, cause_segment="relay")
    world.finding(bob, "open", T0 + 9 * MINUTE, 600, cause_segment="sfu", closed_at=None)
    world.write(store)
    found = {cause.segment: (cause.minutes, cause.findings) for cause in causes(store, scope, SPAN)}
    assert found == {"": (10.0, 1), "sender_uplink": (2.5, 3), "sfu": (1.0, 1), "relay": (0.5, 1)}
    counted = {row.detector: (row.findings, row.calls) for row in detectors(store, scope, SPAN)}
    assert counted["in_loss_high"] == (2, 1)
    assert "noted" not in counted


def test_tiles_say_what_they_rest_on(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann = world.person(call, "ann")
    world.slices(world.track(ann, "video"), "gg", T0, freeze_ratio=[0.0, 0.5])
    world.slices(world.track(ann, "audio", kind="audio"), "gg", T0, audible_concealment_ratio=[0.1, None])
    world.call(app_id, f"live-{app_id}", T0 + MINUTE, ended_at=None, participants=3)
    world.write(store)
    found = {tile.id: tile for tile in tiles(store, scope, SPAN, minutes(store, scope, SPAN))}
    assert {name: (tile.value, tile.n) for name, tile in found.items()} == {
        "live_calls": (1, 3),
        "calls": (2, 2),
        "good_minutes": (100.0, 1),
        "connected": (100.0, 1),
        "setup_p95": (0.8, 1),
        "freezes": (25.0, 10),
        "concealment": (pytest.approx(10.0), 5),
        "relayed": (100.0, 1),
        "abrupt_ends": (0.0, 1),
    }
    assert all(len(tile.spark) in (0, 10, 24) for tile in found.values())
    assert found["calls"].spark[:4] == [1, 0, 1, 0]


def test_nothing_to_rest_on_is_no_number(store: Store, scope: Scope) -> None:
    found = overview(store, scope, SPAN)
    assert found.sentence == "No call in this period."
    assert {tile.value for tile in found.tiles if tile.unit} == {None}
    assert found.calls == found.live == found.causes == []
    assert all(values == [] for values in found.breakdowns.values())


def test_the_overview_shows_the_worst_calls_first_and_where_trouble_is(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    fine = world.call(app_id, f"fine-{app_id}")
    world.person(fine, "ann")
    world.person(fine, "bob", verdict="unknown")
    bad = world.call(app_id, f"bad-{app_id}", verdict="bad", impaired_s=20.0)
    world.person(bad, "carol", verdict="bad")
    world.call(app_id, f"live-{app_id}", ended_at=None)
    world.write(store)
    found = overview(store, scope, SPAN)
    assert [call.call_id.partition("-")[0] for call in found.calls][:1] == ["bad"]
    assert [call.live for call in found.live] == [True]
    (browser,) = found.breakdowns["browser"]
    assert (browser.value, browser.calls, browser.bad_ratio) == ("Chrome 149", 2, 0.5)
    assert [path.value for path in found.breakdowns["path"]] == ["relay_udp"]
    assert [sdk.value for sdk in found.breakdowns["sdk"]] == ["rtcstats-js"]


def bucket(good: int = 0, degraded: int = 0, bad: int = 0, unknown: int = 0) -> Minutes:
    return Minutes(T0, good, degraded, bad, unknown)


@pytest.mark.parametrize(
    ("buckets", "lost", "calls", "live", "text"),
    [
        ([], [], 0, 0, "No call in this period."),
        ([bucket(unknown=4)], [], 2, 1, "2 calls, 1 live; nothing could be judged yet."),
        ([bucket(good=10)], [], 1, 0, "Fine: 10 of 10 minutes good in 1 call."),
        ([bucket(good=190, bad=10)], [], 9, 0, "Fine: 95.0 % good minutes in 9 calls."),
        (
            [bucket(good=9, bad=1, unknown=5)],
            [CauseMinutes("relay", 2.0, 1)],
            1,
            0,
            (
                "Degraded: 9 of 10 minutes good in 1 call; most was lost to the relay (2 min 00 s); "
                "5 minutes could not be judged."
            ),
        ),
        (
            [bucket(bad=4)],
            [CauseMinutes("", 1.0, 1)],
            3,
            3,
            (
                "Bad: 0 of 4 minutes good in 3 calls, 3 live; "
                "most was lost to causes that could not be proved (1 min 00 s)."
            ),
        ),
    ],
)
def test_the_sentence_counts_few_minutes_and_gives_rates_of_many(
    buckets: list[Minutes], lost: list[CauseMinutes], calls: int, live: int, text: str
) -> None:
    assert sentence(buckets, lost, calls, live) == text


def test_quantiles_by_nearest_rank() -> None:
    assert quantile([], 0.95) is None
    assert quantile([3.0], 0.95) == 3.0
    assert quantile([float(n) for n in range(100)], 0.95) == 95.0


def test_ingest_counts_what_arrived_and_what_was_refused(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann = world.person(call, "ann")
    world.batch(ann, T0 + 10, [state(T0, "new"), sample(T0, 1)])
    world.batch(ann, T0 + 20, [sample(T0 + 20, 2)])
    world.batch(ann, T0 - MINUTE, [sample(T0 - MINUTE, 2)])
    for at in (T0 + 1, T0 + 2):
        world.refusals.append((app_id, Refusal("not_json", f"at {at - T0:.0f}", "Send JSON.", "rtcstats", at, b"{{")))
    world.refusals.append((app_id, Refusal("too_large", "big", "", "observertc", T0 + 3)))
    world.write(store)
    found = ingest(store, scope, SPAN)
    (arrived,) = found.formats
    assert (arrived.format, arrived.batches, arrived.events, arrived.samples) == ("rtcstats", 2, 1, 2)
    assert arrived.last_at == T0 + 20
    assert [(group.code, group.count, group.message) for group in found.refusals] == [
        ("not_json", 2, "at 2"),
        ("too_large", 1, "big"),
    ]
    assert [row.code for row in found.recent] == ["too_large", "not_json", "not_json"]
    assert found.recent[1].raw_bytes == 2
