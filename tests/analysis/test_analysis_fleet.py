"""Shared fate: a bad relay among good ones is named with its control, and a healthy population names nobody."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.analysis.fleet import AXES, ISSUES, Groups, Outcome, shared_fate, words_of
from rtclens.analysis.fleet.statistics import at_least, false_discovery, fisher, pooled_ratio, risk_ratio

HOUR = 3_600_000.0


def population(seed: int = 1, people: int = 400, **bad: dict[str, float]) -> list[Outcome]:
    """People in calls of two, each with a relay, a server, a browser and a network drawn at random.

    `bad` maps an axis to values and how often their people meet trouble with the network; everybody else: one in 25.
    """
    random = Random(seed)
    rows = []
    for number in range(people):
        axes = {
            "turn": random.choice(["one.example", "two.example", "three.example", "direct"]),
            "sfu": random.choice(["node-1", "node-2", "node-3"]),
            "browser": random.choice(["Chrome 149", "Chrome 150", "Firefox 153"]),
            "os": random.choice(["Windows 11", "macOS 15"]),
            "network": random.choice(["DE", "FR"]),
            "app_version": random.choice(["7.1", "7.2"]),
        }
        chance = max([0.04, *(values.get(axes[axis], 0.0) for axis, values in bad.items())])
        issues = {issue for issue in ISSUES if random.random() < (chance if issue == "network" else 0.04)}
        at = 1e12 + HOUR * random.randrange(6)
        rows.append(Outcome(f"call-{number // 2}", f"user-{number}", at, axes, frozenset(issues), 30.0 * len(issues)))
    return rows


def named(rows: list[Outcome]) -> list[tuple[str, str, str]]:
    return [(found.axis, found.value, found.issue) for found in shared_fate(rows).findings]


@pytest.mark.parametrize("seed", range(6))
def test_one_bad_relay_is_named_with_its_control(seed: int) -> None:
    fleet = shared_fate(population(seed, turn={"two.example": 0.5}))
    (found,) = fleet.findings
    assert (found.axis, found.value, found.issue) == ("turn", "two.example", "network")
    assert (found.detector, found.segment) == ("turn_degraded", "relay")
    assert found.control == "people with another TURN server"
    assert found.rate > 3 * found.control_rate
    assert found.risk_low > 1.5 and found.q <= 0.01
    assert found.control_people >= 20 and found.people >= 20
    assert "two.example" in fleet.sentence


def test_a_healthy_population_names_nobody() -> None:
    fleet = shared_fate(population(1))
    assert fleet.findings == []
    assert fleet.tests > 50
    assert "Nothing" in fleet.sentence


def test_false_alarms_are_as_rare_as_the_false_discovery_rate_says() -> None:
    assert sum(bool(shared_fate(population(seed)).findings) for seed in range(60)) <= 1


@pytest.mark.parametrize(
    ("axis", "value"), [("sfu", "node-2"), ("browser", "Chrome 150"), ("app_version", "7.2"), ("network", "FR")]
)
def test_other_axes_are_named_too(axis: str, value: str) -> None:
    assert (axis, value, "network") in named(population(3, **{axis: {value: 0.5}}))


def test_everybody_badly_off_names_nobody() -> None:
    everywhere = {"one.example": 0.5, "two.example": 0.5, "three.example": 0.5, "direct": 0.5}
    assert named(population(1, turn=everywhere)) == []


def test_a_single_relay_is_compared_with_direct_paths() -> None:
    rows = [row for row in population(2, turn={"two.example": 0.5}) if row.axes["turn"] in ("two.example", "direct")]
    (found,) = shared_fate(rows).findings
    assert found.control == "people on a direct path"


def test_without_anything_to_compare_with_nothing_is_said() -> None:
    rows = [row for row in population(2, turn={"two.example": 0.5}) if row.axes["turn"] == "two.example"]
    assert not [found for found in shared_fate(rows).findings if found.axis == "turn"]


def test_too_few_people_are_not_accused() -> None:
    fleet = shared_fate(population(1, people=18, turn={"two.example": 1.0}))
    assert fleet.findings == [] and fleet.tests == 0 and fleet.too_few > 0
    assert "too few" in fleet.sentence


def test_one_unlucky_person_in_many_calls_is_one_person() -> None:
    rows = population(1)
    again = [Outcome(f"more-{n}", "user-1", 1e12, rows[1].axes, frozenset({"network"})) for n in range(200)]
    assert named(rows + again) == named(rows)


def test_what_a_bad_relay_explains_is_told_under_it() -> None:
    """All users of the relay happen to use one network: the network falls with the relay."""
    rows = []
    for row in population(4, people=600, turn={"two.example": 0.6}):
        axes = {**row.axes, "network": "IT" if row.axes["turn"] == "two.example" else row.axes["network"]}
        rows.append(Outcome(row.call, row.person, row.at, axes, row.issues, row.lost_s))
    fleet = shared_fate(rows)
    assert len(fleet.findings) == 1
    assert fleet.findings[0].explains


def test_an_hour_of_trouble_for_all_does_not_accuse_who_was_there() -> None:
    """In one hour everybody suffers, and a new version was used in that hour only: within the hour all are alike."""
    random = Random(5)
    rows: list[Outcome] = []
    for number in range(600):
        hour = number % 6
        version = "8.0" if hour == 5 and number % 12 < 8 else "7.2"
        struck = random.random() < (0.5 if hour == 5 else 0.02)
        axes = {"app_version": version, "browser": "Chrome 149"}
        issues = frozenset({"network"}) if struck else frozenset()
        rows.append(Outcome(f"c{number}", f"u{number}", 1e12 + HOUR * hour, axes, issues))
    axes = {"app_version": "7.2", "browser": "Chrome 149"}
    rows += [Outcome(f"d{n}", f"v{n}", 1e12 + HOUR * 5, axes, frozenset({"network"})) for n in range(60)]
    assert named(rows) == []


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random: Any) -> None:
    rows = population(1, people=120, turn={"two.example": 0.6})
    mixed = list(rows)
    random.shuffle(mixed)
    assert shared_fate(mixed) == shared_fate(rows)


def test_published_values() -> None:
    """Fisher's tea: 3 of 4 right, one-sided 0.243; a 2 × 2 table of Agresti; the example of Benjamini and Hochberg."""
    assert fisher((3, 4, 1, 4)) == pytest.approx(17 / 70)
    assert fisher((4, 4, 0, 4)) == pytest.approx(1 / 70)
    assert at_least(3, 4, 0.5) == pytest.approx(5 / 16)
    ratio, low, high = risk_ratio((189, 11034, 104, 11037))  # heart attacks on placebo and on aspirin
    assert (ratio, low, high) == pytest.approx((1.818, 1.433, 2.306), abs=0.01)
    assert pooled_ratio([(189, 11034, 104, 11037)]) == pytest.approx(ratio)
    assert pooled_ratio([(1, 5, 0, 0)]) is None
    given_p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    given_p += [0.6528, 0.7590, 1.0000]
    assert sum(q <= 0.05 for q in false_discovery(given_p)) == 4


