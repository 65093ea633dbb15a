"""Events of the page: its environment, its devices and its media capture.

Enters: messages without a peer connection. Leaves: canonical events.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.model.events import (
    AnyEvent,
    ApiCalled,
    Client,
    Device,
    DevicesChanged,
    MediaAccess,
    SessionUpdated,
    TelemetryClosed,
    TelemetryOpened,
    TrackChanged,
)
from rtclens.wire.rtcstats.state import Message, State, remember
from rtclens.wire.rtcstats.tracks import granted
from rtclens.wire.rtcstats.values import integer, items, mapping, number, text

Source = Literal["user", "display"]
_MAX_DEVICES = 256
# Chromium's own dump spells this W3C error name differently.
_ERRORS = {"OverConstrainedError": "OverconstrainedError"}
_TOLD = frozenset(("hardwareConcurrency", "deviceMemory"))


def created(state: State, message: Message) -> list[AnyEvent]:
    """`create` of the page: what the browser says about itself."""
    value = mapping(message.value)
    state.environment = value
    state.client = described(state.client, value)
    return [SessionUpdated(at=message.at, client=state.client)]


def described(client: Client, value: dict[str, Any]) -> Client:
    """The client with what `create` tells added."""
    data = value.get("userAgentData")
    brands = items(mapping(data).get("brands")) if isinstance(data, dict) else items(data)
    browser, version = _brand(brands)
    told = mapping(data)
    extra = {name: member for name, member in value.items() if name not in _TOLD}
    result = msgspec.structs.replace(
        client,
        cores=integer(value.get("hardwareConcurrency")),
        memory_gib=number(value.get("deviceMemory")),
        extra=extra or None,
    )
    result.browser = browser or result.browser
    result.browser_version = version or result.browser_version
    result.os = text(told.get("platform")) or result.os
    if isinstance(told.get("mobile"), bool):
        result.device_type = "mobile" if told["mobile"] else "desktop"
    return result


def _brand(brands: list[Any]) -> tuple[str, str]:
    """The browser among the brands: neither the decoy (`Not…`) nor, if another is named, the engine (Chromium)."""
    named = [(text(mapping(b).get("brand")), text(mapping(b).get("version"))) for b in brands]
    real = [(name, version) for name, version in named if name and not name.startswith(("Not", " Not"))]
    own = [entry for entry in real if entry[0] != "Chromium"]
    return (own or real or [("", "")])[0]


def connected(_state: State, message: Message) -> list[AnyEvent]:
    """`websocket`: the client's channel to us opened."""
    value = message.value
    taken = number(value.get("connectionTime")) if isinstance(value, dict) else number(value)
    return [TelemetryOpened(at=message.at, transport="websocket", connect_ms=taken)]


def disconnected(state: State, message: Message) -> list[AnyEvent]:
    """`close` without a connection: the line a server writes at the end of a dump."""
    state.ended = True
    return [TelemetryClosed(at=message.at, code=integer(message.value))]


def media_requested(_state: State, message: Message) -> list[AnyEvent]:
    """getUserMedia or getDisplayMedia was called."""
    value = message.value
    audio = video = None
    if isinstance(value, dict):
        audio, video = bool(value.get("audio")), bool(value.get("video"))
    return [
        MediaAccess(
            at=message.at,
            phase="requested",
            source=_source(message),
            audio=audio,
            video=video,
            constraints=value,
            correlation=message.correlation,
        )
    ]


def media_granted(state: State, message: Message) -> list[AnyEvent]:
    """The promise was fulfilled with tracks."""
    tracks = granted(message.value, state.labelled)
    for track in tracks:
        remember(state.tracks, track.id, track.kind)
    return [
        MediaAccess(
            at=message.at,
            phase="granted",
            source=_source(message),
            audio=any(track.kind == "audio" for track in tracks),
            video=any(track.kind == "video" for track in tracks),
            tracks=tracks,
            correlation=message.correlation,
        )
    ]


def media_failed(_state: State, message: Message) -> list[AnyEvent]:
    """The promise was rejected; the text is `Name: message` or the name alone."""
    value = message.value
    if isinstance(value, dict):
        name, reason = text(value.get("error") or value.get("name")), value.get("error_message", value.get("message"))
    else:
        name, _, reason = text(value).partition(": ")
    return [
        MediaAccess(
            at=message.at,
            phase="failed",
            source=_source(message),
            error=_ERRORS.get(name, name),
            message=text(reason),
            correlation=message.correlation,
        )
    ]


def _source(message: Message) -> Source:
    return "display" if "getDisplayMedia" in message.name else "user"


def devices_listed(_state: State, message: Message) -> list[AnyEvent]:
    """`enumerateDevices` returned."""
    return [DevicesChanged(at=message.at, devices=devices(message.value))]


def devices(value: Any) -> list[Device]:
    """The entries of an enumerateDevices() result."""
    entries = [mapping(entry) for entry in items(value)[:_MAX_DEVICES]]
    return [
        Device(
            kind=text(entry.get("kind")),
            id=text(entry.get("deviceId")),
            label=text(entry.get("label")),
            group=text(entry.get("groupId")),
        )
        for entry in entries
        if entry
    ]


def devices_changed(_state: State, message: Message) -> list[AnyEvent]:
    """`devicechange` fired."""
    return [DevicesChanged(at=message.at)]


def track_stopped(state: State, message: Message) -> list[AnyEvent]:
    """`track.stop()` was called."""
    return [_local_change(state, message, message.correlation, "stopped")]


def track_ended(state: State, message: Message) -> list[AnyEvent]:
    """`ended` fired on a local track."""
    return [_local_change(state, message, text(message.value) or message.correlation, "ended")]


def track_enabled(state: State, message: Message) -> list[AnyEvent]:
    """The application set `track.enabled`."""
    return [_local_change(state, message, message.correlation, "enabled" if message.value else "disabled")]


def track_hinted(state: State, message: Message) -> list[AnyEvent]:
    """The application set `track.contentHint`."""
    event = _local_change(state, message, message.correlation, "changed")
    event.value = {"contentHint": message.value}
    return [event]


def constraints_applied(_state: State, message: Message) -> list[AnyEvent]:
    """`track.applyConstraints()` was called."""
    return [ApiCalled(at=message.at, name="applyConstraints", track=message.correlation, value=message.value)]


def _local_change(
    state: State, message: Message, track: str, change: Literal["stopped", "ended", "enabled", "disabled", "changed"]
) -> TrackChanged:
    return TrackChanged(
        at=message.at, track=track, change=change, kind=state.tracks.get(track, ""), direction="outbound"
    )
