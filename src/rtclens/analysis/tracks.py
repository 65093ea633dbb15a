"""Tracks of a connection: found by their reports, named, given up when the reports stop.

Enters: RTP reports. Leaves: `Track` records with codec, content and external id.
A track is keyed by direction and mid, else by track id, else by SSRC, so that a new SSRC does not make a new track.
"""

from __future__ import annotations

from rtclens.analysis.detectors import connectivity
from rtclens.analysis.findings import close_finding, close_subject, note, open_finding
from rtclens.analysis.hops import named
from rtclens.analysis.resting import shared
from rtclens.analysis.slices import flush
from rtclens.analysis.state import Call, Connection, Track
from rtclens.analysis.subjects import DISABLED, MUTED, SCREEN, STOPPED
from rtclens.model.facts import Evidence
from rtclens.model.ids import derive
from rtclens.model.stats import InboundRtp, OutboundRtp, Stats

SCREEN_WORDS = ("screen", "window", "monitor", "tab:", "web-contents-media-stream")
GRACE_MS = 10_000.0
MISSING_SAMPLES = 2
KINDS = {"audio": "audio", "video": "video"}


def adopt(call: Call, conn: Connection, report: InboundRtp | OutboundRtp, direction: str, at: float) -> Track | None:
    """The track a new stream belongs to; `None` when the report is not media or the connection holds too many."""
    kind = KINDS.get(report.kind or "")
    if kind is None:
        return None
    identity = report.mid or (report.trackIdentifier if isinstance(report, InboundRtp) else None)
    if identity is None:
        identity = str(report.ssrc) if report.ssrc is not None else report.id
    key = f"{direction}/{kind}/{identity}"
    track = conn.tracks.get(key)
    if track is None:
        if len(conn.tracks) >= call.settings.max_tracks:
            return None
        track = Track(conn, derive("trk", conn.id, key), kind, direction, at)
        track.key = key
        track.mid = shared(report.mid or "")
        conn.tracks[key] = track
        call.tracks += 1
        call.dirty[track.id] = track
    elif track.ended_at is not None:
        track.ended_at = None
        track.end_reason = ""
        call.dirty[track.id] = track
    early = conn.connected_at is not None and conn.sampled <= 1
    began = min(at, conn.connected_at) if early and conn.connected_at is not None else at
    track.grace_until = max(track.grace_until, began + GRACE_MS)
    if report.ssrc is not None and int(report.ssrc) not in track.ssrcs:
        track.ssrcs = (*track.ssrcs, int(report.ssrc))
        call.dirty[track.id] = track
    return track


def inbound_known(track: Track, report: InboundRtp, stats: Stats) -> None:
    """Learn id, codec and content of a received track."""
    if report.trackIdentifier:
        track.external = report.trackIdentifier
    named(track, report.extra)
    _codec(track, report.codecId, stats)
    if report.contentType == "screenshare":
        track.screen = True
    _flags(track)


def outbound_known(track: Track, report: OutboundRtp, stats: Stats) -> None:
    """Learn id, codec and content of a sent track."""
    for source in stats.media_source:
        if source.id == report.mediaSourceId and source.trackIdentifier:
            track.external = source.trackIdentifier
    named(track, report.extra)
    _codec(track, report.codecId, stats)
    if report.contentType == "screenshare":
        track.screen = True
    _flags(track)


def _codec(track: Track, codec_id: str | None, stats: Stats) -> None:
    if codec_id == track.codec_id and track.codec:
        return
    track.codec_id = shared(codec_id)
    for codec in stats.codec:
        if codec.id == codec_id and codec.mimeType:
            if track.codec and track.codec != codec.mimeType:
                _changed(track, codec.mimeType)
            track.codec = shared(codec.mimeType)
            return


def _changed(track: Track, codec: str) -> None:
    finding = open_finding(connectivity.CODEC_CHANGED, track, track.last_at, track.last_at)
    if finding is not None:
        text = f"{track.codec} to {codec}"
        note(finding, Evidence(metric="codec", subject=track.id, to_at=track.last_at, observed=codec, text=text, n=1))
        close_finding(finding, track.last_at, "recovered")


def _flags(track: Track) -> None:
    """Take over what events said about the track before its reports came."""
    notes = track.conn.session.paged()
    held = notes.flags.get(track.external) if notes is not None else None
    if held:
        set_flag(track, held, True)


def set_flag(track: Track, flags: int, value: bool) -> None:
    """Set what of `MUTED`, `DISABLED`, `STOPPED` and `SCREEN` is among the flags; a screen remains one."""
    if flags & MUTED:
        track.muted = value
    if flags & DISABLED:
        track.disabled = value
    if flags & STOPPED:
        track.stopped = value
    if flags & SCREEN:
        track.screen = track.screen or value


def looks_like_screen(label: str) -> bool:
    """Whether a track's label is one that browsers give to captured screens, windows and tabs."""
    lowered = label.lower()
    return any(word in lowered for word in SCREEN_WORDS)


def retire(conn: Connection, stats: Stats, at: float) -> None:
    """End tracks whose reports are gone from a sample although the connection goes on reporting."""
    present = len(stats.inbound_rtp) + len(stats.outbound_rtp)
    if present >= len(conn.streams):
        return
    seen = {report.id for report in stats.inbound_rtp}
    seen.update(report.id for report in stats.outbound_rtp)
    for report_id in [key for key in conn.streams if key not in seen]:
        stream = conn.streams[report_id]
        if at - stream.counters.at < MISSING_SAMPLES * max(conn.interval, 1.0) * 1000.0:
            continue
        del conn.streams[report_id]
        track = stream.track
        if not any(other.track is track for other in conn.streams.values()):
            end_track(track, stream.counters.at, "removed")


def end_track(track: Track, at: float, reason: str) -> None:
    """The track is over; what was open about it ends with it."""
    if track.ended_at is not None:
        return
    track.ended_at = max(at, track.started_at)
    track.end_reason = reason
    track.watches = None
    flush(track)
    call = track.conn.session.participant.call
    close_subject(track, track.ended_at, "subject_ended")
    for ssrc in track.ssrcs:
        if call.senders.get(ssrc) is track:
            del call.senders[ssrc]
    call.dirty[track.id] = track
