"""Who asks, and may they: session cookies, bearer tokens, forged requests.

Enters: a request. Leaves: `Identity`, or an `ApiError`. A request with an `Authorization` header is judged by that
alone: a bad token never falls back to a cookie.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from rtclens.access import Access, Principal, Right
from rtclens.api.errors import ApiError, forbidden, signed_out
from rtclens.api.responses import COOKIE

CSRF_HEADER = "x-requested-with"
CSRF_VALUE = "rtclens"


@dataclass(frozen=True)
class Identity:
    """The caller of a request. `session` is the cookie that was used, `renewed` the one that replaces it."""

    principal: Principal | None = None
    session: str = ""
    renewed: str = ""


def identify(access: Access, request: HTTPConnection) -> Identity:
    """The caller, or nobody. A header that names no valid token is an error, a stale cookie is not."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        principal = access.by_token(secret.strip()) if scheme.lower() == "bearer" else None
        if principal is None:
            raise ApiError(
                401, "bad_token", "The API token is not valid.", "It may be mistyped, expired or deleted.",
                {"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )  # fmt: skip
        return Identity(principal)
    cookie = request.cookies.get(COOKIE, "")
    found = access.by_session(cookie) if cookie else None
    if found is None:
        return Identity()
    return Identity(found[0], cookie, found[1])


def check(identity: Identity, right: Right | None) -> None:
    """Raise unless the caller holds the right."""
    if right is None:
        return
    if identity.principal is None:
        raise signed_out()
    if not identity.principal.may(right):
        raise forbidden(right)


def check_not_forged(identity: Identity, request: HTTPConnection) -> None:
    """Refuse a change that rides on a cookie unless a script of our own origin sent it.

    Other origins cannot set the header without a preflight, which this API never answers.
    """
    if identity.session and request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise ApiError(
            403,
            "csrf",
            "A change by cookie needs the header 'X-Requested-With: rtclens'.",
            "Scripts outside the dashboard use an API token instead.",
        )
