"""The routes of the API, put together.

Enters: `Services`. Leaves: Starlette routes: `/api/v1/…`, `/api/openapi.json`, `/sign-in/once/{token}`, and the pages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from rtclens.access import SignInError
from rtclens.api.dispatch import routes
from rtclens.api.errors import ApiError
from rtclens.api.live import live
from rtclens.api.openapi import text
from rtclens.api.pages import PAGE_HEADERS, Pages
from rtclens.api.responses import API_HEADERS, error_response, set_session
from rtclens.api.routes import ENDPOINTS
from rtclens.api.services import Services

COMPRESS_FROM = 1024


def build(services: Services) -> list[BaseRoute]:
    """All routes; the last one takes every path that is left, so these come after all others of the server."""
    described = text(ENDPOINTS, services.version).encode()

    def openapi(_: Request) -> Response:
        return Response(described, media_type="application/json", headers=API_HEADERS)

    v1 = [Route("/live", live(services)), *routes(ENDPOINTS, services)]
    api = [Route("/openapi.json", openapi), Mount("/v1", app=_answering(v1))]
    compress = [Middleware(GZipMiddleware, minimum_size=COMPRESS_FROM)]
    return [
        Mount("/api", app=_answering(api), middleware=compress),
        Route("/sign-in/once/{token}", sign_in_once(services)),
        Route("/{path:path}", Pages(services.static).serve, methods=["GET"], middleware=compress),
    ]


def _answering(known: Sequence[BaseRoute]) -> Router:
    """A router that says in JSON that something is not there."""
    missing = error_response(ApiError(404, "not_found", "There is no such operation.", "See /api/openapi.json."))
    return Router(known, redirect_slashes=False, default=missing)


def sign_in_once(services: Services) -> Callable[[Request], Awaitable[Response]]:
    """The page behind a one-time link: sets the session and goes home, or to the sign-in page."""

    async def handler(request: Request) -> Response:
        headers = {**PAGE_HEADERS, "Cache-Control": "no-store"}
        try:
            _, cookie = await run_in_threadpool(services.access.sign_in_once, request.path_params["token"])
        except SignInError:
            return RedirectResponse("/sign-in?link=expired", 303, headers=headers)
        response = RedirectResponse("/", 303, headers=headers)
        set_session(response, cookie, secure=request.url.scheme == "https")
        return response

    return handler
