from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.conftest import Site, call_of, connection_of
from tests.query.world import T0

from rtclens import __version__
from rtclens.api.beside import ALL
from rtclens.api.openapi import text
from rtclens.api.routes import ENDPOINTS
from rtclens.store.engine import StoreError

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_a_call_has_the_shape_that_pages_are_built_on(site: Site) -> None:
    found = site.get(f"/calls/{call_of(site.mine.id)}")
    assert set(found) == {
        "call", "participants", "sessions", "connections", "tracks", "findings", "scores", "impact", "narrative",
    }  # fmt: skip
    assert {"live", "duration_s", "people", "strip", "causes", "verdict", "ended_at"} <= set(found["call"])
    assert found["call"]["top_cause_confidence"] is None
    assert found["findings"][0]["evidence"][0]["coverage"] is None
    assert found["impact"] == [
        {
            "from_participant": f"p-{call_of(site.mine.id)}-ann",
            "to_participant": f"p-{call_of(site.mine.id)}-bob",
            "kind": "video",
            "impaired_s": 10.0,
        }
    ]


def test_the_list_filters_and_pages(site: Site) -> None:
    page = site.get("/calls", **{"from": T0, "to": T0 + 60_000, "verdict": "bad,degraded", "q": "ann"})
    assert (page["total"], page["next"]) == (1, None)
    assert page["calls"][0]["call_id"] == call_of(site.mine.id)
    assert site.get("/calls", live="1")["total"] == 0
    assert site.get("/calls", live="false", cause="sender_uplink", detector="in_loss_high")["total"] == 1
    assert site.get("/calls", app=site.mine.id, sort="worst", limit=1)["total"] == 1
    assert site.get("/calls", q="", verdict="", app="", cursor="")["total"] == 1


@pytest.mark.parametrize(
    "params",
    [
        {"verdict": "awful"},
        {"cause": "somebody"},
        {"sort": "1; DROP TABLE calls"},
        {"cursor": "x"},
        {"limit": "many"},
        {"live": "perhaps"},
        {"from": "yesterday"},
        {"from": str(T0), "to": str(T0)},
        {"from": "nan"},
        {"to": "inf"},
        {"from": "1e400"},
    ],
)
def test_what_cannot_be_understood_is_refused_not_ignored(site: Site, params: dict[str, str]) -> None:
    answer = site.ask("GET", "/calls", params=params)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_an_app_of_somebody_else_is_not_there(site: Site) -> None:
    for path in ("/calls", "/overview", "/ingest"):
        assert site.ask("GET", path, params={"app": site.theirs.id}).status_code == 404
        assert site.ask("GET", path, "bound", params={"app": site.theirs.id}).status_code == 404


def test_curves_events_and_reports(site: Site) -> None:
    call = call_of(site.mine.id)
    curves = site.get(f"/calls/{call}/series", points=100)
    (track,) = curves["tracks"].values()
    assert track["verdict"] == ["good", "good", "bad", "bad"]
    only = site.get(f"/calls/{call}/series", columns="verdict", participant=f"p-{call}-bob,p-{call}-ann")
    assert set(next(iter(only["tracks"].values()))) == {"at", "verdict"}
    assert site.ask("GET", f"/calls/{call}/series", params={"columns": "password"}).status_code == 400
    happened = site.get(f"/calls/{call}/events", participant=f"p-{call}-ann", limit=5)
    assert [event["text"] for event in happened["events"]] == ["ice · connected"]
    report = site.get(f"/calls/{call}/reports", connection_id=connection_of(site.mine.id), at=T0)
    assert report["reports"]["inbound_rtp"][0]["packetsReceived"] == 10
    assert site.ask("GET", f"/calls/{call}/reports", params={"at": 1}).status_code == 400


