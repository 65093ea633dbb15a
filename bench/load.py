"""Send ClientSamples to a server as fast as it acknowledges them, from a process of its own.

    python -m bench.load URL KEY --mode ws --calls 10 --samples 120

Mode `ws`: one socket per participant, one sample per frame; `post`: requests of up to eight samples as an array. All
calls run at the same time; the newest sample is of now. Prints one JSON object: samples acknowledged, bytes, seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
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


async def main(args: argparse.Namespace) -> None:
    people = [frames[args.begin : args.end] for frames in sessions(args.samples)]
    tally = Counter[str]()
    gate = asyncio.Semaphore(SOCKETS if args.mode == "ws" else REQUESTS)
    began = time.monotonic()
    limits = httpx.Limits(max_connections=REQUESTS)
    async with httpx.AsyncClient(limits=limits, timeout=120, trust_env=False) as http:
        send = _by_socket if args.mode == "ws" else _by_post
        await asyncio.gather(
            *(
                send(http, args.url, f"{args.key}/bench-{call}/client-{number}", frames, gate, tally)
                for call in range(args.first, args.first + args.calls)
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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("--mode", choices=["ws", "post"], default="ws")
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="number of the first call")
    parser.add_argument("--samples", type=int, default=0, help="samples of each participant; 0: as recorded")
    parser.add_argument("--begin", type=int, default=0, help="send from this one of them on")
    parser.add_argument("--end", type=int, help="and not this one; the last one ends the session")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
