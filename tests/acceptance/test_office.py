"""What a customer's back end asks of the Peer Metrics door: links to calls, and the end of one."""

import httpx
import pytest
from tests.acceptance.conftest import play


def ask(running, name: str, **body: str) -> httpx.Response:
    return httpx.post(f"{running.url}/v1/services/{name}", json=body, trust_env=False, timeout=30)


@pytest.fixture(scope="module")
def call(running) -> str:
    """The conference id of a recorded call that was played."""
    play(running, "peermetrics-happy", "office")
    running.settle()
    rows = running.sql("SELECT external_id FROM calls WHERE name = 'office' AND has(formats, 'peermetrics')")
    return rows[0]["external_id"]


def test_a_server_key_gets_the_link_of_a_call(running, call):
    answer = ask(running, "get-url", apiKey=running.app.server_key, conferenceId=call)
    assert answer.status_code == 200, answer.text
    call_id = answer.json()["url"].rpartition("/calls/")[2]
    assert running.get(f"/calls/{call_id}")["call"]["external_id"] == call
    assert ask(running, "get-url", apiKey=running.app.server_key, conferenceId="nobody's").status_code == 400


def test_the_public_key_alone_opens_nothing(running, call):
    assert ask(running, "get-url", apiKey=running.app.api_key, conferenceId=call).status_code == 401
    assert ask(running, "stop-conference", apiKey=running.app.api_key, conferenceId=call).status_code == 401


def test_stopping_a_call_that_ended_moves_no_end(running, call):
    ended = (
        "SELECT session_id, ended_at FROM sessions WHERE call_id IN (SELECT call_id FROM calls WHERE name = 'office')"
    )
    before = running.sql(ended + " ORDER BY session_id")
    answer = ask(running, "stop-conference", apiKey=running.app.server_key, conferenceId=call)
    assert answer.status_code == 200, answer.text
    running.settle()
    after = running.sql(ended)
    assert [row for row in before if row["ended_at"]] == [row for row in after if row in before and row["ended_at"]]
    assert all(row["ended_at"] for row in after)
