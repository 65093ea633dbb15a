"""JSON answers with the headers that every answer of the API carries.

Enters: values. Leaves: Starlette responses. Nothing of the API may be cached, framed, sniffed or run.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rtclens.api.errors import ApiError

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
API_HEADERS = {
    **SECURITY,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
CODES = {404: "not_found", 405: "method_not_allowed"}
COOKIE = "rtclens_session"
COOKIE_AGE_S = 30 * 86_400

_encoder = msgspec.json.Encoder()


def json_response(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer; non-finite numbers become null, as JSON has none."""
    return Response(
        _encoder.encode(content), status, media_type="application/json", headers={**API_HEADERS, **(headers or {})}
    )


def error_response(error: ApiError) -> Response:
    """A refusal in its JSON form."""
    return json_response(error.body, error.status, error.headers)


def unrouted(_: Request, error: Exception) -> Response:
    """What the framework itself refuses, such as a path with a line break in it, which no route matches."""
    if not isinstance(error, HTTPException):
        raise error
    code = CODES.get(error.status_code, "bad_request")
    hint = "See /api/openapi.json."
    return error_response(ApiError(error.status_code, code, f"{error.detail}.", hint, dict(error.headers or {})))


def set_session(response: Response, cookie: str, secure: bool) -> None:
    """Give the browser its session, out of reach of scripts and of other sites' requests; '' takes it away."""
    if cookie:
        response.set_cookie(COOKIE, cookie, max_age=COOKIE_AGE_S, httponly=True, samesite="lax", secure=secure)
    else:
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)
