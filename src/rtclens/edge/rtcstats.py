"""The rtcstats door: one path for every dialect of the family, told apart by the subprotocol.

Enters: sockets on `/rtcstats/{key}[/anything]`. Leaves: durable batches. A socket that is refused is accepted first
and then closed with 1008, because browsers hide the status of a refused upgrade from the page.
"""

from __future__ import annotations

from collections import deque

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from rtclens.edge import sockets
from rtclens.edge.hello import app_for, hello_for
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.tokens import PARAMETER, claims_of, token_of
from rtclens.model.codec import Refusal
from rtclens.wire.rtcstats import RtcStats, may_continue, negotiate
from rtclens.wire.rtcstats.origin import FORMAT
from rtclens.wire.rtcstats.state import State

KEPT_STREAMS = 2_000  # ended sockets whose page may come back on another one


class RtcStatsDoor:
    """`/rtcstats/…`."""

    def __init__(self, ingest: Ingest, limits: Limits) -> None:
        self._ingest = ingest
        self._limits = limits
        self._ended: deque[State] = deque(maxlen=KEPT_STREAMS)

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
        hello = hello_for(socket, app, self._ingest.clock(), room, claims)
        hello.query.pop(PARAMETER, None)
        echo, codec = negotiate(socket.scope.get("subprotocols") or [])
        hello.protocol = echo or ""
        if not isinstance(codec, RtcStats):
            await sockets.serve(socket, self._ingest, app, codec, hello, echo)
            return
        self._ended.append(
            await sockets.serve(
                socket, self._ingest, app, codec, hello, echo, lambda state: self._resumed(codec, state)
            )
        )

    def _resumed(self, codec: RtcStats, state: State) -> State:
        """The fresh state with what the page's earlier socket left, if one ended that may have been this page's."""
        for earlier in reversed(self._ended):
            if may_continue(earlier, state.hello):
                self._ended.remove(earlier)
                return codec.carry(state, earlier)
        return state
