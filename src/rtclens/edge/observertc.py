"""The ObserveRTC doors: our own paths and those of its former services, by WebSocket and by POST.

Enters: sockets and requests on `/observertc/{key}/{call}/{client}`, `/samples/…`, `/rest/samples/…`, `/pcsamples/…`.
Leaves: durable batches; a POST is answered with 2xx only after they are.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from rtclens.access.model import App
from rtclens.edge import responses, sockets
from rtclens.edge.bodies import read_body
from rtclens.edge.hello import app_for, hello_for
from rtclens.edge.ingest import Ingest
from rtclens.edge.letters import noted
from rtclens.edge.limits import Limits
from rtclens.edge.streams import PostStream, PostStreams
from rtclens.model.codec import Hello, Refusal, Reply
from rtclens.stream import StreamError
from rtclens.wire.observertc.codec import ObserveRtc

FORMAT = "observertc"
OWN = "/observertc/{key}/{call}/{client}"
SAMPLES = "/samples/{key}/{media_unit}"
REST = "/rest/samples/{key}/{media_unit}"
PC_SAMPLES = "/pcsamples/{key}/{media_unit}"
OLDEST = "/{key}/{media_unit}/v20200114/json"


class ObserveRtcDoor:
    """All paths of the ObserveRTC family."""

    def __init__(self, ingest: Ingest, limits: Limits) -> None:
        self._ingest = ingest
        self._limits = limits
        self._codec = ObserveRtc()
        self._posts = PostStreams()

    def routes(self) -> list[BaseRoute]:
        """The routes, with and without a trailing slash."""
        sockets_at = [WebSocketRoute(path, self.socket) for path in (OWN, SAMPLES, PC_SAMPLES, OLDEST)]
        posts_at = [Route(path, self.post, methods=["POST", "OPTIONS"]) for path in (OWN, SAMPLES, REST, PC_SAMPLES)]
        slashed = [WebSocketRoute(path + "/", self.socket) for path in (OWN, SAMPLES, PC_SAMPLES)]
        return [*sockets_at, *posts_at, *slashed]

    async def socket(self, socket: WebSocket) -> None:
        """One client's socket."""
        app = app_for(socket, self._ingest, socket.path_params["key"], FORMAT)
        if isinstance(app, Refusal):
            await sockets.refuse(socket, self._ingest, "", app)
            return
        hello = hello_for(socket, app, self._ingest, path_of(socket.path_params))
        await sockets.serve(socket, self._ingest, app, self._codec, hello, hello.protocol or None)

    async def post(self, request: Request) -> Response:
        """One request: a sample, several, or any shape the codec knows."""
        if request.method == "OPTIONS":
            return responses.preflight(request)
        app = app_for(request, self._ingest, request.path_params["key"], FORMAT)
        if isinstance(app, Refusal):
            self._ingest.refuse("", app)
            return responses.refusal(request, app)
        body = await read_body(request, self._limits.frame_bytes, FORMAT)
        if isinstance(body, Refusal):
            self._ingest.refuse(app.id, body)
            return responses.refusal(request, body)
        try:
            return await self._take(request, app, body)
        except StreamError:
            return responses.refusal(request, self._ingest.overloaded(app.id, FORMAT))

    async def _take(self, request: Request, app: App, body: bytes) -> Response:
        hello = hello_for(request, app, self._ingest, path_of(request.path_params))
        stream = self._posts.of(app.id, *hello.path.values(), hello.query.get("stream", ""))
        async with stream.lock:
            items = self._decode(stream, hello, body, app)
            rest = await self._ingest.accept(app.id, self._ingest.places.put(items, hello.places))
        refused = [item for item in items if isinstance(item, Refusal)]
        replies = [item.data for item in rest if isinstance(item, Reply)]
        if refused and len(refused) == len(items) - len(rest):
            return responses.refusal(request, refused[0])
        return responses.answer(request, {"accepted": len(items) - len(refused) - len(rest), **_said(refused, replies)})

    def _decode(self, stream: PostStream, hello: Hello, body: bytes, app: App) -> list[Any]:
        items: list[Any] = []
        if not stream.opened:
            stream.state, items = self._codec.open(hello)
            stream.opened = True
        flow = self._ingest.counters.flow(app.id, FORMAT)
        flow.frames += 1
        flow.bytes += len(body)
        stream.state, fed = self._codec.feed(stream.state, body, self._ingest.clock())
        noted(fed, self._codec.name, hello, body)
        return [*items, *fed]


def path_of(params: dict[str, Any]) -> dict[str, str]:
    """The door's own parameters, without the key."""
    return {name: str(value) for name, value in params.items() if name != "key"}


def _said(refused: list[Refusal], replies: list[str | bytes]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if refused:
        said["refused"] = [{"code": one.code, "message": one.message, "hint": one.hint} for one in refused]
    if replies:
        said["replies"] = [reply if isinstance(reply, str) else reply.decode("utf-8", "replace") for reply in replies]
    return said
