"""getUserMedia and getDisplayMedia entries of a webrtc-internals dump.

Enters: entries of the file's `getUserMedia` list (requests, and in newer versions their results). Leaves: `MediaAccess`
events; a result is joined to its request by process, renderer and request number.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.model.events import LocalTrack, MediaAccess
from rtclens.wire.common.storable import kept
from rtclens.wire.internals.eras import loads
from rtclens.wire.internals.series import instant


class MediaEntry(msgspec.Struct):
    """An entry as the file has it. `audio` and `video` are '' for `true`, else constraints; absent where not wanted."""

    timestamp: int | float | None = None
    pid: int | None = None
    rid: int | None = None
    request_id: int | None = None
    request_type: str = ""
    origin: str = ""
    url: str = ""
    audio: Any = None
    video: Any = None
    stream_id: str = ""
    audio_track_info: Any = None
    video_track_info: Any = None
    error: str = ""
    error_message: str = ""


# Chromium spells this W3C error name its own way.
ERRORS = {"OverConstrainedError": "OverconstrainedError"}

_ENTRY = msgspec.json.Decoder(MediaEntry)


def entry(raw: bytes) -> MediaEntry | None:
    """One entry; `None` when it is none."""
    try:
        found = _ENTRY.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found.timestamp = instant(found.timestamp)
    return found


def accesses(entries: list[MediaEntry]) -> list[MediaAccess]:
    """The events of one client's entries that have a time."""
    requested: dict[tuple[int | None, ...], MediaEntry] = {}
    found = []
    for said in entries:
        key = (said.pid, said.rid, said.request_id)
        is_result = bool(said.stream_id or said.error)
        if not is_result:
            requested[key] = said
        if said.timestamp is not None:
            request = requested.get(key, said)
            found.append(_result(said, request) if is_result else _request(said))
    return found


def _source(said: MediaEntry) -> Literal["user", "display"]:
    return "display" if said.request_type == "getDisplayMedia" else "user"


def _correlation(said: MediaEntry) -> str:
    return "" if said.request_id is None else f"{said.rid}-{said.pid}-{said.request_id}"


def _request(said: MediaEntry) -> MediaAccess:
    assert said.timestamp is not None
    wanted = {"audio": _constraint(said.audio), "video": _constraint(said.video)}
    return MediaAccess(
        at=float(said.timestamp),
        phase="requested",
        source=_source(said),
        audio=said.audio is not None,
        video=said.video is not None,
        constraints={kind: value for kind, value in wanted.items() if value is not None},
        correlation=_correlation(said),
    )


def _constraint(value: Any) -> Any:
    if value == "":
        return True
    return loads(value) if isinstance(value, str) else kept(value)


def _result(said: MediaEntry, request: MediaEntry) -> MediaAccess:
    assert said.timestamp is not None
    tracks = [
        track
        for kind, info in (("audio", said.audio_track_info), ("video", said.video_track_info))
        if (track := _track(kind, info, said.stream_id)) is not None
    ]
    return MediaAccess(
        at=float(said.timestamp),
        phase="failed" if said.error else "granted",
        source=_source(said if said.request_type else request),
        audio=None if request is said else request.audio is not None,
        video=None if request is said else request.video is not None,
        tracks=tracks,
        error=ERRORS.get(said.error, said.error),
        message=said.error_message,
        correlation=_correlation(said),
    )


def _track(kind: str, info: Any, stream: str) -> LocalTrack | None:
    said = loads(info) if isinstance(info, str) else info
    if not isinstance(said, dict) or not isinstance(said.get("id"), str):
        return None
    label = said.get("label")
    streams = [stream] if stream else []
    return LocalTrack(id=said["id"], kind=kind, label=label if isinstance(label, str) else "", streams=streams)
