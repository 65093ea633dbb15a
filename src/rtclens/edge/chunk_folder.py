"""The bytes of files that arrive in pieces, on disk until they are whole or a day old.

Enters: chunks as files. Leaves: whole files. Which chunks a file needs is `wire.rtcstats.service`'s to say.
"""

from __future__ import annotations

import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

from rtclens.wire.rtcstats.service import Answer, Assemble, Chunk, Chunks, add, answered, assemble, error, expired

TOTAL_FILES = 8  # files of the largest size that may be in the making at once


class ChunkFolder:
    """All files in the making of one process. Its folder goes away with it."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._chunks = Chunks()
        self._folder = tempfile.TemporaryDirectory(prefix="rtclens-chunks-")

    def put(self, token: str, chunk: Chunk, path: Path, at: float) -> Answer | None:
        """Take a chunk over; an answer says why not."""
        for key in expired(self._chunks, at):
            shutil.rmtree(self._of(*key), ignore_errors=True)
        size = path.stat().st_size
        if sum(one.size for one in self._chunks.files.values()) + size > TOTAL_FILES * self._max_bytes:
            return error("too_large", "too many bytes are being uploaded")
        known = self._chunks.files.get((token, chunk.file_id))
        refused = add(self._chunks, token, chunk, size, at, self._max_bytes)
        if refused is not None or (known is not None and known.answer is not None):
            return refused
        folder = self._of(token, chunk.file_id)
        folder.mkdir(exist_ok=True)
        shutil.move(path, folder / str(chunk.index))
        return None

    def whole(self, token: str, request: Assemble, named: bool, at: float) -> Path | Answer:
        """The whole file, or the answer to give: an earlier one, or what is missing."""
        found = assemble(self._chunks, token, request, named=named, at=at)
        if isinstance(found, Answer):
            return found
        folder = self._of(token, request.file_id)
        path = folder / "whole"
        with path.open("wb") as file:
            for index in found:
                with (folder / str(index)).open("rb") as part:
                    shutil.copyfileobj(part, file)
        return path

    def done(self, token: str, file_id: str, answer: Answer) -> None:
        """The file was answered; its bytes are no longer needed."""
        if answer.status < 500:
            answered(self._chunks, token, file_id, answer)
            self._chunks.files[token, file_id].sizes = {}
        shutil.rmtree(self._of(token, file_id), ignore_errors=True)

    def _of(self, token: str, file_id: str) -> Path:
        return Path(self._folder.name) / sha256(f"{token}\n{file_id}".encode()).hexdigest()
