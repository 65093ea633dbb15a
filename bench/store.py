"""What storing costs by itself, without doors and analysis: `python -m bench.store [--json]`.

Measured on recorded batches, copied to many calls: the spool's append, building and encoding of blocks, the engine's
insert (its background merges included, as CPU of the process), and a replay. Rows are those of the W3C tables, samples,
events and facts together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import lzma
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from rtclens import analysis
from rtclens.model.events import Batch, Sample
from rtclens.store import Repeats, Rows, Store
from rtclens.stream.spool import Spool

RECORDINGS = Path(__file__).parent.parent / "tests" / "data" / "analysis"
FLUSH_ROWS = 50_000
DECODER = msgspec.msgpack.Decoder(list[Batch])


class Watch:
    """CPU seconds of this process, all threads, by name."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - began


def load(copies: int) -> list[Batch]:
    """Recorded ObserveRTC calls, each `copies` times under other call ids, in order of arrival."""
    batches: list[Batch] = []
    for path in sorted(RECORDINGS.glob("observertc-*.msgpack.xz")):
        recorded = DECODER.decode(lzma.decompress(path.read_bytes()))
        for copy in range(copies):
            for batch in recorded:
                origin = msgspec.structs.replace(batch.origin, call=f"{path.stem}-{copy}")
                batches.append(Batch(origin, batch.received_at, batch.events))
    return sorted(batches, key=lambda batch: batch.received_at)


def measure(copies: int) -> dict[str, Any]:
    """µs of CPU per sample for each step, and rows per second of CPU."""
    batches = load(copies)
    samples = sum(isinstance(event, Sample) for batch in batches for event in batch.events)
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_spool(Path(folder) / "spool", batches, watch))
        store = Store.open(f"chdb://{folder}/store")
        store.migrate()
        rows = _write(store, batches, watch)
        with watch("replay"):
            again = sum(1 for _ in store.replay(store.open_calls(0, len(batches), 0.0)))
        store.close()
    assert again == len(batches)
    spent = watch.cpu["build"] + watch.cpu["encode"] + watch.cpu["insert"]
    micros = {f"{name}_us_per_sample": round(cpu / samples * 1e6, 1) for name, cpu in watch.cpu.items()}
    return {"samples": samples, "rows": rows, "rows_per_cpu_second": round(rows / spent), **micros}


async def _spool(folder: Path, batches: list[Batch], watch: Watch) -> None:
    spool = Spool(folder)
    with watch("spool"):
        for at in range(0, len(batches), 64):
            await asyncio.gather(*(spool.append([batch]) for batch in batches[at : at + 64]))
    await spool.close()


def _write(store: Store, batches: list[Batch], watch: Watch) -> int:
    state, rows, written = analysis.new_state(), Rows(repeats := Repeats()), 0
    for batch in batches:
        with watch("analysis"):
            folded = analysis.fold(state, batch)
        with watch("build"):
            rows.add_batch(batch, folded.identity)
            rows.add_facts(folded.facts)
        if rows.count >= FLUSH_ROWS:
            written += _flush(store, rows, watch)
            rows = Rows(repeats)
    return written + _flush(store, rows, watch)


def _flush(store: Store, rows: Rows, watch: Watch) -> int:
    with watch("encode"):
        blocks = list(rows.blocks())
    with watch("insert"):
        for block in blocks:
            store.insert(block)
    return sum(count for _, count, _ in blocks)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--copies", type=int, default=25, help="copies of each recorded call")
    args = parser.parse_args()
    result = measure(args.copies)
    if args.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:28} {value:>12}")


if __name__ == "__main__":
    main()
