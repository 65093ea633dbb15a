"""Vectors and recordings for these tests, and the few steps every test takes with them."""

import gzip
import json
from functools import cache
from pathlib import Path

from rtclens.model.codec import Hello, Refusal, Reply
from rtclens.model.events import Batch
from rtclens.wire.rtcstats import RtcStats

DATA = Path(__file__).resolve().parents[2] / "data" / "rtcstats"
T0 = 1_700_000_000_000


@cache
def vectors(group):
    return json.loads(gzip.decompress((DATA / "vectors.json.gz").read_bytes()))[group]


@cache
def recording(name):
    return json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))


def dump_lines(name):
    return gzip.decompress((DATA / f"{name}.gz").read_bytes()).split(b"\n")


def hello(**members):
    return Hello(**{"app_id": "app", "stream": "s1", "opened_at": T0, "protocol": "rtcstats#5.0", **members})


def hello_of(socket, stream):
    return hello(
        stream=stream,
        opened_at=socket["opened_at"],
        protocol=socket["protocol"],
        path={"room": socket["room"]},
        headers={"user-agent": socket["agent"]},
        claims=socket["claims"],
    )


def feed(codec, state, frames):
    """The items of frames (arrays, or pairs of arrival and text)."""
    items = []
    for index, frame in enumerate(frames):
        if isinstance(frame, list) and len(frame) == 2 and isinstance(frame[1], str) and frame[0] > 1e11:
            at, text = frame
        else:
            at, text = T0 + index, frame if isinstance(frame, str | bytes) else json.dumps(frame)
        state, more = codec.feed(state, text, at)
        items += more
    return items


def decode(frames, **members):
    """Everything a fresh stream of the current protocol makes of these frames."""
    codec = RtcStats()
    state, items = codec.open(hello(**members))
    return items + feed(codec, state, frames)


def events(items):
    return [event for item in items if isinstance(item, Batch) for event in item.events]


def of_type(items, *kinds):
    return [event for event in events(items) if isinstance(event, kinds)]


def refusals(items):
    return [item for item in items if isinstance(item, Refusal)]


def replies(items):
    return [json.loads(item.data) for item in items if isinstance(item, Reply)]


def play(socket, stream="s1", codec=None):
    """A whole recorded socket: its state and items, closing included."""
    codec = codec or RtcStats()
    state, items = codec.open(hello_of(socket, stream))
    items = items + feed(codec, state, socket["frames"])
    return state, items + codec.close(state, socket.get("closed_at", 0), socket["code"])
