"""A dump file as a stream of batches: read, recognised, named, and never going back in time.

Enters: a path and the name of the participant it shows where it says nothing itself. Leaves: `Source`: batches in order
of their arrival, and `FileRead`, which fills while they are taken: format, counts, what could not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch, SessionOpened
from rtclens.wire.files import open_file

OFFLINE = "offline"  # the app of files that no server takes
CHUNK = 1 << 18
EARLIEST, LATEST = 1e12, 4.1e12  # ms since the epoch
SUFFIXES = frozenset({".gz", ".zst", ".bz2", ".json", ".jsonl", ".ndjson", ".txt", ".dump", ".log"})
Progress = Callable[[int], None]


class FileRead(msgspec.Struct):
    """What one file held. `refused` counts by code; `first_refusal` says what the first one was."""

    name: str
    format: str = ""
    batches: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    first_refusal: str = ""
    quality: dict[str, Any] = {}

    @property
    def readable(self) -> bool:
        """Whether the file gave anything to analyse."""
        return self.batches > 0


def names(paths: list[Path]) -> list[str]:
    """A name for each file's participant: its own without suffixes, numbered where two are alike."""
    seen: Counter[str] = Counter()
    names = []
    for path in paths:
        stem = path
        while stem.suffix in SUFFIXES:
            stem = stem.with_suffix("")
        seen[stem.name] += 1
        names.append(stem.name if seen[stem.name] == 1 else f"{stem.name}-{seen[stem.name]}")
    return names


class Source:
    """One file as a stream of batches that never goes back in time.

    `name` is the participant's where the file names nobody; `stream` names the visit (empty: as `name` does). `refused`
    is told of everything that cannot be read.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        progress: Progress | None = None,
        app_id: str = OFFLINE,
        stream: str = "",
        refused: Callable[[Refusal], None] | None = None,
    ) -> None:
        self.read = FileRead(name=path.name)
        self.name = name
        self.call = ""  # what its batches belong to where they do not say it
        self._stream = stream or name
        self._progress = progress
        self._tell = refused
        with path.open("rb"):
            pass  # what cannot be opened is told before anything is read
        opened = open_file(self._chunks(path), Hello(app_id=app_id, stream=self._stream, path={"participant": name}))
        self.read.format = opened.format
        self._batches = self._decoded(opened.items)
        self.first = next(self._batches, None)

    def _chunks(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if self._progress is not None:
                    self._progress(len(chunk))
                yield chunk

    def _decoded(self, items: Iterator[object]) -> Iterator[Batch]:
        now = 0.0
        for item in items:
            if isinstance(item, Refusal):
                self._refused(item)
            elif isinstance(item, Batch):
                self.read.batches += 1
                if not item.events:  # a frame that told nothing, perhaps before the file's clock is known
                    continue
                if not EARLIEST <= item.received_at <= LATEST:
                    self._refused(Refusal("bad_value", "a time outside the years 2001 to 2100"))
                    continue
                now = item.received_at = max(now, item.received_at)
                if not item.origin.participant:
                    item.origin = msgspec.structs.replace(item.origin, participant=self._speaker(item.origin.session))
                self._note_quality(item)
                yield item

    def _speaker(self, session: str) -> str:
        """The name of who speaks in a session: the file's, and the session's own where the file holds several."""
        own = session.removeprefix(self._stream).strip(":/")
        return f"{self.name}/{own}" if own and session != own else self.name

    def _note_quality(self, batch: Batch) -> None:
        """What the reader of a dump said about how well it could be read."""
        for event in batch.events:
            if isinstance(event, SessionOpened) and event.client is not None and event.client.extra is not None:
                said = event.client.extra.get("dump")
                self.read.quality = said if isinstance(said, dict) else self.read.quality

    def _refused(self, refusal: Refusal) -> None:
        self.read.refused[refusal.code] += 1
        if self._tell is not None:
            self._tell(refusal)
        if not self.read.first_refusal:
            self.read.first_refusal = " — ".join(part for part in (refusal.message, refusal.hint) if part)

    def batches(self) -> Iterator[Batch]:
        """All batches in order of time."""
        if self.first is not None:
            yield self.first
        yield from self._batches
