"""`GET /live`: what is happening now, as Server-Sent Events.

Enters: facts from the bus and the caller's apps. Leaves: small events that tell a page what to ask again; a comment
every few seconds keeps proxies from closing the line. At each of these the caller's right is looked up anew, so that a
session that ended, or an app that was added, takes effect on open lines too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from rtclens.api.endpoint import Ask, NoBody
from rtclens.api.errors import ApiError, signed_out
from rtclens.api.guard import check, identify
from rtclens.api.responses import API_HEADERS, error_response
from rtclens.api.services import LiveSubscription, Services
from rtclens.model.facts import Call, Fact, Finding, Participant

PING = b": ping\n\n"
MEMBERS: dict[type[Fact], tuple[str, tuple[str, ...]]] = {
    Call: ("call", ("verdict", "ended_at", "participants", "findings")),
    Participant: ("participant", ("participant_id", "verdict")),
    Finding: ("finding", ("finding_id", "participant_id", "detector", "severity", "opened_at", "closed_at")),
}


class LiveQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Narrow the stream to an app or a call."""

    app: str = ""
    call_id: str = ""


def event_bytes(fact: Fact) -> bytes | None:
    """The event of a fact, `None` for facts that pages ask for by themselves (slices, scores …)."""
    known = MEMBERS.get(type(fact))
    if known is None:
        return None
    name, members = known
    data: dict[str, Any] = {"call_id": fact.call_id, "app_id": fact.app_id, "revision": fact.revision}
    data.update((member, getattr(fact, member)) for member in members)
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))


async def frames(
    facts: LiveSubscription, wanted: Callable[[Fact], bool], renew: Callable[[], Awaitable[bool]], ping_s: float
) -> AsyncIterator[bytes]:
    """Bytes of the stream until the bus closes or `renew`, awaited at each ping, answers False."""
    yield PING
    clock = asyncio.get_running_loop().time
    due = clock() + ping_s
    upcoming = asyncio.ensure_future(_next(facts))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=max(0.0, due - clock()))
            # By the clock and not by silence: a busy line must not outlive its right either.
            if clock() >= due:
                if not await renew():
                    return
                yield PING
                due = clock() + ping_s
            if not done:
                continue
            fact = upcoming.result()
            if fact is None:
                return
            upcoming = asyncio.ensure_future(_next(facts))
            data = event_bytes(fact) if wanted(fact) else None
            if data is not None:
                yield data
    finally:
        upcoming.cancel()
        await asyncio.gather(upcoming, return_exceptions=True)


async def _next(facts: LiveSubscription) -> Fact | None:
    try:
        return await facts.__anext__()
    except StopAsyncIteration:
        return None


class Watch:
    """Which facts one open line may carry; looked up anew at every ping."""

    def __init__(self, services: Services, request: Request, query: LiveQuery) -> None:
        self._services = services
        self._request = request
        self._query = query
        self._apps: frozenset[str] = frozenset()

    async def look_up(self) -> bool:
        """Read the caller's apps; False when the right is gone, `ApiError` where it can be told."""
        return await run_in_threadpool(self._look_up)

    def _look_up(self) -> bool:
        identity = identify(self._services.access, self._request)
        check(identity, "read")
        if identity.principal is None:
            raise signed_out()
        ask = Ask(self._services, self._query, NoBody(), caller=identity.principal)
        self._apps = frozenset(ask.scope(self._query.app).app_ids)
        return True

    async def renew(self) -> bool:
        """As `look_up`, for a line that is already open: any refusal ends it."""
        try:
            return await self.look_up()
        except ApiError:
            return False

    def wants(self, fact: Fact) -> bool:
        """Whether the fact belongs on this line."""
        return fact.app_id in self._apps and self._query.call_id in ("", fact.call_id)


def live(services: Services) -> Callable[[Request], Awaitable[Response]]:
    """The handler of `GET /live`."""

    async def handler(request: Request) -> Response:
        try:
            given = {name: value for name, value in request.query_params.items() if value}
            watch = Watch(services, request, msgspec.convert(given, LiveQuery, strict=False))
            await watch.look_up()
        except msgspec.ValidationError as error:
            return error_response(ApiError(400, "bad_parameter", str(error), "Known parameters: app, call_id."))
        except ApiError as error:
            return error_response(error)
        headers = {**API_HEADERS, "X-Accel-Buffering": "no"}
        return StreamingResponse(_body(services, watch), media_type="text/event-stream", headers=headers)

    return handler


async def _body(services: Services, watch: Watch) -> AsyncIterator[bytes]:
    # The subscription is closed with the line, also when the client just goes away.
    async with aclosing(services.live.subscribe()) as facts:
        async for frame in frames(facts, watch.wants, watch.renew, services.ping_s):
            yield frame
