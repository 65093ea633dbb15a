"""What the analysis costs in long calls, by itself: `python -m bench.fold [--json]`, or `--state N` for its memory.

Steady state: every participant has sent hundreds of samples, so that what a session costs once is told apart. CPU time
of this process, the least of several runs; function calls by the profiler; bytes of state as the allocator counts them,
with the batches decoded and let go as a server does. `--state N` tells what a person is remembered by after N samples,
part by part, in calls of two and of six.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import pstats
import time
import tracemalloc
from collections import Counter
from typing import Any

import msgspec

from bench.held import held
from bench.sessions import crowded, lengthened, native
from rtclens import analysis
from rtclens.model.events import Batch, Sample

SAMPLES = 300
CALLS = 20  # for the memory figure
WARM = 40  # samples after which memory is measured
CROWD = 3  # copies of the two people of a recording, in one call
PARTS = 12  # that are told one by one
Shape = tuple[list[Batch], list[Batch]]


def measure(samples: int = SAMPLES, repeats: int = 5) -> list[dict[str, Any]]:
    """One row per format."""
    rtcstats = lengthened("rtcstats-happy", samples)
    return [
        _row("rtcstats, 1 s", rtcstats, repeats),
        _row("rtcstats, 1 s, simulcast over a server", lengthened("rtcstats-sfu-simulcast", samples), repeats),
        _row("rtcstats, 1 s, bad network", lengthened("rtcstats-impair", samples), repeats),
        _row("observertc, 8 s", lengthened("observertc-happy", samples), repeats),
        _row("native, 1 s", _native(rtcstats), repeats),
    ]


def _native(shape: Shape) -> Shape:
    opening = len(native(shape[0]))
    batches = native([*shape[0], *shape[1]])
    return batches[:opening], batches[opening:]


def _row(title: str, shape: Shape, repeats: int) -> dict[str, Any]:
    opening, steady = shape
    samples = [event for batch in steady for event in batch.events if isinstance(event, Sample)]
    reports = sum(len(getattr(one.stats, name)) for one in samples for name in one.stats.__struct_fields__)
    people = len({(batch.origin.participant, batch.origin.session) for batch in steady})
    runs = [_run(opening, steady) for _ in range(repeats)]
    state, facts = analysis.new_state(), 0
    _fold(state, opening)
    profile = cProfile.Profile()
    profile.enable()
    facts = _fold(state, steady)
    profile.disable()
    calls: Any = pstats.Stats(profile)
    return {
        "shape": title,
        "samples": len(samples),
        "reports_per_sample": round(reports / len(samples), 1),
        "us_per_sample": _micros(min(run[1] for run in runs), len(samples)),
        "opening_us_per_session": _micros(min(run[0] for run in runs), people),
        "tick_us_per_participant": _micros(min(run[2] for run in runs), people),
        "calls_per_sample": round(calls.total_calls / len(samples)),
        "facts_per_sample": round(facts / len(samples), 2),
        "state_bytes_per_participant": _bytes(opening, steady, people),
    }


def _micros(seconds: float, count: int) -> float:
    return round(seconds / count * 1e6, 1)


def _run(opening: list[Batch], steady: list[Batch]) -> tuple[float, float, float]:
    """CPU seconds of the opening, of the steady part, and of one tick after it."""
    state = analysis.new_state()
    gc.collect()
    began = time.process_time()
    _fold(state, opening)
    opened = time.process_time()
    _fold(state, steady)
    done = time.process_time()
    for second in range(10):
        analysis.tick(state, steady[-1].received_at + second)
    ticked = time.process_time()
    return opened - began, done - opened, (ticked - done) / 10


def _fold(state: analysis.State, batches: list[Batch]) -> int:
    return sum(len(analysis.fold(state, batch).facts) for batch in batches)


def _bytes(opening: list[Batch], steady: list[Batch], people: int) -> int:
    """Bytes of state for each participant: what `CALLS` more live calls need, so that what is shared does not count."""
    frames = [msgspec.msgpack.encode(batch) for batch in (*opening, *steady[: WARM * people])]
    decoder = msgspec.msgpack.Decoder(Batch)
    state = analysis.new_state()
    held = []
    tracemalloc.start()
    for first in (0, CALLS):
        _copies(state, frames, decoder, CALLS, first)
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return round((held[1] - held[0]) / CALLS / people)


def _copies(
    state: analysis.State, frames: list[bytes], decoder: msgspec.msgpack.Decoder[Batch], calls: int, first: int
) -> None:
    for frame in frames:
        for number in range(first, first + calls):
            batch = decoder.decode(frame)
            batch.origin = msgspec.structs.replace(batch.origin, call=f"bench-{number}")
            analysis.fold(state, batch)


def state(samples: int) -> list[dict[str, Any]]:
    """Bytes of state of a person after so many steady samples, and the largest parts of it."""
    two = {name: lengthened(name, samples) for name in ("rtcstats-happy", "observertc-happy", "rtcstats-sfu-simulcast")}
    return [
        *(_parts(f"{name}, two people", shape) for name, shape in two.items()),
        _parts("rtcstats-sfu-simulcast, six people", crowded(two["rtcstats-sfu-simulcast"], CROWD)),
    ]


def _parts(title: str, shape: Shape) -> dict[str, Any]:
    opening, steady = shape
    people = len({(batch.origin.participant, batch.origin.session) for batch in steady})
    live = analysis.new_state()
    frames = [msgspec.msgpack.encode(batch) for batch in (*opening, *steady)]
    _copies(live, frames, msgspec.msgpack.Decoder(Batch), 1, 0)
    found = held(live)
    by_part: Counter[str] = Counter()
    for path, size in found.items():
        by_part[".".join(path.split(".")[:2])] += size
    row: dict[str, Any] = {"shape": title, "bytes_per_participant": round(found.total() / people)}
    return row | {part: round(size / people) for part, size in by_part.most_common(PARTS)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fold", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="steady samples of each participant")
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the least counts")
    parser.add_argument("--state", type=int, metavar="N", help="bytes of state by part after N samples, nothing else")
    args = parser.parse_args()
    rows = state(args.state) if args.state else measure(args.samples, args.repeats)
    if args.json:
        print(json.dumps({"fold": rows}))
        return
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
