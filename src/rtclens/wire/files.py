"""Read any dump file: unpack it, recognise it, hand it to the reader of its format.

Enters: chunks of a file as the caller reads them (the caller counts them for progress), and a `Hello` whose `stream`
and `path` (`call`, `participant`) name what the file itself does not. Leaves: the format's name and the file's items,
lazily and in bounded memory. Nothing raises for what a file holds: what cannot be read is a refusal among the items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.wire.internals import FirefoxReader, InternalsReader
from rtclens.wire.lines import RtcStatsReader, SamplesReader
from rtclens.wire.recording import RecordingReader
from rtclens.wire.sniff import HEAD, SAVED_HINT, SAVED_PAGE, sniff
from rtclens.wire.unpack import Limits, Unpacked, peeked


class Reader(Protocol):
    """A file format. `read` is lazy, never raises for what the chunks hold, and yields items in the file's order."""

    name: str

    def read(self, chunks: Iterable[bytes], hello: Hello) -> Iterator[Item]:
        """The batches and refusals of one file."""


READERS: dict[str, Callable[[], Reader]] = {
    "firefox-webrtc": FirefoxReader,
    "observertc": SamplesReader,
    "recording": RecordingReader,
    "rtcstats": RtcStatsReader,
    "webrtc-internals": InternalsReader,
}


class Opened(msgspec.Struct):
    """A file whose format is known ('' when it is not: then the only item is the refusal that says so)."""

    format: str
    layers: list[str]
    items: Iterator[Item]


def open_file(chunks: Iterable[bytes], hello: Hello, limits: Limits | None = None) -> Opened:
    """Recognise a file by its content."""
    unpacked = Unpacked(chunks, limits or Limits())
    head, inside = peeked(unpacked.chunks, HEAD)
    name, known = sniff(head)
    if name not in READERS:
        hint = SAVED_HINT if known == SAVED_PAGE else ""
        refusal = unpacked.trouble or Refusal("unknown_format", known or name, hint)
        refusal.at = hello.opened_at
        return Opened("", unpacked.layers, iter([refusal]))
    return Opened(name, unpacked.layers, _items(READERS[name](), inside, hello, unpacked))


def _items(reader: Reader, chunks: Iterator[bytes], hello: Hello, unpacked: Unpacked) -> Iterator[Item]:
    yield from reader.read(chunks, hello)
    if unpacked.trouble is not None:
        unpacked.trouble.at = hello.opened_at
        unpacked.trouble.format = reader.name
        yield unpacked.trouble