def test_every_axis_says_what_to_do() -> None:
    assert all(axis.advice and axis.detector for axis in AXES.values())


@given(st.integers(0, 50), st.sampled_from(["turn", "browser", "network"]))
def test_counting_by_groups_is_counting_one_by_one(seed: int, axis: str) -> None:
    """People with several values are on both sides."""
    random = Random(seed)
    rows = [
        Outcome(f"c{n}", f"u{random.randrange(30)}", n, row.axes, row.issues)
        for n, row in enumerate(population(seed, people=60))
    ]
    groups = Groups(axis, rows)
    for value in groups.people:
        for issue, table in groups.tables(value).items():
            exposed = {row.person for row in rows if row.axes[axis] == value}
            control = {row.person for row in rows if row.axes[axis] != value}
            hit = {row.person for row in rows if row.axes[axis] == value and issue in row.issues}
            beside = {row.person for row in rows if row.axes[axis] != value and issue in row.issues}
            assert table == (len(hit), len(exposed), len(beside), len(control))


def since(seed: int, begins: float, people: int = 800, rate: float = 0.5, everywhere: bool = False) -> list[Outcome]:
    """From `begins` hours on, people of one relay (or of all) meet trouble at `rate`, before like everybody else."""
    random = Random(seed)
    rows = []
    for number in range(people):
        turn = random.choice(["one.example", "two.example", "three.example"])
        at = 1e12 + HOUR * random.uniform(0, 6)
        late = at >= 1e12 + HOUR * begins and (everywhere or turn == "two.example")
        struck = random.random() < (rate if late else 0.04)
        axes = {"turn": turn, "browser": random.choice(["Chrome 149", "Firefox 153"])}
        issues = frozenset({"connect"}) if struck else frozenset()
        rows.append(Outcome(f"c{number}", f"u{number}", at, axes, issues, until=at + 600_000))
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_the_beginning_of_trouble_is_told(seed: int) -> None:
    (found,) = shared_fate(since(seed, 4.0)).findings
    assert (found.axis, found.value, found.issue) == ("turn", "two.example", "connect")
    assert found.since is not None and abs(found.since - (1e12 + 4 * HOUR)) < 0.4 * HOUR
    assert found.before_rate is not None and found.before_rate < 0.15 < 0.3 < found.rate
    assert found.statement.startswith("Since 2001-09-09 0")


