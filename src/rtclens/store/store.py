"""The store as the rest of the program sees it.

Enters: rows (`Rows`), questions (SQL with parameters). Leaves: results, the calls that are still open, and the batches
of a call exactly as they arrived. All methods may be called from any thread; they block, so the event loop calls them
through an executor.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtclens.model.codec import Refusal
from rtclens.model.events import Batch
from rtclens.model.stats import REPORTS
from rtclens.store import definitions, erase, erasures, migrate, replay, retention
from rtclens.store.columns import STORED
from rtclens.store.engine import EMBEDDED, Engine, StoreError
from rtclens.store.erasures import Erasure
from rtclens.store.power import write_out
from rtclens.store.rows import Block, Rows

log = logging.getLogger(__name__)
# A distributed table would answer before the shard has the rows, and a replica before the others have them.
_CLUSTER = {"distributed_foreground_insert": 1, "insert_quorum": "auto"}
RAW_TABLES = ("samples", "events", *(cls.table for cls in REPORTS))


@dataclass(frozen=True, slots=True)
class Result:
    """Names, ClickHouse types and rows of an answer."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[Sequence[Any]]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows by name."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that the analysis must know again after a restart."""

    app_id: str
    call_id: str


def _on_disk(act: Callable[[Path], None], dsn: str) -> None:
    """Do something with the folder of an embedded store; what its disk refuses comes out as `StoreError`."""
    try:
        act(Path(dsn.removeprefix(EMBEDDED)))
    except OSError as error:
        raise StoreError(f"the store's disk: {error}") from error


@dataclass(slots=True)
class StoreCounters:
    """What was written since the store was opened, by table."""

    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    inserts: int = 0


class Store:
    """An open store. `Store.open(dsn)`; `migrate()` before the first use."""

    def __init__(self, engine: Engine, cluster: str = "") -> None:
        self._engine = engine
        self._cluster = cluster
        self.counters = StoreCounters()

    @classmethod
    def open(cls, dsn: str, cluster: str = "") -> Store:
        """Connect; raises `StoreError` when the engine cannot be reached or its folder is taken."""
        if dsn.startswith(EMBEDDED):
            _on_disk(definitions.heal, dsn)
        return cls(Engine(dsn, _CLUSTER if cluster else None), cluster)

    @property
    def dsn(self) -> str:
        """Where the data is."""
        return self._engine.dsn

    def close(self) -> None:
        """Release every connection."""
        self._engine.close()

    def migrate(self) -> list[str]:
        """Bring the schema up to date; returns the names of the migrations that were applied."""
        with self._engine.client() as client:
            done = migrate.migrate(client, self._cluster, self._before_change)
        if done:
            self._before_change()  # the last one is kept too
        return [migration.name for migration in done]

    def _before_change(self) -> None:
        """What a full disk cuts off of an embedded store's tables is put back when it is opened."""
        if self._engine.embedded:
            _on_disk(definitions.check_room, self.dsn)
            _on_disk(definitions.keep, self.dsn)

    def append(self, rows: Rows) -> None:
        """Write all rows; when it returns they survive `kill -9`."""
        for block in rows.blocks():
            self.insert(block)

    def insert(self, block: Block) -> None:
        """Write the rows of one table, whole or not at all; when it returns they survive `kill -9`."""
        table, count, data = block
        with self._engine.client() as client:
            client.raw_insert(table, insert_block=data, fmt="Native")
        counters = self.counters
        counters.inserts += 1
        name = table.removesuffix(STORED)
        counters.rows[name] = counters.rows.get(name, 0) + count
        counters.bytes[name] = counters.bytes.get(name, 0) + len(data)

    def write_out(self) -> None:
        """Have everything written survive power loss, if the store is embedded: a server does as it was told to.

        Raises `StoreError` when the disk refuses.
        """
        if self._engine.embedded:
            _on_disk(write_out, self.dsn)

    def insert_refusals(self, app_id: str, refusals: Iterable[Refusal]) -> None:
        """Write refused frames with their reasons."""
        rows = Rows()
        for refusal in refusals:
            rows.add_refusal(app_id, refusal)
        self.append(rows)

    def query(
        self, sql: str, params: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> Result:
        """Answer a question; `params` fill `{name:Type}` slots. For trusted SQL: users' SQL goes to `readonly`."""
        with self._engine.client() as client:
            answer = client.query(sql, parameters=dict(params or {}), settings=dict(settings or {}))
            types = tuple(column.name for column in answer.column_types)
            return Result(tuple(answer.column_names), types, answer.result_rows)

    def command(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement that has no answer."""
        with self._engine.client() as client:
            client.command(sql, parameters=dict(params or {}))

    def read_batches(self, app_id: str, call_id: str) -> Iterator[Batch]:
        """The batches of a call, equal to those that were stored, in the order of the stream."""
        return self.replay([OpenCall(app_id, call_id)])

    def replay(self, calls: Sequence[OpenCall], first: int = 0, last: int = replay.MAX_SEQ) -> Iterator[Batch]:
        """The batches of several calls with positions from `first` to `last`, in the order of the stream."""
        keys = [(call.app_id, call.call_id) for call in calls]
        with self._engine.client() as client:
            yield from replay.batches(client, keys, first, last)

    def keep_refused(self, days: int) -> None:
        """Keep the bytes of refused frames for so many days; their reasons stay longer."""
        try:
            self._before_change()
        except StoreError as error:
            log.warning("refused frames are kept as long as before: %s", error)
            return
        with self._engine.client() as client:
            erase.keep_refused(client, days, self._cluster)

    def drop_letters(self, app_id: str, letters: Sequence[int]) -> None:
        """Remove refused frames by their numbers."""
        with self._engine.client() as client:
            erase.drop_letters(client, app_id, letters, self._cluster)

    def mark_decoded(self, app_id: str, letters: Sequence[int], at: float) -> None:
        """Note that refused frames were decoded after all; `at` in ms."""
        with self._engine.client() as client:
            erase.mark_decoded(client, app_id, letters, at, self._cluster)

    def erase(self, app_id: str, call_id: str = "", participant_id: str = "") -> None:
        """Remove everything about an app, a call or a participant; what is still in the stream comes after it."""
        with self._engine.client() as client:
            erase.erase(client, erase.Subject(app_id, call_id, participant_id), self._cluster)

    def erase_versions(self, app_id: str, call_id: str, before: int) -> None:
        """Remove the facts of a call that a new analysis, whose revisions begin at `before`, no longer concludes."""
        with self._engine.client() as client:
            erase.erase_versions(client, erase.Subject(app_id, call_id), before, self._cluster)

    def retain(self, app_id: str, tiers: retention.Tiers, now: float, over_ms: float) -> dict[str, int]:
        """Have the engine remove what an app's tiers no longer keep; rows that were marked, by table."""
        with self._engine.client() as client:
            return retention.apply(client, app_id, tiers, now, over_ms, self._cluster)

    def complete_since(self, app_id: str) -> float:
        """Since when the samples of an app are complete, ms since the epoch; 0 when all of them are there."""
        with self._engine.client() as client:
            return retention.complete_since(client, app_id)

    def note(self, erasure: Erasure) -> None:
        """Write an erasure into the ledger, or its outcome in place of it."""
        with self._engine.client() as client:
            erasures.note(client, erasure)

    def erasures(self, app_ids: Sequence[str] | None = None, after: float = 0.0, limit: int = 100_000) -> list[Erasure]:
        """What was erased on request after a moment (ms), newest first; of all apps, or of these."""
        with self._engine.client() as client:
            return erasures.noted(client, app_ids, after, limit)

    def traces(self, app_id: str, call_id: str, participant_id: str, open_since: float) -> dict[str, Any]:
        """What tells late telemetry of a subject; see `erasures.subject_of`."""
        with self._engine.client() as client:
            return erasures.subject_of(client, app_id, call_id, participant_id, open_since)

    def calls_before(self, app_id: str, moment: float, ceiling: int) -> list[str]:
        """The calls of an app of which batches below position `ceiling` had arrived by a moment (ms)."""
        found = self.query(_CALLS_BEFORE, {"app_id": app_id, "moment": int(moment), "ceiling": ceiling})
        return [call_id for (call_id,) in found.rows]

    def has_from(self, app_id: str, call_id: str, first: int) -> bool:
        """Whether a call has batches at position `first` or above."""
        asked = {"app_id": app_id, "call_id": call_id, "first": first}
        return any(self.query(sql, asked).rows for sql in _FROM)

    def erase_mentions(self, app_id: str, call_id: str, participant_id: str, words: Sequence[str]) -> int:
        """Remove what names a subject in rows that are not its own; how many refused frames that were."""
        with self._engine.client() as client:
            erase.unname(client, erase.Subject(app_id, call_id, participant_id), self._cluster)
            return erase.erase_refused(client, app_id, words, self._cluster)

    def remaining(self, app_id: str, call_id: str = "", participant_id: str = "") -> dict[str, int]:
        """Rows about an app, a call or a participant by table; empty after `erase`."""
        with self._engine.client() as client:
            return erase.remaining(client, erase.Subject(app_id, call_id, participant_id))

    def open_calls(self, committed: int, ceiling: int, ended_after: float) -> list[OpenCall]:
        """Calls that a worker must know to continue after position `committed`.

        Those that have not ended or ended after `ended_after` (ms since the epoch; they can still be continued), and
        those that have rows in `(committed, ceiling]`: their batches will be delivered again, so that an end that is
        already stored lies in the future of what is replayed.
        """
        found = self.query(
            _OPEN_CALLS, {"committed": committed, "ceiling": ceiling, "ended_after": ended_after / 1000.0}
        )
        return [OpenCall(app_id, call_id) for app_id, call_id in found.rows]

    def recent(self, format_name: str, since: float) -> Iterator[Batch]:
        """The batches of a wire format that arrived after `since` (ms), in the order of the stream."""
        found = self.query(_RECENT, {"format": format_name, "since": since / 1000.0}).rows
        if found:
            calls = [OpenCall(app_id, call_id) for app_id, call_id, _ in found]
            yield from self.replay(calls, min(seq for _, _, seq in found))

    def newest_received(self, first: int, last: int) -> float:
        """When the newest stored batch of positions `first` to `last` arrived, ms since the epoch; infinite if none."""
        ((count, newest),) = self.query(_NEWEST, {"first": first, "last": last}).rows
        return float(newest) if count else math.inf

    def stored_after(self, committed: int, ceiling: int) -> dict[int, set[str]]:
        """For each position in `(committed, ceiling]`: the tables that already have rows of its batch."""
        stored: dict[int, set[str]] = {}
        for table in RAW_TABLES:
            sql = f"SELECT DISTINCT seq FROM {table} WHERE seq > {{committed:Int64}} AND seq <= {{ceiling:Int64}}"
            for (seq,) in self.query(sql, {"committed": committed, "ceiling": ceiling}).rows:
                stored.setdefault(seq, set()).add(table)
        return stored


_NEWEST = """
SELECT count(), toUnixTimestamp64Milli(max(received_at)) FROM
(
    SELECT max(received_at) AS received_at FROM samples WHERE seq BETWEEN {first:Int64} AND {last:Int64} HAVING count()
    UNION ALL
    SELECT max(received_at) FROM events WHERE seq BETWEEN {first:Int64} AND {last:Int64} HAVING count()
)
"""
_CALLS_BEFORE = """
SELECT call_id FROM samples WHERE app_id = {app_id:String} AND seq < {ceiling:Int64}
    AND received_at <= fromUnixTimestamp64Milli({moment:Int64})
UNION DISTINCT
SELECT call_id FROM events WHERE app_id = {app_id:String} AND seq < {ceiling:Int64}
    AND received_at <= fromUnixTimestamp64Milli({moment:Int64})
"""
_FROM = [
    f"SELECT 1 FROM {table} WHERE app_id = {{app_id:String}} AND call_id = {{call_id:String}}"
    " AND seq >= {first:Int64} LIMIT 1"
    for table in ("samples", "events")
]
_OPEN_CALLS = """
SELECT app_id, call_id FROM calls
WHERE ended_at IS NULL OR ended_at > toDateTime64({ended_after:Float64}, 3, 'UTC')
UNION DISTINCT
SELECT app_id, call_id FROM samples WHERE seq > {committed:Int64} AND seq <= {ceiling:Int64}
UNION DISTINCT
SELECT app_id, call_id FROM events WHERE seq > {committed:Int64} AND seq <= {ceiling:Int64}
"""
_RECENT = """
SELECT app_id, call_id, min(seq) FROM
(
    SELECT app_id, call_id, seq FROM samples
    WHERE received_at > toDateTime64({since:Float64}, 3, 'UTC') AND format = {format:String}
    UNION ALL
    SELECT app_id, call_id, seq FROM events
    WHERE received_at > toDateTime64({since:Float64}, 3, 'UTC') AND format = {format:String}
)
GROUP BY app_id, call_id
"""
