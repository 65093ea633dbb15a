"""What is asked to be forgotten is gone everywhere, is proved gone, and does not come back."""

from __future__ import annotations

import asyncio
import lzma
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rtclens import analysis
from rtclens.app.forgetting import Forgetting
from rtclens.model.codec import Refusal
from rtclens.model.events import Batch
from rtclens.outputs import Outputs, load
from rtclens.pipeline import Worker, WorkerSettings
from rtclens.store import Store
from rtclens.store.erasures import Erasure
from rtclens.stream.spool import Spool

RECORDED = Path(__file__).parent.parent / "data" / "analysis" / "observertc-sfu.msgpack.xz"
SETTINGS = WorkerSettings(flush_ms=5, bulk_ms=10, tick_ms=10**12)
OUTPUTS = """
[[sink]]
name = "events"
type = "file"
path = "{folder}/delivered.jsonl"
format = "own"
"""


@dataclass
class Place:
    """A server's storage in a folder; `run` does something while a worker runs on it."""

    folder: Path
    store: Store
    now: float

    @asynccontextmanager
    async def running(self) -> AsyncIterator[tuple[Spool, Forgetting]]:
        spool = Spool(self.folder / "spool")
        config = self.folder / "outputs.toml"
        config.write_text(OUTPUTS.format(folder=self.folder))
        found = load(str(config), self.folder)
        assert found is not None
        outputs = Outputs(found, self.folder)
        worker = Worker(
            spool.consumer(), self.store, analysis, settings=SETTINGS, clock=lambda: self.now, outlet=outputs
        )
        worker.start()
        worker.wait_ready()
        forgetting = Forgetting(self.store, lambda: self.now, worker, outputs, spool)
        try:
            yield spool, forgetting
        finally:
            await asyncio.to_thread(worker.stop)
            outputs.stop()
            await spool.close()
        assert worker.failure is None

    def run(self, body: Callable[[Spool, Forgetting], Any]) -> Any:
        async def inner() -> Any:
            async with self.running() as (spool, forgetting):
                return await body(spool, forgetting)

        return asyncio.run(inner())

    def bytes_of(self, word: str) -> list[str]:
        """Files of spool and outbox in which an id stands."""
        files = [*(self.folder / "spool").glob("*.seg"), *self.folder.glob("outputs.db*")]
        return [path.name for path in files if word.encode() in path.read_bytes()]

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.store.query(sql).rows]


@pytest.fixture
def batches() -> list[Batch]:
    return msgspec.msgpack.decode(lzma.decompress(RECORDED.read_bytes()), type=list[Batch])


@pytest.fixture
def place(tmp_path: Path, batches: list[Batch]) -> Iterator[Place]:
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    yield Place(tmp_path, store, batches[-1].received_at)
    store.close()


def as_call(batches: list[Batch], call: str) -> list[Batch]:
    """The batches under another call id."""
    origins = [msgspec.structs.replace(batch.origin, call=call) for batch in batches]
    return [msgspec.structs.replace(batch, origin=one) for batch, one in zip(batches, origins, strict=True)]


def test_a_running_call_is_forgotten_everywhere_and_late_samples_do_not_bring_it_back(
    place: Place, batches: list[Batch]
) -> None:
    middle = len(batches) // 2
    wanted, other = as_call(batches, "secret-room"), as_call(batches, "other-room")

    async def erase(spool: Spool, forgetting: Forgetting) -> Erasure:
        await spool.append(wanted[:middle])
        await spool.append(other[:middle])
        await asyncio.to_thread(_until, lambda: place.column("SELECT count() FROM calls")[0] == 2)
        frame = Refusal("not_json", "no", at=place.now, raw=b'{"room":"secret-room"')
        place.store.insert_refusals(place_app(batches), [frame])
        (call_id,) = place.column("SELECT call_id FROM calls WHERE external_id = 'secret-room'")
        found: Erasure = await asyncio.to_thread(forgetting.forget, place_app(batches), call_id, "", "user:ann")
        assert place.bytes_of("secret-room") == []
        await spool.append(wanted[middle:])
        await spool.append(other[middle:])
        return found

    found = place.run(erase)
    assert found.remaining == {}
    assert found.completed_at is not None
    assert found.removed["samples"] > 0
    assert found.removed["refusals"] == 1
    assert found.removed["outbox"] > 0
    assert place.store.remaining(found.app_id, found.call_id) == {}
    assert place.column("SELECT external_id FROM calls") == ["other-room"]
    assert place.store.erasures() == [found]

    async def restarted(spool: Spool, _: Forgetting) -> None:
        await spool.append(wanted[middle:])

    place.run(restarted)
    assert place.column("SELECT external_id FROM calls") == ["other-room"]


