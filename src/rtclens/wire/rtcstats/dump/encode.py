"""Canonical events as frames of the current protocol, names in full, stats as full reports.

Enters: events of one session in order, from whatever format. Leaves: frames `[name, connection, value, extra…]`
without their stamp. What the protocol has no word for travels as a custom event that our reader understands.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.events import (
    AnyEvent,
    ApiCalled,
    AppReported,
    CandidateFailed,
    CandidateGathered,
    Client,
    ConnectionClosed,
    ConnectionOpened,
    Described,
    DevicesChanged,
    LocalTrack,
    MediaAccess,
    Notified,
    Sample,
    SessionOpened,
    StateChanged,
    TelemetryClosed,
    TelemetryOpened,
    TrackChanged,
)
from rtclens.model.stats import REPORTS, Report
from rtclens.wire.rtcstats.tables import MEDIA_DEVICES

CARRIER = ":rtclens."  # and the event's type: an event the protocol has no word for
Frame = list[Any]
_STATES = {
    "signaling": "onsignalingstatechange",
    "ice": "oniceconnectionstatechange",
    "connection": "onconnectionstatechange",
    "ice_gathering": "onicegatheringstatechange",
    "dtls": "ondtlsstatechange",
}
_PHASES = {"call": "", "success": "OnSuccess", "failure": "OnFailure"}
_NOTICES = {"negotiationneeded", "datachannel"}
_TRACKS = {"muted": "onmute", "unmuted": "onunmute"}
_IMPLIED = frozenset(("added", "removed", "replaced"))  # outbound: the call beside it says so


class Exported(msgspec.Struct):
    """What was written so far and tells what need not be written: senders by track, calls by connection."""

    senders: dict[str, str] = {}
    called: set[tuple[str, str]] = set()


def frames(done: Exported, event: AnyEvent) -> list[Frame]:
    """The frames of one event; none when an earlier frame implies it."""
    for kind, write in _WRITERS:
        if isinstance(event, kind):
            written: list[Frame] | None = write(done, event)
            if written is not None:
                return written
    return [[CARRIER + str(event.__struct_config__.tag), None, msgspec.to_builtins(event)]]


def _session(_done: Exported, event: SessionOpened) -> list[Frame] | None:
    if event.call_name or event.participant_name or event.tags:
        return None
    return [["create", None, environment(event.client or Client())]]


def environment(client: Client) -> dict[str, Any]:
    """The client as `create` tells it."""
    value: dict[str, Any] = dict(client.extra or {})
    if client.cores is not None:
        value["hardwareConcurrency"] = client.cores
    if client.memory_gib is not None:
        value["deviceMemory"] = client.memory_gib
    if client.browser and "userAgentData" not in value:
        brand = {"brand": client.browser, "version": client.browser_version}
        value["userAgentData"] = {"brands": [brand], "platform": client.os, "mobile": client.device_type == "mobile"}
    return value


def _telemetry(_done: Exported, event: TelemetryOpened) -> list[Frame]:
    return [["websocket", None, {"connectionTime": event.connect_ms}]]


def _telemetry_end(_done: Exported, event: TelemetryClosed) -> list[Frame]:
    return [["close", None, event.code]]


def _connection(_done: Exported, event: ConnectionOpened) -> list[Frame]:
    return [["create", event.connection, event.config]]


def _connection_end(_done: Exported, event: ConnectionClosed) -> list[Frame]:
    return [["close", event.connection, {"0": event.reason} if event.reason else None]]


def _state(_done: Exported, event: StateChanged) -> list[Frame] | None:
    name = _STATES.get(event.machine)
    return None if name is None else [[name, event.connection, event.state]]


def _call(done: Exported, event: ApiCalled) -> list[Frame] | None:
    if not event.connection:
        return [["MediaStreamTrack.applyConstraints", None, event.value, event.track]]
    done.called.add((event.connection, event.name))
    name = event.name + _PHASES[event.phase]
    if event.phase == "failure" and event.value is None:
        return [[name, event.connection, event.error, *_correlation(event)]]
    if event.name in ("addTrack", "addTransceiver") and event.phase == "success":
        sender = event.value.get("sender", "") if isinstance(event.value, dict) else ""
        done.senders[event.track] = sender
        return [[name, event.connection, None, sender]]
    if event.name in ("setParameters", "replaceTrack", "setCodecPreferences"):
        return [[name, event.connection, event.value, done.senders.get(event.track, event.track)]]
    return [[name, event.connection, event.value, *_correlation(event)]]


def _correlation(event: ApiCalled | MediaAccess) -> list[str]:
    return [event.correlation] if event.correlation else []


def _description(done: Exported, event: Described) -> list[Frame]:
    name = "setLocalDescription" if event.side == "local" else "setRemoteDescription"
    if (event.connection, name) in done.called:
        return []
    value = {"type": event.kind, "sdp": event.sdp} if event.sdp else {"type": event.kind}
    return [[name, event.connection, value, "described"], [name + "OnSuccess", event.connection, None, "described"]]


def _candidate(_done: Exported, event: CandidateGathered) -> list[Frame]:
    found = event.candidate
    if found is None:
        return [["onicecandidate", event.connection, None]]
    value: dict[str, Any] = {"candidate": found.line, "sdpMid": found.mid, "sdpMLineIndex": found.mline_index}
    told = {"usernameFragment": found.username_fragment, "url": found.url, "relayProtocol": found.relay_protocol}
    return [["onicecandidate", event.connection, value | {name: text for name, text in told.items() if text}]]


def _candidate_failure(_done: Exported, event: CandidateFailed) -> list[Frame]:
    value = {"errorCode": event.code, "errorText": event.text, "url": event.url}
    return [["onicecandidateerror", event.connection, value | {"address": event.address, "port": event.port}]]


def _media(_done: Exported, event: MediaAccess) -> list[Frame] | None:
    name = MEDIA_DEVICES + ("getUserMedia" if event.source == "user" else "getDisplayMedia")
    if event.phase == "requested":
        return [[name, None, event.constraints, *_correlation(event)]]
    if event.phase == "failed":
        text = f"{event.error}: {event.message}" if event.message else event.error
        return [[name + "OnFailure", None, text, *_correlation(event)]]
    if any(track.extra for track in event.tracks):
        return None
    return [[name + "OnSuccess", None, [_serialised(track) for track in event.tracks], *_correlation(event)]]


def _serialised(track: LocalTrack) -> list[str]:
    return [track.kind, track.id, track.label, *track.streams]


def _track(done: Exported, event: TrackChanged) -> list[Frame] | None:
    change = event.change
    if change == "added" and event.direction == "inbound":
        streams = event.value.get("streams", []) if isinstance(event.value, dict) else []
        return [["ontrack", event.connection, [event.kind, event.track, event.label, *streams]]]
    if change in _IMPLIED and any((event.connection, name) in done.called for name in _SENDING):
        return []
    if change in _TRACKS:
        return [["MediaStreamTrack." + _TRACKS[change], event.connection, event.track]]
    if change == "stopped":
        return [["MediaStreamTrack.stop", None, [], event.track]]
    if change == "ended":
        return [["MediaStreamTrack.onended", None, event.track]]
    if change in ("enabled", "disabled"):
        return [["MediaStreamTrack.enabled", None, change == "enabled", event.track]]
    return None


_SENDING = ("addTrack", "addTransceiver", "removeTrack", "replaceTrack")


def _devices(_done: Exported, event: DevicesChanged) -> list[Frame]:
    if event.devices is None:
        return [[MEDIA_DEVICES + "ondevicechange", None, None]]
    value = [{"deviceId": d.id, "kind": d.kind, "label": d.label, "groupId": d.group} for d in event.devices]
    return [[MEDIA_DEVICES + "enumerateDevices", None, value]]


def _notice(_done: Exported, event: Notified) -> list[Frame]:
    if event.name == "resize":
        return [["HTMLMediaElement.resize", event.connection or None, event.value, event.track]]
    name = f"on{event.name}" if event.name in _NOTICES else event.name
    return [[name, event.connection or None, event.value, *([event.track] if event.track else [])]]


def _custom(_done: Exported, event: AppReported) -> list[Frame] | None:
    return [[f":{event.name}", event.connection or None, event.value]]


def _sample(_done: Exported, event: Sample) -> list[Frame] | None:
    reports = [report for cls in REPORTS for report in getattr(event.stats, cls.table)]
    value = {report.id: full(report) for report in reports}
    if len(value) < len(reports) or "" in value:
        return None
    return [["getStats", event.connection, value]]


def full(report: Report) -> dict[str, Any]:
    """The report as `getStats()` gives it."""
    members: dict[str, Any] = msgspec.to_builtins(report)
    extra = members.pop("extra", None) or {}
    return {"id": report.id, "type": report.type, **extra, **members}


_WRITERS: tuple[tuple[type, Any], ...] = (
    (Sample, _sample),
    (ApiCalled, _call),
    (StateChanged, _state),
    (TrackChanged, _track),
    (Described, _description),
    (CandidateGathered, _candidate),
    (CandidateFailed, _candidate_failure),
    (MediaAccess, _media),
    (ConnectionOpened, _connection),
    (ConnectionClosed, _connection_end),
    (SessionOpened, _session),
    (TelemetryOpened, _telemetry),
    (TelemetryClosed, _telemetry_end),
    (DevicesChanged, _devices),
    (Notified, _notice),
    (AppReported, _custom),
)
