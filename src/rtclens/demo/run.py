"""Run the demo: a real server on a temporary folder, and the stage that plays calls into it.

Enters: options of `rtclens demo`. Leaves: a URL that signs the visitor in, live calls until Ctrl-C; or, for a check,
the list of complaints about what the server found.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from rtclens.access import Access
from rtclens.demo.check import complaints
from rtclens.demo.scenes import SCENES, Scene
from rtclens.demo.stage import Played, Stage

START_TIMEOUT_S = 60
SETTLE_TIMEOUT_S = 90


class Demo(msgspec.Struct):
    """A running demo server. `link` signs in once; `token` reads everything of the demo's app."""

    url: str
    key: str
    token: str
    link: str


@contextmanager
def server(host: str, port: int) -> Iterator[Demo]:
    """A server process on a fresh temporary folder, stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="rtclens-demo-"))
    access = Access.open(folder)
    app = access.create_app("Demo")
    command = [sys.executable, "-m", "rtclens", "serve", "--data", str(folder), "--host", host, "--port", str(port)]
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen([*command, "--open"], stdout=log, stderr=log)  # noqa: S603 - our own interpreter and arguments
    try:
        url = _await_server(folder, process)
        yield Demo(url, app.api_key, app.token, f"{url}/sign-in/once/{access.owner_link('demo@localhost.invalid')}")
    finally:
        process.terminate()
        process.wait(30)
        access.close()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _await_server(folder: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        note = folder / "server.json"
        if note.exists():
            return str(msgspec.json.decode(note.read_bytes())["url"])
        time.sleep(0.05)
    raise RuntimeError("the server did not start:\n" + (folder / "server.log").read_text()[-4000:])


def play_forever(demo: Demo, speed: float, played: Callable[[Played], None]) -> None:
    """Keep calls coming until interrupted."""
    asyncio.run(Stage(demo.url, demo.key, speed).forever(SCENES, played))


def check(demo: Demo, speed: float, scenes: Sequence[Scene] = SCENES) -> tuple[list[Played], list[str]]:
    """Play every scene once, wait for the verdicts, and say what is wrong with them."""
    played = asyncio.run(Stage(demo.url, demo.key, speed).once(scenes))
    reader = _Reader(demo)
    wrong = [f"{one.room}: {text}" for one in played for text in one.tally.examples]
    waiting = {one.room: one for one in played}
    deadline = time.monotonic() + SETTLE_TIMEOUT_S
    latest: dict[str, list[str]] = {}
    while waiting and time.monotonic() < deadline:
        for room, one in list(waiting.items()):
            call = reader.call(room)
            latest[room] = complaints(one.scene, call)
            if call is not None and call["call"]["ended_at"] is not None and not latest[room]:
                del waiting[room]
        time.sleep(1.0)
    return played, wrong + [text for room in waiting for text in latest.get(room) or [f"{room}: the call did not end"]]


class _Reader:
    """The API, as a page uses it."""

    def __init__(self, demo: Demo) -> None:
        headers = {"Authorization": f"Bearer {demo.token}"}
        self._http = httpx.Client(base_url=demo.url + "/api/v1", headers=headers, timeout=30, trust_env=False)

    def call(self, room: str) -> dict[str, Any] | None:
        """The call of a room with everything known of it."""
        found = self._http.get("/calls", params={"q": room, "limit": 50}).raise_for_status().json()["calls"]
        ids = [call["call_id"] for call in found if call["external_id"] == room]
        if not ids:
            return None
        detail: dict[str, Any] = self._http.get(f"/calls/{ids[0]}").raise_for_status().json()
        return detail
