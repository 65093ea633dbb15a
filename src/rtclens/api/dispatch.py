"""From declarations to running routes: decode, authenticate, allow, run off the event loop, encode.

Enters: `Endpoint`s and `Services`. Leaves: Starlette routes, one per path. Every failure leaves as `{code, message,
hint}`; what was not foreseen is logged and answered with 500 without details.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rtclens.access import AccessError
from rtclens.api.endpoint import Ask, Endpoint, NoBody, Session
from rtclens.api.errors import ApiError, from_access, from_question
from rtclens.api.guard import Identity, check, check_not_forged, identify
from rtclens.api.responses import error_response, json_response, set_session
from rtclens.api.services import Services
from rtclens.query import QuestionError
from rtclens.store.engine import StoreError

BODY_LIMIT = 256 * 1024
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
log = logging.getLogger("rtclens.api")


def routes(endpoints: Iterable[Endpoint], services: Services) -> list[Route]:
    """One route per path; it answers 405 itself, so that this too is JSON."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    return [_route(path, methods, services) for path, methods in by_path.items()]


def _route(path: str, methods: dict[str, Endpoint], services: Services) -> Route:
    allow = ", ".join(sorted(methods))

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        endpoint = methods.get(method)
        if endpoint is None:
            return error_response(ApiError(405, "method_not_allowed", f"Use {allow} here.", headers={"Allow": allow}))
        return await guarded(endpoint, request, services)

    return Route(path, answer, methods=METHODS)


async def guarded(endpoint: Endpoint, request: Request, services: Services) -> Response:
    """Run one operation; every refusal becomes an answer."""
    try:
        return await _run(endpoint, request, services)
    except ApiError as error:
        return error_response(error)
    except AccessError as error:
        return error_response(from_access(error))
    except QuestionError as error:
        return error_response(from_question(error))
    except StoreError:
        log.exception("the store did not answer %s %s", endpoint.method, endpoint.path)
        return error_response(ApiError(503, "store_unavailable", "The store did not answer.", "Try again in a moment."))
    except Exception:
        log.exception("the operation %s %s failed", endpoint.method, endpoint.path)
        return error_response(ApiError(500, "internal_error", "Something failed on the server.", "See its log."))


async def _run(endpoint: Endpoint, request: Request, services: Services) -> Response:
    identity = await run_in_threadpool(identify, services.access, request)
    check(identity, endpoint.right)
    if endpoint.changes:
        check_not_forged(identity, request)
    ask = Ask(
        services=services,
        query=_query(endpoint, request),
        body=await _body(endpoint, request),
        path=dict(request.path_params),
        caller=identity.principal,
        address=request.client.host if request.client else "",
        session=identity.session,
    )
    result = await run_in_threadpool(endpoint.handler, ask)
    return _answer(result, identity, request)


def _answer(result: Any, identity: Identity, request: Request) -> Response:
    cookie = identity.renewed or None
    if isinstance(result, Session):
        result, cookie = result.content, result.cookie
    response = json_response(result)
    if cookie is not None:
        set_session(response, cookie, secure=request.url.scheme == "https")
    return response


def _query(endpoint: Endpoint, request: Request) -> msgspec.Struct:
    """Query parameters as the declared struct; an empty one counts as absent, an unknown or repeated one is refused."""
    given = request.query_params.multi_items()
    values = {name: value for name, value in given if value != ""}
    if len({name for name, _ in given}) != len(given):
        raise ApiError(400, "bad_parameter", "A parameter is given twice.", "Give each parameter once.")
    try:
        query: msgspec.Struct = msgspec.convert(values, endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(endpoint.query))
        raise ApiError(400, "bad_parameter", _plain(error), f"Known parameters: {known or 'none'}.") from error
    return query


async def _body(endpoint: Endpoint, request: Request) -> msgspec.Struct:
    if endpoint.body is NoBody:
        return NoBody()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ApiError(415, "not_json", "The body must be JSON.", "Send 'Content-Type: application/json'.")
    try:
        body: msgspec.Struct = msgspec.json.decode(await read_limited(request), type=endpoint.body)
    except msgspec.ValidationError as error:
        raise ApiError(400, "bad_body", _plain(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ApiError(400, "not_json", "The body is not valid JSON.") from error
    return body


async def read_limited(request: Request) -> bytes:
    """The body, refused as soon as it exceeds the limit."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > BODY_LIMIT:
            raise ApiError(413, "too_large", f"The body is over {BODY_LIMIT // 1024} KiB.")
    return bytes(received)


def _plain(error: Exception) -> str:
    """The decoder's sentence, with its path in words (`$.limit` becomes `limit`)."""
    return f"{error}.".replace("`$.", "`").replace("..", ".")
