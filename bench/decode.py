"""What decoding and analysing cost in process, per format, beside the bare parse of the same bytes.

CPU time of this process, the least of several runs: a machine that does other things changes it least.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench.inputs import Input, inputs
from rtclens import analysis
from rtclens.model.codec import Item, Refusal
from rtclens.model.events import Batch, Sample, ServerSample

BUDGET_S = 0.3  # for one figure of one format, whatever `repeats` says


def measure(repeats: int) -> list[dict[str, Any]]:
    """One row per format: µs per frame of the bare parse, of our decode, and of decode + analysis."""
    return [_row(one, repeats) for one in inputs()]


def _row(one: Input, repeats: int) -> dict[str, Any]:
    frames = [frame for stream in one.streams for frame in stream]
    items = one.decode(one.streams)
    refused = [item for item in items if isinstance(item, Refusal)]
    if refused:
        raise ValueError(f"{one.title}: {refused[0].code}: {refused[0].message}")
    events = [event for item in items if isinstance(item, Batch) for event in item.events]
    samples = sum(isinstance(event, Sample | ServerSample) for event in events)
    size, bare = sum(map(len, frames)), one.bare
    decode_s = _best(lambda: one.decode(one.streams), repeats)
    fold_s = _best(lambda: _folded(one.decode(one.streams)), repeats)
    bare_s = None if bare is None else _best(lambda: [bare(frame) for frame in frames], repeats)
    return {
        "format": one.title,
        "frames": len(frames),
        "samples": samples,
        "bytes_per_frame": round(size / len(frames)),
        "bare_us": None if bare_s is None else round(bare_s / len(frames) * 1e6, 2),
        "decode_us": round(decode_s / len(frames) * 1e6, 2),
        "decode_and_fold_us": round(fold_s / len(frames) * 1e6, 2),
        "decode_us_per_sample": round(decode_s / samples * 1e6, 1),
        "decode_mb_per_s": round(size / decode_s / 1e6, 1),
        "times_bare": None if bare_s is None else round(decode_s / bare_s, 1),
    }


def _folded(items: list[Item]) -> None:
    state = analysis.new_state()
    for seq, batch in enumerate(item for item in items if isinstance(item, Batch)):
        batch.seq = seq
        analysis.fold(state, batch)


def _best(run: Callable[[], object], repeats: int) -> float:
    """CPU seconds of the fastest run, after one that warms up."""
    run()
    times: list[float] = []
    while len(times) < repeats and sum(times) < BUDGET_S:
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)
