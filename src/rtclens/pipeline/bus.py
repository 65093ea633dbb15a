"""Facts as soon as they are stored, for pages that are open right now.

Enters: facts from the worker's thread, once a question to the store would find them. Leaves: the same facts to every
subscriber on its event loop. A subscriber that reads too slowly loses the oldest ones and can see how many; publishing
never waits for anybody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from threading import Lock

from rtclens.model.facts import Fact


class Subscription:
    """An async iterator over facts; `lost` counts those that this subscriber was too slow for."""

    def __init__(self, bus: Bus, app_ids: Collection[str] | None, limit: int) -> None:
        self.lost = 0
        self._bus = bus
        self._app_ids = app_ids
        self._limit = limit
        self._held: deque[Fact] = deque()
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Fact:
        while not self._held:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            await self._ready.wait()
        return self._held.popleft()

    async def aclose(self) -> None:
        """End the subscription."""
        self._bus._forget(self)
        self._finish()

    def _offer(self, facts: Sequence[Fact]) -> None:
        """Called from the worker's thread."""
        wanted = [fact for fact in facts if self._app_ids is None or fact.app_id in self._app_ids]
        if wanted:
            self._call(self._take, wanted)

    def _take(self, facts: Sequence[Fact]) -> None:
        self._held.extend(facts)
        while len(self._held) > self._limit:
            self._held.popleft()
            self.lost += 1
        self._ready.set()

    def _end(self) -> None:
        self._call(self._finish)

    def _finish(self) -> None:
        self._closed = True
        self._ready.set()

    def _call(self, function: object, *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)  # type: ignore[arg-type]
        except RuntimeError:
            self._bus._forget(self)  # its event loop is gone


class Bus:
    """One publisher, any number of subscribers; `relay` is told everything, on the publisher's thread."""

    def __init__(self, relay: Callable[[Sequence[Fact]], None] | None = None) -> None:
        self._relay = relay
        self._subscriptions: list[Subscription] = []
        self._lock = Lock()
        self._closed = False

    def subscribe(self, app_ids: Collection[str] | None = None, limit: int = 10_000) -> Subscription:
        """Facts of `app_ids` (all when `None`) from now on. Must be called on an event loop."""
        subscription = Subscription(self, app_ids, limit)
        with self._lock:
            if self._closed:
                subscription._finish()
            else:
                self._subscriptions.append(subscription)
        return subscription

    def publish(self, facts: Sequence[Fact]) -> None:
        """Hand facts to whoever listens; from any thread, never blocks."""
        if not facts:
            return
        with self._lock:
            listening = list(self._subscriptions)
        if self._relay:
            self._relay(facts)
        for subscription in listening:
            subscription._offer(facts)

    def close(self) -> None:
        """End every subscription after what it already has."""
        with self._lock:
            self._closed = True
            listening, self._subscriptions = self._subscriptions, []
        for subscription in listening:
            subscription._end()

    @property
    def subscribers(self) -> int:
        """How many listen; a relay may have any number of listeners behind it."""
        return len(self._subscriptions) + (self._relay is not None)

    def _forget(self, subscription: Subscription) -> None:
        with self._lock:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)
