"""Drive a headless Chromium over its debugging protocol.

Enters: the program's path. Leaves: a `Browser` that opens pages, asks and closes them, and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from truth.generator.children import running

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_S = 30.0
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    *("--autoplay-policy=no-user-gesture-required", "--disable-background-timer-throttling"),
    *("--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"),
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)


def find() -> str:
    """The browser's path: `RTCLENS_CHROMIUM`, else the system's; '' where there is none."""
    return os.environ.get("RTCLENS_CHROMIUM", "") or next((path for name in NAMES if (path := shutil.which(name))), "")


class Page:
    """One tab."""

    def __init__(self, target: str, socket: ClientConnection) -> None:
        self.target = target
        self._socket = socket
        self._numbers = count(1)

    async def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited; raises `RuntimeError` where it throws."""
        number = next(self._numbers)
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        await self._socket.send(
            msgspec.json.encode({"id": number, "method": "Runtime.evaluate", "params": params}).decode()
        )
        while True:
            answer = msgspec.json.decode(await self._socket.recv())
            if answer.get("id") == number:
                break
        result = answer.get("result", {})
        if "exceptionDetails" in result or "error" in answer:
            raise RuntimeError(f"{expression}: {result.get('exceptionDetails') or answer['error']}")
        return result["result"].get("value")

    async def until(self, expression: str, timeout_s: float = 30.0) -> bool:
        """Wait until the expression is true; false when it does not become so."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while asyncio.get_running_loop().time() < deadline:
            if await self.ask(expression):
                return True
            await asyncio.sleep(0.1)
        return False


class Browser:
    """One Chromium with a profile of its own. `async with Browser(path) as browser`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._profile = tempfile.TemporaryDirectory(prefix="truth-", ignore_cleanup_errors=True)
        self._stack = AsyncExitStack()
        self._url = ""

    async def __aenter__(self) -> Browser:
        flags = (*FLAGS, "--remote-debugging-port=0", f"--user-data-dir={self._profile.name}", "about:blank")
        async with AsyncExitStack() as stack:
            stack.callback(self._profile.cleanup)
            await stack.enter_async_context(running(self._path, *flags))
            self._url = await asyncio.wait_for(self._announced(), START_S)
            self._stack = stack.pop_all()
        return self

    async def _announced(self) -> str:
        port = Path(self._profile.name) / "DevToolsActivePort"
        while True:
            lines = port.read_text().splitlines() if port.exists() else []
            if len(lines) > 1:
                return f"http://127.0.0.1:{lines[0]}"
            await asyncio.sleep(0.05)

    async def open(self, url: str) -> Page:
        """Open a page."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            made = (await http.put(f"{self._url}/json/new?{quote(url, safe='')}")).json()
        socket = await connect(made["webSocketDebuggerUrl"], max_size=None, open_timeout=30)
        return Page(made["id"], socket)

    async def close_page(self, page: Page) -> None:
        """Close a tab as its user would."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            await http.get(f"{self._url}/json/close/{page.target}")

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
