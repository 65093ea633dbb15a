"""The bus never waits for a reader, and a reader knows what it missed."""

from __future__ import annotations

import asyncio

from rtclens.model.facts import Call
from rtclens.pipeline import Bus


def _calls(numbers: range, app_id: str = "app") -> list[Call]:
    return [Call(app_id=app_id, call_id=str(number)) for number in numbers]


def test_a_slow_reader_loses_the_oldest_and_knows_how_many() -> None:
    """Publishing more than a reader holds keeps the newest facts."""

    async def body() -> None:
        bus = Bus()
        slow = bus.subscribe(limit=3)
        bus.publish(_calls(range(10)))
        bus.close()
        assert [fact.call_id async for fact in slow] == ["7", "8", "9"]
        assert slow.lost == 7

    asyncio.run(body())


def test_publishing_from_a_thread_wakes_a_waiting_reader() -> None:
    """The worker is not on the event loop."""

    async def body() -> None:
        bus = Bus()
        reader = bus.subscribe({"app"})
        waiting = asyncio.create_task(anext(reader))
        await asyncio.to_thread(bus.publish, [*_calls(range(1), "other"), *_calls(range(1, 2))])
        assert (await waiting).call_id == "1"

    asyncio.run(body())


def test_closing_a_subscription_ends_it_and_forgets_it() -> None:
    """A page that goes away costs nothing afterwards."""

    async def body() -> None:
        bus = Bus()
        reader = bus.subscribe()
        waiting = asyncio.create_task(anext(reader, None))
        await asyncio.sleep(0)
        await reader.aclose()
        assert await waiting is None
        assert bus.subscribers == 0

    asyncio.run(body())


def test_a_reader_whose_loop_is_gone_is_forgotten() -> None:
    """A dead event loop neither breaks nor slows publishing."""

    async def subscribe(bus: Bus) -> None:
        bus.subscribe()

    bus = Bus()
    asyncio.run(subscribe(bus))
    bus.publish(_calls(range(1)))
    assert bus.subscribers == 0


def test_a_closed_bus_gives_empty_subscriptions() -> None:
    """Subscribing during shutdown does not wait for ever."""

    async def body() -> None:
        bus = Bus()
        bus.close()
        assert [fact async for fact in bus.subscribe()] == []

    asyncio.run(body())
