"""JSON lines in files that are rotated by size.

Enters: records. Leaves: one line each, the body as it is, in `path`; older lines in `path.1` (newest) to `path.N`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from rtclens.outputs.moments import Record
from rtclens.outputs.sinks import SinkError


class JsonLines:
    """A rotating file. `keep` counts the old ones; 0 starts over when the file is full."""

    def __init__(self, path: Path, max_bytes: int, keep: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._keep = keep

    def send(self, records: Sequence[Record]) -> None:
        """Append the records; raises `SinkError` when the disk does not take them."""
        self.write([record.body for record in records])

    def write(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Append objects, one per line."""
        data = b"".join(msgspec.json.encode(body) + b"\n" for body in bodies)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size + len(data) > self._max_bytes:
                self._rotate()
            with self._path.open("ab") as file:
                file.write(data)
        except OSError as error:
            raise SinkError(f"{self._path.name}: {error.strerror or error}") from error

    def erase(self, words: Sequence[bytes]) -> int:
        """Remove every line in which one of the words stands, from all the files; how many there were."""
        return sum(_without(self._numbered(number), words) for number in range(self._keep + 1))

    def close(self) -> None:
        """Nothing is held between calls."""

    def _rotate(self) -> None:
        self._numbered(self._keep).unlink(missing_ok=True)
        for number in range(self._keep - 1, -1, -1):
            if self._numbered(number).exists():
                self._numbered(number).rename(self._numbered(number + 1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path


def _without(path: Path, words: Sequence[bytes]) -> int:
    """Rewrite a file without the lines that name one of the words."""
    if not path.exists():
        return 0
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not any(word in line for word in words)]
    if len(kept) < len(lines):
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_bytes(b"".join(kept))
        fresh.replace(path)
    return len(lines) - len(kept)
