"""The read API: who is told, and in which shapes."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.analysis import catalogue
from rtclens.model.facts import SEVERITIES, TrackSlice
from rtclens.wire.peermetrics import Request
from rtclens.wire.peermetrics.reading import Desk, Item
from rtclens.wire.peermetrics.reading.ids import PREFIXES, own, public
from rtclens.wire.peermetrics.reading.issues import ISSUES, Issue, code_of, detectors_of, level_of, severities_of

from .player import START
from .shelf import ADA, APP, CALL, FOUND, LINK, MEMBERS, ROWS, SHARED, VISIT, Shelf, body, get, public_of


@given(st.sampled_from(PREFIXES), st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=20, max_size=20))
def test_ids_are_uuids_and_come_back(prefix: str, tail: str) -> None:
    """Scripts see UUIDs; what they send back names the same row, in either form and any case."""
    identifier = f"{prefix}_{tail}"
    shown = public(identifier)
    assert UUID(shown).version == 8
    assert own(shown, prefix) == own(shown.upper(), prefix) == own(identifier, prefix) == identifier
    for other in set(PREFIXES) - {prefix}:
        assert own(shown, other) == own(identifier, other) == ""


@given(st.uuids(), st.sampled_from(PREFIXES))
def test_foreign_uuids_name_nothing(value: UUID, prefix: str) -> None:
    """A UUID that is not ours is well formed and unknown."""
    found = own(str(value), prefix)
    assert found == "" or public(found or "") == str(value)


@pytest.mark.parametrize("text", ["zz", "call_x", "12", "call_" + "A" * 20])
def test_malformed_ids_are_named_so(text: str) -> None:
    """R3: a malformed id in a filter is the caller's error; in a path it names nothing."""
    assert own(text, "call") is None
    assert body(get("/conferences", conferenceId=text))["error_code"] == "invalid_parameters"
    assert body(get(f"/conferences/{text}"))["error_code"] == "conference_not_found"


@pytest.mark.parametrize("resource", list(MEMBERS))
def test_r1_rows_have_the_known_members(resource: str) -> None:
    """Every member that scripts know is there, and no other."""
    path = "/connection" if resource == "events" else f"/{resource}"
    row = body(get(path, appId=public(APP)))["data"][0]
    assert set(row) == set(MEMBERS[resource].split())
    ids = [row[name] for name in ("id", "conference", "participant", "app") if row.get(name)]
    assert all(UUID(shown) for shown in ids)


@pytest.mark.parametrize("resource", list(MEMBERS))
def test_t6_times_carry_a_zone(resource: str) -> None:
    """Every time in a reply says that it is UTC."""
    path = "/connection" if resource == "events" else f"/{resource}"
    text = get(path, appId=public(APP)).body.decode()
    times = re.findall(r'"\d{4}-\d\d-\d\dT[^"]*"', text)
    assert times
    assert all(time.endswith('+00:00"') for time in times)


def test_one_conference_names_its_people_and_issues() -> None:
    """Alone it lists what the list only counts."""
    row = body(get(f"/conferences/{public(CALL)}"))["data"]
    assert (row["participants"], row["issues"]) == ([public(ADA)], [public(FOUND)])
    assert (row["ongoing"], row["duration"], row["conference_id"]) == (True, 35, "daily")


@pytest.mark.parametrize("resource", ["participants", "sessions", "connections", "issues"])
def test_r4_every_row_has_its_own_page(resource: str) -> None:
    """Also those the reference fails on; unknown ones are 400 with a name."""
    identifier = public_of(ROWS[resource])
    assert set(body(get(f"/{resource}/{public(identifier)}"))["data"]) == set(MEMBERS[resource].split())
    other = identifier[:-1] + "z"
    response = get(f"/{resource}/{public(other)}")
    assert (response.status, body(response)["error_code"]) == (400, f"{resource[:-1]}_not_found")


