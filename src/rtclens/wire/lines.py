"""Readers of files that are lines: traces of the rtcstats family, ObserveRTC samples, recordings of sockets.

Enters: chunks of a file and a `Hello`. Leaves: the items their codecs make of the lines, one bad line costing only
itself. A line's time is its own content's: a batch counts as received when its newest event happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch
from rtclens.wire.claims import claims_in
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.rtcstats import dump

MAX_LINE = 16 * 1024 * 1024
RAW_KEPT = 256  # bytes of a bad line worth keeping


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that are not blank, without their ends; a line that is too long is cut, and so unreadable."""
    rest = b""
    for chunk in chunks:
        *whole, last = chunk.split(b"\n")
        for part in whole:
            line = (rest + part)[: MAX_LINE + 1].strip()
            rest = b""
            if line:
                yield line
        rest = (rest + last)[: MAX_LINE + 1]
    if rest.strip():
        yield rest.strip()


class RtcStatsReader:
    """Dumps of the rtcstats family, Chrome's own included."""

    name = "rtcstats"

    def read(self, chunks: Iterable[bytes], hello: Hello) -> Iterator[Item]:
        """The file's batches and refusals."""
        told = _frames(lines(chunks))
        head = list(islice(told, 2))
        claims = hello.claims or (claims_in(_url(head[1])) if len(head) > 1 else {})
        yield from dump.read(chain(head, told), msgspec.structs.replace(hello, claims=claims))


class _Address(msgspec.Struct):
    url: str = ""


def _url(metadata: bytes) -> str:
    try:
        return msgspec.json.decode(metadata, type=_Address).url
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


class SamplesReader:
    """ObserveRTC samples, one a line, or one JSON document of them."""

    name = "observertc"

    def read(self, chunks: Iterable[bytes], hello: Hello) -> Iterator[Item]:
        """The file's batches and refusals."""
        codec = ObserveRtc()
        state, items = codec.open(hello)
        yield from items
        now = hello.opened_at
        for frame in _frames(lines(chunks)):
            state, items = codec.feed(state, frame, now)
            for item in items:
                if isinstance(item, Batch):
                    now = max(now, max((event.at for event in item.events), default=now))
                    item.received_at = now
                if isinstance(item, Refusal):
                    item.raw = item.raw[:RAW_KEPT]
                yield item
        yield from codec.close(state, now)


def _frames(told: Iterator[bytes]) -> Iterator[bytes]:
    """Each line, or all of them as one where the file is a single document spread over lines."""
    first = next(told, None)
    if first in (b"{", b"["):
        yield b" ".join(chain([first], told))
    elif first is not None:
        yield first
        yield from told
