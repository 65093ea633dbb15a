"""The rtcstats door: one path for every dialect of the family, told apart by the subprotocol.

Enters: sockets on `/rtcstats/{key}[/anything]`. Leaves: durable batches. A socket that is refused is accepted first
and then closed with 1008, because browsers hide the status of a refused upgrade from the page.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from rtclens.access.model import App
from rtclens.edge import sockets
from rtclens.edge.hello import app_for, hello_for
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.tokens import PARAMETER, claims_of, token_of
from rtclens.model.codec import Hello, Item, Refusal
from rtclens.wire.rtcstats import RtcStats, RtcStatsJitsi, may_continue, negotiate
from rtclens.wire.rtcstats.jitsi import JitsiState
from rtclens.wire.rtcstats.origin import FORMAT
from rtclens.wire.rtcstats.state import State

SETTLE_S = 2.0
KEPT_STREAMS = 2_000  # ended sockets whose page may come back on another one


class Numbered:
    """A socket whose entries are numbered, and whether it has ended with all of them stored."""

    def __init__(self) -> None:
        self.state: JitsiState | None = None
        self.ended = asyncio.Event()

    async def settled(self) -> None:
        """Wait until everything it took is stored; a line that hangs has had nothing to store for a while."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), SETTLE_S)


class RtcStatsDoor:
    """`/rtcstats/…`."""

    def __init__(self, ingest: Ingest, limits: Limits) -> None:
        self._ingest = ingest
        self._limits = limits
        self._ended: deque[State] = deque(maxlen=KEPT_STREAMS)
        self._numbering: dict[tuple[str, str], Numbered] = {}

    def routes(self) -> list[BaseRoute]:
        """With and without something after the key."""
        return [
            WebSocketRoute("/rtcstats/{key}", self.socket),
            WebSocketRoute("/rtcstats/{key}/{room:path}", self.socket),
        ]

    async def socket(self, socket: WebSocket) -> None:
        """One page's socket."""
        app = app_for(socket, self._ingest, socket.path_params["key"], FORMAT)
        if isinstance(app, Refusal):
            await sockets.refuse(socket, self._ingest, "", app)
            return
        claims = claims_of(token_of(socket), app, self._ingest.clock() / 1000, FORMAT)
        if isinstance(claims, Refusal):
            await sockets.refuse(socket, self._ingest, app.id, claims)
            return
        room = {"room": socket.path_params["room"]} if socket.path_params.get("room") else {}
        hello = hello_for(socket, app, self._ingest, room, claims)
        hello.query.pop(PARAMETER, None)
        echo, codec = negotiate(socket.scope.get("subprotocols") or [])
        hello.protocol = echo or ""
        if isinstance(codec, RtcStatsJitsi):
            await self._numbered(socket, app, codec, hello, echo)
            return
        if not isinstance(codec, RtcStats):
            await sockets.serve(socket, self._ingest, app, codec, hello, echo)
            return
        self._ended.append(
            await sockets.serve(
                socket, self._ingest, app, codec, hello, echo, lambda state: self._resumed(codec, state)
            )
        )

    async def _numbered(
        self, socket: WebSocket, app: App, codec: RtcStatsJitsi, hello: Hello, echo: str | None
    ) -> None:
        """A Jitsi client's socket: told how far the page's earlier sockets got, it sends only what is missing."""
        visit = hello.query.get("statsSessionId", "")
        earlier = self._numbering.pop((app.id, visit), None) if visit else None
        if earlier is not None:
            await earlier.settled()
        mine = Numbered()

        def begin(hello: Hello) -> tuple[JitsiState, list[Item]]:
            known = earlier.state if earlier is not None else None
            mine.state, items = codec.open(hello) if known is None else codec.resume(hello, known)
            return mine.state, items

        if visit:
            self._numbering[app.id, visit] = mine
        while len(self._numbering) > KEPT_STREAMS:
            self._numbering.pop(next(iter(self._numbering)))
        try:
            await sockets.serve(socket, self._ingest, app, codec, hello, echo, begin=begin)
        finally:
            mine.ended.set()

    def _resumed(self, codec: RtcStats, state: State) -> State:
        """The fresh state with what the page's earlier socket left, if one ended that may have been this page's."""
        for earlier in reversed(self._ended):
            if may_continue(earlier, state.hello):
                self._ended.remove(earlier)
                return codec.carry(state, earlier)
        return state
