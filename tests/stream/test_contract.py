"""What every stream keeps, on a disk and on Kafka: the same body for both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.services import kafka

from rtclens.model.events import Batch
from rtclens.stream import Assigned, Consumer, Overloaded, Stream
from rtclens.stream.kafka import Kafka
from rtclens.stream.kafka_dsn import parse
from rtclens.stream.spool import Spool

from .batches import batch, number

Open = Callable[[], Stream]
POLL_S = 0.2
POLLS = 150  # a bound for a broker that is slow, not a time that is waited for


@pytest.fixture(scope="module")
def brokers() -> Iterator[kafka.KafkaCluster]:
    """One broker for the module."""
    if why := kafka.available():
        pytest.skip(why)
    with kafka.kafka() as cluster:
        yield cluster


@pytest.fixture(params=["spool", pytest.param("kafka", marks=pytest.mark.service)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same stream each time; empty at first."""
    if request.param == "spool":
        return lambda: Spool(tmp_path)
    dsn = request.getfixturevalue("brokers").dsn(f"t{uuid4().hex[:8]}", partitions=1)
    return lambda: Kafka(parse(dsn))


async def _take(consumer: Consumer, count: int) -> list[Any]:
    """At least so many deliveries, or all there are within the bound."""
    found: list[Any] = []
    for _ in range(POLLS):
        found += await asyncio.to_thread(consumer.poll, 10, POLL_S)
        if len(found) >= count:
            break
    return found


def _run(opened: Open, body: Callable[[Stream], Any]) -> Any:
    async def run() -> Any:
        stream = opened()
        try:
            return await body(stream)
        finally:
            await stream.close()

    return asyncio.run(run())


def test_batches_come_out_equal_in_order_and_know_their_place(opened: Open) -> None:
    """First the partition, then every batch with positions that count from one, equal to what the appender was told."""

    async def body(stream: Stream) -> None:
        sent = [batch(each, 50) for each in range(25)]
        for each in sent:
            await stream.append([each])
        consumer = stream.consumer()
        first, *rest = await _take(consumer, 26)
        assert first == Assigned(0, 0)
        assert rest == sent
        assert [each.seq for each in rest] == list(range(1, 26))
        assert consumer.lag() == 0
        consumer.close()

    _run(opened, body)


def test_one_append_keeps_its_order(opened: Open) -> None:
    """Batches of one call that are appended together stay in their order among others."""

    async def body(stream: Stream) -> None:
        await asyncio.gather(*(stream.append([batch(ten + each) for each in range(10)]) for ten in range(0, 100, 10)))
        consumer = stream.consumer()
        found = [number(each) for each in await _take(consumer, 101) if isinstance(each, Batch)]
        assert sorted(found) == list(range(100))
        assert all(found[at] // 10 == found[at + 1] // 10 for at in range(100) if at % 10 < 9)
        consumer.close()

    _run(opened, body)


def test_what_was_not_committed_is_delivered_to_the_next_consumer(opened: Open) -> None:
    """After a restart reading goes on behind the committed position, and says where that is."""

    async def first(stream: Stream) -> None:
        await stream.append([batch(each) for each in range(30)])
        consumer = stream.consumer()
        await _take(consumer, 31)
        consumer.commit(20)
        consumer.close()

    async def second(stream: Stream) -> None:
        await stream.append([batch(30)])
        consumer = stream.consumer()
        first, *rest = await _take(consumer, 12)
        assert first == Assigned(0, 20)
        assert [number(each) for each in rest] == list(range(20, 31))
        consumer.close()

    _run(opened, first)
    _run(opened, second)


def test_lag_counts_what_waits(opened: Open) -> None:
    """What was appended and not yet polled, as soon as the append is acknowledged."""

    async def body(stream: Stream) -> None:
        consumer = stream.consumer()
        assert await _take(consumer, 1) == [Assigned(0, 0)]
        await stream.append([batch(each) for each in range(7)])
        assert consumer.lag() == 7
        await _take(consumer, 7)
        assert consumer.lag() == 0
        consumer.close()

    _run(opened, body)


def test_a_closed_stream_takes_nothing(opened: Open) -> None:
    """The doors hear that they should come back, and what was accepted before is there."""

    async def run() -> None:
        stream = opened()
        await stream.append([batch(0)])
        await stream.close()
        with pytest.raises(Overloaded):
            await stream.append([batch(1)])

    asyncio.run(run())

    async def body(stream: Stream) -> None:
        await stream.append([batch(2)])
        consumer = stream.consumer()
        assert [number(each) for each in await _take(consumer, 3) if isinstance(each, Batch)] == [0, 2]
        consumer.close()

    _run(opened, body)
