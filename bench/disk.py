"""Bytes on disk per participant-second, on recordings sampled once a second, after the engine merged its parts."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.process import Server, server
from rtclens.demo.scenes import Scene
from rtclens.demo.stage import Stage

RECORDINGS = ("rtcstats-impair", "rtcstats-freeze", "rtcstats-sfu")


def measure(copies: int) -> dict[str, Any]:
    """Play copies of 1 Hz recordings and compare the store's compressed size with what was observed."""
    with server() as running:
        for copy in range(copies):
            scenes = [Scene(name, f"{name}-{copy}") for name in RECORDINGS]
            asyncio.run(Stage(running.url, running.key, speed=0).once(scenes))
        running.settle()
        return _sizes(running)


def _sizes(running: Server) -> dict[str, Any]:
    seconds = float(str(running.sql(_PARTICIPANT_SECONDS)[0][0]))
    tables = {str(name): int(str(size)) for name, size in running.sql(_BYTES)}
    total = sum(tables.values())
    return {
        "bytes_per_participant_second": round(total / seconds, 1),
        "participant_seconds": round(seconds),
        "tables": dict(sorted(tables.items(), key=lambda item: -item[1])),
    }


_PARTICIPANT_SECONDS = """
SELECT sum(span) FROM (
  SELECT dateDiff('millisecond', min(at), max(at)) / 1000 AS span FROM samples GROUP BY call_id, session_id)
"""
_BYTES = (
    "SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table"
)
