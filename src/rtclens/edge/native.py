"""The native door: one stream per page visit, over as many sockets and requests as it takes.

Enters: sockets and POSTs on `/rtclens/{key}/{call}/{participant}?stream=ID`. Leaves: durable batches; a frame is
acknowledged only after it is durable. The decoder is kept between sockets, so that a client that comes back
continues where the last acknowledged frame ended; where it was lost, the client is told to begin again.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from rtclens.access.model import App
from rtclens.edge import responses, sockets
from rtclens.edge.bodies import read_body
from rtclens.edge.hello import app_for, hello_for
from rtclens.edge.ingest import Ingest
from rtclens.edge.letters import noted
from rtclens.edge.limits import Limits
from rtclens.edge.streams import PostStream, PostStreams
from rtclens.edge.tokens import claims_of, token_of
from rtclens.model.codec import Hello, Item, Refusal, Reply
from rtclens.stream import Overloaded, StreamError
from rtclens.wire.native import FORMAT, PROTOCOL, Native

PATH = "/rtclens/{key}/{call}/{participant}"
PATH_PARAMETERS = ("call", "participant")


class NativeDoor:
    """`/rtclens/…`."""

    def __init__(self, ingest: Ingest, limits: Limits) -> None:
        self._ingest = ingest
        self._limits = limits
        self._codec = Native()
        self._streams = PostStreams()
        self._lines: dict[int, int] = {}  # open sockets by stream: only the last one to close ends the telemetry

    def routes(self) -> list[BaseRoute]:
        """A socket, and requests for what a socket cannot carry (a page that is leaving, a proxy in between)."""
        return [WebSocketRoute(PATH, self.socket), Route(PATH, self.post, methods=["POST", "OPTIONS"])]

    async def socket(self, socket: WebSocket) -> None:
        """One socket of a page."""
        opened = self._admitted(socket)
        if isinstance(opened, Refusal):
            await sockets.refuse(socket, self._ingest, "", opened)
            return
        app, hello = opened
        offered = socket.scope.get("subprotocols") or []
        await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
        stream = self._stream(hello)
        self._ingest.counters.sockets[app.id] += 1
        self._lines[id(stream)] = self._lines.get(id(stream), 0) + 1
        try:
            await self._serve(socket, app, hello, stream)
        except WebSocketDisconnect:
            pass
        except Overloaded:
            await self._give_up(socket, app, "overloaded", sockets.TRY_AGAIN_LATER)
        except StreamError:
            await self._give_up(socket, app, "not_stored", sockets.INTERNAL_ERROR)
        finally:
            self._ingest.counters.sockets[app.id] -= 1
            await self._left(app, stream)

    async def post(self, request: Request) -> Response:
        """One frame; the answer is what the socket would have said."""
        if request.method == "OPTIONS":
            return responses.preflight(request)
        opened = self._admitted(request)
        if isinstance(opened, Refusal):
            self._ingest.refuse("", opened)
            return responses.refusal(request, opened)
        app, hello = opened
        body = await read_body(request, self._limits.frame_bytes, FORMAT)
        if isinstance(body, Refusal):
            self._ingest.refuse(app.id, body)
            return responses.refusal(request, body)
        try:
            said = await self._take(app, hello, self._stream(hello), body)
        except StreamError:
            return responses.refusal(request, self._ingest.overloaded(app.id, FORMAT))
        return Response(said[-1], headers=responses.cors(request), media_type="application/json")

    def _admitted(self, connection: Request | WebSocket) -> tuple[App, Hello] | Refusal:
        app = app_for(connection, self._ingest, connection.path_params["key"], FORMAT)
        if isinstance(app, Refusal):
            return app
        claims = claims_of(token_of(connection), app, self._ingest.clock() / 1000, FORMAT)
        if isinstance(claims, Refusal):
            return claims
        path = {name: str(connection.path_params[name]) for name in PATH_PARAMETERS}
        return app, hello_for(connection, app, self._ingest, path, claims)

    def _stream(self, hello: Hello) -> PostStream:
        """The stream's decoder; a client that names no stream has a new one with every socket and request."""
        return self._streams.of(hello.app_id, *hello.path.values(), hello.query.get("stream", "") or hello.stream)

    async def _serve(self, socket: WebSocket, app: App, hello: Hello, stream: PostStream) -> None:
        for text in await self._greet(app, hello, stream):
            await socket.send_text(text)
        gate = sockets.Gate(self._ingest, app, FORMAT)
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect" or await gate.closed(socket):
                return
            frame: bytes | str = message.get("bytes") or message.get("text") or ""
            for text in await self._take(app, hello, stream, frame):
                await socket.send_text(text)

    async def _greet(self, app: App, hello: Hello, stream: PostStream) -> list[str]:
        async with stream.lock:
            if not stream.opened:
                await self._open(app, hello, stream)
            return await self._durable(app, hello, stream, self._codec.resume(stream.state, hello))

    async def _take(self, app: App, hello: Hello, stream: PostStream, frame: bytes | str) -> list[str]:
        """Decode one frame and make it durable; what the client is to be told."""
        flow = self._ingest.counters.flow(app.id, FORMAT)
        flow.frames += 1
        flow.bytes += len(frame)
        async with stream.lock:
            if not stream.opened:
                await self._open(app, hello, stream)
            stream.state, items = self._codec.feed(stream.state, frame, self._ingest.clock())
            noted(items, self._codec.name, hello, frame)
            return await self._durable(app, hello, stream, items)

    async def _open(self, app: App, hello: Hello, stream: PostStream) -> None:
        stream.state, items = self._codec.open(hello)
        stream.opened = True
        await self._durable(app, hello, stream, items)

    async def _durable(self, app: App, hello: Hello, stream: PostStream, items: list[Item]) -> list[str]:
        try:
            rest = await self._ingest.accept(app.id, self._ingest.places.put(items, hello.places))
        except BaseException:
            stream.opened = False  # the decoder is ahead of what is stored: the next socket starts a new one
            raise
        return [str(item.data) for item in rest if isinstance(item, Reply)]

    async def _left(self, app: App, stream: PostStream) -> None:
        self._lines[id(stream)] -= 1
        if self._lines[id(stream)]:
            return
        del self._lines[id(stream)]
        if stream.opened:
            try:
                await self._ingest.accept(app.id, self._codec.close(stream.state, self._ingest.clock()))
            except StreamError:
                self._ingest.refuse(app.id, Refusal("overloaded", "the stream is full", format=FORMAT))

    async def _give_up(self, socket: WebSocket, app: App, code: str, close_code: int) -> None:
        self._ingest.refuse(app.id, Refusal(code, "the stream takes no more", format=FORMAT))
        await sockets.close(socket, close_code, code)
