"""Serve one WebSocket with one codec.

Enters: an accepted or waiting Starlette socket, a codec, its `Hello`. Leaves: durable batches, replies to the client.
Frames are read one at a time and the next only after the last is durable, so a slow store slows its clients instead
of filling memory. A bad frame never closes the socket; overload closes it with 1013 so that clients back off.
"""

from __future__ import annotations

from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from rtclens.access.model import App
from rtclens.edge.ingest import Ingest
from rtclens.model.codec import Codec, Hangup, Hello, Item, Refusal, Reply
from rtclens.stream import StreamError

TRY_AGAIN_LATER = 1013
POLICY_VIOLATION = 1008
INTERNAL_ERROR = 1011


async def serve(socket: WebSocket, ingest: Ingest, app: App, codec: Codec[Any], hello: Hello, echo: str | None) -> None:
    """Accept the socket and feed its frames to `codec` until either side closes."""
    await socket.accept(subprotocol=echo)
    ingest.counters.sockets[app.id] += 1
    state, items = codec.open(hello)
    code: int | None = None
    try:
        await _answer(socket, await ingest.accept(app.id, items))
        code = await _pump(socket, ingest, app, codec, state)
    except StreamError:
        ingest.refuse(app.id, Refusal("overloaded", "the spool is full", format=codec.name))
        await close(socket, TRY_AGAIN_LATER, "overloaded")
    finally:
        ingest.counters.sockets[app.id] -= 1
        await _farewell(ingest, app, codec, state, code)


async def _pump(socket: WebSocket, ingest: Ingest, app: App, codec: Codec[Any], state: Any) -> int | None:
    flow = ingest.counters.flow(app.id, codec.name)
    while True:
        try:
            message = await socket.receive()
        except WebSocketDisconnect as gone:  # pragma: no cover - receive() reports a message instead
            return gone.code
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or 1005)
        frame: bytes | str = message.get("bytes") or message.get("text") or ""
        flow.frames += 1
        flow.bytes += len(frame)
        state, items = codec.feed(state, frame, ingest.clock())
        if not await _answer(socket, await ingest.accept(app.id, items)):
            return None


async def _answer(socket: WebSocket, items: list[Item]) -> bool:
    """Send the replies; false when the codec hung up."""
    for item in items:
        if isinstance(item, Reply):
            await (socket.send_text(item.data) if isinstance(item.data, str) else socket.send_bytes(item.data))
        elif isinstance(item, Hangup):
            await close(socket, item.code, item.reason)
            return False
    return True


async def _farewell(ingest: Ingest, app: App, codec: Codec[Any], state: Any, code: int | None) -> None:
    try:
        await ingest.accept(app.id, codec.close(state, ingest.clock(), code))
    except StreamError:
        ingest.refuse(app.id, Refusal("overloaded", "the spool is full", format=codec.name))


async def refuse(
    socket: WebSocket, ingest: Ingest, app_id: str, refusal: Refusal, code: int = POLICY_VIOLATION
) -> None:
    """Accept the upgrade, then close with a reason: browsers hide the status of a refused upgrade from scripts."""
    ingest.refuse(app_id, refusal)
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
