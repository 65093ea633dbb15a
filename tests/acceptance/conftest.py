"""A real server process for tests that go in through a public door and come out through a question.

The same assertions hold for every deployment: all on one disk, and with Kafka between the doors and the worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from tests.services import kafka

from rtclens.demo.player import Player, Tally
from rtclens.demo.process import IMPATIENT, ServerProcess, server
from rtclens.demo.recording import load
from rtclens.demo.stage import client


@pytest.fixture(scope="session", params=["embedded", pytest.param("kafka", marks=pytest.mark.service)])
def running(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    """One server for all tests of the session and deployment; tests tell their calls apart by room."""
    if request.param == "embedded":
        with server("--open", environ=IMPATIENT) as process:
            yield process
        return
    if why := kafka.available():
        pytest.skip(why)
    with (
        kafka.kafka() as brokers,
        server("--open", "--stream", brokers.dsn("acceptance", partitions=4), environ=IMPATIENT) as process,
    ):
        yield process


def play(process: ServerProcess, recording: str, room: str, speed: float = 0) -> Tally:
    """Play a bundled recording into the server under `room`."""

    async def playing() -> Tally:
        async with client() as http:
            return await Player(load(recording), process.url, process.app.api_key, room, {}).play(http, speed)

    return asyncio.run(playing())
