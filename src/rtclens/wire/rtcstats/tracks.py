"""Read the ways in which tracks are written down.

Enters: `[kind, id, label, stream…]` (current), the same without label (protocol 4.0, some browser dumps),
`"kind:id stream:id"` (old SDKs), objects. Leaves: `LocalTrack`s.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.events import LocalTrack
from rtclens.wire.rtcstats.values import items, mapping, text, texts

_MAX_TRACKS = 256


def serialised(value: Any, labelled: bool) -> LocalTrack | None:
    """One track; `None` when the value is none. Whether a label stands third is known from the protocol alone."""
    if isinstance(value, str):
        return _spelled(value)
    if isinstance(value, dict):
        return _described(value)
    words = items(value)
    if len(words) < 2 or not isinstance(words[1], str) or not words[1]:
        return None
    streams = words[3:] if labelled else words[2:]
    label = text(words[2]) if labelled and len(words) > 2 else ""
    return LocalTrack(words[1], kind=text(words[0]), label=label, streams=texts(streams))


def _described(value: dict[str, Any]) -> LocalTrack | None:
    known = ("id", "kind", "label", "streams")
    if not text(value.get("id")):
        return None
    extra = {name: member for name, member in value.items() if name not in known}
    return LocalTrack(
        value["id"],
        kind=text(value.get("kind")),
        label=text(value.get("label")),
        streams=texts(value.get("streams")),
        extra=extra or None,
    )


def _spelled(value: str) -> LocalTrack | None:
    head, *rest = value.replace(";", " ").replace(",", " ").split()[:64] or [""]
    kind, colon, identity = head.partition(":")
    if not colon or not identity:
        return None
    streams = [word.partition(":")[2] for word in rest if word.startswith("stream:")]
    return LocalTrack(identity, kind=kind, streams=[stream for stream in streams if stream and stream != "-"])


def granted(value: Any, labelled: bool) -> list[LocalTrack]:
    """The tracks of a fulfilled getUserMedia: an array of tracks, or a stream object that holds them."""
    stream = mapping(value)
    entries = items(stream.get("tracks")) if stream else items(value)
    found = [serialised(entry, labelled) for entry in entries[:_MAX_TRACKS]]
    tracks = [track for track in found if track is not None]
    for track in tracks:
        if text(stream.get("id")) and not track.streams:
            track.streams = [stream["id"]]
    return tracks


def stream_tracks(value: Any) -> list[LocalTrack]:
    """The tracks of `"<streamId> <kind>:<id>,<kind>:<id>"` (stream events of old SDKs)."""
    stream, _, rest = text(value).partition(" ")
    found = [_spelled(word) for word in rest.split(",")[:_MAX_TRACKS]]
    return [LocalTrack(track.id, kind=track.kind, streams=[stream]) for track in found if track is not None]
