"""Apply one getStats sample: the hot path of the analysis.

Enters: a connection and a `Sample`. Leaves: intervals judged by the detectors, sums, slices, known tracks and paths.
Duplicates are dropped by report id and timestamp, late reports are ignored (the next one covers their time).
"""

from __future__ import annotations

from rtclens.analysis.beginning import resized, settled_size
from rtclens.analysis.delta import Reading
from rtclens.analysis.detectors import people
from rtclens.analysis.detectors.engine import Panel, judge
from rtclens.analysis.detectors.grammar import Kind
from rtclens.analysis.detectors.suppression import sender_state, source_stood
from rtclens.analysis.intervals import Inbound, Link, Outbound
from rtclens.analysis.links import compare, link, received, sends
from rtclens.analysis.metrics import inbound_audio as heard
from rtclens.analysis.metrics import inbound_video as seen
from rtclens.analysis.metrics import link as path
from rtclens.analysis.metrics import outbound as out
from rtclens.analysis.paths import choose_pair, transport_states
from rtclens.analysis.slices import due, inbound_slice, link_slice, outbound_slice
from rtclens.analysis.state import Call, Connection, Stream, Track
from rtclens.analysis.states import note_point
from rtclens.analysis.sums import InSums, LinkSums, OutSums
from rtclens.analysis.tracks import adopt, inbound_known, outbound_known, retire
from rtclens.model.events import Sample
from rtclens.model.facts import Evidence
from rtclens.model.stats import InboundRtp, MediaSource, OutboundRtp, RemoteInboundRtp, Stats

SMEAR_FACTOR = 2.0
SMEAR_S = 5.0
NEWEST_GAIN = 0.3
COARSE_S, FEW_SAMPLES = 10.5, 4
SPEECH_RMS, SILENCE_RMS = 0.01, 0.001
UNHEARD = 3  # index of the track's clocks (audio)
SWITCH_MS = 4_000.0  # a change of size explains a freeze this long

Panels = dict[Kind, Panel]
Sources = dict[str, tuple[MediaSource, Reading]]


def apply_sample(call: Call, conn: Connection, sample: Sample, at: float, panels: Panels) -> None:
    """Fold one sample; `at` is its time on the aligned clock."""
    shift = conn.session.shift_ms
    stats = sample.stats
    interval = (at - conn.link_at) / 1000.0 if conn.link_at else 0.0
    if interval < 0:
        return
    smeared = conn.interval > 0 and interval > SMEAR_FACTOR * conn.interval and interval > SMEAR_S
    for report in stats.inbound_rtp:
        _inbound(call, conn, report, stats, at, shift, smeared, panels)
    sent = _outbound(call, conn, stats, at, shift, smeared, panels) if stats.outbound_rtp else []
    transport_states(conn, stats, at)
    if interval > 0:
        _link(call, conn, sample, interval, at, smeared, sent, panels)
        if not smeared:
            conn.interval = interval if not conn.interval else conn.interval + NEWEST_GAIN * (interval - conn.interval)
            _coarse(conn, at)
        else:
            _gap(conn, interval, at)
    elif not conn.link_at:
        _remember_link(conn, stats, at)
    retire(conn, stats, at)


def _inbound(
    call: Call,
    conn: Connection,
    report: InboundRtp,
    stats: Stats,
    at: float,
    shift: float,
    smeared: bool,
    panels: Panels,
) -> None:
    when = report.timestamp + shift if report.timestamp is not None else at
    stream = conn.streams.get(report.id)
    if stream is None or stream.track.direction != "inbound" or stream.ssrc != report.ssrc:
        track = adopt(call, conn, report, "inbound", when)
        if track is None:
            return
        stream = conn.streams[report.id] = Stream(track, report.ssrc, when)
        stream.playout_at = report.estimatedPlayoutTimestamp
        last = stream.counters
        last.lost = report.packetsLost
        if track.kind == "video":
            last.wide, last.narrow = seen.read(report), seen.read32(report)
        else:
            last.wide = heard.read(report)
        inbound_known(track, report, stats)
        received(call, track)
        return
    last = stream.counters
    t = (when - last.at) / 1000.0
    if t <= 0:
        return
    track = stream.track
    sums = track.sums
    if not isinstance(sums, InSums):
        sums = track.sums = InSums(last.at)
    video = track.kind == "video"
    metrics = seen.inbound_video if video else heard.inbound_audio
    iv = metrics(track, last, sums, report, when, t, smeared)
    last.at, stream.playout_at = when, report.estimatedPlayoutTimestamp
    track.now, track.last_at, conn.last_at = iv, when, when
    _after_inbound(call, track, iv, report, stats, sums, panels)


def _gap(conn: Connection, interval: float, at: float) -> None:
    evidence = Evidence(metric="interval_s", from_at=conn.link_at, to_at=at, observed=round(interval, 1), n=1)
    note_point(people.TELEMETRY_GAP, conn.session, at - interval * 1000.0, at, evidence)


