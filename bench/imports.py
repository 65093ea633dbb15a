"""How fast big dump files are read, explained, and imported through a running server; and in how much memory.

Bytes are those of the unpacked file. `read` is decoding alone, `explain` is `rtclens analyze` without its report,
`import` is the CPU time of a server that takes the file: receiving, decoding, masking, folding, storing.
"""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from bench.dumps import FORMATS, written
from bench.process import cpu_s, peak_kb, rss_kb
from rtclens.demo.process import ServerProcess, server
from rtclens.edge.offline import analyse
from rtclens.model.codec import Hello
from rtclens.wire.files import open_file

CHUNK = 1 << 18


def measure(megabytes: int) -> list[dict[str, Any]]:
    """One row per format."""
    with tempfile.TemporaryDirectory(prefix="rtclens-bench-") as folder:
        return [_row(written(name, Path(folder), megabytes * 1_000_000), name) for name in FORMATS]


def _row(path: Path, name: str) -> dict[str, Any]:
    size = path.stat().st_size
    return {
        "format": name,
        "mb": round(size / 1e6, 1),
        "read_mb_s": _rate(size, lambda: deque(_items(path), maxlen=0)),
        "explain_mb_s": _rate(size, lambda: analyse([path])),
        **_through_a_server(path, size),
    }


def _items(path: Path) -> Iterator[object]:
    with path.open("rb") as file:
        opened = open_file(iter(lambda: file.read(CHUNK), b""), Hello(app_id="bench", stream="bench"))
        assert opened.format
        yield from opened.items


def _rate(size: int, work: Any) -> float:
    began = time.process_time()
    work()
    return round(size / 1e6 / (time.process_time() - began), 1)


def _through_a_server(path: Path, size: int) -> dict[str, Any]:
    """The server has imported a small file before: what it loads once is not counted."""
    with server() as running:
        _send(running, b'RTCStatsDump\n{"fileFormat":3,"startTime":1795169990405}\n["create","PC_0",{},0]\n')
        cpu, before, began = cpu_s(running.pid), rss_kb(running.pid), time.monotonic()
        told = _send(running, path.read_bytes())
        seconds, cpu = time.monotonic() - began, cpu_s(running.pid) - cpu
        assert told["new_batches"] > 0
        return {
            "import_mb_s": round(size / 1e6 / cpu, 1),
            "import_s": round(seconds, 1),
            "import_peak_mb": round((peak_kb(running.pid) - before) / 1024),
        }


def _send(running: ServerProcess, content: bytes) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {running.app.token}"}
    url = running.url + "/api/v1/import"
    answer = httpx.post(url, content=content, headers=headers, timeout=600, trust_env=False)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
