"""The read API: what may be asked, who is told, and in which shapes."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.model.facts import Call, Connection, Evidence, Finding, Participant, Session, TrackSlice
from rtclens.wire.peermetrics import Request
from rtclens.wire.peermetrics.reading import Desk, Found, Item, Match, Question, StoredEvent
from rtclens.wire.peermetrics.reading.ids import PREFIXES, own, public
from rtclens.wire.peermetrics.reading.issues import CODE_OF, ISSUES, code_of, detectors_of, level_of
from rtclens.wire.peermetrics.reading.questions import asked

from .player import START

APP, CALL, ADA, VISIT, LINK, FOUND = (
    f"{kind}_{'ab12' * 5}" for kind in ("app", "call", "part", "sess", "conn", "find")
)
SHARED: dict[str, Any] = {"app_id": APP, "call_id": CALL}
ROWS: dict[str, Item] = {
    "conferences": Item(
        Call(
            **SHARED, external_id="daily", name="Daily", started_at=START, last_seen_at=START + 35_200, participants=2
        ),
        {"participants": [ADA], "issues": [FOUND]},
    ),
    "participants": Item(Participant(**SHARED, participant_id=ADA, external_id="ada", first_seen_at=START)),
    "sessions": Item(
        Session(
            **SHARED, participant_id=ADA, session_id=VISIT, started_at=START, ended_at=START + 9e6, browser="Firefox"
        )
    ),
    "connections": Item(
        Connection(
            **SHARED,
            participant_id=ADA,
            session_id=VISIT,
            connection_id=LINK,
            path_type="relay_tls",
            started_at=START,
            connected_at=START + 400,
        )
    ),
    "issues": Item(
        Finding(
            **SHARED,
            finding_id=FOUND,
            scope="connection",
            subject=LINK,
            connection_id=LINK,
            detector="ice_failed",
            severity="critical",
            opened_at=START,
            statement="No path worked.",
            evidence=[Evidence(metric="ice_state", text="failed after 15 s"), Evidence(metric="pairs")],
        )
    ),
    "events": Item(
        StoredEvent(
            event_id="evt_" + "0" * 20,
            at=START,
            app_id=APP,
            call_id=CALL,
            connection_id=LINK,
            name="state_changed",
            payload={"machine": "ice", "state": "failed", "connection": "x"},
        )
    ),
}
MEMBERS = {
    "conferences": "id conference_id conference_name conference_info start_time call_start end_time ongoing duration "
    "app created_at has_errors has_warnings participants_count",
    "participants": "id participant_id participant_name is_sfu app created_at",
    "sessions": "issues id conference participant devices platform metadata geo_ip app_version webrtc_sdk session_info "
    "duration end_time call_start created_at",
    "connections": "id session conference participant peer type state connection_info start_time end_time duration "
    "created_at",
    "issues": "id session conference participant connection track type code data created_at title explanation",
    "events": "id conference participant peer session connection track app type category data created_at",
}


class Shelf:
    """A library with one row of each kind and one API token."""

    def __init__(self, items: dict[str, Item] = ROWS, count: int = 1) -> None:
        self.items, self.count = items, count
        self.questions: list[Question] = []
        self.rows: list[dict[str, Any]] = []

    def apps_of(self, bearer: str) -> frozenset[str] | None:
        return frozenset({APP}) if bearer == "token" else None

    def find(self, question: Question, apps: frozenset[str]) -> Found:
        self.questions.append(question)
        item = self.items.get(question.resource)
        known = item is not None and question.single in ("", public_of(item))
        return Found([item] if item is not None and known else [], self.count)

    def summarise(self, question: Question, apps: frozenset[str]) -> list[dict[str, Any]]:
        return self.rows

    def search(self, question: Question, apps: frozenset[str]) -> list[Match]:
        return [Match("conference", "Daily", "daily", f"/calls/{n}") for n in range(30)]


def public_of(item: Item) -> str:
    row = item.row
    return str(getattr(row, getattr(row, "id_column", "event_id")))


def get(path: str, shelf: Shelf | None = None, method: str = "GET", token: str = "token", **query: str) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    desk = Desk(shelf or Shelf(), "https://rtc.example.org/base")
    return desk.answer(Request(method, f"/v1{path}", headers, query=query))


def body(response: Any) -> Any:
    return json.loads(response.body)


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
    assert len(CODE_OF) == sum(len(issue.detectors) for issue in ISSUES.values())
    assert (code_of("video_freeze"), detectors_of("video_freeze")) == ("video_freeze", ("video_freeze",))
    assert (level_of("video_freeze", "high"), level_of("video_freeze", "low")) == ("error", "warning")


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


@pytest.mark.parametrize(
    ("path", "query", "code", "status"),
    [
        ("/conferences", {}, "missing_parameters", 400),
        ("/sessions", {}, "missing_parameters", 400),
        ("/stats", {}, "missing_parameters", 400),
        ("/conferences/summary", {}, "missing_parameters", 400),
        ("/conferences", {"appId": "zz"}, "invalid_parameters", 400),
        ("/conferences", {"appId": public(APP), "limit": "x"}, "invalid_parameters", 400),
        ("/conferences", {"appId": public(APP), "created_at_gte": "garbage"}, "invalid_parameters", 400),
        ("/conferences", {"appId": public(APP), "duration_lt": "1.5"}, "invalid_parameters", 400),
        ("/search", {}, "invalid_parameters", 400),
        ("/search", {"query": "x" * 65}, "invalid_parameters", 400),
        ("/nope", {}, "not_found", 404),
        (f"/conferences/{public(CALL)}/nope", {}, "not_found", 404),
        ("/webhooks/jobs", {}, "not_found", 404),
    ],
)
def test_questions_that_make_no_sense(path: str, query: dict[str, str], code: str, status: int) -> None:
    """R3: the codes are those scripts know; nothing is a server error."""
    response = get(path, **query)
    assert (body(response)["error_code"], response.status) == (code, status)


def test_only_get_reads() -> None:
    """A6: nothing here changes anything, so nothing else is taken."""
    assert get("/conferences", method="DELETE", appId=public(APP)).status == 405


def test_r2_pages_and_capped_lists() -> None:
    """`limit` or `offset` gives pages and a count; without them a capped list says where it goes on."""
    page = body(get("/conferences", Shelf(count=729), appId=public(APP), limit="1"))
    assert (page["count"], len(page["results"])) == (729, 1)
    capped = get("/conferences", Shelf(count=729), appId=public(APP))
    assert 'rel="next"' in capped.headers["Link"]
    assert "Link" not in get("/conferences", appId=public(APP)).headers


def question(path: str, **query: str) -> Question:
    return asked(path, Request("GET", "/v1" + path, query=query))


@pytest.mark.parametrize(("given_limit", "limit"), [("0", 1), ("-5", 1), ("7", 7), ("999", 200), ("", 50)])
def test_page_sizes_are_clamped(given_limit: str, limit: int) -> None:
    """1 to 200, 50 where only an offset is given."""
    asking = question("/issues", appId=public(APP), offset="3", **({"limit": given_limit} if given_limit else {}))
    assert (asking.limit, asking.offset, asking.paged) == (limit, 3, True)


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T10:00:00Z", "2026-11-20T12:00:00 02:00", "2026-11-20T12:00:00+02:00", "2026-11-20 10:00:00"],
)
def test_r5_times_with_and_without_zone(text: str) -> None:
    """`Z`, an offset, an unescaped plus and nothing (UTC) name one instant; both ends of a range are exact."""
    at = 1_795_168_800_000.0
    assert question("/issues", appId=public(APP), created_at_gte=text).after == at
    assert question("/issues", appId=public(APP), created_at_lt=text).before == at
    assert at < question("/issues", appId=public(APP), created_at_gt=text).after < at + 1
    assert at < question("/issues", appId=public(APP), created_at_lte=text).before < at + 1


def test_filters_become_our_own_words() -> None:
    """Ids, issue codes, durations and event types arrive at the port in our terms."""
    asking = question(
        "/conferences",
        appId=public(APP),
        participantId=public(ADA),
        conference_ids=f"{public(CALL)}, {public('call_' + 'c' * 20)}",
        issue_code="tcp_used",
        duration_gte="10",
        duration_lt="60",
        order="-created_at",
    )
    assert (asking.app_id, asking.participant_id, asking.call_ids) == (APP, ADA, (CALL, "call_" + "c" * 20))
    assert (asking.detectors, asking.durations, asking.newest_first) == (("udp_blocked",), (10, 60), True)
    events = question(f"/conferences/{public(CALL)}/events", type="-oniceconnectionstatechange")
    assert (events.call_id, events.event_tags, events.event_machine) == (CALL, ("state_changed",), "ice")
    assert events.without
    assert question("/events/browser", appId=public(APP)).name == "browser"
    assert question(f"/conferences/{public(CALL)}/graphs").resource == "graphs"


def test_events_have_the_names_scripts_know() -> None:
    """Our events are told under the SDK's names and categories."""
    row = body(get("/connection", appId=public(APP)))["data"][0]
    assert (row["type"], row["category"], row["data"]) == ("oniceconnectionstatechange", "connection", "failed")
    told = {
        ("connection_opened", "{}"): ("addConnection", "connection"),
        ("connection_opened", '{"config":{}}'): ("peerDetails", "connection"),
        ("session_closed", '{"reason":"left"}'): ("endCall", "browser"),
        ("session_closed", '{"reason":"unload"}'): ("unload", "browser"),
        ("track_changed", '{"change":"muted"}'): ("mute", "track"),
        ("app_reported", '{"value":{"eventName":"x"}}'): ("custom", "browser"),
        ("visibility_changed", '{"hidden":true}'): ("tabFocus", "browser"),
        ("candidate_gathered", "{}"): ("onicecandidate", "connection"),
        ("notified", '{"name":"negotiationneeded","connection":"c"}'): ("onnegotiationneeded", "connection"),
        ("heartbeat", "{}"): ("heartbeat", "browser"),
    }
    for (tag, payload), expected in told.items():
        stored = StoredEvent(event_id="e", at=START, app_id=APP, call_id=CALL, name=tag, payload=json.loads(payload))
        row = body(get("/connection", Shelf({"events": Item(stored)}), appId=public(APP)))["data"][0]
        assert (row["type"], row["category"]) == expected


