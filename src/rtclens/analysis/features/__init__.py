"""Features: what is kept for ever of each join, connection and track.

Enters: events, slices, and the samples in which slices were cut, as the fold meets them. Leaves: feature rows.
Events write feature values at once; slices feed series and sums; counters are read once per slice, so a sample between
two slices costs one comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.features import counters, page, path, peer, slices
from rtclens.analysis.features.notes import ClientNotes, ConnectionNotes, TrackNotes, count, once
from rtclens.model.events import AnyEvent, Sample
from rtclens.model.facts import ConnectionSlice, TrackSlice
from rtclens.model.stats import Codec, InboundRtp, MediaSource, OutboundRtp

if TYPE_CHECKING:
    from rtclens.analysis.state import Connection, Session, Track

EARLY = 2  # the first samples of a connection are read whether a slice was cut or not
PRESSURE = {4: "nominal", 3: "fair", 2: "serious", 1: "critical"}


def connection_notes(conn: Connection) -> ConnectionNotes:
    """The notes of a connection."""
    held = conn.session.notes.connections
    notes = held.get(conn.id)
    if notes is None:
        notes = held[conn.id] = ConnectionNotes()
    return notes


def track_notes(track: Track) -> TrackNotes:
    """The notes of a track."""
    held = connection_notes(track.conn).tracks
    notes = held.get(track.id)
    if notes is None:
        notes = held[track.id] = TrackNotes()
    return notes


def happened(session: Session, conn: Connection | None, event: AnyEvent, at: float) -> None:
    """Note an event that is not a sample, after the fold applied it."""
    notes = session.notes
    count(notes.known, "number_of_events")
    handler = page.HANDLERS.get(type(event))
    if handler is not None:
        handler(notes, event, at)
    if conn is not None:
        peer.happened(connection_notes(conn), event, at)


def sampled(conn: Connection, sample: Sample, at: float) -> None:
    """Read counters where a slice was cut, or where the connection only begins."""
    session = conn.session
    notes = session.notes
    if not notes.due and conn.sampled > EARLY:
        return
    notes.due = False
    link = connection_notes(conn)
    stats = sample.stats
    counters.streams(link, stats)
    path.take(link, stats, conn.pair_id, at)
    _streams(conn, sample)
    if stats.compute_pressure:
        _pressure(notes, stats.compute_pressure[0].cpuState, at)
    open_now = sum(one.ended_at is None for one in session.connections.values())
    notes.known["peer_connections_max_concurrent"] = max(
        notes.known.get("peer_connections_max_concurrent", 0), open_now
    )


def _streams(conn: Connection, sample: Sample) -> None:
    codecs = {codec.id: codec for codec in sample.stats.codec}
    sources = {source.id: source for source in sample.stats.media_source}
    layers: dict[str, int] = {}
    reports: list[InboundRtp | OutboundRtp] = [*sample.stats.inbound_rtp, *sample.stats.outbound_rtp]
    for report in reports:
        stream = conn.streams.get(report.id)
        if stream is None:
            continue
        track = stream.track
        notes = track_notes(track)
        fresh = conn.sampled > 1 or "opened" in connection_notes(conn).first
        counters.take(notes, report, sample.stats, track.kind, fresh)
        layers[track.id] = layers.get(track.id, 0) + 1
        notes.known["layers"] = max(notes.known.get("layers", 0), layers[track.id])
        _codec(notes, codecs.get(report.codecId or ""))
        if isinstance(report, InboundRtp):
            slices.flushes(notes, report.jitterBufferFlushes)
        else:
            _source(notes, sources.get(report.mediaSourceId or ""))


def _codec(notes: TrackNotes, codec: Codec | None) -> None:
    if codec is None or not codec.mimeType:
        return
    if "codec_mime_type" not in notes.known and codec.sdpFmtpLine:
        notes.known["codec_sdp_fmtp_line"] = codec.sdpFmtpLine
    once(notes.known, "codec_mime_type", codec.mimeType)


def _source(notes: TrackNotes, source: MediaSource | None) -> None:
    if source is None:
        return
    if source.echoReturnLoss is not None:
        notes.known["echo_return_loss"] = float(source.echoReturnLoss)
    if source.echoReturnLossEnhancement is not None:
        notes.known["echo_return_loss_enhancement"] = float(source.echoReturnLossEnhancement)


def _pressure(notes: ClientNotes, state: object, at: float) -> None:
    if not isinstance(state, int) or state not in PRESSURE:
        return
    since = notes.first.get("pressure", at)
    held = notes.clock.get("state")
    if held is not None and at > since:
        name = PRESSURE[int(held)]
        notes.clock[name] = notes.clock.get(name, 0.0) + at - since
    notes.first["pressure"], notes.clock["state"] = at, state
    notes.known["pressure_worst"] = min(state, notes.known.get("pressure_worst", 4))


def track_sliced(track: Track, row: TrackSlice) -> None:
    """A slice of a track was cut."""
    track.conn.session.notes.due = True
    slices.track(track_notes(track), row, track.muted or track.disabled, track.codec)


def link_sliced(conn: Connection, row: ConnectionSlice) -> None:
    """A slice of a connection was cut."""
    conn.session.notes.due = True
    slices.link(connection_notes(conn), row)
