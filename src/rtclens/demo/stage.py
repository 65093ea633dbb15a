"""Play all scenes against a server: once for a check, or over and over so that there are always live calls.

Enters: the server's URL and an ingest key. Leaves: traffic, and per scene the room that was played and its tally.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import count

import httpx
import msgspec

from rtclens.demo.player import Player, Tally
from rtclens.demo.recording import load
from rtclens.demo.scenes import PEOPLE, Scene

PERIOD_S = 80.0  # short calls wait, so that every kind of call is about as frequent
PAUSE_S = 8.0
STAGGER_S = 1.5


class Played(msgspec.Struct):
    """A scene that was played to its end."""

    scene: Scene
    room: str
    tally: Tally


class Stage:
    """Where the demo's calls happen."""

    def __init__(self, url: str, key: str, speed: float, suffix: str = "") -> None:
        self._url = url
        self._key = key
        self._speed = speed
        self._suffix = suffix

    async def once(self, scenes: Sequence[Scene]) -> list[Played]:
        """Every scene once, all at the same time."""
        async with client() as http:
            return list(await asyncio.gather(*(self._play(http, scene, 1, 0.0) for scene in scenes)))

    async def forever(self, scenes: Sequence[Scene], played: Callable[[Played], None]) -> None:
        """Every scene again and again, until cancelled; starts are staggered so that calls come and go."""
        async with client() as http, asyncio.TaskGroup() as group:
            for index, scene in enumerate(scenes):
                group.create_task(self._repeat(http, scene, index * STAGGER_S, played))

    async def _repeat(
        self, http: httpx.AsyncClient, scene: Scene, delay_s: float, played: Callable[[Played], None]
    ) -> None:
        for number in count(1):
            began = time.monotonic()
            played(await self._play(http, scene, number, delay_s))
            delay_s = max(PAUSE_S, PERIOD_S - (time.monotonic() - began))

    async def _play(self, http: httpx.AsyncClient, scene: Scene, number: int, delay_s: float) -> Played:
        await asyncio.sleep(delay_s)
        room = f"{scene.room}{self._suffix}" + (f"-{number}" if number > 1 else "")
        player = Player(load(scene.recording), self._url, self._key, room, PEOPLE)
        return Played(scene, room, await player.play(http, self._speed))


def client() -> httpx.AsyncClient:
    """HTTP as the player needs it: patient, many connections, no proxies."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    return httpx.AsyncClient(timeout=30, limits=limits, trust_env=False)
