"""Features: what is kept for ever of each join, connection and track.

Enters: events, slices, and the samples in which slices were cut, as the fold meets them. Leaves: feature rows.
Events write feature values at once; slices feed series and sums; counters are read once per slice, so a sample between
two slices costs one comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.features import counters, page, path, peer, slices
from rtclens.analysis.features.notes import Pressure, TrackNotes
from rtclens.model.events import AnyEvent, ConnectionOpened, Sample
from rtclens.model.facts import ConnectionSlice, TrackSlice
from rtclens.model.stats import InboundRtp, OutboundRtp, Stats

if TYPE_CHECKING:
    from rtclens.analysis.state import Connection, Session, Track

EARLY = 2  # the first samples of a connection are read whether a slice was cut or not
PRESSURE = frozenset({4, 3, 2, 1})


def happened(session: Session, conn: Connection | None, event: AnyEvent, at: float) -> None:
    """Note an event that is not a sample, after the fold applied it."""
    session.events += 1
    handler = page.HANDLERS.get(type(event))
    if handler is not None:
        handler(session.notes, event, at)
    if conn is not None:
        conn.opened = conn.opened or isinstance(event, ConnectionOpened)
        conn.events += 1
        if type(event) in peer.TELLING:
            peer.happened(conn.said, event, at)


def sampled(conn: Connection, sample: Sample, at: float) -> None:
    """Read counters where a slice was cut, or where the connection only begins."""
    session = conn.session
    if not session.sliced and conn.sampled > EARLY:
        return
    session.sliced = False
    link = conn.notes
    stats = sample.stats
    counters.streams(link, stats)
    path.take(link, stats, conn.pair_id, at)
    _streams(conn, stats)
    if stats.compute_pressure:
        _pressure(session, stats.compute_pressure[0].cpuState, at)
    if len(session.connections) > session.concurrent:
        open_now = sum(one.ended_at is None for one in session.connections.values())
        session.concurrent = max(session.concurrent, open_now)


def _streams(conn: Connection, stats: Stats) -> None:
    layers: dict[str, int] = {}
    fresh = conn.sampled > 1 or conn.opened
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


def _pressure(session: Session, state: object, at: float) -> None:
    """Book the time spent in the state before; of states out of range nothing is known."""
    if not isinstance(state, int) or state not in PRESSURE:
        return
    before = session.pressure or Pressure(at)
    if before.state and at > before.since:
        before.spent[before.state - 1] += at - before.since
    session.pressure = Pressure(at, int(state), int(min(state, before.worst)), before.spent)


def track_sliced(track: Track, row: TrackSlice) -> None:
    """A slice of a track was cut."""
    track.conn.session.sliced = True
    slices.track(track.notes, row, track.muted or track.disabled, track.codec)


def link_sliced(conn: Connection, row: ConnectionSlice) -> None:
    """A slice of a connection was cut."""
    conn.session.sliced = True
    slices.link(conn.notes, row)
