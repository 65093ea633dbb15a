"""Decompress a file while it streams past, within limits.

Enters: chunks of a file that may be compressed (gzip, zstd, bzip2), up to two layers deep. Leaves: chunks of what is
inside. Nothing raises: a broken or oversized file ends early, and `Unpacked.trouble` then holds the refusal.
"""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, cast

import msgspec
import zstandard

from rtclens.model.codec import Refusal

MAGICS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2"}
HEAD = 4
PIECE = 256 * 1024
LAYERS = 2
# Real dumps shrink 10 to 60 times; a file that grows this much more is made to fill memory.
RATIO = 400
RATIO_FROM = 32 * 1024 * 1024
MAX_BYTES = 2 * 1024 * 1024 * 1024
CUT = "the compressed data ends in the middle"
ZSTD_WINDOW = 128 * 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """What a file may unpack to: `max_bytes` in all, and `ratio` times its size once it is over `ratio_from` bytes."""

    max_bytes: int = MAX_BYTES
    ratio: int = RATIO
    ratio_from: int = RATIO_FROM


class Unpacked:
    """The inside of a file. Iterate `chunks`; afterwards `trouble` tells what ended it early, if anything did."""

    def __init__(self, chunks: Iterable[bytes], limits: Limits) -> None:
        self.trouble: Refusal | None = None
        self.layers: list[str] = []
        self._limits = limits
        self._packed = 0
        self.chunks: Iterator[bytes] = self._counted(iter(chunks))
        for _ in range(LAYERS):
            head, self.chunks = peeked(self.chunks, HEAD)
            kind = next((name for magic, name in MAGICS.items() if head.startswith(magic)), None)
            if kind is None:
                break
            self.layers.append(kind)
            self.chunks = self._layer(self.chunks, kind)

    def _counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._packed += len(chunk)
            yield chunk

    def _layer(self, chunks: Iterator[bytes], kind: str) -> Iterator[bytes]:
        size = 0
        try:
            for piece in _DECODERS[kind](chunks):
                size += len(piece)
                if size > self._limits.max_bytes:
                    self._stop("too_large", f"unpacks to more than {self._limits.max_bytes} bytes")
                    return
                if size > self._limits.ratio_from and size > self._limits.ratio * self._packed:
                    self._stop("too_large", f"unpacks to more than {self._limits.ratio} times its size")
                    return
                yield piece
        except (zlib.error, OSError, EOFError, zstandard.ZstdError) as error:
            self._stop("bad_compression", f"{kind}: {error}")

    def _stop(self, code: str, message: str) -> None:
        if self.trouble is None:
            hint = "what was unpacked before is kept"
            self.trouble = Refusal(code, message, hint)


def peeked(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first `size` bytes (fewer at the end), and the chunks with them still in place."""
    taken: list[bytes] = []
    have = 0
    for chunk in chunks:
        taken.append(chunk)
        have += len(chunk)
        if have >= size:
            break
    return b"".join(taken)[:size], chain(taken, chunks)


def _gzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Members one after the other, as `cat a.gz b.gz` makes them."""
    member, begun = zlib.decompressobj(wbits=31), False
    for chunk in chunks:
        data = chunk
        while data:
            begun = True
            piece = member.decompress(data, PIECE)
            data = member.unconsumed_tail
            if piece:
                yield piece
            if member.eof:
                data = member.unused_data.lstrip(b"\0")
                member, begun = zlib.decompressobj(wbits=31), False
    if begun:
        yield member.flush()
        raise EOFError(CUT)


def _bzip2(chunks: Iterator[bytes]) -> Iterator[bytes]:
    member, begun = bz2.BZ2Decompressor(), False
    for chunk in chunks:
        data = chunk
        while data or not member.needs_input:
            begun = True
            piece = member.decompress(data, PIECE)
            data = b""
            if piece:
                yield piece
            if member.eof:
                data = member.unused_data
                member, begun = bz2.BZ2Decompressor(), False
                if not data:
                    break
    if begun:
        raise EOFError(CUT)


def _zstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(
        cast(IO[bytes], _Source(chunks)), read_size=PIECE, read_across_frames=True
    )
    while piece := reader.read(PIECE):
        yield piece


class _Source:
    """Chunks as the readable object that zstandard wants."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; b'' at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        taken, self._rest = (self._rest[:size], self._rest[size:]) if size >= 0 else (self._rest, b"")
        return taken


_DECODERS = {"gzip": _gzip, "bzip2": _bzip2, "zstd": _zstd}
