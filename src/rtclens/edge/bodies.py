"""Read a request body within limits, whatever its encoding.

Enters: a Starlette request. Leaves: the decompressed bytes, or a refusal (too_large, bad_compression, timed_out,
unsupported_encoding). A body that inflates past the limit is cut off while inflating, so a compression bomb costs no
more than the limit; one that trickles in is given up.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

import zstandard
from starlette.requests import Request

from rtclens.model.codec import Refusal

BODY_S = 60.0
ZSTD_WINDOW = 8 * 1024 * 1024  # what decoders must support by RFC 8878
ENCODINGS = ("gzip", "deflate", "zstd", "identity", "")


async def read_body(request: Request, limit: int, format_name: str) -> bytes | Refusal:
    """The whole body, decompressed by its `Content-Encoding`, or why it was refused."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        return unsupported(encoding, format_name)
    try:
        async with asyncio.timeout(BODY_S):
            raw = await collect(request.stream(), limit)
    except TimeoutError:
        return Refusal("timed_out", f"the body took over {BODY_S:.0f} s", "send smaller batches", format_name)
    if raw is None:
        return Refusal("too_large", f"the body is over {limit} bytes", "send smaller batches", format_name)
    return inflate(raw, encoding, limit, format_name)


def unsupported(encoding: str, format_name: str) -> Refusal:
    """The refusal of an encoding that is not read; the answer's `Accept-Encoding` says it again (RFC 9110, 12.5.3)."""
    said = encoding[:40]
    return Refusal("unsupported_encoding", f"cannot read {said}", "use gzip, deflate or zstd, or none", format_name)


async def collect(chunks: AsyncIterator[bytes], limit: int) -> bytes | None:
    """All chunks joined; `None` as soon as they exceed the limit."""
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            return None
        parts.append(chunk)
    return b"".join(parts)


def inflate(raw: bytes, encoding: str, limit: int, format_name: str) -> bytes | Refusal:
    """Decompress `raw`; refuses what does not decode or grows over the limit."""
    if encoding in ("", "identity"):
        return raw
    try:
        plain = _zstd(raw, limit) if encoding == "zstd" else _zlib(raw, limit, encoding)
    except (zlib.error, zstandard.ZstdError) as error:
        return Refusal("bad_compression", str(error), format=format_name, raw=raw[:4096])
    if len(plain) > limit:
        return Refusal("too_large", f"the body inflates to over {limit} bytes", format=format_name)
    return plain


def _zlib(raw: bytes, limit: int, encoding: str) -> bytes:
    window = 31 if encoding == "gzip" else (15 if raw[:1] and raw[0] & 0x0F == 8 else -15)
    inflater = zlib.decompressobj(wbits=window)
    plain = inflater.decompress(raw, limit + 1)
    if not inflater.eof and len(plain) <= limit:
        raise zlib.error("the data ends in the middle")
    return plain


def _zstd(raw: bytes, limit: int) -> bytes:
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(raw).read(limit + 1)
