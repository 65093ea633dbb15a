"""The analysis service that collectors and tools of the rtcstats family talk to: `/v1.0/…`, here as a door of our own.

Enters: dumps, whole or in chunks, with an API token. Leaves: stored calls, and answers in the service's shapes. Every
error is JSON, because a stock collector parses it without looking at the status.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from rtclens.access import Access, App, Principal
from rtclens.edge.bearer import app_of, bearer, caller
from rtclens.edge.chunk_folder import ChunkFolder
from rtclens.edge.dump_analyses import DumpAnalyses
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.receiving import Received, received
from rtclens.model.codec import Refusal
from rtclens.wire.rtcstats.origin import FORMAT
from rtclens.wire.rtcstats.service import (
    Answer,
    Assemble,
    Filter,
    chunk_answer,
    error,
    observations_answer,
    parse_assemble,
    parse_chunk,
    parse_filter,
    quota_answer,
)
from rtclens.wire.rtcstats.service.chunks import MAX_ASSEMBLE_BYTES

ROOT = "/v1.0"
log = logging.getLogger(__name__)
Serve = Callable[[Request, Principal, App], Awaitable[Answer]]


class AnalysisService:
    """The service's endpoints over one importer and one store."""

    def __init__(self, ingest: Ingest, limits: Limits, access: Access, analyses: DumpAnalyses, folder: Path) -> None:
        """`folder` keeps files that arrive in pieces."""
        self._ingest = ingest
        self._limits = limits
        self._access = access
        self._analyses = analyses
        self._chunks = ChunkFolder(limits.upload_bytes, folder)

    def routes(self) -> list[BaseRoute]:
        """All paths."""
        served: tuple[tuple[str, str, Serve], ...] = (
            ("POST", "/upload", self.upload),
            ("POST", "/analyze", self.analyze),
            ("POST", "/enrich", self.enrich),
            ("GET", "/quota", self.quota),
            ("GET", "/observations", self.observations),
            ("GET", "/sessions", self.sessions),
            ("GET", "/sessions/{id}", self.session),
            ("DELETE", "/sessions/{id}", self.forget),
        )
        return [Route(ROOT + path, self._guarded(serve), methods=[method]) for method, path, serve in served]

    def _guarded(self, serve: Serve) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            answer = await self._answered(request, serve)
            return Response(answer.body, answer.status, media_type=answer.content_type)

        return endpoint

    async def _answered(self, request: Request, serve: Serve) -> Answer:
        principal = await run_in_threadpool(caller, request, self._access)
        if principal is None:
            return error("unauthorized", "send an API token as Authorization: Bearer")
        if not principal.may("read"):
            return error("plan", "the token may not read")
        app = await run_in_threadpool(app_of, principal, self._access, request.query_params.get("app", ""))
        if app is None:
            return error("not_found", "there is no such app")
        try:
            return await serve(request, principal, app)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            return error("internal", "something failed on the server")

    async def upload(self, request: Request, _: Principal, app: App) -> Answer:
        """Store and analyse."""
        return await self._with_file(request, True, lambda path, name: self._analyses.stored(app, path, name))

    async def analyze(self, request: Request, _: Principal, app: App) -> Answer:
        """Analyse; store only with `?save=true`."""
        if request.query_params.get("save", "").lower() in ("1", "true"):
            return await self._with_file(request, False, lambda path, name: self._analyses.analysed(app, path, name))
        return await self._with_file(request, False, lambda path, name: self._analyses.analysed(None, path, name))

    async def enrich(self, request: Request, _: Principal, __: App) -> Answer:
        """Scores and observations only."""
        return await self._with_file(request, False, lambda path, _name: self._analyses.enriched(path))

    async def _with_file(self, request: Request, named: bool, use: Callable[[Path, str], Answer]) -> Answer:
        """Take a chunk, put chunks together, or take a whole dump, as the request's shape says."""
        async with received(request, self._limits.upload_bytes, FORMAT) as upload:
            if isinstance(upload, Refusal):
                return error("too_large" if upload.code == "too_large" else "invalid_request", upload.message)
            if "fileId" in upload.fields or "chunkIndex" in upload.fields:
                return await run_in_threadpool(self._chunk, bearer(request), upload)
            if not upload.files or not upload.files[0].stat().st_size:
                return error("invalid_request", "the body is empty")
            path = upload.files[0]
            asked = parse_assemble(path.read_bytes()) if path.stat().st_size <= MAX_ASSEMBLE_BYTES else None
            if asked is not None:
                return await run_in_threadpool(self._assembled, bearer(request), asked, named, use)
            return await run_in_threadpool(use, path, upload.fields.get("fileName", ""))

    def _chunk(self, token: str, upload: Received) -> Answer:
        chunk = parse_chunk(upload.fields)
        if isinstance(chunk, Answer):
            return chunk
        if not upload.files:
            return error("invalid_request", "the form has no part named chunk")
        return self._chunks.put(token, chunk, upload.files[0], self._ingest.clock()) or chunk_answer()

    def _assembled(self, token: str, asked: Assemble, named: bool, use: Callable[[Path, str], Answer]) -> Answer:
        path = self._chunks.whole(token, asked, named, self._ingest.clock())
        if isinstance(path, Answer):
            return path
        answer = use(path, asked.file_name)
        self._chunks.done(token, asked.file_id, answer)
        return answer

    async def quota(self, _: Request, __: Principal, app: App) -> Answer:
        """Nothing is metered."""
        return quota_answer(app.name)

    async def observations(self, _: Request, __: Principal, ___: App) -> Answer:
        """Everything that can be noticed: the detectors."""
        return observations_answer((one.id, one.title, [one.severity], ()) for one in self._analyses.catalogue())

    async def sessions(self, request: Request, principal: Principal, _: App) -> Answer:
        """The stored calls."""
        wanted = parse_filter(request.query_params.multi_items())
        if not isinstance(wanted, Filter):
            return wanted
        return await run_in_threadpool(self._analyses.listed, principal.app_ids, wanted)

    async def session(self, request: Request, principal: Principal, _: App) -> Answer:
        """One stored call."""
        return await run_in_threadpool(self._analyses.one, principal.app_ids, request.path_params["id"])

    async def forget(self, request: Request, principal: Principal, _: App) -> Answer:
        """Erase a stored call."""
        if not principal.may("manage"):
            return error("plan", "the token may not erase")
        return await run_in_threadpool(self._analyses.erase, principal.app_ids, request.path_params["id"])