def test_a1_one_snapshot_per_sample() -> None:
    """Inbound, outbound, far-end and path values of a sample share one row and its time."""
    stats = {
        "inbound_rtp": [{"id": "I", "kind": "audio", "packetsLost": 1, "jitter": 0.1, "ssrc": 5}],
        "outbound_rtp": [{"id": "O", "kind": "video", "framesSent": 9}],
        "remote_inbound_rtp": [{"id": "R", "kind": "video", "roundTripTime": 0.2}],
        "candidate_pair": [{"id": "P", "bytesSent": 3, "state": "succeeded"}],
    }
    stored = StoredEvent(
        event_id="e", at=START, app_id=APP, call_id=CALL, connection_id=LINK, name="sample", payload={"stats": stats}
    )
    answer = body(get(f"/conferences/{public(CALL)}/graphs", Shelf({"graphs": Item(stored)})))
    (snapshot,) = answer["summary"]["data"]
    assert snapshot["data"]["audio"]["inbound"] == [{"id": "I", "mediaType": "audio", "packetsLost": 1, "jitter": 0.1}]
    assert snapshot["data"]["video"]["outbound"] == [{"id": "O", "mediaType": "video", "framesSent": 9}]
    assert snapshot["data"]["remote"]["video"]["inbound"][0]["roundTripTime"] == 0.2
    assert snapshot["data"]["connection"] == {"id": "P", "bytesSent": 3}
    assert (snapshot["connection"], snapshot["type"]) == (public(LINK), "stats")


