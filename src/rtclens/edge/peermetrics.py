"""The Peer Metrics door: every path under `/v1` goes to the pure service; its answer waits for durability.

Enters: requests of the SDK and of customers' back ends. Leaves: durable batches and the service's own answers.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rtclens.edge.bodies import collect
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.model.codec import Refusal
from rtclens.stream import StreamError
from rtclens.wire.peermetrics.answers import failure
from rtclens.wire.peermetrics.contract import FORMAT, App, Handled
from rtclens.wire.peermetrics.contract import Request as ServiceRequest
from rtclens.wire.peermetrics.contract import Response as ServiceResponse
from rtclens.wire.peermetrics.service import PeerMetrics

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


class PeerMetricsDoor:
    """`/v1/…`. `secrets` sign the session tokens; the first signs, all verify."""

    def __init__(self, ingest: Ingest, limits: Limits, secrets: list[bytes], instance: str) -> None:
        self._ingest = ingest
        self._limits = limits
        self._service = PeerMetrics(secrets, self._lookup, instance=instance)
        self._state = self._service.open()

    def routes(self) -> list[BaseRoute]:
        """One route for the whole surface; the service knows its own paths."""
        return [Route("/v1/{rest:path}", self.answer, methods=METHODS)]

    async def answer(self, request: Request) -> Response:
        """Handle one request."""
        body = await collect(request.stream(), self._limits.frame_bytes)
        if body is None:
            return sent(failure("payload_too_large"))
        asked = ServiceRequest(
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers.items()),
            body=body,
            address=request.client.host if request.client else "",
            query=dict(request.query_params),
        )
        self._state, handled = self._service.handle(self._state, asked, self._ingest.clock())
        flow = self._ingest.counters.flow(handled.app_id, FORMAT)
        flow.frames += 1
        flow.bytes += len(body)
        return await self._durable(handled)

    async def _durable(self, handled: Handled) -> Response:
        try:
            await self._ingest.accept(handled.app_id, handled.items)
        except StreamError:
            self._state = self._service.forget(self._state, handled)
            self._ingest.refuse(handled.app_id, Refusal("overloaded", "the spool is full", format=FORMAT))
            return sent(failure("overloaded"))
        return sent(handled.response)

    def _lookup(self, key: str) -> App | None:
        app = self._ingest.app_of_key(key)
        if app is None:
            return None
        return App(app.id, app.name, app.paused, app.domains, app.stats_interval_ms)


def sent(response: ServiceResponse) -> Response:
    """The service's answer as Starlette sends it; CORS headers are already in it."""
    return Response(response.body, response.status, response.headers)
