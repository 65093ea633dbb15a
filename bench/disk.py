"""Bytes on disk per participant-second, on recordings sampled once a second, after the engine merged its parts.

Enters: recordings. Leaves: the store's size beside the gzip'd JSON of the same samples, by table. The rows are those
that a server writes (decoded, masked, folded, flushed every few seconds), written in this process. A participant-second
is a second that a session was sampled; everything stored is counted, facts and events too. Copies of a call compress
against each other, so more than one flatters the figure. The recordings are short, some twenty seconds a session, so
what a session costs once (its events, facts and features) is told apart from what every second adds.
"""

from __future__ import annotations

import base64
import gzip
import tempfile
from contextlib import closing
from typing import Any

import msgspec

from bench.stretch import stretched
from rtclens import analysis
from rtclens.demo.recording import load
from rtclens.edge.privacy import mask
from rtclens.model.codec import Hello
from rtclens.model.events import Batch, Sample
from rtclens.model.stats import REPORTS
from rtclens.store import Repeats, Rows, Store
from rtclens.store.columns import report_table
from rtclens.wire.rtcstats.current import RtcStats

RECORDINGS = ("rtcstats-impair", "rtcstats-freeze", "rtcstats-sfu", "rtcstats-turn-bad")
FLUSH_BATCHES = 100
HOUR_MS = 3_600_000
GROWING = {report_table(cls) for cls in REPORTS} | {"samples", "track_slices_versions", "connection_slices_versions"}
_COUNTED = "database = currentDatabase() AND table != 'migrations'"


def measure(copies: int, call_s: float = 0.0) -> dict[str, Any]:
    """Store copies of 1 Hz recordings and compare the compressed size with what was observed.

    With `call_s` each call is continued to so many seconds, see `stretch`.
    """
    calls = [decoded(name, copy) for copy in range(copies) for name in RECORDINGS]
    batches = [batch for call in calls for batch in (stretched(call, call_s) if call_s else call)]
    batches.sort(key=lambda batch: batch.received_at)
    with tempfile.TemporaryDirectory() as folder, closing(Store.open(f"chdb://{folder}/store")) as store:
        store.migrate()
        write(store, batches)
        seconds = float(store.query(_PARTICIPANT_SECONDS).rows[0][0])
        sessions = int(store.query("SELECT count() FROM sessions").rows[0][0])
        tables = _bytes_by_table(store)
    growing = sum(size for name, size in tables.items() if name in GROWING)
    return {
        "bytes_per_participant_second": round(sum(tables.values()) / seconds, 1),
        "growing_bytes_per_participant_second": round(growing / seconds, 1),
        "fixed_bytes_per_session": round((sum(tables.values()) - growing) / sessions),
        "gzip_json_bytes_per_participant_second": round(_gzipped(batches) / seconds, 1),
        "participant_seconds": round(seconds),
        "tables": {name: round(size / seconds, 2) for name, size in tables.items()},
    }


def decoded(name: str, copy: int = 0) -> list[Batch]:
    """The batches of a recording, masked as at the door, as a call of its own for each copy."""
    recording, codec = load(name), RtcStats()
    states: dict[int, Any] = {}
    batches: list[Batch] = []
    for line in recording.lines:
        if line["kind"] != "ws-msg":
            continue
        stream = line["conn"]
        if stream not in states:
            hello = Hello(app_id="bench", stream=f"{copy}-{stream}", path={"call": f"{name}-{copy}"})
            states[stream], items = codec.open(hello)
            batches += [item for item in items if isinstance(item, Batch)]
        frame = line["data"] if "data" in line else base64.b64decode(line["dataB64"])
        received_at = float(round(recording.started_at + line["t"]))
        states[stream], items = codec.feed(states[stream], frame, received_at)
        batches += [item for item in items if isinstance(item, Batch)]
    for batch in batches:
        batch.origin = msgspec.structs.replace(batch.origin, call=f"{name}-{copy}")
        mask(batch, "standard")
    return batches


def write(store: Store, batches: list[Batch]) -> None:
    """Analyse the batches and store them as a server does; the calls have ended afterwards."""
    state, rows = analysis.new_state(), Rows(repeats := Repeats())
    for seq, batch in enumerate(batches, 1):
        batch.seq = seq
        folded = analysis.fold(state, batch)
        rows.add_batch(batch, folded.identity)
        rows.add_facts(folded.facts)
        if seq % FLUSH_BATCHES == 0:
            store.append(rows)
            rows = Rows(repeats)
    rows.add_facts(analysis.tick(state, batches[-1].received_at + HOUR_MS))
    store.append(rows)


def _gzipped(batches: list[Batch]) -> int:
    """The samples as JSON lines, each call compressed as a whole."""
    calls: dict[str, list[Sample]] = {}
    for batch in batches:
        calls.setdefault(batch.origin.call, []).extend(event for event in batch.events if isinstance(event, Sample))
    return sum(len(gzip.compress(b"\n".join(map(msgspec.json.encode, samples)), 6)) for samples in calls.values())


def _bytes_by_table(store: Store) -> dict[str, int]:
    """Compressed bytes of the columns, largest first, after the engine has merged its parts as it would in time."""
    for (table,) in store.query(_TABLES).rows:
        store.command(f"OPTIMIZE TABLE {table} FINAL")
    return {str(table): int(size) for table, size in store.query(_BYTES).rows}


_PARTICIPANT_SECONDS = """
SELECT sum(span) AS seconds FROM (
  SELECT dateDiff('millisecond', min(at), max(at)) / 1000 AS span FROM samples GROUP BY call_id, session_id)
"""
_TABLES = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
_BYTES = f"""
SELECT table, sum(data_compressed_bytes) AS size FROM system.parts WHERE active AND {_COUNTED}
GROUP BY table ORDER BY size DESC
"""
