"""Small dumps for tests: recorded ones, and a builder for shapes that were not recorded."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import AnyEvent, Batch, Sample
from rtclens.wire.internals import FirefoxReader, InternalsReader

DATA = Path(__file__).parents[2] / "data" / "dumps"
HELLO = Hello(app_id="app", stream="file", opened_at=5.0, path={"participant": "p", "call": "c"})
START = 1_700_000_000_000.0


def recorded(name: str) -> bytes:
    return gzip.decompress((DATA / f"webrtc-internals-{name}.json.gz").read_bytes())


def polls(name: str) -> list[dict[str, dict[str, Any]]]:
    """What `getStats()` really returned at some polls of the same run, by report id."""
    return json.loads(gzip.decompress((DATA / f"polls-{name}.json.gz").read_bytes()))


def read(document: Any, step: int = 1 << 16) -> list[Item]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(InternalsReader().read([raw[i : i + step] for i in range(0, len(raw), step)], HELLO))


def read_firefox(document: Any) -> list[Item]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(FirefoxReader().read([raw], HELLO))


def batches(items: list[Item]) -> list[Batch]:
    return [item for item in items if isinstance(item, Batch)]


def refusals(items: list[Item]) -> list[Refusal]:
    return [item for item in items if isinstance(item, Refusal)]


def events(items: list[Item]) -> list[AnyEvent]:
    return [event for batch in batches(items) for event in batch.events]


def samples(items: list[Item]) -> list[Sample]:
    return [event for event in events(items) if isinstance(event, Sample)]


def of(kind: type[Any], items: list[Item]) -> list[Any]:
    return [event for event in events(items) if isinstance(event, kind)]


def iso(at: float) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def series(values: list[Any], stamps: list[float], kind: str = "") -> dict[str, Any]:
    entry = {"startTime": iso(stamps[0]), "endTime": iso(stamps[-1]), "values": json.dumps(values)}
    return entry | ({"statsType": kind} if kind else {})


def report(stats_id: str, kind: str, stamps: list[float], **members: list[Any]) -> dict[str, Any]:
    """The series of one report whose members were all there at all stamps."""
    made = {f"{stats_id}-{name}": series(values, stamps, kind) for name, values in members.items()}
    return made | {f"{stats_id}-timestamp": series(stamps, stamps, kind)}


def dump(
    stats: dict[str, Any], log: list[dict[str, Any]] | None = None, key: str = "7-1", **more: Any
) -> dict[str, Any]:
    entry = {
        "pid": 99,
        "url": "https://page.example/",
        "rtcConfiguration": "{}",
        "stats": stats,
        "updateLog": log or [],
    }
    return {"getUserMedia": [], "PeerConnections": {key: entry}, "UserAgent": "", **more}
