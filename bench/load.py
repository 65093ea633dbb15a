"""Send ClientSamples to a server as fast as it acknowledges them, from a process of its own.

    python -m bench.load URL KEY CALLS MODE [FIRST]

MODE `ws`: one socket per participant, one sample per frame. `post`: one request per participant and round, its samples
as an array. Prints one JSON object: samples acknowledged, bytes, seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter

import httpx
from websockets.asyncio.client import connect

from bench.traffic import client_samples, now_shift, shifted
from rtclens.demo.recording import load

CONCURRENCY = 64


async def main(url: str, key: str, calls: int, mode: str, first: int = 0) -> None:
    shift = now_shift(load("observertc-happy"))
    people = [[shifted(frame, shift) for frame in frames] for frames in client_samples()]
    gate, tally = asyncio.Semaphore(CONCURRENCY), Counter[str]()
    began = time.monotonic()
    limits = httpx.Limits(max_connections=CONCURRENCY)
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
    async with gate:
        body = b"[" + b",".join(frames) + b"]"
        answer = await http.post(f"{url}/observertc/{path}?schemaVersion=3.0.0", content=body)
        answer.raise_for_status()
        tally["samples"] += len(frames)
        tally["bytes"] += len(body)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], *map(int, sys.argv[5:])))
