"""Jitsi's back end as a sender: the video bridge's own statistics, logs of Jicofo and its relatives.

Enters: `identity` and `stats-entry` objects. A bridge sends the difference to its previous REST document and never
says that a key is gone. Leaves: `ServerSample`s of the merged document, one row per endpoint or other keyed object.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Item, Refusal
from rtclens.model.events import Batch, ServerSample, SessionOpened
from rtclens.wire.rtcstats import clock
from rtclens.wire.rtcstats.legacy import LegacyState
from rtclens.wire.rtcstats.state import State
from rtclens.wire.rtcstats.values import mapping, number, text, texts

MAX_KEYS = 20_000  # of the merged document
MAX_DEPTH = 16
Scalar = (str, int, float, bool)


class Backend(msgspec.Struct):
    """One bridge or focus: its merged document and the endpoints its newest identity names."""

    name: str = ""
    document: dict[str, Any] = {}
    endpoints: list[str] | None = None
    keys: int = 0


def start(state: State) -> Backend:
    """The stream is infrastructure's from now on."""
    state.origin = msgspec.structs.replace(state.origin, role="sfu")
    for speaker in state.speakers.values():
        speaker.origin = msgspec.structs.replace(speaker.origin, role="sfu")
    return Backend()


def feed(backend: Backend, stream: LegacyState, kind: str, data: dict[str, Any], at: float) -> list[Item]:
    """The items of one object."""
    inner = stream.inner
    stream.waiting.done = True
    time = clock.advance(inner.clock, number(data.get("timestamp")) or at, at)
    if kind == "identity":
        return [_identified(backend, inner, data, time, at)]
    refused: list[Item] = []
    backend.document, grown = _merged(backend.document, data, MAX_KEYS - backend.keys)
    backend.keys += grown
    if backend.keys >= MAX_KEYS:
        refused.append(Refusal("too_many", "the bridge's document is too large", format=inner.origin.format, at=at))
    sample = ServerSample(at=time, server=backend.name, rows=rows(backend))
    return [Batch(inner.origin, at, [sample]), *refused]


def _identified(backend: Backend, inner: State, data: dict[str, Any], time: float, at: float) -> Batch:
    backend.name = text(data.get("displayName")) or text(data.get("applicationName")) or backend.name
    if isinstance(data.get("endpoints"), list):
        backend.endpoints = texts(data["endpoints"])
        _forget_absent(backend)
    call = text(data.get("confName")) or text(data.get("meetingUniqueId"))
    inner.origin = msgspec.structs.replace(
        inner.origin, call=call or inner.origin.call, participant=backend.name or inner.origin.participant
    )
    return Batch(inner.origin, at, [SessionOpened(at=time, participant_name=backend.name)])


def _forget_absent(backend: Backend) -> None:
    """Endpoints that the newest list does not name have left; the differences never say so."""
    present = set(backend.endpoints or ())
    known = mapping(backend.document.get("endpoints"))
    if known:
        backend.document["endpoints"] = {key: value for key, value in known.items() if key in present}
        backend.keys = _count(backend.document)


def _count(document: dict[str, Any]) -> int:
    return len(document) + sum(_count(value) for value in document.values() if isinstance(value, dict))


def _merged(old: dict[str, Any], new: dict[str, Any], room: int, depth: int = 0) -> tuple[dict[str, Any], int]:
    """`new` laid over `old`, object by object; no more than `room` new keys. Also: how many keys came."""
    result, grown = dict(old), 0
    for key, value in new.items():
        if key not in result:
            if grown >= room:
                continue
            grown += 1
        before = result.get(key)
        if isinstance(value, dict) and depth < MAX_DEPTH:
            result[key], more = _merged(mapping(before), value, room - grown, depth + 1)
            grown += more
        else:
            result[key] = value
    return result, grown


def rows(backend: Backend) -> dict[str, list[dict[str, Any]]]:
    """The document as rows by kind: its own members, and one row per object of each keyed member."""
    own = {key: value for key, value in backend.document.items() if isinstance(value, Scalar)}
    result: dict[str, list[dict[str, Any]]] = {"bridge": [own]} if own else {}
    present = None if backend.endpoints is None else frozenset(backend.endpoints)
    for kind, member in backend.document.items():
        keyed = [{"id": key, **_flat(value)} for key, value in mapping(member).items() if isinstance(value, dict)]
        if kind == "endpoints" and present is not None:
            keyed = [row for row in keyed if row["id"] in present]
        if keyed:
            result[kind] = keyed
        elif isinstance(member, dict) and member:
            result[kind] = [_flat(member)]
    return result


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested members under dotted names."""
    flat: dict[str, Any] = {}
    for key, member in value.items():
        if isinstance(member, dict):
            flat |= _flat(member, f"{prefix}{key}.")
        else:
            flat[prefix + key] = member
    return flat
