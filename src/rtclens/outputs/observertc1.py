"""ObserveRTC reports of the first generation (server 0.8): flat objects about peer connections.

Enters: moments. Leaves: records of the 17 report types, each with exactly the fields of its table; envelope and payload
are one object. Browsers no longer report tracks: `TRACK` is made from the stream and its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from rtclens.model import events as ev
from rtclens.model.ids import derive
from rtclens.model.stats import LocalCandidate, RemoteCandidate, Report, Stats
from rtclens.outputs.moments import Moment, Options, Record
from rtclens.outputs.tables import table

TYPES = {
    "INITIATED_CALL": "InitiatedCall",
    "FINISHED_CALL": "FinishedCall",
    "JOINED_PEER_CONNECTION": "JoinedPeerConnection",
    "DETACHED_PEER_CONNECTION": "DetachedPeerConnection",
    "INBOUND_RTP": "InboundRTP",
    "OUTBOUND_RTP": "OutboundRTP",
    "REMOTE_INBOUND_RTP": "RemoteInboundRTP",
    "MEDIA_SOURCE": "MediaSource",
    "TRACK": "Track",
    "ICE_CANDIDATE_PAIR": "ICECandidatePair",
    "ICE_LOCAL_CANDIDATE": "ICELocalCandidate",
    "ICE_REMOTE_CANDIDATE": "ICERemoteCandidate",
    "USER_MEDIA_ERROR": "UserMediaError",
    "MEDIA_DEVICE": "MediaDevice",
    "CLIENT_DETAILS": "ClientDetails",
    "EXTENSION": "ExtensionReport",
    "OBSERVER_EVENT": "ObserverEventReport",
}
_MOMENTS = {
    "call.started": "INITIATED_CALL",
    "call.ended": "FINISHED_CALL",
    "connection.started": "JOINED_PEER_CONNECTION",
    "connection.ended": "DETACHED_PEER_CONNECTION",
    "finding.opened": "OBSERVER_EVENT",
}
Found = Iterator[tuple[str, Mapping[str, Any]]]


def records(moment: Moment, options: Options) -> Iterator[Record]:
    """The reports that a moment makes."""
    base = _base(moment)
    if moment.batch is not None:
        for place, event in enumerate(moment.batch.events):
            connection = _named_connection(event, moment)
            for number, (kind, values) in enumerate(_of_event(event, options)):
                whole = {**base, "peerConnectionUUID": connection, **values}
                yield from _record(moment, options, kind, whole, event.at, f"{place}.{number}")
        return
    kind = _MOMENTS.get(moment.event, "")
    if kind:
        yield from _record(moment, options, kind, {**base, **_of_fact(moment)}, moment.at, "")
    if moment.event == "connection.started" and moment.names.client:
        yield from _record(moment, options, "CLIENT_DETAILS", {**base, **_details(moment)}, moment.at, "client")


def _base(moment: Moment) -> dict[str, Any]:
    return {
        "callUUID": moment.call_id,
        "callName": moment.call_name,
        "userId": moment.names.participant_name or moment.names.participant or None,
        "browserId": moment.names.session or moment.session_id or None,
        "peerConnectionUUID": moment.connection or None,
    }


def _record(
    moment: Moment, options: Options, kind: str, values: Mapping[str, Any], at: float, part: str
) -> Iterator[Record]:
    message = TYPES[kind]
    payload = table("observertc1").fill(message, {"mediaUnitId": options.media_unit, **values})
    if payload is None:
        return
    service = options.service_id or moment.app_id
    envelope = {
        "version": 1,
        "serviceUUID": service,
        "serviceName": options.service_name,
        "marker": options.marker,
        "timestamp": int(at),
        "type": kind,
    }
    key = payload.get("peerConnectionUUID") or service
    yield Record(derive("out", moment.id, "observertc1", kind, part), kind, key, {**envelope, **payload}, message)


def _of_fact(moment: Moment) -> dict[str, Any]:
    if moment.event != "finding.opened":
        return {}
    return {"eventType": getattr(moment.fact, "detector", ""), "message": getattr(moment.fact, "statement", "")}


def _details(moment: Moment) -> dict[str, Any]:
    said = moment.names.client
    return {
        "browserName": said.get("browser"),
        "browserVersion": said.get("browser_version"),
        "osName": said.get("os"),
        "osVersion": said.get("os_version"),
        "platformType": said.get("device_type"),
    }


def _named_connection(event: ev.AnyEvent, moment: Moment) -> str | None:
    return getattr(event, "connection", "") or moment.connection or None


def _of_event(event: ev.AnyEvent, options: Options) -> Found:
    if isinstance(event, ev.Sample):
        yield from _of_stats(event.stats, options)
    elif isinstance(event, ev.MediaAccess) and event.phase == "failed":
        yield "USER_MEDIA_ERROR", {"message": event.message or event.error}
    elif isinstance(event, ev.DevicesChanged | ev.SessionUpdated):
        for device in event.devices or ():
            label = device.label or None
            kind = {"videoinput": "VIDEO_INPUT", "audioinput": "AUDIO_INPUT", "audiooutput": "AUDIO_OUTPUT"}
            said = {"deviceId": device.id, "groupId": device.group or None, "label": label}
            yield "MEDIA_DEVICE", {**said, "kind": kind.get(device.kind.lower(), device.kind)}
    elif isinstance(event, ev.AppReported):
        yield "EXTENSION", {"extensionType": event.name, "payload": msgspec.json.encode(event.value).decode()}


def _of_stats(stats: Stats, options: Options) -> Found:
    for inbound in stats.inbound_rtp:
        yield "INBOUND_RTP", _values(inbound, mediaType=inbound.kind, trackId=inbound.trackIdentifier, isRemote=False)
        yield "TRACK", _values(inbound, mediaType=inbound.kind, trackId=inbound.trackIdentifier, remoteSource=True)
    sources = {source.id: source for source in stats.media_source}
    for outbound in stats.outbound_rtp:
        source = sources.get(outbound.mediaSourceId or "")
        track = source.trackIdentifier if source else None
        named = {"mediaType": outbound.kind, "trackId": track, "trackID": track}
        yield "OUTBOUND_RTP", _values(outbound, **named, isRemote=False)
        yield "TRACK", _values(outbound, **named, remoteSource=False)
    for remote in stats.remote_inbound_rtp:
        yield "REMOTE_INBOUND_RTP", _values(remote, mediaType=remote.kind)
    for source in stats.media_source:
        named = {"mediaType": source.kind, "mediaSourceId": source.id, "trackId": source.trackIdentifier}
        yield "MEDIA_SOURCE", _values(source, **named)
    for pair in stats.candidate_pair:
        yield "ICE_CANDIDATE_PAIR", _values(pair, candidatePairId=pair.id)
    for local in stats.local_candidate:
        yield "ICE_LOCAL_CANDIDATE", _candidate(local, options)
    for far in stats.remote_candidate:
        yield "ICE_REMOTE_CANDIDATE", _candidate(far, options)


_SPELLINGS = {
    "codecId": "codecID",
    "transportId": "transportID",
    "mediaSourceId": "mediaSourceID",
    "remoteId": "remoteID",
    "localId": "localID",
    "localCandidateId": "localCandidateID",
    "remoteCandidateId": "remoteCandidateID",
}


def _values(report: Report, **named: Any) -> dict[str, Any]:
    """The members of a report under their names and under this generation's spellings of them."""
    values = {**(report.extra or {}), **msgspec.structs.asdict(report)}
    values |= {other: values.get(name) for name, other in _SPELLINGS.items()}
    return values | named


def _candidate(candidate: LocalCandidate | RemoteCandidate, options: Options) -> dict[str, Any]:
    hashed = None
    if candidate.address:
        hashed = blake2b(candidate.address.encode(), key=options.address_salt.encode()[:64], digest_size=16).hexdigest()
    remote = isinstance(candidate, RemoteCandidate)
    return _values(candidate, candidateId=candidate.id, ipLSH=hashed, isRemote=remote)