def test_overview_ingest_and_detectors(site: Site) -> None:
    found = site.get("/overview", **{"from": T0 - 60_000, "to": T0 + 600_000})
    assert set(found) == {
        "sentence", "tiles", "minutes", "causes", "detectors", "calls", "live", "breakdowns",
    }  # fmt: skip
    assert found["causes"] == [{"segment": "sender_uplink", "minutes": 10 / 60, "findings": 1}]
    assert {tile["id"] for tile in found["tiles"]} >= {"live_calls", "good_minutes"}
    assert site.get("/ingest", app=site.mine.id)["formats"][0]["samples"] == 1
    assert site.get("/detectors") == [{"id": "in_loss_high", "title": "Loss"}]


def test_sql_is_run_on_exactly_the_callers_apps(site: Site) -> None:
    asked = {"query": "SELECT 1", "limit": 5}
    assert site.ask("POST", "/sql", "bound", json=asked).json()["rows"] == [[1]]
    assert site.sql.asked == [("SELECT 1", (site.mine.id,), 5)]
    site.ask("POST", "/sql", "owner", json=asked)
    assert site.theirs.id not in site.sql.asked[1][1]
    refused = site.ask("POST", "/sql", json={"query": "DROP TABLE calls"})
    assert (refused.status_code, refused.json()["code"]) == (400, "not_select")
    for limit in (0, -1, 10**9):
        assert site.ask("POST", "/sql", json={"query": "SELECT 1", "limit": limit}).status_code == 400
    assert site.get("/sql/schema")["tables"][0]["columns"][0]["name"] == "call_id"


def test_a_body_over_the_limit_is_refused(site: Site) -> None:
    answer = site.ask("POST", "/sql", json={"query": "x" * 300_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_an_unforeseen_failure_says_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(site.sql, "run", broken)
    answer = site.ask("POST", "/sql", json={"query": "SELECT 1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


def test_a_store_that_does_not_answer_is_said_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise StoreError("Code: 210. Connection refused (secret-host:9000)")

    monkeypatch.setattr(type(site.services.reader), "query", gone)
    answer = site.ask("GET", "/calls")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert "secret-host" not in answer.text


def test_no_answer_of_the_api_is_cached_framed_sniffed_or_run(site: Site) -> None:
    for answer in (site.ask("GET", "/me"), site.ask("GET", "/me", "nobody"), site.ask("GET", "/none")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_what_is_not_there_is_said_in_json(site: Site) -> None:
    for path in ("/none", "/calls/x/none", "/calls/", "/me/"):
        answer = site.ask("GET", path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_the_committed_document_is_the_generated_one() -> None:
    """After a change: python -m rtclens.api > docs/openapi.json."""
    assert DOCUMENT.read_text() == text(ENDPOINTS, __version__)


def test_the_document_is_served_and_names_every_operation_once(site: Site) -> None:
    served = site.client.get("/api/openapi.json").json()
    operations = [op for methods in served["paths"].values() for op in methods.values()]
    assert len(operations) == len({op["operationId"] for op in operations}) == len(ENDPOINTS) + len(ALL)
    assert all(op["summary"] for op in operations)
    references = set(_references(served))
    assert references <= {f"#/components/schemas/{name}" for name in served["components"]["schemas"]}


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [ref for value in node.values() for ref in _references(value)]
    return [ref for value in node for ref in _references(value)] if isinstance(node, list) else []


TEXT = st.characters(exclude_categories=("Cs",))  # a client cannot even encode lone surrogates
SENDABLE = st.characters(exclude_categories=("Cs",), exclude_characters="\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted({endpoint.path for endpoint in ENDPOINTS})),
    # A line feed reaches no route of the framework at all; the server's own 404 answers it.
    st.text(SENDABLE, max_size=20),
    st.dictionaries(
        st.sampled_from(["app", "from", "to", "q", "sort", "limit", "cursor", "at"]), st.text(TEXT, max_size=20)
    ),
)
def test_nothing_in_a_url_breaks_the_server(site: Site, path: str, part: str, params: dict[str, str]) -> None:
    for name in ("call_id", "app_id", "token_id", "key_id"):
        # The client would resolve dots before it sends them.
        path = path.replace("{" + name + "}", quote(part, safe="").replace(".", "%2E") or "x")
    answer = site.ask("GET", path, params=params)
    assert answer.status_code in (200, 400, 404, 405)
    json.loads(answer.text)
