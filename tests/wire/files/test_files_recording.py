"""Recordings of sockets and requests are read as the server would have read them at that moment."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import AppReported, Batch, ConnectionOpened
from rtclens.wire.files import open_file

AT = 1_700_000_000_000
META = {"seq": 0, "ts": AT, "kind": "meta", "sdk": "any"}
TOKEN = "e30.eyJydGNTdGF0cyI6eyJ1c2VyIjoiYW5uIiwiY29uZmVyZW5jZSI6InJvb20ifX0.x"


def read(*lines: Any) -> list[Item]:
    raw = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in (META, *lines)).encode()
    opened = open_file([raw], Hello(app_id="app", stream="s"))
    assert opened.format == "recording"
    return list(opened.items)


def opened(path: str, conn: int = 0, protocol: str = "") -> dict[str, Any]:
    return {"kind": "ws-open", "ts": AT, "conn": conn, "path": path, "protocol": protocol, "headers": {}}


def message(data: Any, at: int = 1, conn: int = 0, **more: Any) -> dict[str, Any]:
    return {"kind": "ws-msg", "ts": AT + at, "conn": conn, "data": json.dumps(data)} | more


def batches(items: list[Item]) -> list[Batch]:
    return [item for item in items if isinstance(item, Batch)]


def test_an_rtcstats_socket_speaks_for_the_person_in_its_token() -> None:
    items = read(
        opened(f"/rtcstats/elsewhere?rtcstats-token={TOKEN}", protocol="rtcstats#5.0"),
        message([":greeting", None, "hi", AT]),
        {"kind": "ws-close", "ts": AT + 9, "conn": 0, "code": 1005},
    )
    assert {(one.origin.participant, one.origin.call) for one in batches(items)} == {("ann", "room")}
    assert [e.name for one in batches(items) for e in one.events if isinstance(e, AppReported)] == ["greeting"]
    assert batches(items)[0].received_at == AT + 1


def test_two_sockets_are_two_sessions() -> None:
    lines = [opened(f"/rtcstats/r?rtcstats-token={TOKEN}", conn, "rtcstats#5.0") for conn in (0, 1)]
    items = read(*lines, *(message([":x", None, 1, AT], conn=conn) for conn in (0, 1)))
    assert len({one.origin.session for one in batches(items)}) == 2


def test_observertc_samples_by_socket_and_by_post() -> None:
    sample = {"clientId": "c1", "callId": "room", "timestamp": AT, "peerConnections": [{"peerConnectionId": "p1"}]}
    binary = {
        "kind": "ws-msg",
        "ts": AT,
        "conn": 0,
        "binary": True,
        "dataB64": b64encode(json.dumps(sample).encode()).decode(),
    }
    post = {"kind": "http", "method": "POST", "path": "/observertc/rest/samples", "ts": AT, "body": json.dumps(sample)}
    preflight = post | {"method": "OPTIONS", "body": ""}
    items = read(opened("/observertc/json?callId=room&clientId=c1"), message(sample), binary, preflight, post)
    assert len(batches(items)) == 3
    assert {(one.origin.call, one.origin.participant) for one in batches(items)} == {("room", "c1")}


def request(path: str, body: dict[str, Any], answer: dict[str, Any], at: int) -> dict[str, Any]:
    sent = {"kind": "http", "method": "POST", "path": "/v1" + path, "ts": AT + at, "body": json.dumps(body)}
    return sent | {"resp": {"status": 200, "body": json.dumps(answer)}}


def test_peer_metrics_tokens_of_the_recorded_server_are_replaced() -> None:
    """The recorded tokens mean nothing here; each stands for the one that our own service handed out."""
    joining = {"apiKey": "k", "conferenceId": "room", "userId": "ann"}
    connecting = {"token": "second", "eventName": "addConnection", "peerId": "bob"}
    items = read(
        request("/initialize", joining, {"token": "first"}, 1),
        request("/sessions", {"token": "first"}, {"token": "second"}, 2),
        request("/connection", connecting, {"peer_id": "p", "connection_id": "c"}, 3),
    )
    assert not [item for item in items if isinstance(item, Refusal)]
    assert {(one.origin.call, one.origin.participant) for one in batches(items)} == {("room", "ann")}
    assert [type(e) for one in batches(items) for e in one.events][-1] is ConnectionOpened


def test_a_bad_line_costs_only_itself() -> None:
    items = read(
        opened("/rtcstats/r", protocol="rtcstats#5.0"),
        "{not json",
        {"kind": "ws-msg", "ts": AT, "conn": 0, "dataB64": "?"},
        message([":x", None, 1, AT], conn=7),
        message([":x", None, 1, AT]),
    )
    assert [item.code for item in items if isinstance(item, Refusal)] == ["bad_line", "bad_line", "unknown_connection"]
    assert len(batches(items)) == 1


JSON = (
    st.none()
    | st.integers()
    | st.text(max_size=6)
    | st.dictionaries(st.text(max_size=3), st.text(max_size=4), max_size=2)
)
KINDS = st.sampled_from(["http", "ws-open", "ws-msg", "ws-close", "meta", "mark", ""])
LINES = st.fixed_dictionaries(
    {"kind": KINDS},
    optional={
        "ts": st.floats() | JSON,
        "conn": st.integers(0, 2) | JSON,
        "path": st.sampled_from(
            ["/v1/initialize", "/v1/stats", "/rtcstats/x", "/observertc/j", "", "//[", "/rtcstats?x=%"]
        ),
        "method": st.sampled_from(["POST", "PUT", "GET", "OPTIONS"]),
        "protocol": st.sampled_from(["rtcstats#5.0", "2.0", "3.1_STANDARD", "x"]) | JSON,
        "data": st.sampled_from(["[]", "[39,null,{},1e12]", '["g","PC_0",{},1]', "{", "x"]),
        "body": st.sampled_from(["{}", "[]", '{"token":"x"}', "{"]) | JSON,
        "bodyB64": st.sampled_from(["e30=", "%", ""]) | JSON,
        "resp": JSON,
        "headers": JSON,
    },
)


@given(st.lists(LINES, max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_recording_raises(told: list[dict[str, Any]]) -> None:
    for item in read(*told):
        assert isinstance(item, Batch | Refusal)
