"""Serve one WebSocket with one codec.

Enters: an accepted or waiting Starlette socket, a codec, its `Hello`. Leaves: durable batches, replies to the client.
Frames are read one at a time and the next only after the last is durable, so a slow store slows its clients instead
of filling memory. A bad frame never closes the socket; overload closes it with 1013 so that clients back off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketState

from rtclens.access.model import App
from rtclens.edge.ingest import Ingest
from rtclens.edge.letters import noted
from rtclens.model.codec import Codec, Hangup, Hello, Item, Refusal, Reply
from rtclens.stream import Overloaded, StreamError

TRY_AGAIN_LATER = 1013
POLICY_VIOLATION = 1008
NO_STATUS = 1005
INTERNAL_ERROR = 1011
LOOK_MS = 2_000.0


async def serve(
    socket: WebSocket,
    ingest: Ingest,
    app: App,
    codec: Codec[Any],
    hello: Hello,
    echo: str | None,
    prepare: Callable[[Any], Any] | None = None,
    begin: Callable[[Hello], tuple[Any, list[Item]]] | None = None,
) -> Any:
    """Accept the socket and feed its frames to `codec` until either side closes; returns the stream's last state.

    `prepare` may change the fresh state before the first frame, `begin` stands in for the codec's `open`: both are for
    streams that continue an earlier one.
    """
    await socket.accept(subprotocol=echo)
    ingest.counters.sockets[app.id] += 1
    line = _Line(socket, ingest, app, codec, hello)
    line.state, items = (begin or codec.open)(hello)
    if prepare is not None:
        line.state = prepare(line.state)
    try:
        if await line.answer(await line.keep(items)):
            await line.pump()
    except Overloaded:
        await line.refuse("overloaded", TRY_AGAIN_LATER)
    except StreamError:
        await line.refuse("not_stored", INTERNAL_ERROR)
    finally:
        ingest.counters.sockets[app.id] -= 1
        await line.farewell()
    return line.state


class Gate:
    """Whether an app still takes data; looked up now and then, so that a pause reaches open sockets too."""

    def __init__(self, ingest: Ingest, app: App, format_name: str) -> None:
        self._ingest = ingest
        self._app = app
        self._format = format_name
        self._look_again_at = ingest.clock() + LOOK_MS

    async def closed(self, socket: WebSocket) -> bool:
        """Whether it takes no more; then that was said and the socket closed."""
        now = self._ingest.clock()
        if now < self._look_again_at:
            return False
        self._look_again_at = now + LOOK_MS
        app = self._ingest.app_of_key(self._app.api_key)
        if app is not None and not app.paused:
            return False
        refused = Refusal("app_paused", "the app is paused", "resume it in its settings", self._format)
        self._ingest.refuse(self._app.id, refused)
        await close(socket, POLICY_VIOLATION, refused.code)
        return True


class _Line:
    """One served socket."""

    def __init__(self, socket: WebSocket, ingest: Ingest, app: App, codec: Codec[Any], hello: Hello) -> None:
        self._socket = socket
        self._ingest = ingest
        self._app = app
        self._codec = codec
        self._hello = hello
        self._gate = Gate(ingest, app, codec.name)
        self.state: Any = None
        self.code: int | None = None

    async def pump(self) -> None:
        """Read, decode and make durable, frame by frame."""
        flow = self._ingest.counters.flow(self._app.id, self._codec.name)
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                self.code = int(message.get("code") or NO_STATUS)
                return
            frame: bytes | str = message.get("bytes") or message.get("text") or ""
            flow.frames += 1
            flow.bytes += len(frame)
            if await self._gate.closed(self._socket):
                return
            self.state, items = self._codec.feed(self.state, frame, self._ingest.clock())
            noted(items, self._codec.name, self._hello, frame)
            if not await self.answer(await self.keep(items)):
                return

    async def keep(self, items: list[Item]) -> list[Item]:
        """Make what was decoded durable; the rest comes back."""
        return await self._ingest.accept(self._app.id, self._ingest.places.put(items, self._hello.places))

    async def answer(self, items: list[Item]) -> bool:
        """Send the replies; false when the codec hung up."""
        for item in items:
            if isinstance(item, Reply):
                await self._send(item.data)
            elif isinstance(item, Hangup):
                await close(self._socket, item.code, item.reason)
                return False
        return True

    async def _send(self, data: str | bytes) -> None:
        await (self._socket.send_text(data) if isinstance(data, str) else self._socket.send_bytes(data))

    async def refuse(self, code: str, close_code: int) -> None:
        """The stream does not take what came: say so and hang up."""
        self._ingest.refuse(self._app.id, Refusal(code, "the stream takes no more", format=self._codec.name))
        await close(self._socket, close_code, code)

    async def farewell(self) -> None:
        """Tell the codec that its stream has ended."""
        try:
            items = self._codec.close(self.state, self._ingest.clock(), self.code)
            await self._ingest.accept(self._app.id, items)
        except StreamError:
            self._ingest.refuse(self._app.id, Refusal("overloaded", "the stream is full", format=self._codec.name))


async def refuse(socket: WebSocket, ingest: Ingest, app_id: str, refusal: Refusal) -> None:
    """Accept the upgrade, then close with a reason: browsers hide the status of a refused upgrade from scripts."""
    ingest.refuse(app_id, refusal)
    code = TRY_AGAIN_LATER if refusal.code == "too_many_connections" else POLICY_VIOLATION
    offered = socket.scope.get("subprotocols") or [None]
    await socket.accept(subprotocol=offered[0])
    await close(socket, code, refusal.code)


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close once; a socket that is already gone is fine."""
    if socket.application_state is not WebSocketState.DISCONNECTED:
        try:
            await socket.close(code, reason[:120])
        except RuntimeError:  # the client closed between our check and our close
            return
