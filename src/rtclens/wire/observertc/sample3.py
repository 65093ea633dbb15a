"""A ClientSample 3.x as canonical events.

Enters: a `WireSample` and what the stream knows of its speaker. Leaves: one `Batch`, ordered so that a reader never
meets a thing before its beginning: session, events, connections, scores, samples, then what ended.
"""

from __future__ import annotations

from typing import Any

from rtclens.model import events as ev
from rtclens.model.stats import Stats
from rtclens.wire.common.storable import kept
from rtclens.wire.observertc import candidates, context, happenings, values
from rtclens.wire.observertc.placing import Placing
from rtclens.wire.observertc.rows import ROWS, Item, Track, WireConnection, WireSample
from rtclens.wire.observertc.state import Speaker, StreamState

REPORT_CLOCK_AHEAD_MS = 5_000.0
REPORT_CLOCK_BEHIND_MS = 60_000.0


def to_batch(state: StreamState, speaker: Speaker, sample: WireSample, received_at: float) -> ev.Batch:
    """The batch of one sample; a CLIENT_JOINED in it begins a new session."""
    at = float(sample.timestamp)
    events: list[ev.AnyEvent] = []
    ends: list[ev.AnyEvent] = []
    if sample.clientEvents or sample.clientMetaItems or sample.clientIssues or sample.extensionStats:
        placing = _happened(state, speaker, sample, at)
        events, ends = placing.events, placing.ends
    if sample.score is not None:
        events.append(_score("client", at, sample.score, sample.scoreReasons))
    if sample.attachments and speaker.changed("client", sample.attachments):
        events.append(ev.SessionUpdated(at=at, tags=kept(sample.attachments)))
    for connection in sample.peerConnections or ():
        _add_connection(speaker, connection, at, events)
    events += ends
    return ev.Batch(speaker.origin, received_at, events or [ev.Heartbeat(at=at)])


def _happened(state: StreamState, speaker: Speaker, sample: WireSample, at: float) -> Placing:
    """What the client reported beside stats."""
    placing = Placing(state, speaker)
    if sample.clientEvents:
        _add_client_events(placing, sample, at)
    if sample.clientMetaItems:
        _add_meta_items(placing, sample, at)
    placing.add_all(_issue(item, at) for item in sample.clientIssues or ())
    placing.add_all(
        ev.AppReported(at=at, name=item.type, value=values.record(item.payload)) for item in sample.extensionStats or ()
    )
    return placing


def _add_meta_items(placing: Placing, sample: WireSample, at: float) -> None:
    metas = (
        context.Meta(
            item.type,
            values.time_ms(item.timestamp, at),
            item.payload,
            values.text(item.peerConnectionId),
            values.text(item.trackId),
        )
        for item in sample.clientMetaItems or ()
    )
    placing.add_all(context.to_events(metas))


def _add_client_events(placing: Placing, sample: WireSample, at: float) -> None:
    directions = track_directions(sample)
    for item in sample.clientEvents or ():
        raw = values.record(item.payload)
        happening = happenings.Happening(
            name=item.type,
            at=values.time_ms(item.timestamp, at),
            payload=raw if isinstance(raw, dict) else {},
            raw=raw,
            directions=directions,
        )
        placing.add(happenings.to_event(happening))


def track_directions(sample: WireSample) -> happenings.Directions:
    """The direction of every track the sample lists."""
    found: happenings.Directions = {}
    for connection in sample.peerConnections or ():
        found.update((track.id, "inbound") for track in connection.inboundTracks or ())
        found.update((track.id, "outbound") for track in connection.outboundTracks or ())
    return found


def _issue(item: Item, at: float) -> ev.AnyEvent:
    at = values.time_ms(item.timestamp, at)
    payload = values.record(item.payload)
    if item.type == "USER_MEDIA_ERROR":
        return happenings.media_access_failed(at, context.error_text(payload))
    members: dict[str, Any] = payload if isinstance(payload, dict) else {}
    return ev.ClientIssue(
        at=at,
        kind=item.type,
        severity=values.text(members.get("severity")),
        message=values.words(members.get("description") or members.get("message")),
        key=item.key or "",
        value=payload,
        connection=values.text(members.get("peerConnectionId")),
        track=values.text(members.get("trackId")),
    )


