"""Bytes in at the door, analysed, durable, queryable: what it costs the server process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from bench.process import cpu_s, rss_kb
from bench.traffic import client_samples
from rtclens.demo.process import ServerProcess, server
from rtclens.wire.observertc.rows import DECODER


def measure(calls: int) -> dict[str, Any]:
    """CPU per sample by socket and by POST, memory per live participant, disk per participant-second."""
    with server() as running:
        by_socket = _load(running, calls, "ws")
    with server() as running:
        by_post = _load(running, calls, "post")
        # Buffers, code and the engine's caches are there by now: what grows from here on grows with participants.
        rss_before = rss_kb(running.pid)
        _load(running, calls, "post", first=calls)
        memory_kb = (rss_kb(running.pid) - rss_before) / (2 * calls)
    bare_us = _bare_us()
    best = min(by_socket["cpu_us"], by_post["cpu_us"])
    return {
        "samples_per_s_per_core": round(1e6 / best),
        "cpu_vs_decode": round(best / bare_us, 2),
        "kb_per_live_participant": round(memory_kb, 1),
        "bare_decode_us": round(bare_us, 2),
        "by_socket": by_socket,
        "by_post": by_post,
    }


def _load(running: ServerProcess, calls: int, mode: str, first: int = 0) -> dict[str, Any]:
    """Send calls numbered from `first`; they stay open, so their participants are live afterwards."""
    cpu = cpu_s(running.pid)
    command = [sys.executable, "-m", "bench.load", running.url, running.app.api_key, str(calls), mode, str(first)]
    sent = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    began = time.monotonic()
    running.settle()
    drained = time.monotonic() - began
    cpu = cpu_s(running.pid) - cpu
    stored = running.sql("SELECT count() AS n FROM samples")[0]["n"]
    return {
        "samples": sent["samples"],
        "stored": stored,
        "bytes_per_sample": round(sent["bytes"] / sent["samples"]),
        "seconds": round(sent["seconds"] + drained, 2),
        "cpu_s": round(cpu, 2),
        "cpu_us": round(1e6 * cpu / sent["samples"], 1),
    }


def _bare_us() -> float:
    """The bare typed decode of the same bytes, in this run."""
    frames = [frame for person in client_samples() for frame in person]
    times = []
    for _ in range(50):
        began = time.perf_counter()
        for frame in frames:
            DECODER.decode(frame)
        times.append(time.perf_counter() - began)
    return min(times) / len(frames) * 1e6
