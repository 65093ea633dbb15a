"""Decoder states of clients that send by POST: one per client, kept between requests, bounded in number.

Enters: the key of a stream. Leaves: its lock and state. The least recently used state is dropped when there are too
many; its client then meets a fresh decoder, which resynchronises as after a reconnect.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

MAX_STREAMS = 50_000


class PostStream:
    """One client's decoder between requests; requests of one client are decoded one at a time."""

    __slots__ = ("lock", "opened", "state")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.state: Any = None
        self.opened = False


class PostStreams:
    """All clients that post to this edge."""

    def __init__(self, limit: int = MAX_STREAMS) -> None:
        self._streams: OrderedDict[tuple[str, ...], PostStream] = OrderedDict()
        self._limit = limit

    def of(self, *key: str) -> PostStream:
        """The stream of `key`, made on first sight."""
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = PostStream()
            if len(self._streams) > self._limit:
                self._streams.popitem(last=False)
        else:
            self._streams.move_to_end(key)
        return stream
