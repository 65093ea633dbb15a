"""Metrics of a person's whole call and of a stream's losses, by hand and as properties."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.analysis.detectors import BY_ID
from rtclens.analysis.elsewhere import FOUND, MISSING
from rtclens.analysis.formulas import LIVES, OF_CALLS
from rtclens.analysis.metrics.budget import LossBudget, budgets
from rtclens.analysis.metrics.people import PersonMetrics, Slot, Sums, av_mos, people
from rtclens.model.facts import FACTS, Track

from .synthetic import Scene, newest

score = st.floats(1.0, 5.0)


@dataclass(frozen=True)
class Stream:
    sent: Track
    received: Track


def stream(up: float | None, received: float | None, **more: Any) -> Stream:
    common = {"app_id": "app", "call_id": "c", "session_id": "s", "connection_id": "c", "kind": "audio"}
    sent = Track(**common, participant_id="a", track_id="out", direction="outbound", features=_life(up))
    got = Track(
        **common,
        participant_id="b",
        track_id="in",
        direction="inbound",
        peer_track_id="out",
        peer_participant_id="a",
        features=_life(received) | more,
    )
    return Stream(sent, got)


def _life(loss: float | None) -> dict[str, Any]:
    return {} if loss is None else {"loss_ratio": loss}


def budget(up: float | None, received: float | None, *, served: bool = True, **more: Any) -> LossBudget:
    made = stream(up, received, **more)
    (found,) = budgets([made.sent, made.received], served=served)
    return found


def test_talk_together_and_alone() -> None:
    slots = [
        Slot("a", 1, sent_s=5, spoke_s=5, level=0.0),
        Slot("b", 1, sent_s=5, spoke_s=0, level=0.1),
        Slot("a", 2, sent_s=5, spoke_s=5, level=0.1),
        Slot("b", 2, sent_s=5, spoke_s=2, level=0.0),
        Slot("c", 2, level=0.1),
    ]
    a, b, c = people(slots, {})
    assert (a.talk_s, a.talk_ratio, a.double_talk_s, a.silent_s) == (10.0, 1.0, 2.0, 0.0)
    assert (b.talk_s, b.talk_ratio, b.double_talk_s) == (2.0, 0.2, 2.0)
    assert b.silent_s == 5.0  # a talks in the second slot and b hears nothing
    assert (c.talk_s, c.double_talk_s, c.silent_s) == (None, None, 0.0)


def test_what_was_not_measured_is_unknown() -> None:
    (one,) = people([], {"a": Sums()})
    values = [getattr(one, name) for name in PersonMetrics.__struct_fields__ if name != "participant_id"]
    assert values == [None] * len(values)


def test_sizes_are_parts_of_the_time_in_which_they_are_known() -> None:
    (one,) = people([], {"a": Sums(seen_s=100, sized_s=90, hd_s=20, md_s=30, frozen_s=2.0, impaired_video_s=5)})
    assert (one.hd_s, one.md_s, one.ld_s) == (20.0, 30.0, 40.0)
    assert (one.seen_s, one.impaired_video_s, one.frozen_s, one.heard_s) == (100.0, 5.0, 2.0, None)


@given(score, score)
def test_the_whole_is_between_sound_and_picture(audio: float, video: float) -> None:
    whole = av_mos(audio, video)
    assert min(audio, video) - 1e-9 <= whole <= max(audio, video) + 1e-9
    assert av_mos(audio, video, unheard=True) <= 1.5


def test_sound_and_picture_by_hand() -> None:
    assert av_mos(5.0, 5.0) == 5.0
    assert av_mos(5.0, 1.0) == 1.0
    assert av_mos(4.0, 2.0) == pytest.approx(1 + 4 * (0.75 * 0.25) ** 0.5)
    talker = Slot("a", 1, sent_s=5, spoke_s=5)
    _, deaf = people([talker, Slot("b", 1, level=0.0, audio_mos=4.4, video_mos=4.0)], {})
    assert deaf.av_mos == 1.5
    _, fine = people([talker, Slot("b", 1, level=0.1, audio_mos=4.0, video_mos=4.0)], {})
    assert fine.av_mos == 4.0


def test_losses_of_legs_multiply() -> None:
    """3 % and 2 % in a row: 4.94 % in all."""
    found = budget(0.03, 1 - 0.97 * 0.98)
    assert found.down == pytest.approx(0.02, abs=1e-4)
    assert found.down_most == pytest.approx(0.0494)
    assert found.up_share == pytest.approx(log(0.97) / (log(0.97) + log(0.98)), abs=0.002)


def test_a_direct_stream_has_one_leg() -> None:
    found = budget(0.05, 0.05, served=False)
    assert (found.down, found.down_most, found.up_share) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("up", "received"), [(None, 0.02), (0.02, None), (None, None)])
def test_a_leg_that_nobody_measured_stays_open(up: float | None, received: float | None) -> None:
    found = budget(up, received)
    assert (found.down, found.up_share) == (None, None)
    assert (found.total, found.up, found.down_most) == (received, up, received)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_budget_is_made_of_shares(up: float, received: float) -> None:
    found = budget(up, received)
    assert found.down is not None and 0 <= found.down <= received + 1e-4
    assert found.up_share is None or 0 <= found.up_share <= 1


def test_what_became_of_the_stream() -> None:
    found = budget(0.0, 0.04, residual_loss_ratio=0.01, frozen_s=3.0, covered_s=60.0)
    assert (found.residual, found.frozen, found.concealed) == (0.01, 0.05, None)
    assert exp(-0.04) > 0.9  # small losses: the share down is nearly the loss itself
    assert found.down == 0.04


def test_every_metric_of_a_call_is_documented() -> None:
    told = {section: {one.metric for one in OF_CALLS if one.section == section} for section in map(_section, OF_CALLS)}
    assert told["A person's call"] == set(PersonMetrics.__struct_fields__) - {"participant_id"}
    named = {"from_participant", "to_participant", "track_id", "kind"}
    assert told["A stream's loss budget"] == set(LossBudget.__struct_fields__) - named


def _section(formula: Any) -> str:
    return str(formula.section)


def test_a_track_s_life_tells_what_is_documented() -> None:
    scene = Scene().run(20)
    scene.b.set("in_video", freezeCount=0.2, totalFreezesDuration=0.1)
    scene.run(20).end()
    rows = [row for row in newest(scene.facts).values() if isinstance(row, Track) and row.direction == "inbound"]
    frozen = [row.features for row in rows if row.features.get("frozen_s")]
    (life,) = frozen
    assert {one.metric for one in LIVES} - {"freeze_longest_s"} <= set(life)
    assert life["mtbf_s"] == pytest.approx((life["covered_s"] - life["frozen_s"]) / (life["freezes"] + 1), rel=1e-3)


def test_places_exist() -> None:
    """Each metric that is said to be elsewhere is there."""
    columns = {cls.table: set(cls.__struct_fields__) for cls in FACTS}
    source = (Path(__file__).parents[2] / "src" / "rtclens" / "analysis" / "rows.py").read_text()
    for _, place in FOUND:
        if place.endswith("()"):
            assert place[:-2] in BY_ID
        elif place.startswith("tracks.features["):
            assert f'"{place[16:-1]}"' in source
        else:
            table, column = place.split(".")
            assert column in columns[table], place
    assert all(why for _, why in MISSING)
