"""A request that a door does not take is told what it does take; it never gets the page of the dashboard."""

import httpx
import msgspec
import pytest

from rtclens.api import beside
from rtclens.app.history import Question
from rtclens.edge.exports import ExportQuestion


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1.0/upload", "POST"),
        ("PUT", "/v1.0/sessions/none", "DELETE, GET, HEAD"),
        ("OPTIONS", "/v1.0/sessions/none", "DELETE, GET, HEAD"),
        ("GET", "/rtcstats/key/dump", "OPTIONS, POST"),
        ("GET", "/api/v1/import", "OPTIONS, POST"),
        ("TRACE", "/api/v1/calls", "GET"),
        ("POST", "/healthz", "GET, HEAD"),
    ],
)
def test_the_methods_of_a_path_are_named(running, method, path, allowed):
    answer = httpx.request(method, running.url + path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/rtcstats/key/room", "/observertc/key/call/client", "/rtclens/key/call/person"])
def test_a_door_for_sockets_says_so_to_a_browser(running, path):
    answer = httpx.get(running.url + path)
    assert answer.status_code == 426
    assert answer.headers["upgrade"] == "websocket"
    assert answer.json()["code"] == "websocket_expected"


def test_a_path_with_a_line_break_in_it_is_refused_as_json(running):
    answer = httpx.delete(running.url + "/api/v1/apps/%0A")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(("described", "asked"), [(beside.EXPORT, ExportQuestion), (beside.HISTORY, Question)])
def test_what_is_described_is_what_is_decoded(described, asked):
    decoded = msgspec.json.schema(asked)["$defs"][asked.__name__]
    assert set(described["properties"]) == set(decoded["properties"])
    assert described["required"] == decoded["required"]
    for name, member in described["properties"].items():
        assert member.get("default") == decoded["properties"][name].get("default"), name
