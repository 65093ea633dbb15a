"""A real media server for generated calls: Debian's janus with one room, and the path between it and every person.

Enters: WebSocket messages of pages and of the server. Leaves: the same messages, with the addresses of relays in the
place of both sides' candidates, so that every media packet crosses this process. Ways are named `a.up` (from a to the
server) and `a.down`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec
from websockets.asyncio.client import connect

from truth.generator.children import running
from truth.generator.relay import Address, Impairment, Relay

CANDIDATE = re.compile(r"candidate:(\S+ \d) udp (\d+) (\S+) (\d+) typ host", re.IGNORECASE)
LINES = re.compile(r"a=(candidate:.*|end-of-candidates)\r\n")
ROOM = 1234
READY_S = 20.0
CONFIGURATION = {
    "janus.jcfg": 'general: {{ plugins_folder = "{lib}/plugins"; transports_folder = "{lib}/transports"; '
    'events_folder = "{lib}/events"; loggers_folder = "{lib}/loggers"; debug_level = 3 }}\n'
    'media: {{ rtp_port_range = "20000-20400" }}\n'
    'plugins: {{ disable = "{unused}" }}\n'
    'transports: {{ disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,'
    'libjanus_rabbitmq.so" }}\n',
    "janus.transport.websockets.jcfg": 'general: {{ ws = true; ws_port = {port}; ws_ip = "127.0.0.1" }}\n',
    "janus.plugin.videoroom.jcfg": "room-{room}: {{ description = \"call\"; publishers = 8; bitrate = 1000000; "
    "fir_freq = 10; audiocodec = \"opus\"; videocodec = \"vp8\" }}\n",
}  # fmt: skip


def find() -> str:
    """The server's path; '' where it is not installed."""
    return os.environ.get("RTCLENS_JANUS", "") or shutil.which("janus") or ""


def _configure(folder: Path, port: int) -> None:
    """Write a configuration with one plugin, one transport and one room."""
    lib = next(Path("/usr/lib").glob("*/janus"))
    unused = ",".join(sorted(one.name for one in (lib / "plugins").glob("*.so") if "videoroom" not in one.name))
    for name, text in CONFIGURATION.items():
        (folder / name).write_text(text.format(lib=lib, unused=unused, port=port, room=ROOM))


class Janus:
    """One server with a configuration and ports of its own. `async with Janus(path) as server`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="truth-janus-")
        self._stack = contextlib.AsyncExitStack()
        self.url = ""

    async def __aenter__(self) -> Janus:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self._folder.cleanup)
            _configure(Path(self._folder.name), port)
            arguments = ("--configs-folder", self._folder.name, "--disable-colors")
            await stack.enter_async_context(running(self._path, *arguments))
            self.url = f"ws://127.0.0.1:{port}"
            await asyncio.wait_for(self._listening(port), READY_S)
            self._stack = stack.pop_all()
        return self

    async def _listening(self, port: int) -> None:
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()


class Sender(Protocol):
    """Where messages to the server go."""

    async def send(self, text: str) -> None:
        """Send one."""


class Room:
    """The paths between people and the server, one relay for each of their connections."""

    def __init__(self, url: str, seed: int) -> None:
        self.url = url
        self._seed = seed
        self._relays: dict[str, dict[int, Relay]] = {}  # by person and by the server's handle of a connection
        self._fronts: dict[tuple[str, int, str, Address], Address] = {}
        self._now: dict[str, Impairment] = {}

    def impair(self, way: str, impairment: Impairment) -> None:
        """From now on, `a.up` or `a.down` is like this, also on connections yet to come."""
        self._now[way] = impairment
        person, _, direction = way.partition(".")
        for relay in self._relays.get(person, {}).values():
            relay.ways["a" if direction == "up" else "b"].impairment = impairment

    def marks(self) -> Iterator[str]:
        """What was done to packets, for the recording."""
        for person, relays in self._relays.items():
            for direction, side in (("up", "a"), ("down", "b")):
                ways = [relay.ways[side] for relay in relays.values()]
                arrived, lost, dropped = (sum(getattr(way, name) for way in ways) for name in COUNTERS)
                yield f"relay {person}.{direction}: {arrived} arrived, {lost} lost, {dropped} dropped"

    def close(self) -> None:
        """Give all addresses back."""
        for relays in self._relays.values():
            for relay in relays.values():
                relay.close()

    def server(self) -> connect:
        """A connection to the server's API."""
        return connect(self.url, subprotocols=["janus-protocol"], max_size=None)  # type: ignore[list-item]

    async def from_page(self, person: str, text: str, server: Sender) -> None:
        """Pass a page's message on."""
        said = msgspec.json.decode(text)
        handle = said.get("handle_id", 0)
        if said.get("janus") == "trickle" and "candidate" in said.get("candidate", {}):
            line = await self._through(person, handle, "a", said["candidate"]["candidate"])
            if not line:
                return
            said["candidate"]["candidate"] = line
        if "jsep" in said:
            said["jsep"]["sdp"] = LINES.sub("", said["jsep"]["sdp"])  # they come one by one
        await server.send(msgspec.json.encode(said).decode())

    async def from_server(self, person: str, text: str) -> str:
        """The server's message, with the relay's addresses in its description."""
        said: dict[str, Any] = msgspec.json.decode(text)
        if "jsep" in said:
            said["jsep"]["sdp"] = await self._described(person, said.get("sender", 0), said["jsep"]["sdp"])
        return msgspec.json.encode(said).decode()

    async def _described(self, person: str, handle: int, sdp: str) -> str:
        lines = []
        for line in sdp.split("\r\n"):
            if line.startswith("a=candidate:"):
                through = await self._through(person, handle, "b", line[2:])
                if not through:
                    continue
                line = f"a={through}"
            lines.append(line)
        return "\r\n".join(lines)

    async def _through(self, person: str, handle: int, side: str, line: str) -> str:
        """The candidate with the relay's address; '' for what does not go through it."""
        found = CANDIDATE.match(line)
        if found is None or ":" in found[3]:
            return ""
        relays = self._relays.setdefault(person, {})
        relay = relays.get(handle)
        if relay is None:
            relay = relays[handle] = Relay(self._seed + len(relays))
            relay.ways["a"].impairment = self._now.get(f"{person}.up", relay.ways["a"].impairment)
            relay.ways["b"].impairment = self._now.get(f"{person}.down", relay.ways["b"].impairment)
        real = (found[3], int(found[4]))
        key = (person, handle, side, real)
        if key not in self._fronts:  # a description that is made again names the same candidates
            self._fronts[key] = await relay.front(side, real)
        front = self._fronts[key]
        return f"candidate:{found[1]} udp {found[2]} {front[0]} {front[1]} typ host{line[found.end() :]}"


COUNTERS = ("arrived", "lost", "dropped")
