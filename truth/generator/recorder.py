"""The server of a generated call: pages, signalling through the relay, and the SDK's sockets, which are recorded.

Enters: requests of the two pages. Leaves: the lines of a compact recording.
"""

from __future__ import annotations

import asyncio
import lzma
import re
import time
from base64 import b64encode
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from truth.generator.janus import Room
from truth.generator.relay import Impairment, Relay

PAGES = Path(__file__).parent / "page"
CANDIDATE = re.compile(r"^(candidate:\S+ \d) udp (\d+) (\S+) (\d+) typ host", re.IGNORECASE)
SDP_CANDIDATE = re.compile(r"a=(candidate:.*|end-of-candidates)\r\n")


class Recorder:
    """Serves one call and writes down what its clients send."""

    def __init__(self, scenario: str, doc: str, room: str, relay: Relay, server: Room | None = None) -> None:
        self.url = ""
        self.relay = relay
        self.room = server
        self._zero = time.time() * 1000.0
        self._numbers = count()
        self._peers: dict[str, web.WebSocketResponse] = {}
        self._lines: list[dict[str, Any]] = []
        self._runner: web.AppRunner | None = None
        meta = {"ts": round(self._zero), "sdk": "observertc", "scenario": scenario, "room": room, "doc": doc}
        self.note("meta", **meta)

    def note(self, kind: str, **members: Any) -> None:
        """Write a line."""
        self._lines.append({"t": round(time.time() * 1000.0 - self._zero), "kind": kind, **members})

    def mark(self, text: str) -> None:
        """Write down what was done to the call."""
        self.note("mark", text=text)

    def impair(self, way: str, impairment: Impairment) -> None:
        """Do something to a way: by its sender, or `a.up` and `a.down` between a and the media server."""
        if self.room is not None:
            self.room.impair(way, impairment)
        else:
            self.relay.ways[way].impairment = impairment

    def mark_paths(self) -> None:
        """Write down what was done to packets."""
        if self.room is not None:
            for text in self.room.marks():
                self.mark(text)
            return
        for side, way in self.relay.ways.items():
            self.mark(f"relay from {side}: {way.arrived} arrived, {way.lost} lost, {way.dropped} dropped")

    async def start(self) -> None:
        """Serve on a free port of this machine."""
        app = web.Application()
        app.router.add_get("/", self._index)
        app.router.add_get("/signal", self._signal)
        app.router.add_get("/room", self._enter)
        app.router.add_get("/observertc/json", self._record)
        app.router.add_static("/", PAGES)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """End serving."""
        if self._runner is not None:
            await self._runner.cleanup()

    def save(self, path: Path) -> None:
        """Write the compact recording."""
        text = b"\n".join(msgspec.json.encode(line) for line in self._lines)
        path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))

    async def _index(self, request: web.Request) -> web.StreamResponse:
        denied = {"Permissions-Policy": "camera=(), microphone=()"} if "deny" in request.query else {}
        return web.FileResponse(PAGES / "index.html", headers=denied)

    async def _signal(self, request: web.Request) -> web.WebSocketResponse:
        """Hand messages to the other participant, with the relay's addresses in place of the candidates'."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        side = request.query["id"]
        self._peers[side] = socket
        if len(self._peers) == 2:
            await self._peers["b"].send_str('{"ready":true}')
        async for message in socket:
            said = await self._through(side, msgspec.json.decode(message.data))
            other = self._peers.get("b" if side == "a" else "a")
            if said is not None and other is not None and not other.closed:
                await other.send_str(msgspec.json.encode(said).decode())
        return socket

    async def _enter(self, request: web.Request) -> web.WebSocketResponse:
        """Connect a page with the media server, whose candidates and the page's are replaced by relays'."""
        page = web.WebSocketResponse()
        await page.prepare(request)
        side, room = request.query["id"], self.room
        assert room is not None
        async with room.server() as server:

            async def back() -> None:
                async for text in server:
                    await page.send_str(await room.from_server(side, str(text)))

            answering = asyncio.create_task(back())
            try:
                async for message in page:
                    await room.from_page(side, str(message.data), server)
            finally:
                answering.cancel()
        return page

    async def _through(self, side: str, said: dict[str, Any]) -> dict[str, Any] | None:
        if "description" in said:
            said["description"]["sdp"] = SDP_CANDIDATE.sub("", said["description"]["sdp"])
            return said
        found = CANDIDATE.match(said["candidate"]["candidate"])
        if found is None or ":" in found[3]:
            return said if " typ relay" in said["candidate"]["candidate"] else None
        host, port = await self.relay.front(side, (found[3], int(found[4])))
        rest = said["candidate"]["candidate"][found.end() :]
        said["candidate"]["candidate"] = f"{found[1]} udp {found[2]} {host} {port} typ host{rest}"
        return said

    async def _record(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        number = next(self._numbers)
        self.note("ws-open", conn=number, path=request.path_qs, protocol="")
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self.note("ws-msg", conn=number, data=message.data)
                elif message.type is WSMsgType.BINARY:
                    self.note("ws-msg", conn=number, dataB64=b64encode(message.data).decode())
        except asyncio.CancelledError:
            self.note("ws-close", conn=number, code=1006)
            raise
        self.note("ws-close", conn=number, code=socket.close_code or 1006)
        return socket
