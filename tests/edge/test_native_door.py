"""The native protocol over real sockets: acknowledged frames are stored once, also when the socket breaks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from rtclens.demo.process import IMPATIENT, ServerProcess, server

sys.path.insert(0, str(Path(__file__).parents[2] / "collectors" / "python"))

from rtclens_sender import Stream

BEGAN = 1_795_000_000_000


@pytest.fixture(scope="module")
def running() -> Iterator[ServerProcess]:
    with server(environ=IMPATIENT) as process:
        yield process


def address(running: ServerProcess, room: str, stream: str) -> str:
    return f"{running.url}/rtclens/{running.app.api_key}/{room}/ann?stream={stream}"


def socket_of(running: ServerProcess, room: str, stream: str) -> Any:
    return connect(address(running, room, stream).replace("http", "ws", 1), subprotocols=["rtclens.1"])  # type: ignore[list-item]


def sampled(stream: Stream, tick: int) -> None:
    received = {"kind": "audio", "ssrc": 7, "packetsReceived": tick * 50, "jitter": 0.002}
    stream.sample("pc", [{"id": "in", "type": "inbound-rtp", "timestamp": BEGAN + tick * 1000, **received}])


async def deliver(socket: ClientConnection, stream: Stream, frames: list[Any]) -> None:
    while frames:
        for frame in frames:
            await socket.send(frame)
        answers = [str(await socket.recv()) for _ in frames]
        frames = [more for said in answers for more in stream.heard(said)]


def stored(running: ServerProcess, room: str) -> list[int]:
    running.settle()
    rows = running.sql(
        "SELECT packetsReceived AS n FROM inbound_rtp WHERE call_id IN"
        f" (SELECT call_id FROM calls WHERE external_id = '{room}') ORDER BY at"
    )
    return [int(row["n"]) for row in rows]


@pytest.mark.parametrize("binary", [False, True])
def test_a_socket_that_breaks_before_the_acknowledgement_loses_and_doubles_nothing(
    running: ServerProcess, binary: bool
) -> None:
    room = f"breaks-{binary}"
    stream = Stream(binary)

    async def talk() -> None:
        async with socket_of(running, room, room) as socket:
            assert socket.subprotocol == "rtclens.1"
            assert stream.greeted(str(await socket.recv())) == []
            sampled(stream, 0)
            await deliver(socket, stream, stream.frames())
            sampled(stream, 1)
            await socket.send(stream.frames()[0])
            await socket.recv()  # the server has it; the sender never hears of it
            sampled(stream, 2)
            stream.frames()  # written into a socket that is gone
            socket.transport.abort()
        async with socket_of(running, room, room) as socket:
            await deliver(socket, stream, stream.greeted(str(await socket.recv())))
            sampled(stream, 3)
            await deliver(socket, stream, stream.frames())

    asyncio.run(talk())
    assert stream.unacknowledged == 0
    assert stored(running, room) == [0, 50, 100, 150]


def test_a_server_that_was_killed_tells_the_sender_to_begin_again(running: ServerProcess) -> None:
    stream = Stream()

    async def talk(tick: int) -> None:
        async with socket_of(running, "killed", "k") as socket:
            await deliver(socket, stream, stream.greeted(str(await socket.recv())))
            sampled(stream, tick)
            await deliver(socket, stream, stream.frames())

    asyncio.run(talk(0))
    running.kill()
    running.start()
    asyncio.run(talk(1))
    assert stored(running, "killed") == [0, 50]


def test_a_request_carries_what_a_socket_cannot(running: ServerProcess) -> None:
    stream = Stream(binary=True)
    url = address(running, "posted", "p")
    for tick in range(2):
        sampled(stream, tick)
        answer = httpx.post(url, content=stream.frames()[0], trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert stream.heard(answer.text) == []
    assert stored(running, "posted") == [0, 50]


def test_refusals_say_what_is_wrong(running: ServerProcess) -> None:
    answer = httpx.post(address(running, "wrong", "w"), content=b"[7]", trust_env=False)
    assert msgspec.json.decode(answer.content)[:3] == [0, 7, "desync"]
    answer = httpx.post(f"{running.url}/rtclens/nobody/room/ann", content=b"[1]", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
