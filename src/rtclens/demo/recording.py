"""Read a bundled recording: one call's traffic as its real clients sent it.

Enters: a `.jsonl.xz` file of this package or a path. Leaves: `Recording`, lines in order, times in ms from the start.
Kinds of lines: `http` (method, path, body, status, ids the recorded server handed out), `ws-open`, `ws-msg`,
`ws-close`, `mark` (what the person or the fault injector did at that moment).
"""

from __future__ import annotations

import lzma
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec


class Recording(msgspec.Struct):
    """`started_at` is when the recording began (ms since the epoch); `room` is the call id its clients used."""

    name: str
    sdk: str
    scenario: str
    doc: str
    room: str
    started_at: float
    lines: list[dict[str, Any]]

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return float(self.lines[-1]["t"] - self.lines[0]["t"]) / 1000


def load(name: str) -> Recording:
    """The bundled recording `name` (such as `rtcstats-impair`)."""
    return parse(name, (files("rtclens.demo") / "recordings" / f"{name}.jsonl.xz").read_bytes())


def load_path(path: Path) -> Recording:
    """A recording from a file of the same form."""
    return parse(path.name.split(".")[0], path.read_bytes())


def parse(name: str, packed: bytes) -> Recording:
    """Decode the packed lines; the first one is the recording's own description."""
    lines = [msgspec.json.decode(line) for line in lzma.decompress(packed).splitlines()]
    meta, rest = lines[0], lines[1:]
    return Recording(
        name=name,
        sdk=meta["sdk"],
        scenario=meta["scenario"],
        doc=meta["doc"],
        room=meta.get("room") or _first_room(rest),
        started_at=meta["ts"] - meta["t"],
        lines=rest,
    )


def _first_room(lines: list[dict[str, Any]]) -> str:
    for line in lines:
        if line["kind"] == "http" and line["path"] == "/v1/initialize":
            return str(msgspec.json.decode(line["body"])["conferenceId"])
    return ""
