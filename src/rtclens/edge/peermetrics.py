"""The Peer Metrics door: every path under `/v1` goes to the pure service; its answer waits for durability.

Enters: requests of the SDK and of customers' back ends. Leaves: durable batches and the service's own answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rtclens.edge.bodies import read_body
from rtclens.edge.directory import service_app
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.responses import refusal
from rtclens.model.codec import Refusal
from rtclens.model.events import Batch
from rtclens.stream import StreamError
from rtclens.wire.peermetrics.answers import failure
from rtclens.wire.peermetrics.contract import FORMAT, App, Handled
from rtclens.wire.peermetrics.contract import Request as ServiceRequest
from rtclens.wire.peermetrics.contract import Response as ServiceResponse
from rtclens.wire.peermetrics.office import Office
from rtclens.wire.peermetrics.reading import Desk
from rtclens.wire.peermetrics.service import PeerMetrics

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


class PeerMetricsDoor:
    """`/v1/…`. `secrets` sign the session tokens; the first signs, all verify. `recent` are batches of the last minutes
    before a restart, oldest first: with them, repeats are still recognised. `desk` answers what scripts read.
    """

    def __init__(
        self,
        ingest: Ingest,
        limits: Limits,
        secrets: list[bytes],
        instance: str,
        office: Office | None = None,
        recent: Iterable[Batch] = (),
        desk: Desk | None = None,
    ) -> None:
        self._ingest = ingest
        self._limits = limits
        self._desk = desk
        self._service = PeerMetrics(secrets, self._lookup, instance=instance, office=office)
        self._state = self._service.open()
        self._writing: dict[str, set[asyncio.Future[bool]]] = {}
        for batch in recent:
            self._state = self._service.remember(self._state, batch)

    def routes(self) -> list[BaseRoute]:
        """One route for the whole surface; the service knows its own paths."""
        return [Route("/v1/{rest:path}", self.answer, methods=METHODS)]

    async def answer(self, request: Request) -> Response:
        """Handle one request."""
        body = await read_body(request, self._limits.frame_bytes, FORMAT)
        if isinstance(body, Refusal):
            self._ingest.refuse("", body)
            return sent(failure("payload_too_large")) if body.code == "too_large" else refusal(request, body)
        asked = ServiceRequest(
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers.items()),
            body=body,
            address=request.client.host if request.client else "",
            query=dict(request.query_params),
        )
        if asked.method == "GET" and self._desk is not None:
            return sent(await run_in_threadpool(self._desk.answer, asked))
        self._state, handled = self._service.handle(self._state, asked, self._ingest.clock())
        flow = self._ingest.counters.flow(handled.app_id, FORMAT)
        flow.frames += 1
        flow.bytes += len(body)
        self._ingest.places.put(handled.items, self._ingest.places.of(request.headers))
        return await self._durable(handled)

    async def _durable(self, handled: Handled) -> Response:
        """Answer once the request is durable; a copy, once what it is a copy of is."""
        if handled.outcome == "duplicate":
            return sent(handled.response if await self._written(handled.app_id) else failure("overloaded"))
        done = asyncio.get_running_loop().create_future()
        writing = self._writing.setdefault(handled.app_id, set())
        writing.add(done)
        stored = False
        try:
            await self._ingest.accept(handled.app_id, handled.items)
            stored = True
        except StreamError:
            self._state = self._service.forget(self._state, handled)
            self._ingest.refuse(handled.app_id, Refusal("overloaded", "the spool is full", format=FORMAT))
            return sent(failure("overloaded"))
        finally:
            done.set_result(stored)
            writing.discard(done)
        return sent(handled.response)

    async def _written(self, app_id: str) -> bool:
        """Wait for the requests of the app that are being written now; whether all of them were stored."""
        return all(await asyncio.gather(*self._writing.get(app_id, ())))

    def _lookup(self, key: str) -> App | None:
        app = self._ingest.app_of_key(key)
        if app is None:
            return None
        return service_app(app)


def sent(response: ServiceResponse) -> Response:
    """The service's answer as Starlette sends it; CORS headers are already in it."""
    return Response(response.body, response.status, response.headers)
