"""The read API: what may be asked, and what is answered to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.wire.peermetrics import Request
from rtclens.wire.peermetrics.reading import Desk, Item, Question, StoredEvent
from rtclens.wire.peermetrics.reading.ids import public
from rtclens.wire.peermetrics.reading.questions import asked

from .player import START
from .shelf import ADA, APP, CALL, LINK, Shelf, body, get


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
            [
                {"detector": "media_access_denied", "severity": "high", "count": 2},
                {"detector": "media_device_missing", "severity": "high", "count": 1},
            ],
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
