"""Run the demo: calls that keep coming, or a check of what the server finds in them.

Enters: a server process. Leaves: live calls until interrupted; or what was played and the list of complaints.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from rtclens.access import Access
from rtclens.demo.check import complaints
from rtclens.demo.process import ServerProcess
from rtclens.demo.scenes import SCENES, Scene
from rtclens.demo.stage import Played, Stage

SETTLE_TIMEOUT_S = 90
POLL_S = 1.0


def sign_in_link(server: ServerProcess) -> str:
    """A link that signs the visitor in once, as the owner of the demo's organization."""
    access = Access.open(server.folder)
    try:
        return f"{server.url}/sign-in/once/{access.owner_link('demo@localhost.invalid')}"
    finally:
        access.close()


def play_forever(server: ServerProcess, speed: float, played: Callable[[Played], None]) -> None:
    """Keep calls coming until interrupted."""
    asyncio.run(Stage(server.url, server.app.api_key, speed).forever(SCENES, played))


def check(server: ServerProcess, speed: float, scenes: Sequence[Scene] = SCENES) -> tuple[list[Played], list[str]]:
    """Play every scene once, wait until the calls have ended, and say what is wrong with their findings."""
    played = asyncio.run(Stage(server.url, server.app.api_key, speed).once(scenes))
    wrong = [f"{one.room}: {text}" for one in played for text in one.tally.examples]
    deadline = time.monotonic() + SETTLE_TIMEOUT_S
    waiting = list(played)
    while waiting and time.monotonic() < deadline:
        waiting = [one for one in waiting if not _is_over(call_of(server, one.room))]
        time.sleep(POLL_S if waiting else 0)
    wrong += [f"{one.room}: the call did not end" for one in waiting]
    return played, wrong + [text for one in played for text in complaints(one.scene, call_of(server, one.room))]


def call_of(server: ServerProcess, room: str) -> dict[str, Any] | None:
    """The newest call of a room with everything known of it; `None` when there is none."""
    found = server.get("/calls", q=room, limit=50)["calls"]
    ids = [call["call_id"] for call in found if call["external_id"] == room]
    return server.get(f"/calls/{ids[0]}") if ids else None


def _is_over(call: dict[str, Any] | None) -> bool:
    return call is not None and call["call"]["ended_at"] is not None