def _score(scope: str, at: float, score: float, reasons: Any, connection: str = "", track: str = "") -> ev.ClientScored:
    said = values.record(reasons) if reasons else None
    return ev.ClientScored(at=at, scope=scope, score=score, connection=connection, track=track, reasons=said)


def _add_connection(speaker: Speaker, wire: WireConnection, at: float, events: list[ev.AnyEvent]) -> None:
    name = wire.peerConnectionId
    if speaker.first_sight(name):
        events.append(ev.ConnectionOpened(at=at, connection=name))
    if wire.attachments and speaker.changed(name, wire.attachments):
        events.append(ev.AppReported(at=at, name="attachments", value=kept(wire.attachments), connection=name))
    if wire.score is not None:
        events.append(_score("connection", at, wire.score, wire.scoreReasons, name))
    for track in wire.inboundTracks or ():
        _add_track(speaker, track, "inbound", name, at, events)
    for track in wire.outboundTracks or ():
        _add_track(speaker, track, "outbound", name, at, events)
    stats = to_stats(wire)
    events.append(ev.Sample(at=sample_time(stats, at), connection=name, stats=stats))


def _add_track(
    speaker: Speaker, track: Track, direction: happenings.Direction, name: str, at: float, events: list[ev.AnyEvent]
) -> None:
    if track.score is not None:
        events.append(_score("track", at, track.score, track.scoreReasons, name, track.id))
    if track.attachments and speaker.changed(f"{name} {track.id}", track.attachments):
        events.append(
            ev.TrackChanged(
                at=at,
                track=track.id,
                change="changed",
                connection=name,
                kind=track.kind,
                direction=direction,
                value=kept(track.attachments),
            )
        )


def to_stats(wire: WireConnection) -> Stats:
    """The stats of one connection; the rows are the decoded objects themselves."""
    rows: Any = wire  # a list of wire rows is a list of their canonical base, which list's invariance cannot say
    for name in ROWS:
        for row in getattr(rows, name) or ():
            if (attached := getattr(row, "attachments", None)) is not None:
                row.extra, row.attachments = {"attachments": kept(attached)}, None
    pairs = rows.iceCandidatePairs or []
    transports = rows.iceTransports or []
    local, remote = candidates.split(rows.iceCandidates, pairs, transports) if rows.iceCandidates else ([], [])
    return Stats(
        inbound_rtp=rows.inboundRtps or [],
        outbound_rtp=rows.outboundRtps or [],
        remote_inbound_rtp=rows.remoteInboundRtps or [],
        remote_outbound_rtp=rows.remoteOutboundRtps or [],
        media_source=rows.mediaSources or [],
        media_playout=rows.mediaPlayouts or [],
        peer_connection=rows.peerConnectionTransports or [],
        transport=transports,
        candidate_pair=pairs,
        local_candidate=local,
        remote_candidate=remote,
        codec=rows.codecs or [],
        data_channel=rows.dataChannels or [],
        certificate=rows.certificates or [],
    )


def sample_time(stats: Stats, at: float) -> float:
    """When the stats were collected: the time of a report made here, if it is near the sample's own time.

    The last sample of a client repeats its previous stats; taking the sample's time would make the counters stand.
    Report times run on the page's monotonic clock, which drifts while a computer sleeps: far off, they do not count.
    """
    for rows in (stats.peer_connection, stats.transport, stats.outbound_rtp, stats.inbound_rtp, stats.candidate_pair):
        if rows:
            time = rows[0].timestamp
            if (
                time is not None
                and 0 < time < values.LATEST_TIME
                and -REPORT_CLOCK_AHEAD_MS <= at - time <= REPORT_CLOCK_BEHIND_MS
            ):
                return float(time)
            return at
    return at
