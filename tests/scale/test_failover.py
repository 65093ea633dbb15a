"""Three brokers, three workers, load; brokers and workers are killed with -9. Nothing is lost, nothing is different."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.scale import load as loads
from tests.scale.fleet import Fleet
from tests.scale.shared_store import serve
from tests.services import kafka
from tests.services.kafka import KafkaCluster

from rtclens.model.events import Batch, Sample
from rtclens.store import Store
from rtclens.stream.kafka import Kafka
from rtclens.stream.kafka_dsn import parse

NAMES = ("observertc-sfu", "rtcstats-impair", "peermetrics-leave-crash", "observertc-blackout")
COPIES = 4
ROUNDS = 6
SETTLE_S = 300.0  # never needed; a busy machine takes a minute


async def _append(stream: Kafka, part: list[list[Batch]]) -> None:
    """Append this round's part of every call; the calls at the same time, each in its order."""

    async def one(batches: list[Batch]) -> None:
        for batch in batches:
            await stream.append([batch])

    await asyncio.gather(*(one(batches) for batches in part))


async def _disturb(dsn: str, load: list[list[Batch]], fleet: Fleet, cluster: KafkaCluster, seed: int) -> None:
    """Append everything in rounds; in each one a worker is killed, in every other one a broker, which then returns."""
    chance = random.Random(seed)
    stream = Kafka(parse(dsn))
    try:
        for number in range(ROUNDS):
            part = [
                batches[len(batches) * number // ROUNDS : len(batches) * (number + 1) // ROUNDS] for batches in load
            ]
            async with asyncio.TaskGroup() as tasks:
                appending = tasks.create_task(_append(stream, part))
                await asyncio.to_thread(fleet.kill_one, chance)
                if number % 2:
                    victim = chance.choice(cluster.brokers)
                    await asyncio.to_thread(victim.kill)
                    await appending
                    await asyncio.to_thread(victim.start)
                    await asyncio.to_thread(cluster.wait)
    finally:
        await stream.close()


def _settle(store: Store, batches: int, fleet: Fleet) -> None:
    """Wait until every batch is stored, as long as there is a worker to do it."""
    deadline = time.monotonic() + SETTLE_S
    while _stored(store) < batches:
        assert time.monotonic() < deadline, f"{_stored(store)} of {batches} batches are stored\n{fleet.log}"
        assert fleet.works, fleet.log
        time.sleep(0.2)


def _stored(store: Store) -> int:
    seqs = "SELECT seq FROM samples UNION ALL SELECT seq FROM events"
    return int(store.query(f"SELECT uniqExact(seq) FROM ({seqs})").rows[0][0])


@pytest.mark.service
@pytest.mark.parametrize("seed", [1])
def test_killed_brokers_and_workers_change_nothing(tmp_path: Path, seed: int) -> None:
    """The facts equal those of an undisturbed run, and every acknowledged sample is stored exactly once."""
    if why := kafka.available():
        pytest.skip(why)
    load = loads.calls(NAMES, COPIES)
    expected = loads.undisturbed(tmp_path / "undisturbed", loads.calls(NAMES, COPIES))
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    with closing(store), kafka.kafka(3) as cluster:
        dsn = cluster.dsn("events", partitions=6, session_ms=3000, delivery_ms=120_000)  # brokers may start slowly
        fleet = Fleet(dsn, serve(store), loads.began(load), tmp_path / "workers.log")
        try:
            asyncio.run(_disturb(dsn, load, fleet, cluster, seed))
            _settle(store, sum(bool(batch.events) for batches in load for batch in batches), fleet)
            assert set(fleet.stop()) == {0}, fleet.log
        finally:
            fleet.kill()
        samples = sum(isinstance(event, Sample) for batches in load for batch in batches for event in batch.events)
        found = store.query("SELECT count(), uniqExact(seq, event) FROM samples").rows[0]
        assert tuple(found) == (samples, samples)
        disturbed = loads.facts(store)
    assert disturbed["findings"]
    for table, rows in expected.items():
        assert disturbed[table] == rows, table