def _coarse(conn: Connection, at: float) -> None:
    if conn.interval > COARSE_S and conn.sampled == FEW_SAMPLES:
        evidence = Evidence(metric="interval_s", to_at=at, observed=round(conn.interval, 1), threshold=COARSE_S, n=3)
        note_point(people.SAMPLING_COARSE, conn.session, conn.started_at, at, evidence)


def _unheard(track: Track, iv: Inbound) -> None:
    """Whether the sender speaks in this time and nothing of it is heard here."""
    sent = sender_state(track, iv.at)
    if sent is None or sent.source_rms is None or iv.rms is None:
        return
    speaks = sent.source_rms >= SPEECH_RMS and bool(sent.packets) and bool(iv.packets)  # none: the stream is dry
    clock = track.clocks
    clock[UNHEARD] = clock[UNHEARD] + iv.t if speaks and iv.rms < SILENCE_RMS else 0.0
    iv.one_way_s = clock[UNHEARD]


def _apart(conn: Connection, report: InboundRtp, track: Track) -> float | None:
    """Seconds between the playout positions of a person's video and audio; both stamps share an epoch."""
    mine = report.estimatedPlayoutTimestamp
    if mine is None or track.peer is None:
        return None
    sender = track.peer.conn.session.participant
    for stream in conn.streams.values():
        other = stream.track
        if other.kind != "audio" or other.direction != "inbound" or other.peer is None:
            continue
        theirs = stream.playout_at
        if theirs is not None and other.peer.conn.session.participant is sender:
            return abs(mine - theirs) / 1000.0
    return None


def _after_inbound(
    call: Call, track: Track, iv: Inbound, report: InboundRtp, stats: Stats, sums: InSums, panels: Panels
) -> None:
    if track.peer is None:
        link(call, track, iv.at)
    elif track.kind == "audio":
        _unheard(track, iv)
    else:
        iv.av_offset_s = _apart(track.conn, report, track)
    if report.codecId != track.codec_id:
        inbound_known(track, report, stats)
    if iv.width is not None and iv.height is not None and track.top != iv.width * iv.height:
        if track.top:
            track.grace_until = max(track.grace_until, iv.start + SWITCH_MS)
            resized(track, iv.at)
        track.top = iv.width * iv.height
    elif track.resized:
        settled_size(track, iv.at)
    judge(panels["in_video" if track.kind == "video" else "in_audio"], track, iv)
    if due(sums.covered, call.settings.slice_s):
        inbound_slice(track, sums, iv, _expected(track, iv))
        if track.peer is None:
            compare(call, track)


def _expected(track: Track, iv: Inbound) -> bool:
    """Whether frames are expected: nobody muted, paused or stopped them, and the source moves."""
    if track.muted or track.disabled:
        return False
    sent = sender_state(track, iv.at)
    if sent is None:
        return not iv.dry_s
    return bool(sent.packets) and track.peer is not None and not source_stood(track.peer, sent, iv)


def _outbound(
    call: Call, conn: Connection, stats: Stats, at: float, shift: float, smeared: bool, panels: Panels
) -> list[Outbound]:
    remote = {report.ssrc: report for report in stats.remote_inbound_rtp if report.ssrc is not None}
    sources = {source.id: (source, out.read_source(source)) for source in stats.media_source}
    intervals: dict[str, Outbound] = {}
    for report in stats.outbound_rtp:
        _layer(call, conn, report, remote, stats, at, shift, smeared, intervals)
    done = []
    for key, iv in intervals.items():
        track = conn.tracks[key]
        sums = track.sums
        assert isinstance(sums, OutSums)
        _source(conn, track, iv, sums, sources)
        out.finish_outbound(iv, sums, track)
        track.now, track.last_at, conn.last_at = iv, iv.at, iv.at
        done.append(iv)
        judge(panels["out_video" if track.kind == "video" else "out_audio"], track, iv)
        if due(sums.covered, call.settings.slice_s):
            outbound_slice(track, sums, iv, _sending_expected(track, iv))
    for source_id, (_, reading) in sources.items():
        conn.last.sources[source_id] = reading
    return done


def _layer(
    call: Call,
    conn: Connection,
    report: OutboundRtp,
    remote: dict[int | float, RemoteInboundRtp],
    stats: Stats,
    at: float,
    shift: float,
    smeared: bool,
    intervals: dict[str, Outbound],
) -> None:
    when = report.timestamp + shift if report.timestamp is not None else at
    stream = conn.streams.get(report.id)
    if stream is None or stream.track.direction != "outbound" or stream.ssrc != report.ssrc:
        track = adopt(call, conn, report, "outbound", when)
        if track is not None:
            stream = conn.streams[report.id] = Stream(track, report.ssrc, when)
            out.remember(stream.counters, report, track.kind)
            outbound_known(track, report, stats)
            if report.ssrc is not None:
                sends(call, track, int(report.ssrc))
        return
    last = stream.counters
    t = (when - last.at) / 1000.0
    if t <= 0:
        return
    track = stream.track
    key = track.key
    iv = intervals.get(key)
    if iv is None:
        iv = intervals[key] = Outbound(last.at, when, t, smeared)
    sums = track.sums
    if not isinstance(sums, OutSums):
        sums = track.sums = OutSums(last.at)
    gone = out.outbound_layer(iv, last, sums, report)
    heard = remote.get(report.ssrc) if report.ssrc is not None else None
    if heard is not None:
        out.far_end(iv, last, sums, heard, gone)
    if report.codecId != track.codec_id or report.mediaSourceId is None:
        outbound_known(track, report, stats)
    iv.has_source = iv.has_source or report.mediaSourceId is not None
    iv.source_id = report.mediaSourceId
    last.at = when


