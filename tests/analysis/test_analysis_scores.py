"""Scores are facts: of tracks, people and the call, with the reasons that lowered them."""

from __future__ import annotations

import pytest

from rtclens.analysis.scores.tally import Tally
from rtclens.model.facts import Score

from .synthetic import newest
from .test_analysis_recordings import analysed


def _scores(name: str) -> list[Score]:
    return [row for row in newest(analysed(name)).values() if isinstance(row, Score)]


def test_a_tally_weighs_by_covered_time():
    tally = Tally("audio_mos@1", 1000.0)
    tally.add(4.0, 1.0, {"loss": 0.0}, 5.0, 6000.0)
    tally.add(2.0, 0.5, {"loss": 30.0}, 15.0, 21000.0)
    assert tally.value == pytest.approx(2.5)
    assert tally.means() == {"loss": 22.5}
    assert (tally.n, tally.to_at) == (2, 21000.0)


def test_a_healthy_call_scores_better_than_an_impaired_one():
    healthy = {score.scope: score for score in _scores("observertc-happy")}
    impaired = {score.scope: score for score in _scores("observertc-impair")}
    assert healthy["call"].value > impaired["call"].value
    assert healthy["track"].reasons.keys() & {"loss", "freeze"}


def test_a_person_is_scored_by_the_worse_of_sound_and_picture():
    for score in _scores("rtcstats-impair"):
        if score.scope == "participant":
            assert score.value == min(score.reasons.values())
        if score.scope == "track":
            assert score.scale in ("nb", "wb", "fb", "1-5")
            assert 1 <= score.value <= 5


def test_every_score_names_its_version_and_what_it_covers():
    scores = _scores("rtcstats-impair")
    assert {score.scope for score in scores} == {"track", "participant", "call"}
    assert all("@" in score.scorer and score.covered_s > 0 and score.n > 0 for score in scores)
    assert len({score.score_id for score in scores}) == len(scores)


def test_nothing_received_is_nothing_scored():
    assert _scores("observertc-gum-denied") == []
