"""ObserveRTC reports of the second generation (schema 2.2): an envelope and a payload, or the payload alone.

Enters: moments. Leaves: records of the report types, each payload with exactly the fields of its table. Facts become
`CALL_EVENT` and `SFU_EVENT`, batches the rest. `sampleSeq` is -1: it is required and our samples carry none.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from rtclens.model import events as ev
from rtclens.model import facts
from rtclens.model.ids import derive
from rtclens.outputs.moments import Moment, Options, Peer, Record
from rtclens.outputs.observertc2_rows import of_server, of_stats
from rtclens.outputs.tables import table

SCHEMA_VERSION = "2.2.0"
_CALL_EVENTS = {
    "call.started": ("CALL_STARTED", "the call began"),
    "call.ended": ("CALL_ENDED", "the call ended"),
    "session.started": ("CLIENT_JOINED", "the client joined"),
    "session.ended": ("CLIENT_LEFT", "the client left"),
    "connection.started": ("PEER_CONNECTION_OPENED", "the peer connection opened"),
    "connection.ended": ("PEER_CONNECTION_CLOSED", "the peer connection closed"),
    "track.started": ("MEDIA_TRACK_ADDED", "the media track was added"),
    "track.ended": ("MEDIA_TRACK_REMOVED", "the media track was removed"),
    "finding.opened": ("CLIENT_ISSUE", ""),
}
_SFU_EVENTS = {
    "session.started": ("SFU_JOINED", "the SFU joined"),
    "session.ended": ("SFU_LEFT", "the SFU left"),
}
_STATES = {
    "ice_gathering": "ICE_GATHERING_STATE_CHANGED",
    "ice": "ICE_CONNECTION_STATE_CHANGED",
    "connection": "PEER_CONNECTION_STATE_CHANGED",
    "signaling": "SIGNALING_STATE_CHANGE",
}
_TRACKS = {"muted": "MEDIA_TRACK_MUTED", "unmuted": "MEDIA_TRACK_UNMUTED"}
Found = Iterator[tuple[str, Mapping[str, Any]]]


def records(moment: Moment, options: Options) -> Iterator[Record]:
    """The reports that a moment makes, in their envelope."""
    base = _base(moment, options)
    if moment.batch is None:
        for kind, values in _of_fact(moment):
            yield from _record(moment, kind, {**base, **values}, "")
        return
    for place, event in enumerate(moment.batch.events):
        connection = getattr(event, "connection", "") or moment.connection
        here = {**base, "peerConnectionId": connection or None, "timestamp": event.at, "sampleTimestamp": event.at}
        for number, (kind, values) in enumerate(_of_event(event, moment)):
            yield from _record(moment, kind, {**here, **values}, f"{place}.{number}")


def _base(moment: Moment, options: Options) -> dict[str, Any]:
    return {
        "serviceId": options.service_id or moment.app_id,
        "mediaUnitId": options.media_unit,
        "marker": options.marker,
        "timestamp": moment.at,
        "callId": moment.call_id or None,
        "roomId": moment.call_name,
        "clientId": moment.client or None,
        "sfuId": moment.client or None,
        "userId": moment.names.participant_name or moment.names.participant or None,
        "peerConnectionId": moment.connection or None,
        "sampleSeq": -1,
    }


def _record(moment: Moment, kind: str, values: Mapping[str, Any], part: str) -> Iterator[Record]:
    reports = table("observertc2")
    message = reports.types[kind]
    payload = reports.fill(message, values)
    if payload is None:
        return
    body = {"type": kind, "schemaVersion": SCHEMA_VERSION, "payload": payload}
    key = moment.call_id or moment.client or moment.connection or moment.app_id
    yield Record(derive("out", moment.id, "observertc2", kind, part), kind, key, body, message)


def _of_fact(moment: Moment) -> Found:
    sfu = moment.names.role in ("sfu", "turn")
    name, message = (_SFU_EVENTS if sfu else _CALL_EVENTS).get(moment.event, ("", ""))
    if not name:
        return
    said: dict[str, Any] = {"name": name, "message": message}
    if isinstance(moment.fact, facts.Track):
        said |= _track(moment, moment.fact)
    elif isinstance(moment.fact, facts.Finding):
        said |= _issue(moment.fact)
    yield ("SFU_EVENT" if sfu else "CALL_EVENT"), said


def _track(moment: Moment, track: facts.Track) -> dict[str, Any]:
    told = {"streamDirection": track.direction.upper(), "mediaKind": track.kind.upper()}
    return {
        "mediaTrackId": moment.names.track or track.track_id,
        "SSRC": track.ssrcs[0] if len(track.ssrcs) == 1 else None,
        "attachments": _base64(told),
    }


def _issue(finding: facts.Finding) -> dict[str, Any]:
    told = {
        "findingId": finding.finding_id,
        "detector": finding.detector,
        "scope": finding.scope,
        "confidence": finding.confidence,
        "causeSegment": finding.cause_segment,
        "causeConfidence": finding.cause_confidence,
        "remedy": finding.remedy,
    }
    return {"message": finding.statement, "value": finding.severity, "attachments": _base64(told)}


def _of_event(event: ev.AnyEvent, moment: Moment) -> Found:
    if isinstance(event, ev.Sample):
        yield from of_stats(event.stats, _peers(event, moment))
    elif isinstance(event, ev.ServerSample):
        yield from of_server(event)
    elif isinstance(event, ev.StateChanged):
        if event.machine in _STATES:
            yield "CALL_EVENT", {"name": _STATES[event.machine], "value": event.state}
    elif isinstance(event, ev.TrackChanged):
        if event.change in _TRACKS:
            yield "CALL_EVENT", {"name": _TRACKS[event.change], "mediaTrackId": event.track}
    elif isinstance(event, ev.AppReported):
        kind = "SFU_EVENT" if moment.names.role == "sfu" else "CALL_EVENT"
        yield kind, {"name": event.name, "mediaTrackId": event.track or None, "attachments": _json(event.value)}
    else:
        yield from _meta(event)


def _meta(event: ev.AnyEvent) -> Found:
    if isinstance(event, ev.DevicesChanged | ev.SessionUpdated):
        for device in event.devices or ():
            said = {"deviceId": device.id, "kind": device.kind, "label": device.label, "groupId": device.group}
            yield "CALL_META_DATA", {"type": "MEDIA_DEVICE", "payload": _json(said)}
    if isinstance(event, ev.SessionUpdated | ev.SessionOpened) and event.client is not None:
        said = {"name": event.client.browser, "version": event.client.browser_version}
        if said["name"]:
            yield "CALL_META_DATA", {"type": "BROWSER", "payload": _json(said)}
        said = {"name": event.client.os, "version": event.client.os_version}
        if said["name"]:
            yield "CALL_META_DATA", {"type": "OPERATION_SYSTEM", "payload": _json(said)}
    elif isinstance(event, ev.MediaAccess) and event.phase == "failed":
        yield "CALL_META_DATA", {"type": "USER_MEDIA_ERROR", "payload": event.message or event.error}
    elif isinstance(event, ev.Described) and event.side == "local" and event.sdp:
        yield "CALL_META_DATA", {"type": "LOCAL_SDP", "payload": event.sdp}


def _peers(event: ev.Sample, moment: Moment) -> dict[str, Peer]:
    """The publishers of the inbound tracks of this connection, by track identifier."""
    ours = moment.connections.get(event.connection, "") + " "
    return {key.removeprefix(ours): peer for key, peer in moment.peers.items() if key.startswith(ours)}


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _base64(value: Mapping[str, Any]) -> str:
    return base64.b64encode(msgspec.json.encode(value)).decode()
