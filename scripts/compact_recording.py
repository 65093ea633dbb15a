"""Re-encode a recording of SDK traffic compactly for the demo and the tests.

    compact_recording.py CAPTURE.jsonl.gz… --out DIR

Enters: JSON lines as a recording proxy wrote them (meta, mark, http, ws-open, ws-msg, ws-close). Leaves: the same
traffic without what replaying does not need (headers, recorded bodies of answers except the ids they handed out),
xz-compressed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
from pathlib import Path
from typing import Any

HANDED_OUT = ("token", "peer_id", "connection_id")


def compact(line: dict[str, Any]) -> dict[str, Any] | None:
    """What of a recorded line is worth keeping; `None` for lines that say nothing to a player."""
    kind = line["kind"]
    base = {"t": line["t"], "kind": kind}
    if kind == "meta":
        room = line.get("room", "")
        return base | {
            "ts": line["ts"],
            "sdk": line["sdk"],
            "scenario": line["scenario"],
            "room": room,
            "doc": line["doc"],
        }
    if kind == "mark":
        return base | {"text": line.get("text", "")} if "text" in line else None
    if kind == "http":
        return _http(base, line)
    if kind == "ws-open":
        return base | {"conn": line["conn"], "path": line["path"], "protocol": line.get("protocol", "")}
    if kind == "ws-msg" and line.get("dir", "c2s") == "c2s":
        return base | {"conn": line["conn"]} | {key: line[key] for key in ("data", "dataB64") if key in line}
    if kind == "ws-close":
        return base | {"conn": line["conn"], "code": line.get("code")}
    return None


def _http(base: dict[str, Any], line: dict[str, Any]) -> dict[str, Any] | None:
    if line["method"] == "OPTIONS":
        return None
    out = base | {"method": line["method"], "path": line["path"]}
    out |= {key: line[key] for key in ("body", "bodyB64") if key in line}
    answer = line.get("resp") or {}
    try:
        body = json.loads(answer.get("body") or "null")
    except ValueError:
        body = None
    ids = {key: body[key] for key in HANDED_OUT if key in body} if isinstance(body, dict) else {}
    return out | {"status": answer.get("status", 200)} | ({"gave": ids} if ids else {})


def main() -> None:
    """Re-encode every capture that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    for capture in args.captures:
        with gzip.open(capture, "rt") as source:
            lines = [compact(json.loads(text)) for text in source]
        text = "\n".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in lines if line)
        target = args.out / (capture.name.removesuffix(".jsonl.gz") + ".jsonl.xz")
        target.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
