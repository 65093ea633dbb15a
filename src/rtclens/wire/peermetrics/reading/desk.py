"""Answer read requests.

Enters: an HTTP request, the port `Library`. Leaves: a response. Nothing is told to anyone without a token, and ids of
other organizations are answered exactly as ids that never were.
"""

from __future__ import annotations

from typing import Any

from rtclens.wire.peermetrics.answers import Refused, failure, success
from rtclens.wire.peermetrics.contract import Request, Response, below
from rtclens.wire.peermetrics.reading.library import Found, Library
from rtclens.wire.peermetrics.reading.questions import NOT_FOUND, Question, asked
from rtclens.wire.peermetrics.reading.shapes import shape
from rtclens.wire.peermetrics.reading.snapshots import snapshots
from rtclens.wire.peermetrics.reading.summaries import summarised

BEARER = "bearer "


class Desk:
    """Serves `GET /v1/…`. `origins` may read from a browser; `public_url` is the base of links."""

    def __init__(self, library: Library, public_url: str = "", origins: tuple[str, ...] = ()) -> None:
        self._library = library
        self._base = public_url.rstrip("/")
        self._origins = frozenset(origins)

    def answer(self, request: Request) -> Response:
        """The response to any request; never raises for what the request holds."""
        try:
            response = self._answered(request)
        except Refused as refused:
            response = failure(refused.code, refused.hint, refused.status)
        return Response(response.status, response.body, self._headers(request, response))

    def _headers(self, request: Request, response: Response) -> dict[str, str]:
        """Pages of configured origins may read; ingest's open CORS has no place here."""
        kept = {name: value for name, value in response.headers.items() if name != "Access-Control-Allow-Origin"}
        origin = request.headers.get("origin", "")
        return kept | ({"Access-Control-Allow-Origin": origin} if origin in self._origins else {})

    def _answered(self, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        token = given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else ""
        if not token:
            raise Refused("missing_token", "Send an API token as `Authorization: Bearer`.")
        apps = self._library.apps_of(token)
        if apps is None:
            raise Refused("invalid_token", "Make a new API token on the settings page.")
        if request.method != "GET":
            raise Refused("method_not_allowed", "Use GET.")
        return self._told(asked(below(request.path), request), request, apps)

    def _told(self, question: Question, request: Request, apps: frozenset[str]) -> Response:
        if question.resource == "search":
            return success({"matches": self._matches(question, apps)})
        if question.resource == "summary":
            if question.app_id not in apps:
                raise Refused("app_not_found")
            return success(summarised(question.name, self._library.summarise(question, apps)))
        foreign = question.app_id and question.app_id not in apps
        found = Found([], 0) if foreign else self._library.find(question, apps)
        if question.resource == "graphs":
            return success({"summary": {"data": snapshots(found.items)}})
        if question.single:
            return self._single(question, found)
        return self._listed(question, request, found)

    @staticmethod
    def _single(question: Question, found: Found) -> Response:
        if not found.items:
            raise Refused(NOT_FOUND[question.resource])
        return success({"data": shape(found.items[0], single=True)})

    @staticmethod
    def _listed(question: Question, request: Request, found: Found) -> Response:
        rows = [shape(item) for item in found.items]
        if question.paged:
            return success({"results": rows, "count": found.count})
        response = success({"data": rows})
        if found.count <= len(rows):
            return response
        link = f'<{request.path}?limit=200&offset={len(rows)}>; rel="next"'
        return Response(response.status, response.body, response.headers | {"Link": link})

    def _matches(self, question: Question, apps: frozenset[str]) -> list[dict[str, Any]]:
        return [
            {"name": match.name or None, "id": match.external_id, "url": self._base + match.path, "type": match.kind}
            for match in self._library.search(question, apps)[: question.limit]
        ]
