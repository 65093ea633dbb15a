"""A getUserMedia or getDisplayMedia event as an entry of a webrtc-internals dump.

Enters: `MediaAccess`. Leaves: the entry, in the shape that `media` reads.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.events import LocalTrack, MediaAccess


def media_entry(renderer: int, event: MediaAccess) -> dict[str, Any]:
    """The entry of a request, or of its result."""
    said: dict[str, Any] = {
        "pid": renderer,
        "rid": renderer,
        "request_id": _number(event.correlation),
        "request_type": "getDisplayMedia" if event.source == "display" else "getUserMedia",
        "timestamp": event.at,
    }
    if event.phase == "requested":
        wanted = event.constraints if isinstance(event.constraints, dict) else {}
        for kind, asked in (("audio", event.audio), ("video", event.video)):
            if asked:
                said[kind] = _constraint(wanted.get(kind))
        return said
    if event.phase == "failed":
        return said | {"error": event.error, "error_message": event.message}
    stream = next((track.streams[0] for track in event.tracks if track.streams), "")
    tracks = {track.kind: track for track in event.tracks}
    infos = {f"{kind}_track_info": _info(tracks.get(kind)) for kind in ("audio", "video")}
    return said | {"stream_id": stream or event.correlation or "granted", **infos}


def _constraint(value: Any) -> str:
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else ""


def _info(track: LocalTrack | None) -> str:
    said = None if track is None else {"id": track.id, "label": track.label}
    return msgspec.json.encode(said).decode()


def _number(correlation: str) -> int:
    """The number at the end of a correlation id; requests and results of one call share it."""
    digits = correlation.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
