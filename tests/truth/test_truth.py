"""The benchmark of truth stays above its floor, its labels make sense, and it counts as it says."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from rtclens.analysis import catalogue
from rtclens.model.facts import Segment
from truth import floor, page
from truth.labels import Fault, Label, Truth, labels_of, load
from truth.playback import Found, Played, names, path_of, play
from truth.score import ABSTAINED, MISSED, confusion, figures, healthy_s, judge, measure, outcome

FAULT = Fault("loss", ["sender_uplink", "mixed"], ["in_loss_high"], start="bad", end="good", blame=["a"], at=["b"])
TRUTH = Truth(everywhere=["cpu_pressure"], scenario={"loss": [FAULT], "happy": []})
FOUND = Found("in_loss_high", "medium", "b", 105.0, 120.0, 112.0, "sender_uplink", "a", 0.8)
PLAYED = Played("x", "rtcstats", "loss", [(100.0, "bad"), (130.0, "good")], 10.0, 200.0, ["a", "b"], [FOUND], 0)
LABEL = Label(FAULT, 100.0, 130.0)


@pytest.fixture(scope="module")
def calls() -> list[Played]:
    return [play(path_of(name)) for name in names()]


def test_no_figure_falls_under_the_floor(calls: list[Played]) -> None:
    assert floor.complaints(figures(measure(calls, load())), floor.load()) == []


def test_every_recording_is_decoded_without_refusals_and_labelled(calls: list[Played]) -> None:
    truth = load()
    for played in calls:
        assert played.refusals == 0, played.name
        assert all(played.start_s - 10 <= one.from_s <= one.to_s for one in labels_of(truth, played)), played.name


def test_labels_name_what_exists() -> None:
    detectors = {one.id for one in catalogue()}
    segments = set(get_args(Segment))
    truth = load()
    for faults in truth.scenario.values():
        for fault in faults:
            assert set(fault.segments) <= segments - {"", "unknown"}
            assert {*fault.detectors, *fault.acceptable} <= detectors


def test_the_page_explains_what_is_measured() -> None:
    assert page.PAGE.read_text().startswith(page.INTRODUCTION)


def test_a_fault_that_is_told_in_time_with_its_cause_is_right() -> None:
    told = outcome(PLAYED, LABEL)
    assert (told.answer, told.right, told.detect_s) == ("sender_uplink", True, 12.0)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"segment": "receiver_downlink"}, "receiver_downlink"),
        ({"blamed": "b"}, "sender_uplink"),
        ({"person": "a"}, MISSED),
        ({"detector": "rtt_high"}, MISSED),
        ({"opened_s": 151.0}, MISSED),
        ({"opened_s": 89.0}, MISSED),
        ({"segment": ""}, ABSTAINED),
    ],
)
def test_what_is_not_right(change: dict[str, str | float], answer: str) -> None:
    told = outcome(replace(PLAYED, findings=[replace(FOUND, **change)]), LABEL)
    assert (told.answer, told.right) == (answer, False)


def test_abstaining_is_right_where_nobody_can_tell() -> None:
    label = Label(replace(FAULT, undecidable=True), 100.0, 130.0)
    assert outcome(replace(PLAYED, findings=[replace(FOUND, segment="")]), label).right
    assert not outcome(replace(PLAYED, findings=[]), label).right


def test_the_gravest_finding_gives_the_answer() -> None:
    worse = replace(FOUND, severity="critical", segment="relay", confidence=0.6)
    assert outcome(replace(PLAYED, findings=[FOUND, worse]), LABEL).answer == "relay"


@pytest.mark.parametrize(
    ("change", "standing", "right"),
    [
        ({}, "explained", True),
        ({"segment": ""}, "explained", None),
        ({"segment": "relay"}, "explained", False),
        ({"detector": "rtt_high"}, "beside", False),
        ({"detector": "rtt_high", "opened_s": 20.0}, "false", False),
        ({"opened_s": 20.0, "segment": ""}, "false", None),
        ({"detector": "cpu_pressure", "opened_s": 20.0}, "explained", None),
    ],
)
def test_where_a_finding_stands(change: dict[str, str | float], standing: str, right: bool | None) -> None:
    judged = judge(PLAYED, [LABEL], replace(FOUND, **change), TRUTH)
    assert (judged.standing, judged.right) == (standing, right)


def test_healthy_time_leaves_out_faults_and_their_margins_once() -> None:
    assert healthy_s(PLAYED, []) == 190.0
    assert healthy_s(PLAYED, [LABEL]) == (90.0 - 10.0) + (200.0 - 150.0)
    assert healthy_s(PLAYED, [LABEL, Label(FAULT, 110.0, 140.0)]) == 80.0 + 40.0


def test_figures_of_a_right_and_a_silent_call() -> None:
    report = measure([PLAYED, replace(PLAYED, findings=[])], TRUTH)
    reached = figures(report)
    assert (reached["faults"], reached["recall"], reached["right_answer"]) == (2, 0.5, 0.5)
    assert reached["false_per_healthy_hour"] == 0
    assert confusion(report.outcomes) == {"sender_uplink": {"sender_uplink": 1, MISSED: 1}}


def test_the_floor_only_rises() -> None:
    reached = figures(measure([PLAYED], TRUTH))
    known = dict(reached) | {"recall": 2.0, "false_per_healthy_hour": 5.0}
    rising = floor.raised(reached, known)
    assert rising["recall"] == 2.0
    assert rising["false_per_healthy_hour"] == 0
    assert floor.complaints(reached, rising) == ["recall is 1.0, the floor is 2.0"]
    assert floor.complaints(reached | {"recall": None}, {"recall": 0.5}) == ["recall is None, the floor is 0.5"]


def test_a_broken_path_is_not_blamed_on_a_person_whose_next_report_is_not_due() -> None:
    played = play(path_of("peermetrics-blackout"))  # samples every 10 s, events at once
    broken = [one for one in played.findings if one.detector == "ice_disconnected"]
    assert {one.segment for one in broken} == {"mixed"}
