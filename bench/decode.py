"""What decoding and analysing cost in process, per format, beside the bare typed decode of the same bytes."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import msgspec

from rtclens import analysis
from rtclens.demo.recording import load
from rtclens.model.codec import Codec, Hello
from rtclens.model.events import Batch, Sample
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.observertc.rows import DECODER
from rtclens.wire.rtcstats.current import RtcStats

Stream = list[bytes | str]


def measure(repeats: int) -> list[dict[str, Any]]:
    """One row per format: µs per frame of the bare decode, of our decode, and of decode + analysis."""
    return [
        _row("observertc 3.x JSON", ObserveRtc(), "observertc-happy", DECODER.decode, repeats),
        _row("rtcstats 5.0", RtcStats(), "rtcstats-impair", msgspec.json.Decoder().decode, repeats),
    ]


def _row(title: str, codec: Codec[Any], recording: str, bare: Callable[[Any], Any], repeats: int) -> dict[str, Any]:
    streams = _streams(recording)
    frames = [frame for stream in streams for frame in stream]
    batches = _decoded(codec, streams)
    samples = sum(type(event) is Sample for batch in batches for event in batch.events)
    return {
        "format": title,
        "frames": len(frames),
        "samples": samples,
        "bytes_per_frame": round(sum(map(len, frames)) / len(frames)),
        "bare_us": _best(lambda: [bare(frame) for frame in frames], repeats, len(frames)),
        "decode_us": _best(lambda: _decoded(codec, streams), repeats, len(frames)),
        "decode_and_fold_us": _best(lambda: _folded(_decoded(codec, streams)), repeats, len(frames)),
    }


def _streams(recording: str) -> list[Stream]:
    streams: dict[int, Stream] = {}
    for line in load(recording).lines:
        if line["kind"] == "ws-msg":
            frame = line["data"] if "data" in line else base64.b64decode(line["dataB64"])
            streams.setdefault(line["conn"], []).append(frame)
    return list(streams.values())


def _decoded(codec: Codec[Any], streams: list[Stream]) -> list[Batch]:
    batches: list[Batch] = []
    for number, stream in enumerate(streams):
        hello = Hello(app_id="bench", stream=str(number), path={"call": "bench", "client": str(number)})
        state, items = codec.open(hello)
        for frame in stream:
            state, fed = codec.feed(state, frame, 1_795_000_000_000.0)
            items += fed
        batches += [item for item in items if isinstance(item, Batch)]
    return batches


def _folded(batches: list[Batch]) -> None:
    state = analysis.new_state()
    for seq, batch in enumerate(batches):
        batch.seq = seq
        analysis.fold(state, batch)


def _best(run: Callable[[], object], repeats: int, frames: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return round(min(times) / frames * 1e6, 2)
