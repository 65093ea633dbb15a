"""Who asks through a door that takes API tokens.

Enters: a request's `Authorization` header. Leaves: the caller, and the app of theirs that a request is for.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection

from rtclens.access import Access, App, Principal


def bearer(connection: HTTPConnection) -> str:
    """The bearer token; '' without one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller(connection: HTTPConnection, access: Access) -> Principal | None:
    """Who holds the request's token."""
    token = bearer(connection)
    return access.by_token(token) if token else None


def app_of(principal: Principal, access: Access, asked: str = "") -> App | None:
    """The caller's app with that id, key, alias or name; without any, their oldest."""
    mine = [app for app in access.apps.listed(principal.organization_id) if app.id in principal.app_ids]
    if not asked:
        return mine[0] if mine else None
    return next((app for app in mine if asked in (app.id, app.api_key, app.name, *app.aliases)), None)
