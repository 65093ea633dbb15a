"""Features: what is kept for ever of each join, connection and track.

Enters: events, slices, and the samples in which slices were cut, as the fold meets them. Leaves: feature rows.
Events write feature values at once; slices feed series and sums; counters are read once per slice, so a sample between
two slices costs one comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.features import counters, page, path, peer, slices
from rtclens.analysis.features.notes import ClientNotes, TrackNotes, count
from rtclens.model.events import AnyEvent, Sample
from rtclens.model.facts import ConnectionSlice, TrackSlice
from rtclens.model.stats import InboundRtp, OutboundRtp, Stats

if TYPE_CHECKING:
    from rtclens.analysis.state import Connection, Session, Track

EARLY = 2  # the first samples of a connection are read whether a slice was cut or not
PRESSURE = {4: "nominal", 3: "fair", 2: "serious", 1: "critical"}


def happened(session: Session, conn: Connection | None, event: AnyEvent, at: float) -> None:
    """Note an event that is not a sample, after the fold applied it."""
    notes = session.notes
    count(notes.known, "number_of_events")
    handler = page.HANDLERS.get(type(event))
    if handler is not None:
        handler(notes, event, at)
    if conn is not None:
        peer.happened(conn.notes, event, at)


def sampled(conn: Connection, sample: Sample, at: float) -> None:
    """Read counters where a slice was cut, or where the connection only begins."""
    session = conn.session
    notes = session.notes
    if not notes.due and conn.sampled > EARLY:
        return
    notes.due = False
    link = conn.notes
    stats = sample.stats
    counters.streams(link, stats)
    path.take(link, stats, conn.pair_id, at)
    _streams(conn, stats)
    if stats.compute_pressure:
        _pressure(notes, stats.compute_pressure[0].cpuState, at)
    if len(session.connections) > notes.known.get("peer_connections_max_concurrent", 0):
        _concurrent(session, notes)


def _concurrent(session: Session, notes: ClientNotes) -> None:
    name = "peer_connections_max_concurrent"
    open_now = sum(one.ended_at is None for one in session.connections.values())
    notes.known[name] = max(notes.known.get(name, 0), open_now)


def _streams(conn: Connection, stats: Stats) -> None:
    layers: dict[str, int] = {}
    fresh = conn.sampled > 1 or "opened" in conn.notes.first
    reports: list[InboundRtp | OutboundRtp] = [*stats.inbound_rtp, *stats.outbound_rtp]
    for report in reports:
        stream = conn.streams.get(report.id)
        inbound = isinstance(report, InboundRtp)
        if stream is None or (stream.track.direction == "inbound") != inbound:
            continue
        track = stream.track
        notes = track.notes
        counters.take(notes, report, stats, track.kind, fresh)
        layers[track.id] = number = layers.get(track.id, 0) + 1
        if number > notes.known.get("layers", 0):
            notes.known["layers"] = number
        if report.codecId and "codec_mime_type" not in notes.known:
            _codec(notes, report.codecId, stats)
        if isinstance(report, InboundRtp):
            slices.flushes(notes, report.jitterBufferFlushes)
        elif track.kind == "audio" and report.mediaSourceId:
            _source(notes, report.mediaSourceId, stats)


def _codec(notes: TrackNotes, wanted: str, stats: Stats) -> None:
    for codec in stats.codec:
        if codec.id == wanted and codec.mimeType:
            if codec.sdpFmtpLine:
                notes.known["codec_sdp_fmtp_line"] = codec.sdpFmtpLine
            notes.known["codec_mime_type"] = codec.mimeType


def _source(notes: TrackNotes, wanted: str, stats: Stats) -> None:
    for source in stats.media_source:
        if source.id != wanted:
            continue
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
    slices.track(track.notes, row, track.muted or track.disabled, track.codec)


def link_sliced(conn: Connection, row: ConnectionSlice) -> None:
    """A slice of a connection was cut."""
    conn.session.notes.due = True
    slices.link(conn.notes, row)