@pytest.mark.parametrize(
    ("name", "rows", "answer"),
    [
        (
            "issues/summary",
            [{"detector": "media_access_denied", "count": 2}, {"detector": "media_device_missing", "count": 1}],
            {"data": [{"code": "getusermedia_error", "title": "Problem accessing media", "count": 3}]},
        ),
        (
            "conferences/participant-count-summary",
            [{"participants": 1, "conferences": 3}, {"participants": 2, "conferences": 4}],
            {
                "data": [{"participants": 1, "conferences": 3}, {"participants": 2, "conferences": 4}],
                "total_conferences": 7,
            },
        ),
        ("issues/gum-summary", [{"name": "X", "message": "", "count": 2}], None),
        (
            "connections/summary",
            [{"name": "Relayed", "count": 5}],
            {"data": [{"name": "Direct", "count": 0}, {"name": "Relayed", "count": 5}]},
        ),
        (
            "sessions/summary",
            [{"part": "browsers", "name": "Chrome", "count": 2}],
            {"browsers": [{"name": "Chrome", "count": 2}], "os": [], "countries": [], "cities": []},
        ),
        ("conferences/summary", [{"date": "2026-11-20", "total": 1}], {"data": [{"date": "2026-11-20", "total": 1}]}),
    ],
)
def test_summaries(name: str, rows: list[dict[str, Any]], answer: dict[str, Any] | None) -> None:
    """Each has the shape scripts know."""
    shelf = Shelf()
    shelf.rows = rows
    said = body(get(f"/{name}", shelf, appId=public(APP)))
    assert said == (answer if answer is not None else {"data": rows, "total": 2})


