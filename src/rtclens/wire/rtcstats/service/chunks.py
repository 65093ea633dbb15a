"""Files that arrive in pieces: which request is what, and when a file is whole.

Enters: form fields of a chunk, JSON bodies, times. Leaves: `Chunk`, `Assemble`, and per file whether its chunks are
complete. Chunks may come in any order and repeatedly; a repeated assemble gets the first one's answer.
The bytes themselves are the door's: it keeps them under `(token, file_id, index)` and drops what `expired` names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from rtclens.wire.common.sdp import number
from rtclens.wire.rtcstats.service.answers import Answer, error

KEEP_MS = 24 * 3_600_000.0
MAX_CHUNKS = 4_096
MAX_FILES = 10_000
MAX_ASSEMBLE_BYTES = 1_024
_FILE_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
Key = tuple[str, str]


class Chunk(msgspec.Struct):
    """One piece of a file."""

    file_id: str
    index: int
    total: int | None = None
    file_name: str = ""


class Assemble(msgspec.Struct):
    """The request to take a file's pieces for whole."""

    file_id: str
    file_name: str = ""


class _AssembleBody(msgspec.Struct, forbid_unknown_fields=True):
    assemble: bool
    fileId: str
    fileName: str | None = None


class Assembly(msgspec.Struct):
    """One file: sizes by index, the announced total, and the answer once it was given."""

    sizes: dict[int, int] = {}
    total: int | None = None
    touched_at: float = 0.0
    answer: Answer | None = None

    @property
    def size(self) -> int:
        """Bytes so far."""
        return sum(self.sizes.values())


class Chunks(msgspec.Struct):
    """Every file in the making, by token and file id."""

    files: dict[Key, Assembly] = {}


def parse_chunk(fields: Mapping[str, str]) -> Chunk | Answer:
    """The chunk that a form describes, or the refusal to answer with."""
    file_id = fields.get("fileId", "")
    index = number(fields.get("chunkIndex", ""))
    total = number(fields["totalChunks"]) if fields.get("totalChunks") else None
    if not _FILE_ID.fullmatch(file_id) or file_id in (".", ".."):
        return error("invalid_request", "fileId is missing or holds other than letters, digits, '.', '_' and '-'")
    if index is None or index >= MAX_CHUNKS or (total is not None and index >= total):
        return error("invalid_request", f"chunkIndex must be a number below totalChunks and {MAX_CHUNKS}")
    return Chunk(file_id, index, total, fields.get("fileName", "")[:200])


def parse_assemble(body: bytes) -> Assemble | None:
    """The assemble request that a JSON body is; `None`: the body is a dump itself."""
    if len(body) > MAX_ASSEMBLE_BYTES:
        return None
    try:
        value = msgspec.json.decode(body, type=_AssembleBody)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return Assemble(value.fileId, value.fileName or "") if value.assemble else None


def add(chunks: Chunks, token: str, chunk: Chunk, size: int, at: float, max_bytes: int) -> Answer | None:
    """Note a chunk that is about to be stored; an answer means: do not store it."""
    key = (token, chunk.file_id)
    known = chunks.files.get(key)
    if known is None:
        if len(chunks.files) >= MAX_FILES:
            return error("too_large", "too many files are being uploaded")
        known = chunks.files[key] = Assembly()
    known.touched_at = at
    if known.answer is not None:
        return None  # stored already; a repeated chunk costs nothing
    if known.size - known.sizes.get(chunk.index, 0) + size > max_bytes:
        return error("too_large", f"the file is larger than {max_bytes} bytes")
    known.sizes[chunk.index] = size
    known.total = chunk.total if chunk.total is not None else known.total
    return None


def assemble(chunks: Chunks, token: str, request: Assemble, *, named: bool, at: float) -> list[int] | Answer:
    """The indexes to put together in order, or the answer to give: the stored one, or what is missing.

    `named`: the endpoint stores the file and so needs its name. A file without chunks is an empty file.
    """
    if named and not request.file_name:
        return error("invalid_request", "fileName is missing")
    if not _FILE_ID.fullmatch(request.file_id):
        return error("invalid_request", "fileId is not one that chunks can have")
    known = chunks.files.get((token, request.file_id))
    if known is None or not known.sizes:
        return known.answer if known is not None and known.answer else error("invalid_request", "no chunks")
    known.touched_at = at
    if known.answer is not None:
        return known.answer
    count = known.total if known.total is not None else max(known.sizes) + 1
    missing = [index for index in range(count) if index not in known.sizes]
    if missing:
        return error("invalid_request", f"{len(missing)} of {count} chunks are missing, the first is {missing[0]}")
    return list(range(count))


def answered(chunks: Chunks, token: str, file_id: str, answer: Answer) -> None:
    """Remember what was answered; the file's chunks are no longer needed."""
    known = chunks.files.setdefault((token, file_id), Assembly())
    known.answer = answer


def expired(chunks: Chunks, at: float) -> list[Key]:
    """Forget files that nobody touched for a day; their keys, so that their bytes can go too."""
    old = [key for key, known in chunks.files.items() if at - known.touched_at > KEEP_MS]
    for key in old:
        del chunks.files[key]
    return old
