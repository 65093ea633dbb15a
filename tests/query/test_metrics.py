"""What a call amounted to for each person, from stored slices: on the server's clock, slot by slot."""

from __future__ import annotations

import pytest
from tests.query.world import T0, World

from rtclens.model.facts import Participant, Session
from rtclens.query import CallMetrics, Scope, call_item, metrics
from rtclens.store.store import Store


def asked(store: Store, world: World, scope: Scope, call_id: str) -> CallMetrics:
    world.write(store)
    return metrics(store, scope, call_item(store, scope, call_id))


def late(world: World, person: Participant, offset_ms: float) -> None:
    """This person's clock is ahead."""
    for fact in world.facts:
        if isinstance(fact, Session) and fact.participant_id == person.participant_id:
            fact.clock_offset_ms = offset_ms


def test_talk_sound_and_picture(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"{app_id}-1", topology="sfu")
    a, b = world.person(call, "a"), world.person(call, "b")
    late(world, b, 60_000.0)
    sent = world.track(a, "sent", direction="outbound", kind="audio", features={"loss_ratio": 0.03})
    world.slices(sent, "gggg", T0, audio_rms=[0.1, 0.1, 0.001, 0.001])
    other = world.track(b, "sent", None, direction="outbound", kind="audio")
    world.slices(other, "gggg", T0 + 60_000, audio_rms=[0.001, 0.1, 0.1, 0.001])
    heard = world.track(b, "heard", a, kind="audio", peer_track_id=sent.track_id, features={"loss_ratio": 0.0494})
    world.slices(heard, "gbgg", T0 + 60_000, audio_rms=[0.0, 0.1, 0.1, 0.1], audio_mos=4.0)
    seen = world.track(b, "seen", a)
    world.slices(
        seen, "gbgi", T0 + 60_000, width_px=1280, height_px=[720, 720, 300, 720], freeze_ratio=0.1, video_mos=4.0
    )
    found = asked(store, world, scope, call.call_id)
    first, second = found.people
    assert (first.talk_s, first.talk_ratio, first.double_talk_s) == (10.0, 0.5, 5.0)
    assert (first.heard_s, first.av_mos, first.hd_s) == (None, None, None)
    assert (second.talk_s, second.double_talk_s, second.silent_s) == (10.0, 5.0, 5.0)
    assert (second.heard_s, second.impaired_audio_s) == (20.0, 5.0)
    assert (second.seen_s, second.impaired_video_s, second.frozen_s) == (15.0, 5.0, 1.5)
    assert (second.hd_s, second.md_s, second.ld_s) == (10.0, 5.0, 0.0)
    assert second.av_mos == pytest.approx((1.5 + 3 * 4.0) / 4, abs=0.001)
    audio = next(one for one in found.streams if one.kind == "audio")
    assert (audio.from_participant, audio.to_participant) == (a.participant_id, b.participant_id)
    assert (audio.up, audio.down) == (0.03, 0.02)


def test_coarse_slices_count_in_every_slot_they_lie_in(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"{app_id}-1")
    a, b = world.person(call, "a"), world.person(call, "b")
    one = world.track(a, "sent", direction="outbound", kind="audio")
    world.slices(one, "gg", T0, covered_s=10.0, audio_rms=[0.1, 0.001])
    other = world.track(b, "sent", direction="outbound", kind="audio")
    world.slices(other, "gggg", T0, audio_rms=[0.001, 0.1, 0.1, 0.001])
    found = asked(store, world, scope, call.call_id)
    assert [person.talk_s for person in found.people] == [10.0, 10.0]
    assert [person.double_talk_s for person in found.people] == [5.0, 5.0]


def test_a_call_without_media(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"{app_id}-1")
    world.person(call, "a")
    assert asked(store, world, scope, call.call_id) == CallMetrics([], [])
