"""How long the dashboard's questions take over many stored samples.

Enters: how many samples. Leaves: wall and CPU time of each question, p50 and p95 over its repetitions, in ms. Recorded
calls, continued to ten minutes each, are stored once; the engine copies them under other ids over a week. Everything
that questions look at is copied in full; of the rows of W3C types, which only the report of one moment reads, those of
every twentieth call.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from bench import disk
from bench.stretch import stretched
from rtclens.model.stats import REPORTS
from rtclens.query import (
    CallFilters,
    EventsQuestion,
    Scope,
    SeriesQuestion,
    Span,
    call_detail,
    calls,
    events,
    ingest,
    overview,
    reports,
    series,
)
from rtclens.query.overview.breakdowns import breakdowns
from rtclens.query.overview.minutes import causes, detectors, minutes
from rtclens.query.overview.tiles import tiles
from rtclens.store import Store
from rtclens.store.columns import TABLES, report_table

CALL_S = 600.0
WEEK_MS = 7 * 86_400_000
PART = 200  # copies that one statement makes
SAMPLED = 20  # every so many calls have their W3C rows
DERIVED = frozenset({"participant_minutes"})  # the engine fills them from others
RAW = frozenset(report_table(cls) for cls in REPORTS)
Question = Callable[[], object]


def measure(samples: int, repeats: int = 20) -> dict[str, Any]:
    """Fill a store and ask."""
    with tempfile.TemporaryDirectory() as folder, closing(Store.open(f"chdb://{folder}/store")) as store:
        store.migrate()
        began = time.monotonic()
        stored = fill(store, samples)
        filled = time.monotonic() - began
        rows = {name: _timed(question, repeats) for name, question in questions(store).items()}
    worst = max(rows, key=lambda name: rows[name]["wall_p95_ms"])
    return {
        "stored_samples": stored,
        "fill_s": round(filled),
        "questions": rows,
        "slowest": worst,
        "wall_p95_ms": rows[worst]["wall_p95_ms"],
        "cpu_p95_ms": max(row["cpu_p95_ms"] for row in rows.values()),
    }


def fill(store: Store, samples: int) -> int:
    """Store so many samples; how many there are."""
    batches = [batch for name in disk.RECORDINGS for batch in stretched(disk.decoded(name), CALL_S)]
    disk.write(store, sorted(batches, key=lambda batch: batch.received_at))
    originals = _number(store, "SELECT count() FROM samples")
    newest = _number(store, "SELECT toUnixTimestamp64Milli(max(received_at)) FROM samples")
    copies = max(1, -(-samples // originals))
    shift = int(time.time() * 1000) - newest
    for table in TABLES.keys() - DERIVED:
        step = SAMPLED if table in RAW else 1
        for first in range(1, copies, PART):
            store.command(_copy(store, table, first, min(first + PART, copies), step, shift, WEEK_MS // copies))
    store.command(f"ALTER TABLE samples DELETE WHERE {_ORIGINAL} SETTINGS mutations_sync = 2")
    return _number(store, "SELECT count() FROM samples")


def _copy(store: Store, table: str, first: int, last: int, step: int, shift: int, apart: int) -> str:
    """The statement that copies the original rows of a table as numbers `first` to `last`."""
    described = store.query(f"DESCRIBE TABLE {table}").rows
    moved = [f"{_moved(name, kind, shift, apart)} AS `{name}`" for name, kind, *_ in described]
    names = ", ".join(f"`{name}`" for name, *_ in described)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(moved)} FROM (SELECT * FROM {table} WHERE {_ORIGINAL}) AS t"
        f" CROSS JOIN (SELECT number AS copy_number FROM numbers({first}, {last - first})"
        f" WHERE number % {step} = 0) AS copy"
    )


_ORIGINAL = "app_id = 'bench'"


def _moved(name: str, kind: str, shift: int, apart: int) -> str:
    column = f"t.`{name}`"
    earlier = f"{shift} - copy_number * {apart}"
    if name == "app_id":
        return "'copies'"
    if kind in ("String", "LowCardinality(String)") and name.endswith("_id"):
        return f"if({column} = '', '', concat(substring({column}, 1, 5), lower(hex(sipHash64({column}, copy_number)))))"
    if "DateTime64" in kind:
        return f"addMilliseconds({column}, {earlier})"
    if name in ("at_ms", "timestamp"):
        return f"{column} + ({earlier})"
    return f"{column} + copy_number * 1000000" if name == "seq" else column


def questions(store: Store) -> dict[str, Question]:
    """What the pages ask, over all that is stored."""
    scope, now = Scope(("copies",)), time.time() * 1000
    span = Span(now - WEEK_MS - 3_600_000, now + 60_000)
    day = Span(now - 86_400_000, now + 60_000)
    found = calls(store, scope, CallFilters(span=span), limit=50)
    call_id, connection_id = store.query(
        "SELECT call_id, any(connection_id) FROM inbound_rtp WHERE app_id = 'copies' GROUP BY call_id LIMIT 1"
    ).rows[0]
    item = call_detail(store, scope, call_id).call
    whole = Span(item.started_at - 600_000, item.last_seen_at + 600_000)
    every = minutes(store, scope, span)
    return {
        "overview, a week": lambda: overview(store, scope, span),
        "overview, a day": lambda: overview(store, scope, day),
        "  minutes": lambda: minutes(store, scope, span),
        "  tiles": lambda: tiles(store, scope, span, every),
        "  causes": lambda: causes(store, scope, span),
        "  detectors": lambda: detectors(store, scope, span),
        "  breakdowns": lambda: breakdowns(store, scope, span),
        "calls, newest": lambda: calls(store, scope, CallFilters(span=span), limit=50),
        "calls, worst": lambda: calls(store, scope, CallFilters(span=span), sort="worst", limit=50),
        "calls, next page": lambda: calls(store, scope, CallFilters(span=span), limit=50, cursor=found.next or ""),
        "calls, searched": lambda: calls(store, scope, CallFilters(span=span, q="alice"), limit=50),
        "calls, of a cause": lambda: calls(store, scope, CallFilters(span=span, cause=("sender_uplink",)), limit=50),
        "calls, of a detector": lambda: calls(store, scope, CallFilters(span=span, detector="in_loss_high"), limit=50),
        "call": lambda: call_detail(store, scope, call_id),
        "call, curves": lambda: series(store, Scope((item.app_id,)), SeriesQuestion(call_id, whole, over_s=CALL_S)),
        "call, events": lambda: events(store, Scope((item.app_id,)), EventsQuestion(call_id, whole)),
        "call, report of a moment": lambda: reports(store, scope, call_id, connection_id, item.started_at + 60_000),
        "ingest, a day": lambda: ingest(store, scope, day),
    }


def _timed(question: Question, repeats: int) -> dict[str, float]:
    question()
    walls, cpus = [], []
    for wall, cpu in _runs(question, repeats):
        walls.append(wall)
        cpus.append(cpu)
    return {
        "wall_p50_ms": _quantile(walls, 0.5),
        "wall_p95_ms": _quantile(walls, 0.95),
        "cpu_p50_ms": _quantile(cpus, 0.5),
        "cpu_p95_ms": _quantile(cpus, 0.95),
    }


def _runs(question: Question, repeats: int) -> Iterator[tuple[float, float]]:
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        question()
        yield 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def _quantile(values: list[float], q: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(q * len(values)))], 1)


def _number(store: Store, sql: str) -> int:
    return int(store.query(sql).rows[0][0])
