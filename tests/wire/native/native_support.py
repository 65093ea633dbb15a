"""Both ends of the native protocol without a network between them.

Enters: reports as a browser has them. Leaves: what the server's codec made of what the reference sender sent.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item, Refusal, Reply
from rtclens.model.events import Batch, Sample
from rtclens.model.stats import Stats
from rtclens.wire.common import reports
from rtclens.wire.native import Native

sys.path.insert(0, str(Path(__file__).parents[3] / "collectors" / "python"))

from rtclens_sender import Stream

__all__ = ["Server", "Stream", "expected", "plain"]

HELLO = Hello("app", stream="s1", opened_at=1000.0, path={"call": "room", "participant": "ann"})


class Server:
    """One stream's decoder, and everything it accepted."""

    def __init__(self) -> None:
        self.codec = Native()
        self.state, items = self.codec.open(HELLO)
        self.events: list[Any] = []
        self.refused: list[Refusal] = []
        self.greeting = self._take(items)

    def greet(self) -> str:
        return self._take(self.codec.resume(self.state, HELLO))

    def hear(self, frame: str | bytes) -> str:
        self.state, items = self.codec.feed(self.state, frame, 2000.0)
        assert any(isinstance(item, Batch | Refusal) for item in items)
        return self._take(items)

    def _take(self, items: list[Item]) -> str:
        said = ""
        for item in items:
            if isinstance(item, Batch):
                self.events += item.events
            elif isinstance(item, Refusal):
                self.refused.append(item)
            elif isinstance(item, Reply):
                assert isinstance(item.data, str)
                said = item.data
        return said

    @property
    def samples(self) -> list[Sample]:
        return [event for event in self.events if isinstance(event, Sample)]


def expected(sent: list[dict[str, Any]]) -> dict[str, Any]:
    """The sent reports as the server's tables would hold them, had they come by hand."""
    stats = Stats()
    for report in sent:
        members = {name: value for name, value in report.items() if name != "type"}
        assert reports.add(stats, report["type"], members)
    return plain(stats)


def plain(stats: Stats) -> dict[str, Any]:
    """The reports by table and id."""
    tables: dict[str, list[dict[str, Any]]] = msgspec.to_builtins(stats)
    return {name: {row["id"]: row for row in rows} for name, rows in tables.items()}
