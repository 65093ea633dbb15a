"""What a door knows about a stream when it opens, as the codecs want it.

Enters: a Starlette request or socket. Leaves: `Hello`, or the app that a key names, or the refusal of an unknown key.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from starlette.requests import HTTPConnection

from rtclens.access.model import App
from rtclens.edge.ingest import Ingest
from rtclens.model.codec import Hello, Refusal

KEPT_HEADERS = ("user-agent", "origin", "content-type", "content-encoding", "x-forwarded-for")


def app_for(connection: HTTPConnection, ingest: Ingest, key: str, format_name: str) -> App | Refusal:
    """The app of the key, if it may send now from this page; else the refusal to give."""
    app = ingest.app_of_key(key)
    if app is None:
        return Refusal("unknown_key", "no app has this ingest key", "copy the key from the app's settings", format_name)
    if app.paused:
        return Refusal("app_paused", "the app is paused", "resume it in the app's settings", format_name)
    origin = connection.headers.get("origin", "")
    if origin and not app.allows_origin(origin):
        return Refusal("origin_not_allowed", "pages of this origin may not send", "add the domain", format_name)
    if connection.scope["type"] == "websocket" and ingest.is_crowded(app.id):
        return Refusal("too_many_connections", "too many sockets are open", "try again later", format_name)
    return app


def hello_for(
    connection: HTTPConnection, app: App, ingest: Ingest, path: dict[str, str], claims: dict[str, Any] | None = None
) -> Hello:
    """The `Hello` of this connection, with a fresh stream id."""
    headers = {name: connection.headers[name] for name in KEPT_HEADERS if name in connection.headers}
    offered = connection.scope.get("subprotocols") or []
    return Hello(
        app_id=app.id,
        stream=uuid4().hex,
        opened_at=ingest.clock(),
        protocol=offered[0] if offered else "",
        path=path,
        query=dict(connection.query_params),
        headers=headers,
        claims=claims or {},
        address=connection.client.host if connection.client else "",
        places=ingest.places.of(connection.headers),
    )
