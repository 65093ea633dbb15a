"""The rtcstats door: one path for every dialect of the family, told apart by the subprotocol.

Enters: sockets on `/rtcstats/{key}[/anything]`. Leaves: durable batches. A socket that is refused is accepted first
and then closed with 1008, because browsers hide the status of a refused upgrade from the page.
"""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from rtclens.edge import sockets
from rtclens.edge.hello import app_for, hello_for
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.tokens import claims_of
from rtclens.model.codec import Refusal
from rtclens.wire.rtcstats.current import RtcStats
from rtclens.wire.rtcstats.origin import FORMAT

TOKEN_PARAMETER = "rtcstats-token"  # noqa: S105 - the name of a query parameter


class RtcStatsDoor:
    """`/rtcstats/…`."""

    def __init__(self, ingest: Ingest, limits: Limits) -> None:
        self._ingest = ingest
        self._limits = limits
        self._codec = RtcStats()

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
        claims = claims_of(_token(socket), app, self._ingest.clock() / 1000, FORMAT)
        if isinstance(claims, Refusal):
            await sockets.refuse(socket, self._ingest, app.id, claims)
            return
        room = {"room": socket.path_params["room"]} if socket.path_params.get("room") else {}
        hello = hello_for(socket, app, self._ingest.clock(), room, claims)
        hello.query.pop(TOKEN_PARAMETER, None)
        await sockets.serve(socket, self._ingest, app, self._codec, hello, hello.protocol or None)


def _token(socket: WebSocket) -> str:
    """The token from the query, else from an `Authorization: Bearer` header (clients that are not browsers)."""
    token: Any = socket.query_params.get(TOKEN_PARAMETER, "")
    return str(token) or socket.headers.get("authorization", "").removeprefix("Bearer ").strip()
