"""The bytes of files that arrive in pieces, on disk until they are whole or a day old.

Enters: chunks as files. Leaves: whole files. Which chunks a file needs is `wire.rtcstats.service`'s to say. What has
arrived survives a restart: each file in the making has a folder, with a note of what is known of it. Whose it is, is
kept as a hash of the token, never the token.
"""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path

import msgspec

from rtclens.wire.rtcstats.service import (
    Answer,
    Assemble,
    Assembly,
    Chunk,
    Chunks,
    add,
    answered,
    assemble,
    error,
    expired,
)

TOTAL_FILES = 8  # files of the largest size that may be in the making at once
NOTE = "note.json"


class _Note(msgspec.Struct):
    """A file in the making, as it is noted beside its chunks."""

    owner: str
    file_id: str
    assembly: Assembly


class ChunkFolder:
    """All files in the making of one process, which owns the folder."""

    def __init__(self, max_bytes: int, folder: Path) -> None:
        self._max_bytes = max_bytes
        self._chunks = Chunks()
        self._folder = folder
        self._remember()

    def put(self, token: str, chunk: Chunk, path: Path, at: float) -> Answer | None:
        """Take a chunk over; an answer says why not."""
        owner = _owner(token)
        for key in expired(self._chunks, at):
            shutil.rmtree(self._of(*key), ignore_errors=True)
        size = path.stat().st_size
        if sum(one.size for one in self._chunks.files.values()) + size > TOTAL_FILES * self._max_bytes:
            return error("too_large", "too many bytes are being uploaded")
        known = self._chunks.files.get((owner, chunk.file_id))
        refused = add(self._chunks, owner, chunk, size, at, self._max_bytes)
        if refused is not None or (known is not None and known.answer is not None):
            return refused
        folder = self._of(owner, chunk.file_id)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(path, folder / str(chunk.index))
        self._note(owner, chunk.file_id)
        return None

    def whole(self, token: str, request: Assemble, named: bool, at: float) -> Path | Answer:
        """The whole file, or the answer to give: an earlier one, or what is missing."""
        owner = _owner(token)
        found = assemble(self._chunks, owner, request, named=named, at=at)
        if isinstance(found, Answer):
            return found
        folder = self._of(owner, request.file_id)
        path = folder / "whole"
        with path.open("wb") as file:
            for index in found:
                with (folder / str(index)).open("rb") as part:
                    shutil.copyfileobj(part, file)
        return path

    def done(self, token: str, file_id: str, answer: Answer) -> None:
        """The file was answered; its bytes are no longer needed, unless it is to be tried again."""
        owner = _owner(token)
        if answer.status >= 500:
            (self._of(owner, file_id) / "whole").unlink(missing_ok=True)
            return
        answered(self._chunks, owner, file_id, answer)
        self._chunks.files[owner, file_id].sizes = {}
        shutil.rmtree(self._of(owner, file_id), ignore_errors=True)

    def _note(self, owner: str, file_id: str) -> None:
        """Write down what is known of a file, whole or not at all."""
        folder = self._of(owner, file_id)
        note = _Note(owner, file_id, self._chunks.files[owner, file_id])
        fresh = folder / f"{NOTE}.new"
        fresh.write_bytes(msgspec.json.encode(note))
        os.replace(fresh, folder / NOTE)

    def _remember(self) -> None:
        """Take up what an earlier process had; what has no note, or lost chunks, is begun anew by its sender."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            try:
                note = msgspec.json.decode((folder / NOTE).read_bytes(), type=_Note)
            except (OSError, msgspec.DecodeError):
                shutil.rmtree(folder, ignore_errors=True)
                continue
            sizes = note.assembly.sizes
            note.assembly.sizes = {index: size for index, size in sizes.items() if _holds(folder / str(index), size)}
            self._chunks.files[note.owner, note.file_id] = note.assembly

    def _of(self, owner: str, file_id: str) -> Path:
        return self._folder / sha256(f"{owner}\n{file_id}".encode()).hexdigest()


def _holds(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _owner(token: str) -> str:
    return sha256(token.encode()).hexdigest()
