"""A worker process of the failover test: `python -m tests.scale.worker STREAM STORE_PORT CLOCK`.

Ends when its input does, or when the worker stopped by itself.
"""

from __future__ import annotations

import asyncio
import sys
from select import select

from tests.scale.load import SETTINGS
from tests.scale.shared_store import RemoteStore

from rtclens import analysis
from rtclens.pipeline import Worker
from rtclens.stream.kafka import Kafka
from rtclens.stream.kafka_dsn import parse

LOOK_S = 0.2


def main(dsn: str, port: int, clock_ms: float) -> int:
    stream = Kafka(parse(dsn))
    worker = Worker(stream.consumer(), RemoteStore(port), analysis, settings=SETTINGS, clock=lambda: clock_ms)
    worker.start()
    while worker.alive and not select([sys.stdin], [], [], LOOK_S)[0]:
        pass
    worker.stop()
    asyncio.run(stream.close())
    counters = worker.counters
    sys.stdout.write(
        f"batches {counters.batches}, delivered again {counters.redelivered}, "
        f"replayed {counters.recovered_batches} of {counters.recovered_calls} calls\n"
    )
    return 1 if worker.failure else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