def _source(conn: Connection, track: Track, iv: Outbound, sums: OutSums, sources: Sources) -> None:
    """Difference the media source behind a sent track."""
    wanted = iv.source_id
    found = sources.get(wanted) if wanted is not None else _only(conn, sources, track.kind)
    if found is None:
        return
    new, reading = found
    if new.trackIdentifier and new.trackIdentifier != track.external:
        track.external = new.trackIdentifier
    earlier = conn.last.sources.get(new.id)
    if earlier is None:
        return
    if track.kind == "video":
        out.source_video(iv, sums, track, earlier, reading)
    else:
        iv.source_level = new.audioLevel
        out.source_audio(iv, sums, earlier, reading)


def _only(conn: Connection, sources: Sources, kind: str) -> tuple[MediaSource, Reading] | None:
    """The only source of a kind, where only one stream of that kind is sent: not all browsers say which is whose."""
    sent = [one for one in conn.tracks.values() if one.direction == "outbound" and one.kind == kind]
    if sum(one.ended_at is None for one in sent) > 1:
        return None
    found = [source for source in sources.values() if source[0].kind == kind]
    return found[0] if len(found) == 1 else None


def _sending_expected(track: Track, iv: Outbound) -> bool:
    return not (track.muted or track.disabled or track.stopped or iv.active is False)


def _link(
    call: Call,
    conn: Connection,
    sample: Sample,
    t: float,
    at: float,
    smeared: bool,
    sent: list[Outbound],
    panels: Panels,
) -> None:
    stats = sample.stats
    iv = Link(conn.link_at, at, t, smeared)
    sums = conn.sums
    if sums is None:
        sums = conn.sums = LinkSums(conn.link_at)
    last = conn.last
    transport = path.read_transport(stats.transport[0]) if stats.transport else None
    if transport is not None and last.transport is not None:
        path.transport_metrics(iv, last.transport, transport)
    before = conn.pair_id
    pair = choose_pair(conn, stats, at)
    if pair is not None:
        if last.pair is not None and before == pair.id:
            path.pair_metrics(iv, sums, last.pair, pair)
        last.pair = path.read_pair(pair)
    if stats.media_playout:
        playout = path.read_playout(stats.media_playout[0])
        if last.playout is not None:
            path.playout_metrics(iv, last.playout, playout)
        last.playout = playout
    if stats.compute_pressure and stats.compute_pressure[0].cpuState is not None:
        iv.cpu_pressure = float(4 - stats.compute_pressure[0].cpuState)
        sums.pressure = max(sums.pressure or 0.0, iv.cpu_pressure)
    if sample.collect_ms is not None:
        iv.collect_s = sample.collect_ms / 1000.0
    path.finish_link(iv, sums, conn, sent)
    last.transport, conn.link_at, conn.now = transport, at, iv
    judge(panels["link"], conn, iv)
    if due(sums.covered, call.settings.slice_s):
        _network_out(conn, sums, sent)
        link_slice(conn, sums, at)


def _network_out(conn: Connection, sums: LinkSums, sent: list[Outbound]) -> None:
    """What the far end says about loss, and the sender's queue, for the connection's verdict."""
    for sender in sent:
        if sender.remote_loss is not None and sender.packets:
            sums.lost_out = (sums.lost_out or 0.0) + sender.remote_loss * sender.packets
            sums.expected_out = (sums.expected_out or 0.0) + sender.packets
        if sender.pacer_s is not None and sender.packets:
            sums.pacer = (sums.pacer or 0.0) + sender.pacer_s * sender.packets
            sums.packets_out = (sums.packets_out or 0.0) + sender.packets
    for track in conn.tracks.values():
        now = track.now if track.kind == "audio" else None
        if isinstance(now, Inbound) and now.jitter_s is not None:
            sums.jitter_in = max(sums.jitter_in or 0.0, now.jitter_s)


def _remember_link(conn: Connection, stats: Stats, at: float) -> None:
    conn.link_at = at
    last = conn.last
    last.transport = path.read_transport(stats.transport[0]) if stats.transport else None
    last.playout = path.read_playout(stats.media_playout[0]) if stats.media_playout else None
    pair = choose_pair(conn, stats, at)
    last.pair = path.read_pair(pair) if pair is not None else last.pair