def test_a_change_late_in_a_long_span_is_found_although_the_whole_span_is_not_bad() -> None:
    rows = since(3, 5.6, people=2400, rate=0.4)
    (found,) = shared_fate(rows).findings
    assert found.since is not None and found.since > 1e12 + 5 * HOUR


def test_trouble_from_the_first_moment_on_has_no_beginning() -> None:
    (found,) = shared_fate(since(1, 0.0)).findings
    assert found.since is None and found.before_people == 0


@pytest.mark.parametrize("seed", range(4))
def test_trouble_that_begins_for_all_accuses_nobody(seed: int) -> None:
    assert shared_fate(since(seed, 3.0, everywhere=True)).findings == []


def test_an_issue_counts_from_when_it_was_met() -> None:
    """Long calls: everybody came before the relay broke."""
    rows = [
        Outcome(row.call, row.person, 1e12, row.axes, row.issues, until=1e12 + 6 * HOUR, when=when)
        for row in since(2, 4.0)
        for when in [dict.fromkeys(row.issues, row.at)]
    ]
    (found,) = shared_fate(rows).findings
    assert found.since is not None and abs(found.since - (1e12 + 4 * HOUR)) < 0.4 * HOUR


def test_more_hits_in_a_longer_time_are_no_beginning() -> None:
    """The relay is as bad at any time, and everybody stays all the time."""
    random = Random(4)
    rows = []
    for row in population(4, people=600, turn={"two.example": 0.6}):
        when = dict.fromkeys(row.issues, 1e12 + HOUR * random.uniform(0, 6))
        rows.append(Outcome(row.call, row.person, 1e12, row.axes, row.issues, until=1e12 + 6 * HOUR, when=when))
    (found,) = shared_fate(rows).findings
    assert found.value == "two.example" and found.since is None


def test_a_flag_is_an_axis_and_a_name_is_none() -> None:
    random = Random(8)
    rows = []
    for number in range(400):
        flag = random.choice(["true", "false"])
        struck = random.random() < (0.5 if flag == "true" else 0.04)
        axes = {"tag:flags.new_layout": flag, "tag:user": f"user-{number}", "tag:room": f"room-{number // 2}"}
        rows.append(Outcome(f"c{number}", f"u{number}", 1e12, axes, frozenset({"video"}) if struck else frozenset()))
    fleet = shared_fate(rows)
    (found,) = fleet.findings
    assert (found.axis, found.axis_title, found.value) == ("tag:flags.new_layout", "flags.new_layout", "true")
    assert found.detector == "population_issue" and found.remedy
    assert fleet.too_few == 0


def test_a_kind_of_path_is_told_in_words() -> None:
    """The rest of the values are names already."""
    assert words_of("path", "relay_udp") == "relayed over UDP"
    assert words_of("browser", "relay_udp") == "relay_udp"
    assert words_of("path", "something new") == "something new"
