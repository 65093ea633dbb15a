"""Recorded streams: vectors made with the published encoders, and frames of real browsers."""

import json
import lzma
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data" / "observertc"


@cache
def load(name: str) -> dict[str, Any]:
    return json.loads(lzma.decompress((DATA / f"{name}.json.xz").read_bytes()))


def vectors() -> dict[str, Any]:
    return load("vectors")


def streams(*encodings: str) -> list[str]:
    return [name for name, vector in vectors().items() if isinstance(vector, dict) and vector["encoding"] in encodings]


def messages(name: str) -> list[bytes]:
    return [b64decode(message) for message in vectors()[name]["messages"]]


def plain(value: Any) -> Any:
    """Without nulls and empty lists, which mean the same as absence."""
    if isinstance(value, dict):
        pruned = {name: plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in pruned.items() if inner is not None and inner != []}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def first_difference(got: Any, expected: Any, path: str = "") -> str:
    """Where two values differ, for a readable failure; '' when they are equal."""
    if isinstance(got, dict) and isinstance(expected, dict):
        for name in sorted(got.keys() | expected.keys()):
            if name not in got or name not in expected:
                return f"{path}.{name} is only in {'the expectation' if name in expected else 'the result'}"
            if found := first_difference(got[name], expected[name], f"{path}.{name}"):
                return found
        return ""
    if isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        pairs = enumerate(zip(got, expected, strict=True))
        return next((found for i, (a, b) in pairs if (found := first_difference(a, b, f"{path}[{i}]"))), "")
    return "" if got == expected else f"{path}: {got!r} instead of {expected!r}"


def frames(stream: dict[str, Any]) -> list[tuple[bytes | str, float]]:
    """The frames of a recorded socket with their arrival times."""
    return [
        (b64decode(frame["bytes"]) if "bytes" in frame else frame["text"], float(frame["at"]))
        for frame in stream["frames"]
    ]
