"""A real server process for tests that go in through a public door and come out through a question."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from rtclens.demo.player import Player, Tally
from rtclens.demo.process import ServerProcess, server
from rtclens.demo.recording import load
from rtclens.demo.stage import client


@pytest.fixture(scope="session")
def running() -> Iterator[ServerProcess]:
    """One server for all tests of the session; tests tell their calls apart by room."""
    with server("--open") as process:
        yield process


def play(process: ServerProcess, recording: str, room: str, speed: float = 0) -> Tally:
    """Play a bundled recording into the server under `room`."""

    async def playing() -> Tally:
        async with client() as http:
            return await Player(load(recording), process.url, process.app.api_key, room, {}).play(http, speed)

    return asyncio.run(playing())
