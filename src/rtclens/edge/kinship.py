"""Which dump files show the same call, told before they are decoded.

Enters: paths. Leaves: `Glance`: a hash of what a file holds, packed or not, and the ICE passwords in it; and groups of
files that share one. An ICE password has at least 128 random bits (RFC 8839, 5.4) and is known to the two ends of one
connection only: who else has it was in the call. DTLS fingerprints would not do: media servers show everybody theirs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from rtclens.wire.unpack import Limits, Unpacked

PIECE = 1 << 18
PASSWORD = re.compile(rb"ice-pwd:([A-Za-z0-9+/]{22,256})(?![A-Za-z0-9+/])")
LONGEST = 270  # bytes of a match, which may lie across two pieces
MAX_PASSWORDS = 10_000  # of one file


class Glance(msgspec.Struct, frozen=True):
    """What a file holds, at a glance."""

    digest: bytes
    passwords: frozenset[bytes] = frozenset()


def glance(path: Path) -> Glance:
    """Read the file once. Raises `OSError` where it cannot be opened."""
    digest, found, rest = hashlib.sha256(), set[bytes](), b""
    with path.open("rb") as file:
        for piece in Unpacked(iter(lambda: file.read(PIECE), b""), Limits()).chunks:
            digest.update(piece)
            if len(found) < MAX_PASSWORDS:
                text = rest + piece
                found.update(PASSWORD.findall(text))
                rest = text[-LONGEST:]
    return Glance(digest.digest(), frozenset(found))


def groups(glances: Sequence[Glance]) -> list[list[int]]:
    """The numbers of files that belong together, each group and all of them in the order given."""
    leader: dict[bytes, int] = {}
    parent = list(range(len(glances)))
    for number, seen in enumerate(glances):
        for password in seen.passwords:
            _join(parent, leader.setdefault(password, number), number)
    found: dict[int, list[int]] = {}
    for number in range(len(glances)):
        found.setdefault(_root(parent, number), []).append(number)
    return list(found.values())


def related(paths: Iterable[Path]) -> list[list[Path]]:
    """The files in groups of those that show the same call."""
    files = list(paths)
    return [[files[number] for number in group] for group in groups([glance(path) for path in files])]


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        number = parent[number]
    return number


def _join(parent: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first
