"""A ClientSample 2.x (flat rows, custom call events) as canonical events.

Enters: the JSON form of one sample, merged where it came as a delta. Leaves: one `Batch`. The clients of this
generation sent everything that happened as named call events with JSON text in `attachments`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rtclens.model import events as ev
from rtclens.wire.common.storable import kept
from rtclens.wire.observertc import context, happenings, rows2, values
from rtclens.wire.observertc.placing import Placing
from rtclens.wire.observertc.state import Identity, Speaker, StreamState
from rtclens.wire.observertc.tolerant import objects

Row = dict[str, Any]

HOURS = 14
"""No time zone is further from UTC; a larger offset is `getTimezoneOffset()`: minutes, west positive."""


def identity(sample: Row) -> Identity:
    """Who the sample says it is from: a room stands for the call, a user for the client, where those are missing."""
    return Identity(
        call=values.text(sample.get("callId")) or values.text(sample.get("roomId")),
        client=values.text(sample.get("clientId")) or values.text(sample.get("userId")),
    )


def to_batch(
    state: StreamState, speaker: Speaker, sample: Row, received_at: float, truncated_audio: bool = False
) -> ev.Batch:
    """The batch of one sample whose `timestamp` was checked."""
    at = values.time_ms(sample.get("timestamp"), received_at)
    found = rows2.collect(sample, truncated_audio)
    placing = Placing(state, speaker, found.labels)
    placing.add_all(_happened(sample, at, found))
    placing.add_all(_about_session(speaker, sample, at))
    placing.add_all(_about_media(sample, at, found))
    placing.add_all(
        ev.AppReported(at=at, name=values.text(row.get("type")), value=values.record(row.get("payload")))
        for row in objects(sample.get("extensionStats"))
    )
    _add_connections(placing, found, at)
    return placing.batch(at, received_at)


def _add_connections(placing: Placing, found: rows2.Connections, at: float) -> None:
    for name, stats in found.stats.items():
        placing.add(ev.Sample(at=at, connection=name, stats=stats))
    for kind, rows in found.unassigned.items():
        if placing.speaker.changed(kind, rows):
            placing.add(ev.AppReported(at=at, name=kind, value=rows))


def _happened(sample: Row, at: float, found: rows2.Connections) -> Iterator[ev.AnyEvent]:
    called = objects(sample.get("customCallEvents"))
    if sample.get("sampleSeq") == 0 and all(event.get("name") != "CLIENT_JOINED" for event in called):
        yield ev.SessionOpened(at=at)  # 1.x announces no join, but a new monitor counts from 0
    directions: happenings.Directions = {track: side for track, (side, _) in found.directions.items()}
    for event in called:
        yield _call_event(event, at, directions)


def _call_event(event: Row, at: float, directions: happenings.Directions) -> ev.AnyEvent:
    name = values.text(event.get("name"))
    payload = values.record(event.get("attachments"))
    connection = values.text(event.get("peerConnectionId"))
    track = values.text(event.get("mediaTrackId"))
    at = values.time_ms(event.get("timestamp"), at)
    if name == "CLIENT_ISSUE":
        message = values.words(event.get("message"))
        severity = values.text(event.get("value"))
        return ev.ClientIssue(
            at=at,
            kind=message or name,
            severity=severity,
            message=message,
            value=payload,
            connection=connection,
            track=track,
        )
    loose = {key: value for key, value in event.items() if key not in EVENT_MEMBERS}
    members = {**(payload if isinstance(payload, dict) else {}), **loose}
    said = {key: event[key] for key in ("value", "message") if event.get(key)}
    if payload is not None:
        said["attachments"] = payload
    return happenings.to_event(
        happenings.Happening(
            name=name,
            at=at,
            payload=members,
            raw=(members if name in happenings.RULES else said) or None,
            connection=connection,
            track=track,
            directions=directions,
        )
    )


EVENT_MEMBERS = frozenset({"name", "attachments", "peerConnectionId", "mediaTrackId", "timestamp", "message", "value"})


def _about_session(speaker: Speaker, sample: Row, at: float) -> list[ev.AnyEvent]:
    """What the sample says about the page and its user, when it differs from what it said before."""
    told = {name: sample[name] for name in ("browser", "engine", "platform", "os") if sample.get(name)}
    extra = _extra(sample)
    tags = {name: said for name in ("marker", "roomId") if (said := values.text(sample.get(name)))}
    user = values.text(sample.get("userId"))
    events: list[ev.AnyEvent] = []
    if (told or extra or tags or user) and speaker.changed("session", [told, extra, tags, user]):
        client = context.client(told.get("browser"), told.get("os"), told.get("engine"), told.get("platform"))
        client.extra = {**(client.extra or {}), **extra} or None
        update = ev.SessionUpdated(at=at, participant_name=user, tags=tags or None)
        update.client = client if told or extra else None
        events.append(update)
    devices = [context.device(values.members(row)) for row in objects(sample.get("mediaDevices"))]
    if devices and speaker.changed("devices", sample["mediaDevices"]):
        events.append(ev.SessionUpdated(at=at, devices=devices))
    events += [_observer_event(row, at) for row in objects(sample.get("customObserverEvents"))]
    return events


def _extra(sample: Row) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    offset = values.number(sample.get("timeZoneOffsetInHours"))
    if offset:
        extra["utcOffsetMinutes"] = offset * 60 if abs(offset) <= HOURS else kept(-offset)
    servers = texts(sample.get("iceServers"))
    if servers:
        extra["iceServers"] = servers
    return extra


def _observer_event(row: Row, at: float) -> ev.AnyEvent:
    payload = values.record(row.get("attachments"))
    if row.get("message") == "CPU_INFO":
        return ev.SessionUpdated(at=at, client=ev.Client(extra={"cpu": payload}))
    value = {name: row[name] for name in ("message", "value") if row.get(name)} | {"attachments": payload}
    return ev.AppReported(at=at, name=values.text(row.get("name")), value=value)


def _about_media(sample: Row, at: float, found: rows2.Connections) -> list[ev.AnyEvent]:
    events: list[ev.AnyEvent] = [context.constraints(at, said) for said in texts(sample.get("mediaConstraints"))]
    events += [happenings.media_access_failed(at, said) for said in texts(sample.get("userMediaErrors"))]
    lines = texts(sample.get("localSDPs"))
    if lines:
        only = next(iter(found.stats)) if len(found.stats) == 1 else ""
        events.append(ev.Described(at=at, connection=only, side="local", kind="", sdp="\n".join(lines)))
    return events


def texts(value: Any) -> list[str]:
    """The texts of a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
