"""Acknowledged means durable: the server is killed with -9 under load, and nothing that it acknowledged is missing."""

import asyncio
import random
import threading

import pytest

from rtclens.demo.player import Player
from rtclens.demo.process import IMPATIENT, ServerProcess
from rtclens.demo.recording import load
from rtclens.demo.stage import client

CALLS = 12
SAMPLES = 10 * CALLS


class Load:
    """Calls played at full speed from a thread; what happens after the server died only counts as refused."""

    def __init__(self, server: ServerProcess, generation: int) -> None:
        recording = load("peermetrics-happy")
        self.players = [
            Player(recording, server.url, server.app.api_key, f"kill-{generation}-{number}", {})
            for number in range(CALLS)
        ]
        self.thread = threading.Thread(target=lambda: asyncio.run(self._play()))

    async def _play(self) -> None:
        async with client() as http:
            await asyncio.gather(*(player.play(http, 0) for player in self.players))

    @property
    def acknowledged(self) -> int:
        return sum(player.tally["samples_acknowledged"] for player in self.players)

    def run_until(self, acknowledged: int) -> None:
        """Play in the background until so many samples are acknowledged, or to the end."""
        self.thread.start()
        while self.acknowledged < acknowledged and self.thread.is_alive():
            self.thread.join(0.002)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(tmp_path, seed):
    server = ServerProcess(tmp_path, environ=IMPATIENT)
    chance = random.Random(seed)
    acknowledged = 0
    try:
        for generation in range(3):
            server.start()
            traffic = Load(server, generation)
            traffic.run_until(chance.randrange(1, SAMPLES // 2))
            server.kill()
            traffic.thread.join()
            acknowledged += traffic.acknowledged
        server.start()
        server.settle()
        stored = server.sql("SELECT count() AS n, uniqExact(connection_id, at) AS once FROM samples")[0]
    finally:
        server.kill()
    assert acknowledged > 0
    assert stored["n"] == stored["once"], "a sample was stored twice"
    assert acknowledged <= stored["n"] < 3 * SAMPLES


def test_a_graceful_stop_stores_everything_and_leaves_no_note(tmp_path):
    server = ServerProcess(tmp_path, environ=IMPATIENT)
    server.start()
    traffic = Load(server, 0)
    traffic.run_until(SAMPLES)
    traffic.thread.join()
    server.stop()
    assert not (tmp_path / "server.json").exists()
    server.start()
    try:
        stored = server.sql("SELECT count() AS n FROM samples")[0]["n"]
        calls = server.sql("SELECT count() AS n FROM calls")[0]["n"]
    finally:
        server.stop()
    assert stored == traffic.acknowledged == SAMPLES
    assert calls == CALLS
