"""Straighten a first-generation delta (samples-encoder 3.0-3.3) so that the common merge rules hold for it.

Enters: a decoded message and what the stream's earlier messages said. Leaves: the message with what that encoder left
out. It writes a member of an event or issue only where it differs from the one before, over messages, and repeats no
track identifier after a reset. Families 3.0 and 3.2.0 have no other encoder; for 3.2-3.3 the messages must show
which generation wrote them, and until then only what is harmless for both is filled.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.wire.observertc.delta3 import Sample

ALWAYS_FIRST = frozenset({"3.0", "3.1", "3.2.0"})
ALWAYS_SECOND = frozenset({"3.4-3.5", ""})
MAX_TRACKS = 1_000


class Memory(msgspec.Struct, frozen=True):
    """What earlier messages said. `first` is None until the generation is known."""

    first: bool | None = None
    event: dict[str, Any] = {}
    issue: dict[str, Any] = {}
    mime_types: dict[str, str] = {}
    tracks: dict[int, str] = {}


def memory_for(family: str) -> Memory:
    """The memory of a new stream; JSON deltas (family '') exist in the second generation only."""
    if family in ALWAYS_FIRST:
        return Memory(first=True)
    return Memory(first=False if family in ALWAYS_SECOND else None)


def straighten(message: Sample, memory: Memory) -> tuple[Sample, Memory]:
    """The message as the second generation would have sent it, and what to remember if it is accepted."""
    first = memory.first if memory.first is not None else _generation(message, memory)
    if first is False:
        return message, memory if memory.first is False else Memory(first=False)
    event, events = _fill(message.get("clientEvents"), memory.event, payload=first is True)
    issue, issues = _fill(message.get("clientIssues"), memory.issue, payload=first is True)
    filled = {**message, "clientEvents": events, "clientIssues": issues}
    remembered = Memory(
        first=first,
        event=event,
        issue=issue,
        mime_types=_mime_types(message, memory) if first is None else {},
        tracks=_tracks(message, memory),
    )
    return filled, remembered


def name_tracks(merged: Sample, memory: Memory) -> None:
    """Give inbound rows that do not name their track the one last known for their SSRC."""
    for connection in merged.get("peerConnections", ()):
        for position, row in enumerate(connection.get("inboundRtps", ())):
            track = memory.tracks.get(row["ssrc"])
            if track and "trackIdentifier" not in row:
                connection["inboundRtps"][position] = {**row, "trackIdentifier": track}


def _fill(rows: Any, last: dict[str, Any], payload: bool) -> tuple[dict[str, Any], list[Any]]:
    filled = []
    for row in rows or ():
        last = {**last, **row}
        filled.append(last if payload else {**_without_payload(last), **row})
    return last, filled


def _without_payload(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("type", "timestamp") if name in row}


def _generation(message: Sample, memory: Memory) -> bool | None:
    """True for the first, False for the second, None while a message fits both."""
    if _has_falsy(message):
        return False
    happened = [*message.get("clientEvents", ()), *message.get("clientIssues", ())]
    if any("type" not in row or "timestamp" not in row for row in happened):
        return True
    if any("timestamp" not in row for row in message.get("clientMetaItems", ())):
        return True
    said = memory.mime_types
    return True if any(said.get(key) == found for key, found in _said_mime_types(message)) else None


def _has_falsy(value: Any) -> bool:
    """False or an empty text stands somewhere: the first generation never writes either."""
    if isinstance(value, dict):
        return any(_has_falsy(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_falsy(inner) for inner in value)
    return value is False or value == ""


def _said_mime_types(message: Sample) -> list[tuple[str, str]]:
    return [
        (f"{connection.get('peerConnectionId')} {codec.get('id')}", codec["mimeType"])
        for connection in message.get("peerConnections", ())
        for codec in connection.get("codecs", ())
        if "mimeType" in codec
    ]


def _mime_types(message: Sample, memory: Memory) -> dict[str, str]:
    return _newest({**memory.mime_types, **dict(_said_mime_types(message))})


def _tracks(message: Sample, memory: Memory) -> dict[int, str]:
    said = {
        row["ssrc"]: row["trackIdentifier"]
        for connection in message.get("peerConnections", ())
        for row in connection.get("inboundRtps", ())
        if "ssrc" in row and "trackIdentifier" in row
    }
    return _newest({**memory.tracks, **said})


def _newest(store: dict[Any, Any]) -> dict[Any, Any]:
    return store if len(store) <= MAX_TRACKS else dict(list(store.items())[-MAX_TRACKS:])
