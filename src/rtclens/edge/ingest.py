"""The one way in: items that a codec decoded become durable, or are refused and kept as dead letters.

Enters: batches, refusals, replies of one stream. Leaves: batches on the stream (masked before), refusals in the
dead-letter sink, counters. Returning means durable: what a door acknowledges after `accept` survives `kill -9`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from rtclens.access.model import App
from rtclens.edge.counters import IngestCounters
from rtclens.edge.limits import Limits
from rtclens.edge.places import Places
from rtclens.edge.privacy import Profile, mask
from rtclens.model.codec import Item, Refusal
from rtclens.model.events import Batch


class Durable(Protocol):
    """Where batches go; raises `rtclens.stream.Overloaded` when it must not take more."""

    async def append(self, batches: list[Batch]) -> None:
        """Return once the batches survive a crash of the process."""


class DeadLetters(Protocol):
    """Where refused input is kept for a while."""

    def add(self, app_id: str, refusal: Refusal) -> None:
        """Keep one refusal; must not block."""


Clock = Callable[[], float]


def server_clock() -> float:
    """Now, in ms since the epoch."""
    return time.time() * 1000


class Ingest:
    """Shared by all doors of one edge."""

    def __init__(
        self,
        stream: Durable,
        letters: DeadLetters,
        lookup: Callable[[str], App | None],
        profile: Profile = "standard",
        clock: Clock = server_clock,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        places: Places | None = None,
    ) -> None:
        self._stream = stream
        self._letters = letters
        self._profile: Profile = profile
        self.app_of_key = lookup
        self.limits = limits
        self.places = places or Places()
        self.counters = IngestCounters()
        self.clock = clock

    def is_crowded(self, app_id: str) -> bool:
        """Whether the app, or this process, holds as many sockets as it may."""
        held = self.counters.sockets
        return held[app_id] >= self.limits.app_sockets or held.total() >= self.limits.sockets

    async def accept(self, app_id: str, items: Iterable[Item]) -> list[Item]:
        """Make the batches among `items` durable and keep the refusals; the rest (replies, hang-ups) comes back."""
        batches: list[Batch] = []
        rest: list[Item] = []
        for item in items:
            if isinstance(item, Batch):
                batches.append(mask(item, self._profile))
            elif isinstance(item, Refusal):
                self.refuse(app_id, item)
            else:
                rest.append(item)
        if batches:
            await self._stream.append(batches)
            for batch in batches:
                self.counters.accepted(batch)
        return rest

    def refuse(self, app_id: str, refusal: Refusal) -> None:
        """Count a refusal and keep it with its raw bytes."""
        refusal.at = refusal.at or self.clock()
        self.counters.refused(app_id, refusal.format, refusal.code)
        self._letters.add(app_id, refusal)

    def overloaded(self, app_id: str, format_name: str) -> Refusal:
        """What a request is answered with when the stream takes no more; it is counted."""
        refused = Refusal("overloaded", "the server takes no more for a moment", "send it again later", format_name)
        self.refuse(app_id, refused)
        return refused
