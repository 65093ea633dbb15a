"""What a door answers to methods that it does not take: which it does take, and where only a WebSocket opens.

Enters: the routes of the doors. Leaves: routes that stand behind them, so that a mistaken request is told so instead of
getting the page that every other path shows.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from rtclens.edge import responses

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def other_methods(doors: Iterable[BaseRoute]) -> list[Route]:
    """A route for each path of the doors that some method is left for: 405, and 426 for GET where a socket opens."""
    taken: dict[str, set[str]] = {}
    sockets = set[str]()
    for door in doors:
        if isinstance(door, WebSocketRoute):
            taken.setdefault(door.path, set())
            sockets.add(door.path)
        elif isinstance(door, Route):
            taken.setdefault(door.path, set()).update(door.methods or METHODS)
    return [_rest(path, methods, path in sockets) for path, methods in taken.items() if METHODS - methods]


def _rest(path: str, taken: set[str], socket: bool) -> Route:
    allow = ", ".join(sorted(taken | {"GET"} if socket else taken))

    async def refuse(request: Request) -> Response:
        if socket and request.method == "GET":
            return _refused(request, 426, "websocket_expected", "A WebSocket opens here.", {"upgrade": "websocket"})
        return _refused(request, 405, "method_not_allowed", f"Use {allow} here.", {"allow": allow})

    return Route(path, refuse, methods=sorted(METHODS - taken))


def _refused(request: Request, status: int, code: str, message: str, headers: dict[str, str]) -> Response:
    hint = "See /api/openapi.json."
    answer = responses.answer(request, {"code": code, "message": message, "hint": hint}, status)
    answer.headers.update(headers)
    return answer