def test_ranges_are_complete() -> None:
    """A summary by range has every range, also the empty ones."""
    shelf = Shelf()
    shelf.rows = [{"min": 60, "count": 4}]
    durations = body(get("/conferences/duration-summary", shelf, appId=public(APP)))["data"]
    assert len(durations) == 12
    assert durations[0] == {"range": "< 1 m", "min_sec": 0, "max_sec": 60, "count": 0}
    assert durations[1] == {"range": "1 - 3 m", "min_sec": 60, "max_sec": 180, "count": 4}
    assert durations[-1] == {"range": "> 60 m", "min_sec": 3600, "max_sec": None, "count": 0}
    shelf.rows = [{"min": 250, "count": 1, "conference_ids": [CALL]}]
    times = body(get("/connections/setup-time-summary", shelf, appId=public(APP)))["data"]
    assert len(times) == 11
    assert times[1]["conference_ids"] == [public(CALL)]
    assert times[0]["conference_ids"] == []


def test_search_links_carry_the_base() -> None:
    """X14: links respect scheme, port and prefix; hits are limited."""
    matches = body(get("/search", query="dai"))["matches"]
    assert len(matches) == 20
    assert matches[0] == {
        "name": "Daily",
        "id": "daily",
        "url": "https://rtc.example.org/base/calls/0",
        "type": "conference",
    }


paths = st.text(max_size=40) | st.sampled_from(
    ["/conferences", "/search", "/stats", "/issues/x", "/conferences/summary"]
)


@given(paths, st.dictionaries(st.sampled_from(["appId", "limit", "created_at_gt", "type"]), st.text()))
def test_any_question_is_answered(path: str, query: dict[str, str]) -> None:
    """No path and no parameter is a server error."""
    response = Desk(Shelf()).answer(Request("GET", path, {"authorization": "Bearer token"}, query=query))
    assert response.status in (200, 400, 404)
    assert body(response)
