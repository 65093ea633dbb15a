"""Walk a huge JSON file member by member without holding it.

Enters: chunks of bytes of one JSON document. Leaves: the keys of the objects the caller descends into, and the raw
bytes of the values it asks for. Only the value being read is in memory, so a 200 MB dump costs what its largest single
member costs. Raises `MalformedError` where the document breaks off or breaks the grammar; all read before stays valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

SPACE = re.compile(rb"[ \t\r\n]*+")
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
SCALAR = re.compile(rb"[^\s,\[\]{}:\"]++")
# A container that holds no other container: what nearly every member of a dump is, matched in one go.
FLAT = re.compile(rb'[\[{][^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+[\]}]', re.DOTALL)
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}"]', re.DOTALL)
OPENING = frozenset(b"[{")
MAX_VALUE = 64 * 1024 * 1024


class MalformedError(ValueError):
    """The document ends early or is not JSON; `truncated` tells which."""

    def __init__(self, message: str, *, truncated: bool = False) -> None:
        super().__init__(message)
        self.truncated = truncated


class Splitter:
    """A cursor in a JSON document that arrives in chunks."""

    def __init__(self, chunks: Iterable[bytes], max_value: int = MAX_VALUE) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""
        self._at = 0
        self._ended = False
        self._max_value = max_value

    def peek(self) -> int:
        """The next byte that is not white space."""
        while True:
            found = SPACE.match(self._buffer, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            self._grow()

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; consume each value before asking for the next key."""
        self._expect(b"{")
        if self.peek() == ord("}"):
            self._at += 1
            return
        while True:
            yield self._key()
            if self.peek() == ord("}"):
                self._at += 1
                return
            self._expect(b",")

    def items(self) -> Iterator[bytes]:
        """The raw elements of the array that begins here."""
        self._expect(b"[")
        if self.peek() == ord("]"):
            self._at += 1
            return
        while True:
            yield self.value()
            if self.peek() == ord("]"):
                self._at += 1
                return
            self._expect(b",")

    def value(self) -> bytes:
        """The raw bytes of the value that begins here."""
        first = self.peek()
        if first in OPENING:
            return self._container()
        if first == ord('"'):
            return self._match(STRING)
        return self._scalar()

    def _key(self) -> str:
        if self.peek() != ord('"'):
            raise MalformedError("an object member without a name")
        raw = self._match(STRING)
        self._expect(b":")
        try:
            return msgspec.json.decode(raw, type=str)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return raw[1:-1].decode("utf-8", "replace")

    def _expect(self, sign: bytes) -> None:
        if self.peek() != sign[0]:
            raise MalformedError(f"expected {sign.decode()!r}")
        self._at += 1

    def _match(self, pattern: re.Pattern[bytes]) -> bytes:
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is not None:
                self._at = found.end()
                return found.group()
            self._grow()

    def _scalar(self) -> bytes:
        while True:
            found = SCALAR.match(self._buffer, self._at)
            if found is None:
                raise MalformedError("a value is missing")
            if found.end() < len(self._buffer) or self._ended:
                self._at = found.end()
                return found.group()
            self._grow(final_ok=True)

    def _container(self) -> bytes:
        found = FLAT.match(self._buffer, self._at)
        if found is not None:
            self._at = found.end()
            return found.group()
        end = self._closing()
        raw = self._buffer[self._at : end]
        self._at = end
        return raw

    def _closing(self) -> int:
        """The offset behind the bracket that closes the container at the cursor; brackets are counted, not paired."""
        depth = 0
        done = 0  # relative to the cursor, which stays put while the buffer grows
        while True:
            for token in TOKEN.finditer(self._buffer, self._at + done):
                sign = token.group()
                if sign == b'"':  # a string whose end has not arrived
                    break
                if sign in (b"{", b"["):
                    depth += 1
                elif sign in (b"}", b"]"):
                    depth -= 1
                    if depth == 0:
                        return token.end()
                done = token.end() - self._at
            self._grow()

    def _grow(self, *, final_ok: bool = False) -> None:
        """Append at least as much as is held, so that a long value is scanned a bounded number of times."""
        held = self._buffer[self._at :]
        if len(held) > self._max_value:
            raise MalformedError(f"a single value is larger than {self._max_value} bytes")
        parts, size = [held], 0
        for chunk in self._chunks:
            parts.append(chunk)
            size += len(chunk)
            if size >= max(len(held), 1):
                break
        else:
            self._ended = True
        self._buffer, self._at = b"".join(parts), 0
        if size == 0 and not final_ok:
            raise MalformedError("the file ends in the middle", truncated=True)