def test_a_person_is_forgotten_and_the_others_kept(place: Place, batches: list[Batch]) -> None:
    async def fill(spool: Spool, _: Forgetting) -> None:
        await spool.append(batches)

    place.run(fill)
    people = "SELECT participant_id FROM participants WHERE observed ORDER BY participant_id"
    call_id, (first, *others) = place.column("SELECT call_id FROM calls")[0], place.column(people)
    app_id = place_app(batches)

    async def erase(spool: Spool, forgetting: Forgetting) -> Erasure:
        found: Erasure = await asyncio.to_thread(forgetting.forget, app_id, call_id, first, "token:t")
        await spool.append(batches)
        return found

    found = place.run(erase)
    assert found.remaining == {}
    assert place.store.remaining(app_id, call_id, first) == {}
    assert place.column(people) == others
    for table, column in (("tracks", "peer_participant_id"), ("findings", "cause_participant_id")):
        assert first not in place.column(f"SELECT {column} FROM {table}")


def test_an_app_is_forgotten_and_what_comes_afterwards_is_new(place: Place, batches: list[Batch]) -> None:
    app_id = place_app(batches)

    async def erase(spool: Spool, forgetting: Forgetting) -> Erasure:
        await spool.append(as_call(batches, "before"))
        await asyncio.to_thread(_until, lambda: place.column("SELECT count() FROM calls")[0] == 1)
        found: Erasure = await asyncio.to_thread(forgetting.forget, app_id)
        late = as_call(batches, "later")
        for batch in late:
            batch.received_at += 3_600_000.0
        await spool.append(late)
        return found

    found = place.run(erase)
    assert (found.call_id, found.remaining) == ("", {})
    assert place.column("SELECT external_id FROM calls") == ["later"]


def place_app(batches: list[Batch]) -> str:
    return batches[0].origin.app_id


def _until(holds: Callable[[], bool]) -> None:
    """Ask again until it holds; the test's own time limit ends what never does."""
    while not holds():
        pass


def _elsewhere(place: Place, spool: Spool, **settings: Any) -> Worker[Any]:
    """A worker of another process: it does not hear who forgets here, and only looks into the ledger."""
    given = WorkerSettings(flush_ms=10**9, bulk_ms=10**9, tick_ms=10**12, **settings)
    worker = Worker(spool.consumer(), place.store, analysis, settings=given, clock=lambda: place.now)
    worker.start()
    worker.wait_ready()
    return worker


@pytest.mark.parametrize("whole_app", [True, False])
def test_what_another_worker_had_in_hand_does_not_stay(place: Place, batches: list[Batch], whole_app: bool) -> None:
    """It stores what it took before it learns of the erasure, when that is done and proved already."""
    app_id, kept = place_app(batches), as_call(batches, "kept")
    for batch in kept:
        batch.origin = msgspec.structs.replace(batch.origin, app_id="another app")
    first = len(batches) // 4

    async def run() -> Erasure:
        spool = Spool(place.folder / "spool")
        worker = _elsewhere(place, spool, erasures_s=10**9)
        try:
            await spool.append(batches[:first])
            await asyncio.to_thread(_until, lambda: worker.counters.batches == first)
            await asyncio.to_thread(worker.erasures.heed, 20)  # has it store what it took
            call_id = "" if whole_app else place.column("SELECT call_id FROM calls")[0]
            await spool.append([*batches[first:], *kept])
            await asyncio.to_thread(_until, lambda: worker.counters.batches == len(batches) + len(kept))
            found: Erasure = await asyncio.to_thread(Forgetting(place.store, lambda: place.now).forget, app_id, call_id)
            await asyncio.to_thread(worker.erasures.heed, 20)
        finally:
            await asyncio.to_thread(worker.stop)
            await spool.close()
        assert worker.failure is None
        return found

    found = asyncio.run(run())
    assert found.completed_at is not None
    assert place.store.remaining(app_id, found.call_id) == {}
    assert place.column("SELECT external_id FROM calls") == ["kept"]


@pytest.mark.parametrize("whole_app", [True, False])
def test_what_a_worker_stored_late_and_then_died_goes_with_the_next_start(
    place: Place, batches: list[Batch], whole_app: bool
) -> None:
    app_id = place_app(batches)

    async def fill(spool: Spool, _: Forgetting) -> None:
        await spool.append(batches)

    async def nothing(_: Spool, __: Forgetting) -> None:
        pass

    place.run(fill)
    call_id = "" if whole_app else place.column("SELECT call_id FROM calls")[0]
    late = {table: place.store.query(f"SELECT * FROM {table}") for table in ("samples", "calls_versions")}
    found = Forgetting(place.store, lambda: place.now).forget(app_id, call_id)
    assert found.remaining == {}
    with place.store._engine.client() as client:
        for table, rows in late.items():
            client.insert(table, rows.rows, column_names=rows.names)
    place.run(nothing)
    assert place.store.remaining(app_id, call_id) == {}
