"""A PeerConnectionSample v20200114 (one message per connection and poll) as canonical events.

Enters: the JSON object. Leaves: one `Batch`. The first generation knows a browser (`browserId`), a user and the free
name of a call; rows use the W3C names of 2020, and media counters stand in the `track` reports that browsers had then.
"""

from __future__ import annotations

from typing import Any

from rtclens.model import events as ev
from rtclens.model.stats import Stats
from rtclens.wire.common import reports
from rtclens.wire.common.storable import kept
from rtclens.wire.observertc import context, happenings, values
from rtclens.wire.observertc.placing import Placing
from rtclens.wire.observertc.state import Identity, Speaker, StreamState
from rtclens.wire.observertc.tolerant import objects

Row = dict[str, Any]

RTP_ROWS = {
    "inboundRTPStats": "inbound-rtp",
    "outboundRTPStats": "outbound-rtp",
    "remoteInboundRTPStats": "remote-inbound-rtp",
}
ICE_ROWS = {
    "candidatePairs": "candidate-pair",
    "localCandidates": "local-candidate",
    "remoteCandidates": "remote-candidate",
}
# What browsers reported on the track then and on the RTP stream now.
TRACK_MEMBERS_INBOUND = {
    **{
        name: name
        for name in (
            *("concealedSamples", "concealmentEvents", "silentConcealedSamples", "totalSamplesReceived"),
            *("insertedSamplesForDeceleration", "removedSamplesForAcceleration"),
            *("jitterBufferDelay", "jitterBufferEmittedCount"),
            *("framesDecoded", "framesDropped", "framesReceived", "frameWidth", "frameHeight"),
        )
    },
    "samplesDuration": "totalSamplesDuration",
}
TRACK_MEMBERS_OUTBOUND = {name: name for name in ("hugeFramesSent", "frameWidth", "frameHeight")}
# Words that this generation spells in its own way, by member.
SPELLED = {
    "state": {"inprogress": "in-progress"},
    "qualityLimitationReason": {},
    "candidateType": {},
    "networkType": {},
    "protocol": {},
    "mediaType": {},
    "kind": {},
}
UTC_OFFSET = "utcOffsetMinutes"


def identity(sample: Row) -> Identity:
    """Who it is from: the call's name and the browser, or the user where no browser is named."""
    return Identity(
        call=values.text(sample.get("callId")),
        client=values.text(sample.get("browserId")) or values.text(sample.get("userId")),
    )


def to_batch(state: StreamState, speaker: Speaker, sample: Row, received_at: float) -> ev.Batch:
    """The batch of one sample; one without connection carries failures of getUserMedia only."""
    at = values.time_ms(sample.get("timestamp"), received_at)
    placing = Placing(state, speaker)
    _add_session(placing, sample, at)
    for row in objects(sample.get("userMediaErrors")):
        placing.add(happenings.media_access_failed(at, context.error_text(row)))
    connection = values.text(sample.get("peerConnectionId"))
    for row in [*objects(sample.get("extensions")), *objects(sample.get("extensionStats"))]:
        name, value = values.text(row.get("extensionType")), values.record(row.get("payload"))
        placing.add(ev.AppReported(at=at, name=name, value=value, connection=connection))
    if connection:
        placing.add(ev.Sample(at=at, connection=connection, stats=stats(sample)))
    return placing.batch(at, received_at)


def _add_session(placing: Placing, sample: Row, at: float) -> None:
    speaker, page = placing.speaker, placing.state.client
    user, call = values.text(sample.get("userId")), values.text(sample.get("callId"))
    marker = values.text(sample.get("marker"))
    tags = {"marker": marker} if marker else {}
    if placing.state.unit:
        tags["mediaUnitId"] = placing.state.unit
    if speaker.changed("session", [user, call, tags]):
        client = ev.Client(user_agent=page.user_agent, address=page.address)
        placing.add(ev.SessionUpdated(at=at, client=client, call_name=call, participant_name=user, tags=tags or None))
    details = values.members(sample.get("clientDetails"))
    offset = values.number(sample.get("timeZoneOffsetInMinute"))
    if details and speaker.changed("details", details):
        client = context.client(
            details.get("browser"), details.get("os"), details.get("engine"), details.get("platform")
        )
        if offset is not None:
            client.extra = {**(client.extra or {}), UTC_OFFSET: kept(-offset)}
        placing.add(ev.SessionUpdated(at=at, client=client))
    devices = [context.device(spelled(row)) for row in objects(sample.get("deviceList"))]
    if devices and speaker.changed("devices", sample["deviceList"]):
        placing.add(ev.SessionUpdated(at=at, devices=devices))


def stats(sample: Row) -> Stats:
    """The stats of the connection, sender and receiver side together."""
    found = Stats()
    for side in ("senderStats", "receiverStats"):
        given = values.members(sample.get(side))
        tracks = {values.text(row.get("id")): row for row in objects(given.get("tracks"))}
        for name, type_name in RTP_ROWS.items():
            for row in objects(given.get(name)):
                reports.add(found, type_name, _with_track(spelled(row), tracks, type_name))
        for row in objects(given.get("mediaSources")):
            reports.add(found, "media-source", _renamed_track(spelled(row)))
    ice = values.members(sample.get("iceStats"))
    for name, type_name in ICE_ROWS.items():
        for row in objects(ice.get(name)):
            reports.add(found, type_name, spelled(row))
    return found


def _with_track(row: Row, tracks: dict[str, Row], type_name: str) -> Row:
    track = tracks.get(values.text(row.get("trackId")))
    if track is None:
        return row
    names = TRACK_MEMBERS_INBOUND if type_name == "inbound-rtp" else TRACK_MEMBERS_OUTBOUND
    moved = {to: track[name] for name, to in names.items() if track.get(name) is not None}
    return {**moved, **row}


def _renamed_track(row: Row) -> Row:
    return {"trackIdentifier" if name == "trackId" else name: value for name, value in row.items()}


def spelled(row: Row) -> Row:
    """The row with enumerations in W3C spelling, whatever case and separators they came in."""
    out = dict(row)
    for name, odd in SPELLED.items():
        word = out.get(name)
        if isinstance(word, str):
            plain = word.lower().replace("_", "").replace("-", "")
            out[name] = odd.get(plain, plain)
    return out
