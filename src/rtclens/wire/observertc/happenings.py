"""Client events of ObserveRTC, by type, as canonical events.

Enters: an event's type, payload (text or record, nested or flat), time and the track directions of its sample.
Leaves: one canonical event. Types this table does not know are the application's own: `AppReported`.
Sources: the event catalogues of client-monitor-js 2.x, 3.x (custom call events) and 4.x (client events).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from rtclens.model import events as ev
from rtclens.wire.observertc import values

Direction = Literal["inbound", "outbound", ""]
Directions = dict[str, Direction]


class Happening(msgspec.Struct):
    """One client event as it arrived. `payload` is the record in it (empty when it held none), `raw` all of it."""

    name: str
    at: float
    payload: dict[str, Any]
    raw: Any = None
    connection: str = ""
    track: str = ""
    directions: Directions = {}


def to_event(happening: Happening) -> ev.AnyEvent:
    """The canonical event."""
    happening.connection = happening.connection or values.text(happening.payload.get("peerConnectionId"))
    happening.track = happening.track or values.text(happening.payload.get("trackId"))
    rule = RULES.get(happening.name)
    if rule is None:
        known = happening.name.startswith(SDK_PREFIXES) or happening.name in SDK_EVENTS
        return _notified(happening) if known else _app_reported(happening)
    return rule(happening)


def _app_reported(h: Happening) -> ev.AppReported:
    return ev.AppReported(at=h.at, name=h.name, value=h.raw, connection=h.connection, track=h.track)


def _notified(h: Happening, name: str = "") -> ev.Notified:
    return ev.Notified(at=h.at, name=name or h.name, connection=h.connection, track=h.track, value=h.raw)


def _renamed(name: str) -> Callable[[Happening], ev.AnyEvent]:
    return lambda h: _notified(h, name)


def _joined(h: Happening) -> ev.AnyEvent:
    return ev.SessionOpened(at=h.at, tags=h.payload or None)


def _left(h: Happening) -> ev.AnyEvent:
    return ev.SessionClosed(at=h.at, reason="left")


def _opened(h: Happening) -> ev.AnyEvent:
    return ev.ConnectionOpened(at=h.at, connection=h.connection) if h.connection else _notified(h)


def _closed(h: Happening) -> ev.AnyEvent:
    return ev.ConnectionClosed(at=h.at, connection=h.connection) if h.connection else _notified(h)


def _moved(machine: ev.Machine, *names: str) -> Callable[[Happening], ev.AnyEvent]:
    def rule(h: Happening) -> ev.AnyEvent:
        state = next((found for name in names if (found := values.text(h.payload.get(name)))), "")
        if not state or not h.connection:
            return _notified(h)
        return ev.StateChanged(at=h.at, connection=h.connection, machine=machine, state=state)

    return rule


def _candidate(h: Happening) -> ev.AnyEvent:
    given = h.payload
    if not h.connection or not any(values.text(given.get(name)) for name in ("candidate", "address", "type")):
        return _notified(h, "icecandidate")  # SDKs up to 4.7 say that there was one, not which
    candidate = ev.Candidate(
        line=values.text(given.get("candidate")),
        address=values.text(given.get("address")),
        port=values.integer(given.get("port")),
        protocol=values.text(given.get("protocol")),
        type=values.text(given.get("type")),
        tcp_type=values.text(given.get("tcpType")),
        related_address=values.text(given.get("relatedAddress")),
        related_port=values.integer(given.get("relatedPort")),
        foundation=values.text(given.get("foundation")),
        priority=values.integer(given.get("priority")),
        mid=values.text(given.get("sdpMid")),
        mline_index=values.integer(given.get("sdpMLineIndex")),
        username_fragment=values.text(given.get("usernameFragment")),
    )
    return ev.CandidateGathered(at=h.at, connection=h.connection, candidate=candidate)


def _candidate_error(h: Happening) -> ev.AnyEvent:
    return ev.CandidateFailed(
        at=h.at,
        connection=h.connection,
        code=values.integer(h.payload.get("errorCode")),
        text=values.words(h.payload.get("errorText")),
        url=values.words(h.payload.get("url")),
        address=values.text(h.payload.get("address")),
        port=values.integer(h.payload.get("port")),
    )


def _track(change: ev.TrackChange, direction: Direction = "") -> Callable[[Happening], ev.AnyEvent]:
    def rule(h: Happening) -> ev.AnyEvent:
        if not h.track:
            return _notified(h)
        return ev.TrackChanged(
            at=h.at,
            track=h.track,
            change=change,
            connection=h.connection,
            kind=values.text(h.payload.get("kind")),
            direction=direction or h.directions.get(h.track, ""),
            label=values.words(h.payload.get("label") or h.payload.get("deviceLabel")),
            value=_track_details(h.payload),
        )

    return rule


def _track_details(payload: dict[str, Any]) -> dict[str, Any] | None:
    said = {"peerConnectionId", "trackId", "kind", "label", "deviceLabel"}
    return {name: values.record(value) for name, value in payload.items() if name not in said} or None


def media_access_failed(at: float, said: str) -> ev.MediaAccess:
    """A failed getUserMedia from `NotAllowedError: Permission denied` or any other text."""
    name, colon, message = said.partition(":")
    if not colon or not name.strip().isidentifier():
        return ev.MediaAccess(at=at, phase="failed", message=said)
    return ev.MediaAccess(at=at, phase="failed", error=name.strip(), message=message.strip())


SDK_PREFIXES = (
    "PRODUCER_",
    "CONSUMER_",
    "DATA_PRODUCER_",
    "DATA_CONSUMER_",
    "PEER_CONNECTION_",
    "ICE_",
    "DATA_CHANNEL_",
)
SDK_EVENTS = frozenset(
    {
        "LONG_PC_CONNECTION_ESTABLISHMENT",
        "EXCESSIVE_SYNTHESIZED_AUDIO",
        "CODEC_CHANGED",
        "VIDEO_RESOLUTION_CHANGED",
        "SIMULCAST_LAYER_CHANGED",
        "STATS_COLLECTION_GAP",
    }
)
RULES: dict[str, Callable[[Happening], ev.AnyEvent]] = {
    "CLIENT_JOINED": _joined,
    "CLIENT_LEFT": _left,
    "PEER_CONNECTION_OPENED": _opened,
    "PEER_CONNECTION_CLOSED": _closed,
    "PEER_CONNECTION_STATE_CHANGED": _moved(
        "connection", "connectionState", "peerConnectionState", "pcConnectionState", "iceConnectionState"
    ),
    "ICE_CONNECTION_STATE_CHANGED": _moved("ice", "iceConnectionState"),
    "ICE_GATHERING_STATE_CHANGED": _moved("ice_gathering", "iceGatheringState"),
    "SIGNALING_STATE_CHANGE": _moved("signaling", "signalingState", "state"),
    "SIGNALING_STATE_CHANGED": _moved("signaling", "signalingState", "state"),
    "NEGOTIATION_NEEDED": _renamed("negotiationneeded"),
    "ICE_CANDIDATE": _candidate,
    "ICE_CANDIDATE_ERROR": _candidate_error,
    "MEDIA_TRACK_ADDED": _track("added"),
    "MEDIA_TRACK_REMOVED": _track("removed"),
    "MEDIA_TRACK_MUTED": _track("muted"),
    "MEDIA_TRACK_UNMUTED": _track("unmuted"),
    "MEDIA_TRACK_RESUMED": _track("unmuted"),
    "CAPTURE_TRACK_ENDED": _track("ended", "outbound"),
    "CAPTURE_TRACK_MUTED": _track("muted", "outbound"),
    "DATA_CHANNEL_OPEN": _renamed("datachannel.open"),
    "DATA_CHANNEL_CLOSED": _renamed("datachannel.close"),
    "DATA_CHANNEL_ERROR": _renamed("datachannel.error"),
}
