"""The files of a spool: `<first sequence number>.seg`, each a run of records, and the mark of what was committed.

Enters: a folder. Leaves: what survived in it, appends, reads from any sequence number, deletion of what is no longer
needed. A tail that a crash tore off is cut when the folder is opened: it was never acknowledged. Not thread-safe;
`spool.py` gives writing to one thread and reading to another, which only share the list of segments.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rtclens.stream import record

SUFFIX = ".seg"
MARK = "committed"


@dataclass(slots=True)
class Segment:
    """One file; `last` is `first - 1` while it is empty."""

    path: Path
    first: int
    last: int
    size: int


def _measure(path: Path) -> tuple[Segment, bool]:
    """Read a segment through; the flag says whether bytes beyond the last good record remain."""
    segment = Segment(path, int(path.stem), int(path.stem) - 1, 0)
    with path.open("rb") as file:
        for seq, _, end in record.scan(file):
            segment.last, segment.size = seq, end
    return segment, path.stat().st_size > segment.size


def load(folder: Path) -> tuple[list[Segment], int]:
    """The segments of `folder` in order and how many had a broken end.

    The last one is truncated to its good records, because that is where writing goes on.
    """
    segments: list[Segment] = []
    broken = 0
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        segment, damaged = _measure(path)
        broken += damaged
        segments.append(segment)
    if segments and segments[-1].path.stat().st_size > segments[-1].size:
        os.truncate(segments[-1].path, segments[-1].size)
    return segments, broken


def create(folder: Path, first: int) -> Segment:
    """A new empty segment whose first record will be `first`."""
    path = folder / f"{first:020d}{SUFFIX}"
    path.touch()
    return Segment(path, first, first - 1, 0)


def read_mark(folder: Path) -> int:
    """The committed sequence number, 0 when there is none (yet)."""
    try:
        return int((folder / MARK).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def write_mark(folder: Path, seq: int) -> None:
    """Replace the mark at once: a reader sees the old number or the new one."""
    fresh = folder / f"{MARK}.new"
    fresh.write_text(str(seq), encoding="ascii")
    fresh.replace(folder / MARK)


def sync_folder(folder: Path) -> None:
    """Make new and deleted names of the folder survive power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Reader:
    """Reads records from `start` on; remembers where it is, so reading on costs no seeking."""

    def __init__(self, segments: list[Segment], start: int) -> None:
        self._segments = segments
        self._next = start
        self._records: Iterator[tuple[int, bytes, int]] = iter(())
        self._offset = 0
        self._first = -1

    def skip_to(self, seq: int) -> None:
        """Go on at `seq`: what lies before it was had from elsewhere."""
        self._next = max(self._next, seq)

    def read(self, until: int, limit: int) -> list[tuple[int, bytes]]:
        """Up to `limit` records with sequence numbers up to `until` that were written before this call."""
        found: list[tuple[int, bytes]] = []
        for segment in self._remaining():
            if len(found) >= limit or segment.first > until:
                break
            found += self._read_segment(segment, until, limit - len(found))
        return found

    def _remaining(self) -> list[Segment]:
        segments = list(self._segments)
        at = bisect_right([segment.first for segment in segments], self._next) - 1
        return segments[max(at, 0) :]

    def _read_segment(self, segment: Segment, until: int, limit: int) -> list[tuple[int, bytes]]:
        if segment.first != self._first:
            self._first, self._offset = segment.first, 0
        found: list[tuple[int, bytes]] = []
        with segment.path.open("rb") as file:
            file.seek(self._offset)
            for seq, payload, end in record.scan(file):
                if seq > until:
                    break
                self._offset = end
                if seq >= self._next:
                    self._next = seq + 1
                    found.append((seq, payload))
                    if len(found) >= limit:
                        break
        return found