def test_a_relayed_connection_says_so() -> None:
    """Type, TCP and TURN come from the path; the first negotiation from the connection's own times."""
    row = body(get("/connections", appId=public(APP)))["data"][0]
    info = row["connection_info"]
    assert (row["type"], info["detected_tcp"], info["detected_turn"], row["state"]) == (
        "relay",
        True,
        True,
        "connected",
    )
    assert info["negotiations"][0]["status"] == "connected"


def test_findings_are_issues_with_codes() -> None:
    """M7: each code has its findings; what no code stands for keeps its own name."""
    row = body(get("/issues", appId=public(APP)))["data"][0]
    assert (row["code"], row["type"], row["explanation"]) == ("ice_failed", "error", "No path worked.")
    assert row["data"]["evidence"] == ["failed after 15 s", "pairs"]
    assert len(ISSUES) == 12
    assert (code_of("video_freeze", "high"), detectors_of("video_freeze")) == ("video_freeze", ("video_freeze",))
    assert (level_of("video_freeze", "high"), level_of("video_freeze", "low")) == ("error", "warning")


def test_every_code_stands_for_detectors_that_run() -> None:
    """Two codes of one detector are told apart by severity, and no finding has two codes."""
    assert {name for issue in ISSUES.values() for name in issue.detectors} <= {one.id for one in catalogue()}
    for name in {name for issue in ISSUES.values() for name in issue.detectors}:
        assert all(sum(_stands_for(issue, name, severity) for issue in ISSUES.values()) == 1 for severity in SEVERITIES)
    assert (code_of("audio_score_low", "low"), code_of("audio_score_low", "medium")) == ("low_emos", "very_low_emos")
    assert severities_of("low_emos") and not severities_of("ice_failed") and not severities_of("video_freeze")


def _stands_for(issue: Issue, name: str, severity: str) -> bool:
    return name in issue.detectors and (not issue.severities or severity in issue.severities)


def test_a_row_of_another_kind_is_not_hidden() -> None:
    """A fact that this API has no shape for still says where it belongs."""
    slice_ = TrackSlice(
        **SHARED,
        participant_id=ADA,
        session_id=VISIT,
        connection_id=LINK,
        track_id="t",
        kind="audio",
        direction="inbound",
        at=START,
        covered_s=5,
    )
    row = body(get("/sessions", Shelf({"sessions": Item(slice_)}), appId=public(APP)))["data"][0]
    assert row == {"conference": public(CALL), "app": public(APP)}


@pytest.mark.parametrize("path", ["/conferences", "/conferences/x", "/stats", "/search", "/issues/summary", "/nope"])
def test_s1_nothing_is_told_without_a_token(path: str) -> None:
    """Every path, known or not, asks for credentials first."""
    for token, code in (("", "missing_token"), ("wrong", "invalid_token")):
        response = get(path, token=token, appId=public(APP))
        assert (response.status, body(response)["error_code"]) == (401, code)


def test_s2_apps_of_others_are_as_unknown() -> None:
    """The id of a foreign app and one that never was get one answer, without asking the store."""
    shelf = Shelf()
    foreign, invented = public("app_" + "z" * 20), "00000000-0000-4000-8000-000000000000"
    answers = {get("/conferences", shelf, appId=app).body for app in (foreign, invented)}
    assert answers == {b'{"data":[]}'}
    assert not shelf.questions
    for app in (foreign, invented):
        assert body(get("/conferences/summary", appId=app))["error_code"] == "app_not_found"


def test_s10_only_configured_origins_may_read() -> None:
    """Ingest is open to every page, reading is not."""
    desk = Desk(Shelf(), origins=("https://dash.example.org",))
    for origin, allowed in (("https://dash.example.org", True), ("https://evil.example", False), ("", False)):
        headers = {"authorization": "Bearer token", "origin": origin}
        response = desk.answer(Request("GET", "/v1/participants", headers, query={"appId": public(APP)}))
        assert ("Access-Control-Allow-Origin" in response.headers) is allowed
