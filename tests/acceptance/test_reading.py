"""Scripts read what was stored through the Peer Metrics API, as they always did."""

import httpx
import pytest
from tests.acceptance.conftest import play

ROOM = "reading"


@pytest.fixture(scope="module")
def app(running) -> str:
    """The app's id as this API shows it, once a call and a refusal of a camera are stored."""
    play(running, "peermetrics-happy", ROOM)
    play(running, "peermetrics-gum-denied", ROOM)
    running.settle()
    from rtclens.wire.peermetrics.reading.ids import public

    return public(running.app.id)


def get(running, path: str, token: str = "", **params: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or running.app.token}"}
    return httpx.get(f"{running.url}/v1{path}", params=params, headers=headers, trust_env=False, timeout=30)


def data(running, path: str, **params: object) -> list[dict]:
    answer = get(running, path, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_calls_people_and_what_belongs_to_them_are_listed(running, app):
    calls = [call for call in data(running, "/conferences", appId=app) if call["conference_name"] == ROOM]
    assert len(calls) == 1
    call = calls[0]
    one = data(running, f"/conferences/{call['id']}")
    assert len(one["participants"]) >= 2
    people = data(running, "/participants", conferenceId=call["id"])
    assert {person["id"] for person in people} == set(one["participants"])
    for path in ("/sessions", "/connections"):
        rows = data(running, path, conferenceId=call["id"])
        assert {row["conference"] for row in rows} == {call["id"]}
    assert data(running, "/conferences", appId=app, created_at_lt="2001-01-01") == []


def test_events_and_snapshots_carry_what_was_sent(running, app):
    call = next(one for one in data(running, "/conferences", appId=app) if one["conference_name"] == ROOM)
    assert {row["category"] for row in data(running, "/connection", conferenceId=call["id"])} == {"connection"}
    stats = data(running, "/stats", conferenceId=call["id"])
    assert stats
    graph = get(running, f"/conferences/{call['id']}/graphs").json()["summary"]["data"]
    assert len(graph) == len(stats)
    assert any(shot["data"]["audio"]["inbound"] for shot in graph)


@pytest.mark.parametrize(
    "name",
    [
        "conferences/summary",
        "conferences/duration-summary",
        "conferences/participant-count-summary",
        "issues/summary",
        "issues/gum-summary",
        "connections/summary",
        "connections/setup-time-summary",
        "sessions/summary",
    ],
)
def test_summaries_count_what_there_is(running, app, name):
    answer = get(running, f"/{name}", appId=app)
    assert answer.status_code == 200, answer.text
    rows = answer.json().get("data") or answer.json()["browsers"]
    assert sum(row.get("count", row.get("conferences", row.get("total", 0))) for row in rows) > 0


def test_search_finds_and_strangers_find_nothing(running, app):
    matches = get(running, "/search", query=ROOM).json()["matches"]
    assert {match["type"] for match in matches} == {"conference"}
    assert get(running, "/conferences", token="rtl_wrong", appId=app).status_code == 401
    assert get(running, "/conferences", appId="00000000-0000-8000-8000-000000000000").json()["data"] == []
