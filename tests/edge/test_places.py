"""Where a client is comes from headers of a proxy, and only from those that were named."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.asyncio.client import connect

from rtclens.app.settings import load
from rtclens.demo.process import IMPATIENT, ServerProcess, server
from rtclens.edge.places import Places
from rtclens.model.events import AnyEvent, Batch, Heartbeat, Origin, SessionOpened, SessionUpdated

sys.path.insert(0, str(Path(__file__).parents[2] / "collectors" / "python"))

from rtclens_sender import Stream

SETTING = "asn=X-Client-ASN country=cf-ipcountry"
HEADERS = {"x-client-asn": "AS64500", "cf-ipcountry": "NO", "x-region": "west"}


def test_only_named_headers_are_read() -> None:
    assert Places(SETTING).of(HEADERS) == {"asn": "AS64500", "country": "NO"}
    assert Places().of(HEADERS) == {}
    assert Places(SETTING).of({"cf-ipcountry": "x" * 100, "x-client-asn": "  "}) == {}


def put(places: Places, *events: AnyEvent) -> list[AnyEvent]:
    batch = Batch(Origin("app", "test", "call", "ann"), 1.0, list(events))
    places.put([batch], places.of(HEADERS))
    return batch.events


def test_a_proxy_s_word_stands_over_the_clients() -> None:
    opened = SessionOpened(at=1.0, tags={"country": "SE", "plan": "pro"})
    told, beat = SessionUpdated(at=2.0), Heartbeat(at=3.0)
    assert put(Places(SETTING), opened, told, beat) == [opened, told, beat]
    assert opened.tags == {"country": "NO", "plan": "pro", "asn": "AS64500"}
    assert told.tags == {"country": "NO", "asn": "AS64500"}


def test_who_never_says_that_a_join_began_is_told_of_once() -> None:
    places = Places(SETTING)
    first, beat = put(places, Heartbeat(at=3.0))
    assert first == SessionUpdated(at=3.0, tags={"country": "NO", "asn": "AS64500"}) and beat == Heartbeat(at=3.0)
    assert put(places, Heartbeat(at=4.0)) == [Heartbeat(at=4.0)]
    assert put(Places(), Heartbeat(at=4.0)) == [Heartbeat(at=4.0)]


@pytest.mark.parametrize("text", ["ip=x-real-ip", "asn", "asn=x y", "asn:x"])
def test_a_setting_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="place_headers"):
        load({"RTCLENS_PLACE_HEADERS": text})


@pytest.fixture(scope="module")
def running() -> Iterator[ServerProcess]:
    with server(environ={**IMPATIENT, "RTCLENS_PLACE_HEADERS": SETTING}) as process:
        yield process


def sampled(stream: Stream) -> bytes | str:
    received = {"kind": "audio", "ssrc": 7, "packetsReceived": 50, "timestamp": 1_795_000_000_000}
    stream.sample("pc", [{"id": "in", "type": "inbound-rtp", **received}])
    return stream.frames()[0]


def address(running: ServerProcess, room: str) -> str:
    return f"{running.url}/rtclens/{running.app.api_key}/{room}/ann?stream={room}"


def places(running: ServerProcess, room: str) -> list[tuple[str, str]]:
    running.settle()
    rows = running.sql(
        "SELECT country, tags['asn'] AS asn FROM sessions WHERE call_id IN"
        f" (SELECT call_id FROM calls WHERE external_id = '{room}')"
    )
    return [(row["country"], row["asn"]) for row in rows]


def test_a_request_tells_where_its_client_is(running: ServerProcess) -> None:
    url = address(running, "posted")
    assert httpx.post(url, content=sampled(Stream()), headers=HEADERS, trust_env=False).status_code == 200
    assert places(running, "posted") == [("NO", "AS64500")]


def test_a_socket_tells_where_its_client_is(running: ServerProcess) -> None:
    async def talk(stream: Stream) -> None:
        url = address(running, "socket").replace("http", "ws", 1)
        async with connect(url, subprotocols=["rtclens.1"], additional_headers=HEADERS) as socket:  # type: ignore[list-item]
            stream.greeted(str(await socket.recv()))
            await socket.send(sampled(stream))
            await socket.recv()

    asyncio.run(talk(Stream()))
    assert places(running, "socket") == [("NO", "AS64500")]


def test_an_observertc_request_tells_it_too(running: ServerProcess) -> None:
    sample = {"clientId": "ann", "callId": "room", "timestamp": 1_795_000_000_000}
    url = f"{running.url}/observertc/{running.app.api_key}/posts/ann"
    answer = httpx.post(url, json=sample, headers=HEADERS, trust_env=False)
    assert answer.status_code == 200, answer.text
    assert places(running, "posts") == [("NO", "AS64500")]
