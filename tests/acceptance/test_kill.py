"""Acknowledged means durable: the server is killed with -9 under load, and nothing that it acknowledged is missing."""

import asyncio
import random
import threading
from collections import Counter

import pytest

from rtclens.demo.player import Player
from rtclens.demo.process import ServerProcess
from rtclens.demo.recording import load
from rtclens.demo.stage import client

CALLS = 12


def _play_until_cut(server: ServerProcess, generation: int) -> Counter[str]:
    """Play calls at full speed; what happens after the server died only counts as refused."""

    async def playing() -> Counter[str]:
        recording = load("peermetrics-happy")
        total: Counter[str] = Counter()
        async with client() as http:
            players = [
                Player(recording, server.url, server.app.api_key, f"kill-{generation}-{number}", {})
                for number in range(CALLS)
            ]
            for tally in await asyncio.gather(*(player.play(http, 0) for player in players)):
                total += tally
        return total

    return asyncio.run(playing())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(tmp_path, seed):
    server = ServerProcess(tmp_path)
    chance = random.Random(seed)
    acknowledged = sent = 0
    try:
        for generation in range(3):
            server.start()
            result: list[Counter[str]] = []
            load_thread = threading.Thread(
                target=lambda g=generation, into=result: into.append(_play_until_cut(server, g))
            )
            load_thread.start()
            load_thread.join(chance.uniform(0.3, 1.5))
            server.kill()
            load_thread.join()
            acknowledged += result[0]["samples_acknowledged"]
            sent += CALLS * 10
        server.start()
        server.settle()
        stored = server.sql("SELECT count() AS n, uniqExact(connection_id, at) AS once FROM samples")[0]
    finally:
        server.kill()
    assert acknowledged > 0
    assert stored["n"] == stored["once"], "a sample was stored twice"
    assert acknowledged <= stored["n"] <= sent


def test_a_graceful_stop_stores_everything_and_leaves_no_note(tmp_path):
    server = ServerProcess(tmp_path)
    server.start()
    tally = _play_until_cut(server, 0)
    server.stop()
    assert not (tmp_path / "server.json").exists()
    server.start()
    try:
        stored = server.sql("SELECT count() AS n FROM samples")[0]["n"]
        calls = server.sql("SELECT count() AS n FROM calls")[0]["n"]
    finally:
        server.stop()
    assert stored == tally["samples_acknowledged"] == CALLS * 10
    assert calls == CALLS
