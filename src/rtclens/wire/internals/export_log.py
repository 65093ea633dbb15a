"""Events of a connection as entries of a webrtc-internals `updateLog`.

Enters: canonical events. Leaves: entries `{type, value, timestamp}` as Chrome 156 writes them: names with `on`, values
JSON text, states quoted. An event that the log has no name for gives no entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rtclens.model.events import (
    AnyEvent,
    ApiCalled,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    Described,
    Event,
    Notified,
    StateChanged,
    TrackChanged,
)

Entry = dict[str, Any]
STATES = {
    "signaling": "onsignalingstatechange",
    "ice": "oniceconnectionstatechange",
    "connection": "onconnectionstatechange",
    "ice_gathering": "onicegatheringstatechange",
}
OUTCOMES = {"call": "", "success": "OnSuccess", "failure": "OnFailure"}
DESCRIBING = frozenset({"setLocalDescription", "setRemoteDescription"})


class Written(msgspec.Struct):
    """What the log of a connection holds already. `calls` tells that its descriptions come as calls."""

    calls: bool = False


def entries(event: AnyEvent, written: Written) -> list[Entry]:
    """The entries of one event."""
    write = _WRITERS.get(type(event))
    return [_entry(event.at, *one) for one in write(event, written)] if write else []


def _entry(at: float, name: str, value: Any) -> Entry:
    text = "" if value is None else value if isinstance(value, _Bare) else msgspec.json.encode(value).decode()
    return {"type": name, "value": str(text), "timestamp": at}


class _Bare(str):
    """A text that is written without quotes: failures are."""

    __slots__ = ()


def _state(event: StateChanged, _written: Written) -> list[tuple[str, Any]]:
    name = STATES.get(event.machine)
    return [(name, event.state)] if name else []


def _call(event: ApiCalled, written: Written) -> list[tuple[str, Any]]:
    if event.name in DESCRIBING:
        written.calls = True
    if event.name == "addTrack":  # the track's own event writes it
        return []
    value = _Bare(event.error) if event.phase == "failure" else event.value
    return [(event.name + OUTCOMES[event.phase], value)]


def _description(event: Described, written: Written) -> list[tuple[str, Any]]:
    if written.calls:
        return []
    name = f"set{event.side.capitalize()}Description"
    return [(name, {"type": event.kind, "sdp": event.sdp}), (name + "OnSuccess", None)]


def _candidate(event: CandidateGathered, _written: Written) -> list[tuple[str, Any]]:
    found = event.candidate
    if found is None:
        return []
    place = {"sdpMid": found.mid, "sdpMLineIndex": found.mline_index, "candidate": found.line}
    more = {"url": found.url, "relayProtocol": found.relay_protocol}
    return [("onicecandidate", place | {name: value for name, value in more.items() if value})]


def _failed(event: CandidateFailed, _written: Written) -> list[tuple[str, Any]]:
    said = {"url": event.url, "address": event.address, "port": event.port}
    return [("onicecandidateerror", said | {"error_text": event.text, "error_code": event.code})]


def _track(event: TrackChanged, _written: Written) -> list[tuple[str, Any]]:
    if event.change != "added":
        return []
    name = "ontrack" if event.direction == "inbound" else "addTrack"
    said: dict[str, Any] = {"kind": event.kind, "id": event.track}
    streams = event.value.get("streams", []) if isinstance(event.value, dict) else []
    return [(name, said | ({"label": event.label} if event.label else {}) | {"streams": streams})]


def _closed(_event: ConnectionClosed, _written: Written) -> list[tuple[str, Any]]:
    return [("close", None)]


def _notice(event: Notified, _written: Written) -> list[tuple[str, Any]]:
    name = "transceiverModified" if event.name == "transceiver" else f"on{event.name}"
    return [(name, event.value)]


_WRITERS: dict[type[Event], Callable[[Any, Written], list[tuple[str, Any]]]] = {
    StateChanged: _state,
    ApiCalled: _call,
    Described: _description,
    CandidateGathered: _candidate,
    CandidateFailed: _failed,
    TrackChanged: _track,
    ConnectionClosed: _closed,
    Notified: _notice,
}
