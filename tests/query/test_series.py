from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.query.world import T0, World, sample, state

from rtclens.query import METRICS, EventsQuestion, NotThereError, Scope, SeriesQuestion, Span, events, reports, series
from rtclens.query.events import LIMIT, WORDS, text_of
from rtclens.query.series import MAX_VALUES, width_ms
from rtclens.store.store import Store

SPAN = Span(T0, T0 + 600_000)


def one_track(world: World, store: Store, app_id: str, verdicts: str, **metrics: Any) -> tuple[str, str]:
    call = world.call(app_id, f"call-{app_id}", minutes=10)
    ann = world.person(call, "ann")
    track = world.track(ann, "video")
    world.slices(track, verdicts, T0, **metrics)
    world.write(store)
    return call.call_id, track.track_id


def test_few_slices_go_out_as_they_are(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call_id, track_id = one_track(world, store, app_id, "gb_d", loss_ratio=[0.1, None, 0.0, 0.3])
    curves = series(store, scope, SeriesQuestion(call_id, SPAN))
    assert curves.tracks == {
        track_id: {
            "at": [T0 + 5000, T0 + 10_000, T0 + 20_000],
            "state": ["ok", "ok", "ok"],
            "verdict": ["good", "bad", "degraded"],
            "loss_ratio": [0.1, None, 0.3],
        }
    }


def test_decimation_keeps_every_spike_and_the_worst_verdict(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    values = [0.01] * 100
    values[41], values[77] = 0.9, 0.0
    verdicts = "g" * 41 + "b" + "g" * 58
    call_id, track_id = one_track(world, store, app_id, verdicts, loss_ratio=values, rtt_s=[None] * 100)
    curve = series(store, scope, SeriesQuestion(call_id, SPAN, points=20)).tracks[track_id]
    assert len(curve["at"]) <= 20 + 2
    assert curve["at"] == sorted(curve["at"])
    assert (min(curve["loss_ratio"]), max(curve["loss_ratio"])) == (0.0, 0.9)
    assert curve["verdict"].count("bad") == 2
    assert "rtt_s" not in curve


def test_a_gap_stays_a_gap(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call_id, track_id = one_track(world, store, app_id, "g" * 40 + "_" * 40 + "g" * 20, fps=30.0)
    curve = series(store, scope, SeriesQuestion(call_id, SPAN, points=40)).tracks[track_id]
    steps = [after - before for before, after in zip(curve["at"], curve["at"][1:], strict=False)]
    assert max(steps) >= 200_000


def test_a_span_a_person_a_track_and_columns_narrow_the_answer(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    people = [world.person(call, name) for name in ("ann", "bob", "carol")]
    tracks = [world.track(person, "video") for person in people]
    for track in tracks:
        world.slices(track, "gg", T0, loss_ratio=0.1, fps=20.0)
    world.connection_slice(people[0], T0 + 5000, rtt_s=0.1)
    world.connection_slice(people[1], T0 + 5000, rtt_s=0.2)
    world.write(store)

    def asked(**more: Any) -> tuple[list[str], list[str]]:
        found = series(store, scope, SeriesQuestion(call.call_id, **{"span": SPAN, **more}))
        return [track_id[-9:-6] for track_id in found.tracks], [c[-3:] for c in found.connections]

    assert asked() == (["ann", "bob", "rol"], ["ann", "bob"])
    two = (people[0].participant_id, people[2].participant_id)
    assert asked(participant_ids=two) == (["ann", "rol"], ["ann"])
    assert asked(track_id=tracks[1].track_id)[0] == ["bob"]
    assert asked(connection_id=tracks[1].connection_id) == (["bob"], ["bob"])
    assert asked(span=Span(T0 + 10_001, T0 + 20_000)) == ([], [])
    (only,) = series(
        store, scope, SeriesQuestion(call.call_id, SPAN, columns=("fps",), track_id=tracks[0].track_id)
    ).tracks.values()
    assert set(only) == {"at", "fps"}


@given(st.floats(1, 1e6), st.integers(-5, 10_000))
def test_a_bucket_is_never_narrower_than_a_slice_and_points_stay_bounded(seconds: float, points: int) -> None:
    width = width_ms(SeriesQuestion("c", Span(T0, T0 + seconds * 1000), points))
    assert width >= 5000
    assert 2 * seconds * 1000 / width <= max(2, min(points, 4000)) + 2


@given(st.integers(1, 20_000), st.integers(1, 40))
def test_an_answer_of_very_many_curves_stays_bounded(curves: int, columns: int) -> None:
    width = width_ms(SeriesQuestion("c", Span(T0, T0 + 3_600_000), 4000), curves, columns)
    values = curves * (columns + 1) * 2 * (3_600_000 / width)
    assert values <= max(MAX_VALUES * 1.01, curves * (columns + 1) * 2)


def test_buckets_of_one_and_of_several_slices_may_alternate(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call_id, track_id = one_track(world, store, app_id, "g_ggg_gb", fps=[1.0, 0, 3.0, 4.0, 5.0, 0, 7.0, 8.0])
    question = SeriesQuestion(call_id, Span(T0 + 1, T0 + 40_001), points=8)
    curve = series(store, scope, question).tracks[track_id]
    assert width_ms(question) == 10_000
    assert [(at - T0) / 5000 for at in curve["at"]] == [1, 3, 4, 5, 7, 8]
    assert curve["fps"] == [1.0, 3.0, 4.0, 5.0, 7.0, 8.0]
    assert curve["verdict"] == ["good", "good", "good", "good", "bad", "bad"]


def test_the_columns_that_can_be_asked_are_the_metrics_of_the_model() -> None:
    assert {"loss_ratio", "verdict", "state", "rtt_ice_s", "path_type"} <= set(METRICS)
    assert not {"app_id", "call_id", "track_id", "at", "n", "covered_s", "revision"} & set(METRICS)


def test_events_come_in_the_senders_order_once_each(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann, bob = world.person(call, "ann"), world.person(call, "bob")
    world.batch(ann, T0 + 90, [state(T0 + 20.5, "checking"), sample(T0 + 30, 1), state(T0 + 40, "connected")])
    world.batch(bob, T0 + 80, [state(T0 + 10, "new")])
    world.write(store)
    world.facts.clear()
    world.write(store)  # delivered again
    found = events(store, scope, EventsQuestion(call.call_id, SPAN))
    assert [(e.at - T0, e.text, e.participant_id[-3:]) for e in found.events] == [
        (10, "ice · new", "bob"),
        (20.5, "ice · checking", "ann"),
        (40, "ice · connected", "ann"),
    ]
    assert found.events[0].received_at == T0 + 80
    assert not found.truncated
    only = events(store, scope, EventsQuestion(call.call_id, SPAN, participant_id=bob.participant_id))
    assert len(only.events) == 1
    short = events(store, scope, EventsQuestion(call.call_id, SPAN, limit=2))
    assert len(short.events) == 2 and short.truncated
    assert events(store, scope, EventsQuestion(call.call_id, Span(T0 + 50, T0 + 60))).events == []
    assert LIMIT >= 1000


@pytest.mark.parametrize(
    ("kind", "payload", "text"),
    [
        ("state_changed", {"machine": "ice", "state": "failed"}, "ice · failed"),
        ("candidate_gathered", {}, "end of candidates"),
        ("candidate_gathered", {"candidate": {"type": "relay", "protocol": "udp"}}, "relay · udp"),
        (
            "media_access",
            {"phase": "failed", "source": "user", "error": "NotAllowedError"},
            "failed · user · NotAllowedError",
        ),
        ("visibility_changed", {"hidden": True}, "hidden"),
        ("app_reported", {"value": {"a": 1}}, '{"a":1}'),
        ("session_closed", {"reason": "left"}, "left"),
        ("heartbeat", {}, ""),
    ],
)
def test_texts_of_events(kind: str, payload: dict[str, Any], text: str) -> None:
    assert text_of(kind, payload) == text


def test_every_text_rule_is_for_an_event_of_the_model() -> None:
    from typing import get_args

    from rtclens.model.events import AnyEvent

    kinds = {event.__struct_config__.tag for event in get_args(AnyEvent)}
    assert set(WORDS) <= kinds


def test_the_nearest_report_has_what_the_browser_sent_and_nothing_else(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann = world.person(call, "ann")
    world.batch(ann, T0, [sample(T0 + 1000, 10), sample(T0 + 2000, 20, extra={"googNew": 7}), sample(T0 + 9000, 30)])
    world.write(store)
    connection = "c-" + ann.participant_id.removeprefix("p-")
    near = {at: reports(store, scope, call.call_id, connection, T0 + at) for at in (0, 1400, 1600, 5600, 10**9)}
    packets = {at: found.reports["inbound_rtp"][0]["packetsReceived"] for at, found in near.items()}
    assert packets == {0: 10, 1400: 10, 1600: 20, 5600: 30, 10**9: 30}
    assert near[1600].at == T0 + 2000
    assert near[1600].reports == {
        "inbound_rtp": [
            {"id": "IT1", "kind": "audio", "packetsReceived": 20, "jitter": 0.002, "timestamp": T0 + 2000, "googNew": 7}
        ],
        "candidate_pair": [{"id": "CP1", "state": "succeeded", "currentRoundTripTime": 0.04}],
    }
    with pytest.raises(NotThereError):
        reports(store, scope, call.call_id, "no such connection", T0)
