"""How what a worker stores reaches open pages: in this process by its bus, in others through the stream's news topic.

Enters: the role, the stream, the bus that pages listen to. Leaves: the bus that the worker publishes on.
"""

from __future__ import annotations

from rtclens.api.live import MEMBERS
from rtclens.app.backends import PAGES, WORKS
from rtclens.pipeline import Bus
from rtclens.stream.kafka import Kafka
from rtclens.stream.news import NewsReader, NewsWriter
from rtclens.stream.spool import Spool


class News:
    """The ways of news in one process; `told` is where its worker publishes."""

    def __init__(self, told: Bus, writer: NewsWriter | None = None, reader: NewsReader | None = None) -> None:
        self.told = told
        self._writer = writer
        self._reader = reader

    @classmethod
    def open(cls, role: str, stream: Spool | Kafka, heard: Bus) -> News:
        """On a spool the pages' own bus. On a topic everything takes the way over the brokers, own news too: once."""
        if isinstance(stream, Spool):
            return cls(heard)
        writer = NewsWriter(stream.settings, tuple(MEMBERS)) if role in WORKS else None
        reader = NewsReader(stream.settings, heard.publish) if role in PAGES else None
        return cls(Bus(writer.tell) if writer else Bus(), writer, reader)

    def close(self) -> None:
        """Tell what is left, and listen no more."""
        if self._writer:
            self._writer.close()
        if self._reader:
            self._reader.close()
