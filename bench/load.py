"""Send ClientSamples to a server as fast as it acknowledges them, from a process of its own.

    python -m bench.load URL KEY CALLS MODE [FIRST [SAMPLES]]

MODE `ws`: one socket per participant, one sample per frame. `post`: requests of up to eight samples as an array.
SAMPLES is how many each participant sends, by default what was recorded; the newest is of now. All calls run at the
same time. Prints one JSON object: samples acknowledged, bytes, seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter

import httpx
from websockets.asyncio.client import connect

from bench.longer import continued
from bench.traffic import client_samples, now_shift, shifted
from rtclens.demo.recording import load

RECORDING = "observertc-happy"
INTERVAL_MS = 8000
SOCKETS = 512
REQUESTS = 64
SAMPLES_PER_REQUEST = 8


async def main(url: str, key: str, calls: int, mode: str, first: int = 0, samples: int = 0) -> None:
    people = sessions(samples)
    tally = Counter[str]()
    gate = asyncio.Semaphore(SOCKETS if mode == "ws" else REQUESTS)
    began = time.monotonic()
    limits = httpx.Limits(max_connections=REQUESTS)
    async with httpx.AsyncClient(limits=limits, timeout=120, trust_env=False) as http:
        send = _by_socket if mode == "ws" else _by_post
        await asyncio.gather(
            *(
                send(http, url, f"{key}/bench-{call}/client-{number}", frames, gate, tally)
                for call in range(first, first + calls)
                for number, frames in enumerate(people)
            )
        )
    print(json.dumps({**tally, "seconds": time.monotonic() - began}))


def sessions(samples: int) -> list[list[bytes]]:
    """The frames of each participant of the call, so many (0: as recorded), the newest of now."""
    recorded = client_samples(RECORDING)
    people = [continued(frames, samples) for frames in recorded] if samples else recorded
    shift = now_shift(load(RECORDING)) - INTERVAL_MS * max(map(len, people))
    return [[shifted(frame, shift) for frame in frames] for frames in people]


async def _by_socket(
    _: httpx.AsyncClient, url: str, path: str, frames: list[bytes], gate: asyncio.Semaphore, tally: Counter[str]
) -> None:
    async with (
        gate,
        connect(f"{url.replace('http', 'ws', 1)}/observertc/{path}?schemaVersion=3.0.0", compression=None) as socket,
    ):
        for frame in frames:
            await socket.send(frame.decode())
            tally["samples"] += 1
            tally["bytes"] += len(frame)


async def _by_post(
    http: httpx.AsyncClient, url: str, path: str, frames: list[bytes], gate: asyncio.Semaphore, tally: Counter[str]
) -> None:
    for start in range(0, len(frames), SAMPLES_PER_REQUEST):
        part = frames[start : start + SAMPLES_PER_REQUEST]
        body = b"[" + b",".join(part) + b"]"
        async with gate:
            answer = await http.post(f"{url}/observertc/{path}?schemaVersion=3.0.0", content=body)
        answer.raise_for_status()
        tally["samples"] += len(part)
        tally["bytes"] += len(body)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], *map(int, sys.argv[5:])))
