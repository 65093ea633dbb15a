"""Events that only the old SDK and Jitsi's send: streams, tags, feedback, identities.

Enters: messages under their old names. Leaves: canonical events, and `Hint`s about who speaks.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.events import (
    AnyEvent,
    AppReported,
    Heartbeat,
    LocalTrack,
    Notified,
    SessionUpdated,
    TelemetryOpened,
    TrackChanged,
)
from rtclens.wire.rtcstats import dispatch
from rtclens.wire.rtcstats.state import Message, State
from rtclens.wire.rtcstats.tracks import stream_tracks
from rtclens.wire.rtcstats.values import items, mapping, number, text, texts

# Whole-stream events of the old API: what happened to each track, and its direction seen from here.
_STREAMS = {
    "addStream": ("added", "outbound"),
    "onaddstream": ("added", "inbound"),
    "removeStream": ("removed", "outbound"),
    "onremovestream": ("removed", "inbound"),
}
_METHODS = frozenset(dispatch.PEER) | frozenset(("getStats", "getstats", "constraints"))
# Of a conference's configuration only these; the rest is personal and of no use to a diagnosis.
_TAGS = ("meetingUniqueId", "applicationName", "endpointId", "isBreakoutRoom", "parentStatsSessionId")


class Hint(msgspec.Struct):
    """Who speaks, by the page's own word; '' where it says nothing."""

    call: str = ""
    participant: str = ""
    name: str = ""


def hint(message: Message) -> Hint | None:
    """What a message tells about who speaks."""
    value = mapping(message.value)
    if message.name == "identity":
        return Hint(
            call=_first(value, "conference", "confName", "meetingUniqueId"),
            participant=_first(value, "user", "endpointId", "localId"),
            name=_first(value, "displayName"),
        )
    if message.name == "constraints":
        told: dict[str, Any] = {}
        for entry in items(value.get("optional")):
            told |= mapping(entry)
        return Hint(_first(told, "rtcStatsConferenceId"), _first(told, "rtcStatsClientId"))
    return None


def _first(value: dict[str, Any], *names: str) -> str:
    return next((text(value[name]) for name in names if text(value.get(name))), "")


def repaired(message: Message) -> Message:
    """The message with the spellings of native SDKs put right."""
    name, value = message.name, message.value
    if name.endswith("OnError"):
        name = name.removesuffix("OnError") + "OnFailure"
    if name == "constraints" and isinstance(value, dict) and isinstance(value.get("constraintsOptional"), dict):
        value = {**value, "optional": [{key: entry} for key, entry in value["constraintsOptional"].items()]}
    if name == "getstats" and isinstance(value, dict) and isinstance(value.get("values"), dict | list):
        value = {**_by_id(value["values"]), "timestamp": value.get("timestamp")}
    return msgspec.structs.replace(message, name=name, value=value)


def _by_id(values: Any) -> dict[str, Any]:
    if isinstance(values, dict):
        return values
    return {text(mapping(report).get("id")): report for report in values if text(mapping(report).get("id"))}


def of_page(state: State, message: Message) -> list[AnyEvent] | None:
    """The events of a page's message under an old name; `None` when the name is not one of these."""
    value = message.value
    if message.name == "identity":
        tags = {name: value[name] for name in _TAGS if name in mapping(value)}
        return [
            SessionUpdated(at=message.at, participant_name=_first(mapping(value), "displayName"), tags=tags or None)
        ]
    if message.name == "tags":
        return [SessionUpdated(at=message.at, tags=mapping(value))]
    if message.name == "wsconnect":
        return [TelemetryOpened(at=message.at, transport="websocket", connect_ms=number(value))]
    if message.name == "publicIP":
        state.client = msgspec.structs.replace(state.client, address="".join(texts(value)[:1]))
        return [SessionUpdated(at=message.at, client=state.client)]
    if message.name == "keepalive":
        return [Heartbeat(at=message.at)]
    return of_application(message) if message.name not in dispatch.PAGE else None


def of_application(message: Message) -> list[AnyEvent] | None:
    """What is neither a browser's event nor a method is the application's own; `None` when it is one of them."""
    name = message.name
    if name.startswith(("on", "MediaStreamTrack.", ":")) or name.endswith(("OnSuccess", "OnFailure")):
        return None
    return [AppReported(at=message.at, name=name, value=message.value, connection=message.peer)]


def of_stream(message: Message) -> list[AnyEvent] | None:
    """One event per track of a whole-stream event, the application's own events; `None` for all others."""
    known = _STREAMS.get(message.name)
    if known is None:
        return None if message.name in _METHODS else of_application(message)
    tracks = stream_tracks(message.value)
    if not tracks:
        return [Notified(at=message.at, name=message.name, connection=message.peer, value=message.value)]
    return [_changed(message, track, *known) for track in tracks]


def _changed(message: Message, track: LocalTrack, change: Any, direction: Any) -> TrackChanged:
    return TrackChanged(
        at=message.at,
        track=track.id,
        change=change,
        connection=message.peer,
        kind=track.kind,
        direction=direction,
        value={"streams": track.streams},
    )
