"""An app that is paused takes nothing more, on sockets that are open too, whatever they speak."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette

from rtclens.access.model import App
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.native import NativeDoor
from rtclens.edge.observertc import ObserveRtcDoor
from rtclens.edge.rtcstats import RtcStatsDoor
from rtclens.edge.sockets import LOOK_MS
from rtclens.model.codec import Refusal
from rtclens.stream.spool import Spool

BEGAN = 1_795_000_000_000.0
APP = App(id="app", organization_id="org", name="shop", api_key="key", created_at=0)
FRAMES = {
    "/rtclens/key/room/ann": '[1,[0],[5,{"type":"heartbeat","at":1795000000000}]]',
    "/observertc/key/room/ann": '{"timestamp":1795000000000,"clientId":"ann"}',
    "/rtcstats/key/room": '["create",null,{},1795000000000]',
}


class Installation:
    """The doors over a spool, with a clock and an app that a test can turn."""

    def __init__(self, folder: Path) -> None:
        self.app = APP
        self.now = BEGAN
        self.refused: list[str] = []
        self.spool = Spool(folder)
        self.ingest = Ingest(self.spool, self, lambda _: self.app, clock=lambda: self.now)
        doors = (NativeDoor, ObserveRtcDoor, RtcStatsDoor)
        self.asgi = Starlette(routes=[route for door in doors for route in door(self.ingest, Limits()).routes()])

    def add(self, app_id: str, refusal: Refusal) -> None:
        self.refused.append(refusal.code)

    async def converse(self, path: str, frame: str) -> list[dict[str, Any]]:
        """Send the frame twice on one socket, with the pause in between; what the door said."""
        sent: list[dict[str, Any]] = []
        said = iter(["connect", "receive", "pause", "disconnect"])

        async def receive() -> dict[str, Any]:
            kind = next(said)
            if kind == "pause":
                self.app, self.now = msgspec.structs.replace(APP, paused=True), self.now + LOOK_MS
                kind = "receive"
            return {"type": f"websocket.{kind}", "text": frame, "code": 1000}

        async def send(message: Any) -> None:
            sent.append(dict(message))

        scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [],
            "subprotocols": [],
            "client": ("127.0.0.1", 1),
            "app": self.asgi,
        }
        await self.asgi(scope, receive, send)
        await self.spool.close()
        return sent


@pytest.mark.parametrize("path", FRAMES)
def test_a_pause_reaches_open_sockets(tmp_path: Path, path: str) -> None:
    site = Installation(tmp_path / "spool")
    sent = asyncio.run(site.converse(path, FRAMES[path]))
    assert sent[0]["type"] == "websocket.accept"
    assert (sent[-1]["type"], sent[-1]["code"], sent[-1]["reason"]) == ("websocket.close", 1008, "app_paused")
    assert site.refused == ["app_paused"]
    assert sum(flow.batches for flow in site.ingest.counters.flows.values()) > 0, "what came before it is kept"
