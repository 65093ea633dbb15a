"""From the bytes of a file to its lines, whatever it was packed with.

Enters: chunks of bytes. Leaves: unpacked chunks (gzip, zstd, bzip2, at most two layers), and lines without their ends.
Memory stays bounded by one chunk and one line. A file that breaks off in the middle of its compression ends there.
"""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import zstandard

MAX_BYTES = 4 * 1024**3  # unpacked
MAX_RATIO = 1_000  # unpacked to packed, judged once `RATIO_FROM` bytes came out
RATIO_FROM = 64 * 1024**2
MAX_LINE = 16 * 1024**2
MAX_LAYERS = 2
STEP = 1024**2
_BROKEN = (EOFError, OSError, zlib.error, zstandard.ZstdError)
_MAGIC: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", lambda source: gzip.GzipFile(fileobj=source)),
    (b"\x28\xb5\x2f\xfd", lambda source: zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True)),
    (b"BZh", bz2.BZ2File),
)


class TooLarge(Exception):  # noqa: N818 - names the file's state
    """The file unpacks to more than the limits allow."""


class _Source(io.RawIOBase):
    """Chunks as something to read from; counts what was taken."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        piece = self._rest[: len(buffer)]
        self._rest = self._rest[len(piece) :]
        buffer[: len(piece)] = piece
        self.taken += len(piece)
        return len(piece)


def unpacked(chunks: Iterable[bytes], max_bytes: int = MAX_BYTES, max_ratio: int = MAX_RATIO) -> Iterator[bytes]:
    """The file's content in chunks; raises only `TooLarge`."""
    stream: Iterator[bytes] = iter(chunks)
    for _ in range(MAX_LAYERS):
        head, stream = _peek(stream)
        opener = next((opener for magic, opener in _MAGIC if head.startswith(magic)), None)
        if opener is None:
            break
        stream = _layer(stream, opener, max_bytes, max_ratio)
    yield from stream


def _peek(stream: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    for chunk in stream:
        head += chunk
        if len(head) >= 4:
            break
    return head, chain([head], stream)


def _layer(stream: Iterator[bytes], opener: Callable[[Any], Any], max_bytes: int, max_ratio: int) -> Iterator[bytes]:
    source = _Source(stream)
    reader, given = opener(source), 0
    while True:
        try:
            chunk = reader.read(STEP)
        except _BROKEN:
            return
        if not chunk:
            return
        given += len(chunk)
        if given > max_bytes or (given > RATIO_FROM and given > source.taken * max_ratio):
            raise TooLarge(f"unpacks to more than {given} bytes")
        yield chunk


def lines(chunks: Iterable[bytes], limit: int = MAX_LINE) -> Iterator[bytes]:
    """The lines without CR and LF; of a line above `limit` only its first `limit` + 1 bytes."""
    rest = b""
    for chunk in chunks:
        *whole, last = chunk.split(b"\n")
        for part in whole:
            yield (rest + part).removesuffix(b"\r")[: limit + 1]
            rest = b""
        if len(rest) <= limit:
            rest += last
    if rest:
        yield rest.removesuffix(b"\r")[: limit + 1]
