"""Receive uploaded files onto disk within limits: a raw body, or every file of a multipart form.

Enters: a Starlette request. Leaves: `Received`: paths in a folder that goes away with it, and the form's fields; or a
refusal (too_large, unsupported_encoding, bad_shape, timed_out). Memory does not grow with the upload. Files stay as
they came: what is packed is unpacked, within its own limits, by whoever reads it.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from rtclens.edge.bodies import unsupported
from rtclens.model.codec import Refusal

SELF_EVIDENT = ("", "identity", "gzip", "x-gzip", "zstd", "bzip2")  # encodings that the bytes themselves show
CHUNK_S = 30.0
MAX_FILES = 64
MAX_FIELDS = 64
MAX_FIELD = 16 * 1024 * 1024
PIECE = 1 << 20
RAW = "body"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Received(msgspec.Struct):
    """Files in the order of the form, and its other fields."""

    files: list[Path]
    fields: dict[str, str] = {}


class _TooLarge(Exception):  # noqa: N818 - ends the reading of a body, never leaves this module
    pass


@asynccontextmanager
async def received(
    request: Request, limit: int, format_name: str, name: str = RAW
) -> AsyncIterator[Received | Refusal]:
    """The upload, for as long as the context lasts; a raw body's file is called `name`."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in SELF_EVIDENT:
        yield unsupported(encoding, format_name)
        return
    with tempfile.TemporaryDirectory(prefix="rtclens-upload-") as folder:
        try:
            yield await _taken(request, limit, Path(folder), name)
        except _TooLarge:
            yield Refusal("too_large", f"the upload is over {limit} bytes", "split it or pack it", format_name)
        except TimeoutError:
            yield Refusal("timed_out", f"nothing came for {CHUNK_S:.0f} s", "send it again", format_name)
        except (MultiPartException, KeyError) as error:
            yield Refusal("bad_shape", f"the form cannot be read: {error}", format=format_name)


async def _taken(request: Request, limit: int, folder: Path, name: str) -> Received:
    stream = _bounded(request, limit)
    if not request.headers.get("content-type", "").lower().startswith("multipart/"):
        path = folder / _safe(name)
        with path.open("wb") as file:
            async for chunk in stream:
                await run_in_threadpool(file.write, chunk)
        return Received([path] if path.stat().st_size else [])
    parser = MultiPartParser(
        request.headers, stream, max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD
    )
    form = await parser.parse()
    try:
        found = Received([])
        for index, (field, value) in enumerate(form.multi_items()):
            if isinstance(value, UploadFile):
                found.files.append(await _kept(value, folder / str(index) / _safe(value.filename or field)))
            else:
                found.fields[field] = value
        return found
    finally:
        await form.close()


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body's chunks, each in time and not too many of them."""
    size = 0
    chunks = request.stream()
    while True:
        async with asyncio.timeout(CHUNK_S):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        size += len(chunk)
        if size > limit:
            raise _TooLarge
        yield chunk


async def _kept(upload: UploadFile, path: Path) -> Path:
    path.parent.mkdir()
    with path.open("wb") as file:
        while piece := await upload.read(PIECE):
            await run_in_threadpool(file.write, piece)
    return path


def _safe(name: str) -> str:
    """The last part of a file name, as any file system takes it."""
    return _UNSAFE.sub("_", Path(name).name)[-120:].strip(".") or RAW
