"""The way out for whole answers: `/api/v1/export` for questions in SQL, `/api/v1/export/calls/{id}` for calls.

Enters: a question or a call, with an API token. Leaves: files as streams. A question sees the caller's apps only.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path

import msgspec
from starlette.background import BackgroundTask
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from rtclens.access import Access, Principal
from rtclens.edge import responses
from rtclens.edge.bearer import caller
from rtclens.edge.bodies import collect
from rtclens.edge.call_files import FORMATS, written
from rtclens.model.codec import Refusal
from rtclens.query import NotThereError, Scope, call_item
from rtclens.store import Store
from rtclens.store.grammar import SqlRefused
from rtclens.store.readonly import EXPORTS, ReadOnly

MAX_QUERY = 256 * 1024
TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "jsonl": "application/x-ndjson"}
TYPES["arrow"] = "application/vnd.apache.arrow.file"


class ExportQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """What to export: a SELECT, and as which kind of file."""

    query: str
    format: str = "csv"


class ExportDoor:
    """Both paths."""

    def __init__(self, access: Access, store: Store, reader: ReadOnly) -> None:
        self._access = access
        self._store = store
        self._reader = reader

    def routes(self) -> list[BaseRoute]:
        """The two paths."""
        return [
            Route("/api/v1/export", self.answer, methods=["GET", "POST"]),
            Route("/api/v1/export/calls/{call_id}", self.call, methods=["GET"]),
        ]

    async def answer(self, request: Request) -> Response:
        """The rows of a SELECT as a file, in pieces, however many there are."""
        principal = await self._caller(request, "sql")
        if isinstance(principal, Response):
            return principal
        asked = await _asked(request)
        if isinstance(asked, Refusal):
            return responses.refusal(request, asked)
        pieces = self._reader.export(asked.query, principal.app_ids, asked.format)
        try:
            first = await run_in_threadpool(next, pieces, b"")
        except SqlRefused as refused:
            return responses.refusal(request, Refusal(refused.code, refused.message, refused.hint))
        headers = {"content-disposition": f'attachment; filename="export.{asked.format}"'}
        return StreamingResponse(_sent(chain([first], pieces), pieces), media_type=TYPES[asked.format], headers=headers)

    async def call(self, request: Request) -> Response:
        """A call as a zip archive of dumps (`?format=rtcstats`, `webrtc-internals`)."""
        principal = await self._caller(request, "read")
        if isinstance(principal, Response):
            return principal
        call_id, format_name = request.path_params["call_id"], request.query_params.get("format", FORMATS[0])
        if format_name not in FORMATS:
            return responses.refusal(request, Refusal("bad_value", "no such format", f"one of {', '.join(FORMATS)}"))
        folder = Path(tempfile.mkdtemp(prefix="rtclens-export-"))
        try:
            path = await run_in_threadpool(self._archive, principal, call_id, format_name, folder)
        except NotThereError:
            shutil.rmtree(folder, ignore_errors=True)
            return responses.answer(
                request, {"code": "not_found", "message": "There is no such call.", "hint": ""}, 404
            )
        done = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        return FileResponse(path, media_type="application/zip", filename=f"{call_id}.zip", background=done)

    def _archive(self, principal: Principal, call_id: str, format_name: str, folder: Path) -> Path:
        app_id = call_item(self._store, Scope(principal.app_ids), call_id).app_id
        files = written(self._store.read_batches(app_id, call_id), format_name, folder)
        path = folder / "archive.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
        return path

    async def _caller(self, request: Request, right: str) -> Principal | Response:
        principal = await run_in_threadpool(caller, request, self._access)
        if principal is None:
            return responses.refusal(request, Refusal("bad_token", "send an API token", "Authorization: Bearer TOKEN"))
        if right not in principal.rights:
            told = {"code": "forbidden", "message": f"The token lacks the right {right}.", "hint": ""}
            return responses.answer(request, told, 403)
        return principal


async def _asked(request: Request) -> ExportQuestion | Refusal:
    """The question of the query string or of a JSON body."""
    try:
        if request.method == "GET":
            asked = msgspec.convert(dict(request.query_params), ExportQuestion)
        else:
            body = await collect(request.stream(), MAX_QUERY)
            if body is None:
                return Refusal("too_large", "the question is too long")
            asked = msgspec.json.decode(body, type=ExportQuestion)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Refusal("bad_value", str(error), "give query and format")
    if asked.format not in EXPORTS:
        return Refusal("bad_value", f"there is no export as {asked.format}", f"one of {', '.join(EXPORTS)}")
    return asked


async def _sent(pieces: Iterator[bytes], source: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces; the question ends with the line, also when the reader goes away."""
    try:
        async for piece in iterate_in_threadpool(pieces):
            yield piece
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            await run_in_threadpool(close)
