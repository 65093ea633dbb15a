"""Calls told by worse clients: still nothing is found where nothing is wrong, and nobody is blamed wrongly."""

from __future__ import annotations

from itertools import combinations

import pytest

from rtclens.demo.recording import load_path
from rtclens.model.events import Batch
from truth.distort import DISTORTIONS, crowd
from truth.labels import load
from truth.playback import Found, batches, found_in, names, path_of, play
from truth.score import CONFIDENT, figures, measure

ROOMS = (
    "gen-sfu-healthy",
    "gen-sfu-loss-up",
    "gen-sfu-loss-down",
    "gen-sfu-cut",
    "gen-sfu-rate-up",
    "gen-sfu-mic-dead",
)
LEAST_FOUND = 0.85


@pytest.mark.parametrize("name", DISTORTIONS)
def test_worse_clients_make_no_false_findings_and_no_wrong_blame(name: str) -> None:
    """Less may be found, where there is less to be seen."""
    report = measure([play(path_of(one), DISTORTIONS[name]) for one in names()], load())
    assert report.false() == []
    sure = [one for one in report.findings if one.standing == "explained" and (one.found.confidence or 0) >= CONFIDENT]
    assert [one for one in sure if one.right is False] == []
    recall = figures(report)["recall"]
    assert recall is not None and recall >= LEAST_FOUND


def told(name: str) -> list[Batch]:
    return [one for one in batches(load_path(path_of(f"observertc-{name}"))) if isinstance(one, Batch)]


@pytest.mark.parametrize(("bad", "other"), [(one, two) for one, two in combinations(ROOMS, 2)])
def test_among_more_people_the_fault_stays_where_it_is(bad: str, other: str) -> None:
    """Two rooms as one call of six: what is wrong in one of them is neither found in the other nor blamed on it."""
    found = [one for one in found_in(crowd([told(bad), told(other)])) if one.severity not in ("info", "low")]
    for number, name in enumerate((bad, other)):
        if name != "gen-sfu-healthy":
            assert [one for one in found if one.person.startswith(f"{number}-")]
        if name == "gen-sfu-healthy":
            assert [one for one in found if one.person.startswith(f"{number}-")] == []
            assert [one for one in found if one.blamed.startswith(f"{number}-")] == []
    assert all(_same_room(one) for one in found)


def _same_room(found: Found) -> bool:
    return not found.person or not found.blamed or found.person[0] == found.blamed[0]
