"""The doors for dump files: `/rtcstats/{key}/dump` for clients, `/api/v1/import` for people and scripts.

Enters: uploads, raw or as a form, packed or not, of any kind that `wire.files` recognises. Leaves: imported calls; the
answer comes when they survive a crash. The client's door is answered in the words of the rtcstats family.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rtclens.access import Access, App
from rtclens.edge import responses
from rtclens.edge.bearer import app_of, caller
from rtclens.edge.hello import app_for
from rtclens.edge.importing import Imported, Importer
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.receiving import RAW, received
from rtclens.edge.sources import FileRead
from rtclens.edge.tokens import claims_of, token_of
from rtclens.model.codec import Refusal
from rtclens.store import StoreError
from rtclens.wire.rtcstats.origin import FORMAT
from rtclens.wire.rtcstats.service import Upload, uploaded
from rtclens.wire.sniff import SAVED_PAGE

METHODS = ["POST", "OPTIONS"]
MAX_CALL_ID = 256


class UploadDoors:
    """Both doors over one importer."""

    def __init__(self, ingest: Ingest, limits: Limits, access: Access, importer: Importer) -> None:
        self._ingest = ingest
        self._limits = limits
        self._access = access
        self._importer = importer

    def routes(self) -> list[BaseRoute]:
        """The two paths."""
        return [
            Route("/rtcstats/{key}/dump", self.dump, methods=METHODS),
            Route("/api/v1/import", self.take, methods=METHODS),
        ]

    async def dump(self, request: Request) -> Response:
        """A client's own dump, with its ingest key and, where the app has keys, its token."""
        if request.method == "OPTIONS":
            return responses.preflight(request)
        app = app_for(request, self._ingest, request.path_params["key"], FORMAT)
        if isinstance(app, Refusal):
            return self._refused(request, "", app)
        claims = claims_of(token_of(request), app, self._ingest.clock() / 1000, FORMAT)
        if isinstance(claims, Refusal):
            return self._refused(request, app.id, claims)
        done = await self._imported(request, app, "", RAW)
        return self._refused(request, app.id, done) if isinstance(done, Refusal) else _uploaded(request, done)

    async def take(self, request: Request) -> Response:
        """Files for one of the caller's apps (`?app=`), all of one call where `?call=` names it.

        Whoever may read an app sees its ingest key and may send with it, so no other right is needed.
        """
        if request.method == "OPTIONS":
            return Response(status_code=204)
        principal = await run_in_threadpool(caller, request, self._access)
        if principal is None:
            return responses.refusal(request, Refusal("bad_token", "send an API token", "Authorization: Bearer TOKEN"))
        query = request.query_params
        app = await run_in_threadpool(app_of, principal, self._access, query.get("app", ""))
        call = query.get("call", "")
        if app is None or len(call) > MAX_CALL_ID:
            return responses.refusal(request, Refusal("bad_value", "no such app, or a call id of over 256 characters"))
        done = await self._imported(request, app, call, query.get("name", RAW))
        if isinstance(done, Refusal):
            return self._refused(request, app.id, done)
        return responses.answer(request, told(done))

    async def _imported(self, request: Request, app: App, call: str, name: str) -> Imported | Refusal:
        async with received(request, self._limits.upload_bytes, FORMAT, name) as upload:
            if isinstance(upload, Refusal):
                return upload
            if not upload.files:
                return Refusal("missing_member", "the upload holds no file", "send it as the body or in a form", FORMAT)
            try:
                done = await run_in_threadpool(self._importer.run, app.id, upload.files, call)
            except StoreError:
                return Refusal("not_stored", "the store did not answer", "send it again later", FORMAT)
        for read in done.files:
            self._ingest.counters.imported(app.id, read.format, read.batches, read.refused)
        return done

    def _refused(self, request: Request, app_id: str, refused: Refusal) -> Response:
        self._ingest.refuse(app_id, refused)
        return responses.refusal(request, refused)


def _uploaded(request: Request, done: Imported) -> Response:
    read = next((one for one in done.files if one.readable), done.files[0])
    kind: Upload = "dump" if read.format else "html" if SAVED_PAGE in read.first_refusal else "unknown"
    ours = {"calls": [call.call_id for call in done.calls]}
    answer = uploaded(kind, sum(one.batches for one in done.files), str(uuid4()), **ours)
    return Response(answer.body, answer.status, responses.cors(request), answer.content_type)


def told(done: Imported) -> dict[str, Any]:
    """An import in the words of the API."""
    return {
        "calls": [{"call_id": call.call_id, "external_id": call.external_id} for call in done.calls],
        "new_batches": done.new_batches,
        "files": [_file(read) for read in done.files],
    }


def _file(read: FileRead) -> dict[str, Any]:
    return {
        "name": read.name,
        "format": read.format or None,
        "batches": read.batches,
        "refused": dict(read.refused),
        "first_refusal": read.first_refusal or None,
    }
