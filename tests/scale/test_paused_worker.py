"""A worker that the brokers missed for too long comes back while another has its partitions: nothing is twice."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.scale import load as loads
from tests.scale.fleet import Fleet
from tests.scale.shared_store import serve
from tests.services import kafka

from rtclens.model.events import Batch, Sample
from rtclens.store import Store
from rtclens.stream.kafka import Kafka
from rtclens.stream.kafka_dsn import parse

NAMES = ("observertc-sfu", "rtcstats-impair", "peermetrics-leave-crash")
COPIES = 4
WORKERS = 2
ROUNDS = 6
SETTLE_S = 300.0  # never needed; a busy machine takes a minute


STORED = "SELECT uniqExact(seq) FROM (SELECT seq FROM samples UNION ALL SELECT seq FROM events)"
KNOWN = "SELECT uniqExact(call_id) FROM calls"


async def _until(store: Store, sql: str, count: int, fleet: Fleet) -> None:
    deadline = time.monotonic() + SETTLE_S
    while (found := (await asyncio.to_thread(store.query, sql)).rows[0][0]) < count:
        assert time.monotonic() < deadline, f"{found} of {count}: {sql}\n{fleet.log}"
        assert fleet.works, fleet.log


async def _interrupt(dsn: str, load: list[list[Batch]], fleet: Fleet, store: Store) -> None:
    """In each round a worker is paused in the middle of its work until the other one has stored everything.

    Calls are stored sooner than what they were concluded from, so a worker of which calls are known has more in hand.
    """
    stream = Kafka(parse(dsn))
    appended = 0
    try:
        for number in range(ROUNDS):
            parts = load[number::ROUNDS]
            known = store.query(KNOWN).rows[0][0]
            await asyncio.gather(*(stream.append(part) for part in parts))
            await _until(store, KNOWN, known + len(parts) // 2, fleet)
            go_on = fleet.pause(number % WORKERS)
            try:
                appended += sum(bool(batch.events) for part in parts for batch in part)
                await _until(store, STORED, appended, fleet)
            finally:
                go_on()
    finally:
        await stream.close()


@pytest.mark.service
def test_a_worker_that_was_away_stores_nothing_twice(tmp_path: Path) -> None:
    """Counted without `FINAL` and without merges, which would fold what was written twice."""
    if why := kafka.available():
        pytest.skip(why)
    load = loads.calls(NAMES, COPIES)
    expected = loads.undisturbed(tmp_path / "undisturbed", loads.calls(NAMES, COPIES))
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    store.command("SYSTEM STOP MERGES")
    with closing(store), kafka.kafka() as cluster:
        dsn = cluster.dsn("events", partitions=6, session_ms=2000)
        fleet = Fleet(dsn, serve(store), loads.began(load), tmp_path / "workers.log", WORKERS)
        try:
            asyncio.run(_interrupt(dsn, load, fleet, store))
            assert set(fleet.stop()) == {0}, fleet.log
        finally:
            fleet.kill()
        samples = sum(isinstance(event, Sample) for batches in load for batch in batches for event in batch.events)
        found = store.query("SELECT count(), uniqExact(seq, event) FROM samples").rows[0]
        reports = store.query("SELECT count(), uniqExact(seq, event, ord) FROM inbound_rtp").rows[0]
        facts = loads.facts(store)
    assert tuple(found) == (samples, samples)
    assert reports[0] == reports[1]
    for table, rows in expected.items():
        assert facts[table] == rows, table
