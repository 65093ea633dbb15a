"""Bytes in at the door, analysed, durable, queryable: what it costs the server process.

The headline is of long calls (`samples_per_call`), whose beginning and end weigh little; `short_calls` are as recorded.
A load sends as fast as the server acknowledges, so its flushes are full: a server with few participants pays more for
each sample, see docs/performance.md.
"""

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

PEOPLE = 2
WARM_UP = 6
GROWTH = (1, 10, 100)
GROWTH_CALLS = 2
POLL_S = 0.5


def measure(calls: int, samples_per_call: int) -> dict[str, Any]:
    """CPU per sample by socket and by POST, in long calls and in short ones."""
    each = samples_per_call // PEOPLE
    with server() as running:
        _load(running, calls=2, samples=each)  # code and caches are warm
        by_socket = _load(running, calls=calls, first=2, samples=each)
        by_post = _load(running, calls=calls, first=2 + calls, samples=each, mode="post")
        short = _load(running, calls=calls, first=2 + 2 * calls)
    bare_us = _bare_us()
    best = min(by_socket["cpu_us"], by_post["cpu_us"])
    return {
        "samples_per_s_per_core": round(1e6 / best),
        "samples_per_call": samples_per_call,
        "cpu_vs_decode": round(best / bare_us, 2),
        "bare_decode_us": round(bare_us, 2),
        "by_socket": by_socket,
        "by_post": by_post,
        "short_calls": short,
    }


def growth(samples: int) -> dict[str, Any]:
    """CPU per sample with 1, 10 and 100 times the participants, all live before it is measured; memory for each.

    `samples` are sent in all, however many there are to send them.
    """
    rows, resident = [], {}
    for times in GROWTH:
        calls = GROWTH_CALLS * times
        each = max(1, samples // (PEOPLE * calls))
        session = {"calls": calls, "samples": WARM_UP + each + 1, "mode": "post"}
        with server() as running:
            _load(running, calls=calls, first=calls, samples=WARM_UP + 2, end=WARM_UP, mode="post")
            before = rss_kb(running.pid)
            _load(running, end=WARM_UP, **session)
            resident[times] = (rss_kb(running.pid) - before) / (PEOPLE * calls)
            load = _load(running, begin=WARM_UP, end=WARM_UP + each, **session)
        rows.append({"participants": PEOPLE * calls, "samples": load["samples"], "cpu_us": load["cpu_us"]})
    return {"growth": rows, "kb_per_live_participant": round(resident[GROWTH[-1]], 1)}


def _load(running: ServerProcess, mode: str = "ws", **options: int) -> dict[str, Any]:
    """Send calls, until they are stored."""
    cpu = cpu_s(running.pid)
    given = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "bench.load", running.url, running.app.api_key, f"--mode={mode}", *given]
    sent = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    began = time.monotonic()
    while running.metric("rtclens_pipeline_lag_batches") or running.metric("rtclens_store_behind_seconds"):
        time.sleep(POLL_S)  # each look costs the server some milliseconds
    drained = time.monotonic() - began
    cpu = cpu_s(running.pid) - cpu
    return {
        "samples": sent["samples"],
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
        began = time.process_time()
        for frame in frames:
            DECODER.decode(frame)
        times.append(time.process_time() - began)
    return min(times) / len(frames) * 1e6
