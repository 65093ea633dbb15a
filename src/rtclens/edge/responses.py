"""Answers of the telemetry doors: one error shape, CORS on every one, since without it a page sees only silence.

Enters: refusals. Leaves: Starlette responses.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from rtclens.model.codec import Refusal

STATUS = {
    "unknown_key": 401,
    "missing_key": 401,
    "missing_token": 401,
    "bad_token": 401,
    "expired_token": 401,
    "app_paused": 403,
    "origin_not_allowed": 403,
    "timed_out": 408,
    "too_large": 413,
    "unsupported_encoding": 415,
    "desync": 409,
    "rate_limited": 429,
    "quota_exceeded": 429,
    "overloaded": 503,
    "not_stored": 503,
}


def cors(request: Request) -> dict[str, str]:
    """Headers that let the page read the answer; telemetry doors never use cookies."""
    return {
        "access-control-allow-origin": request.headers.get("origin", "*"),
        "access-control-allow-methods": "GET, POST, PUT, OPTIONS",
        "access-control-allow-headers": "content-type, content-encoding, authorization",
        "access-control-max-age": "86400",
        "vary": "Origin",
    }


def preflight(request: Request) -> Response:
    """The answer to `OPTIONS`."""
    return Response(status_code=204, headers=cors(request))


def answer(request: Request, value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(msgspec.json.encode(value), status, cors(request), "application/json")


def refusal(request: Request, refused: Refusal) -> Response:
    """A refusal as `{code, message, hint}` with the status that fits."""
    status = STATUS.get(refused.code, 400)
    headers = cors(request) | ({"retry-after": "1"} if status in (429, 503) else {})
    if refused.code == "unsupported_encoding":
        headers["accept-encoding"] = "gzip, deflate, zstd"
    body = {"code": refused.code, "message": refused.message, "hint": refused.hint}
    return Response(msgspec.json.encode(body), status, headers, "application/json")
