"""Bytes on disk per participant-second, on recordings sampled once a second, after the engine merged its parts."""

from __future__ import annotations

import asyncio
from typing import Any

from rtclens.demo.process import ServerProcess, server
from rtclens.demo.scenes import Scene
from rtclens.demo.stage import Stage
from rtclens.store import Store

RECORDINGS = ("rtcstats-impair", "rtcstats-freeze", "rtcstats-sfu")


def measure(copies: int) -> dict[str, Any]:
    """Play copies of 1 Hz recordings and compare the store's compressed size with what was observed."""
    with server() as running:
        for copy in range(copies):
            scenes = [Scene(name, f"{name}-{copy}") for name in RECORDINGS]
            asyncio.run(Stage(running.url, running.app.api_key, speed=0).once(scenes))
        running.settle()
        seconds = running.sql(_PARTICIPANT_SECONDS)[0]["seconds"]
        running.stop()
        tables = _bytes_by_table(running)
    total = sum(tables.values())
    return {
        "bytes_per_participant_second": round(total / seconds, 1),
        "participant_seconds": round(seconds),
        "tables": dict(sorted(tables.items(), key=lambda item: -item[1])),
    }


def _bytes_by_table(stopped: ServerProcess) -> dict[str, int]:
    """Compressed bytes of the active parts, after the engine has merged them as it would in time."""
    store = Store.open(f"chdb://{stopped.folder / 'store'}")
    try:
        for (table,) in store.query(_TABLES).rows:
            store.command(f"OPTIMIZE TABLE {table} FINAL")
        return dict(store.query(_BYTES).rows)
    finally:
        store.close()


_PARTICIPANT_SECONDS = """
SELECT sum(span) AS seconds FROM (
  SELECT dateDiff('millisecond', min(at), max(at)) / 1000 AS span FROM samples GROUP BY call_id, session_id)
"""
_TABLES = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
_BYTES = """
SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table
"""
