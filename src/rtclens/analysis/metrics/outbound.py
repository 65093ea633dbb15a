"""Metrics of a sent track: all simulcast layers of one sample are merged into one interval.

Enters: previous readings and newest outbound-rtp, remote-inbound-rtp and media-source stats. Leaves: `Outbound`, sums.
Formulas: docs/metrics.md, sending side and what the far end reports.
"""

from __future__ import annotations

from math import sqrt
from operator import attrgetter

from rtclens.analysis.delta import Reading, Value, delta, delta32, deltas, deltas32, loss_delta
from rtclens.analysis.intervals import Outbound
from rtclens.analysis.state import Counters, Track
from rtclens.analysis.sums import OutSums, plus
from rtclens.model.stats import OutboundRtp, RemoteInboundRtp

ENCODE_BUDGET = 0.8
BEHIND_SOURCE = 0.3  # the encoder's share of source frames it may miss
CPU_LIMITED = 0.3
MIN_SOURCE_FPS = 5.0
USUAL_SOURCE_FPS = 8.0  # what a camera is expected to reach, before it has shown more
STANDING_FPS = 1.0
MIN_FRAMES = 10.0
PACER_S = 0.02
HELD_S = 7.5  # the longest that RFC 3550's five seconds between reports are stretched to, by half (6.3.1)
ENOUGH_PACKETS = 50.0  # of fewer, one that is lost or not decides
DRY, STILL, ENCODER, PIXEL_TIME = 0, 1, 2, 3  # indexes of the track's clocks

SHARED = ("bytesSent", "packetsSent", "totalPacketSendDelay", "retransmittedPacketsSent")
read = attrgetter(*SHARED)
read_video = attrgetter(*SHARED, "qpSum", "totalEncodeTime")
read_video32 = attrgetter("framesEncoded", "framesSent", "pliCount")
read_far = attrgetter("packetsLost", "totalRoundTripTime", "roundTripTimeMeasurements")
read_source = attrgetter("frames", "totalSamplesDuration", "totalAudioEnergy")


def remember(last: Counters, new: OutboundRtp, kind: str) -> None:
    """The first reading of a last."""
    last.nack = new.nackCount
    if kind == "video":
        last.wide, last.narrow, last.limits = read_video(new), read_video32(new), _limit_reading(new)
    else:
        last.wide = read(new)


def _limit_reading(new: OutboundRtp) -> Reading | None:
    spent = new.qualityLimitationDurations
    return None if spent is None else (spent.get("cpu"), spent.get("bandwidth"), spent.get("other"), spent.get("none"))


def outbound_layer(iv: Outbound, last: Counters, sums: OutSums, new: OutboundRtp) -> float | None:
    """Add one RTP stream (a simulcast layer, or the only one) to the interval of its track.

    Returns the packets it sent.
    """
    reading = read_video(new) if last.narrow else read(new)
    octets, packets, waited, resent, *more = deltas(reading, last.wide)
    last.wide = reading
    if octets is not None:
        iv.bitrate_bps = (iv.bitrate_bps or 0.0) + 8.0 * octets / iv.t
        sums.octets = octets if sums.octets is None else sums.octets + octets
    if packets is not None:
        iv.packets = (iv.packets or 0.0) + packets
        sums.packets = packets if sums.packets is None else sums.packets + packets
        if packets > 0:
            _queue(iv, sums, packets, waited, resent)
    if new.targetBitrate is not None and new.active is not False:
        iv.target_bps = (iv.target_bps or 0.0) + new.targetBitrate
        sums.target_t = plus(sums.target_t, new.targetBitrate * iv.t)
    if new.active is not None:
        iv.active = bool(iv.active) or new.active
    sums.nack = plus(sums.nack, delta32(new.nackCount, last.nack))
    last.nack = new.nackCount
    if more:
        _video(iv, sums, last, new, more[0], more[1])
    return packets


def _queue(iv: Outbound, sums: OutSums, packets: float, waited: float | None, resent: float | None) -> None:
    if waited is not None:
        delay = waited / packets
        if iv.pacer_s is None or delay > iv.pacer_s:
            iv.pacer_s = delay
        sums.pacer = plus(sums.pacer, waited)
    if resent is not None:
        share = resent / packets
        if iv.rtx_ratio is None or share > iv.rtx_ratio:
            iv.rtx_ratio = share
        sums.rtx = plus(sums.rtx, resent)


def _video(
    iv: Outbound, sums: OutSums, last: Counters, new: OutboundRtp, qp: float | None, encode: float | None
) -> None:
    reading = read_video32(new)
    frames, sent, pli = deltas32(reading, last.narrow)
    last.narrow = reading
    if pli is not None:
        iv.pli_per_s = (iv.pli_per_s or 0.0) + pli / iv.t
        sums.pli = plus(sums.pli, pli)
    if new.framesEncoded is not None:
        _frames(iv, sums, new, frames, qp)
        _encoder(iv, sums, sent, encode)
        _limits(iv, sums, last, _limit_reading(new))


def _frames(iv: Outbound, sums: OutSums, new: OutboundRtp, frames: float | None, qp: float | None) -> None:
    if frames is None:
        return
    fps = frames / iv.t
    top = iv.fps is None or fps > iv.fps
    if top:
        iv.fps = fps
        iv.width, iv.height = new.frameWidth, new.frameHeight
        sums.width, sums.height = new.frameWidth, new.frameHeight
    sums.frames = plus(sums.frames, frames)
    if qp is not None and frames > 0:
        iv.qp = qp / frames if top or iv.qp is None else iv.qp
        sums.qp = plus(sums.qp, qp)


def _encoder(iv: Outbound, sums: OutSums, sent: float | None, encode: float | None) -> None:
    if sent is not None:
        rate = sent / iv.t
        if iv.fps_sent is None or rate > iv.fps_sent:
            iv.fps_sent = rate
    if encode is not None:
        iv.encode_load = (iv.encode_load or 0.0) + encode / iv.t
        sums.encode = plus(sums.encode, encode)


def _limits(iv: Outbound, sums: OutSums, last: Counters, new: Reading | None) -> None:
    old, last.limits = last.limits, new
    if new is None or old is None:
        return
    cpu, bandwidth, other, none = deltas(new, old)
    whole = (cpu or 0.0) + (bandwidth or 0.0) + (other or 0.0) + (none or 0.0)
    if whole <= 0:
        return
    iv.limited_cpu = _higher(iv.limited_cpu, (cpu or 0.0) / whole)
    iv.limited_bandwidth = _higher(iv.limited_bandwidth, (bandwidth or 0.0) / whole)
    iv.limited_other = _higher(iv.limited_other, (other or 0.0) / whole)
    sums.limited_cpu = plus(sums.limited_cpu, cpu)
    sums.limited_bandwidth = plus(sums.limited_bandwidth, bandwidth)
    sums.limited_other = plus(sums.limited_other, other)
    sums.limited_none = plus(sums.limited_none, none)


def _higher(known: float | None, value: float) -> float:
    return value if known is None or value > known else known


def far_end(iv: Outbound, last: Counters, sums: OutSums, new: RemoteInboundRtp, sent: float | None) -> None:
    """What the receiver (or the server in between) reports; a repeated report brings nothing new (D15).

    Its last word on loss and jitter stands until the next: reports and samples keep different time, and an interval
    between two reports is not one without loss.
    """
    at = new.timestamp
    if at is None:
        at = iv.at
    last.far_t += iv.t
    last.far_sent += sent or 0.0
    old = last.remote
    if old is not None and at <= last.remote_at:
        if last.far_t <= HELD_S:
            _held(iv, last, new)
        return
    spacing = (at - last.remote_at) / 1000.0 if old is not None else None
    expected, last.far_sent, last.far_t = (spacing or 0.0) * last.far_sent / last.far_t, 0.0, 0.0
    last.remote, last.remote_at = read_far(new), at
    if old is None or spacing is None:
        return
    lost, last.remote_carry = loss_delta(new.packetsLost, old[0], last.remote_carry)
    if lost is not None and expected:
        expected = max(lost, expected)
        _word(last, lost, expected, spacing)
        sums.lost = plus(sums.lost, lost)
        sums.expected = plus(sums.expected, expected)
    _held(iv, last, new)
    if new.jitter is not None:
        sums.jitter_t = plus(sums.jitter_t, new.jitter * iv.t)
        sums.jitter_covered += iv.t
    _round_trip(iv, sums, new, old[1], old[2])


def _word(last: Counters, lost: float, expected: float, spacing: float) -> None:
    """Add a report to those since the last word on loss; together they give a new one when they speak of enough."""
    known = last.far_open
    last.far_open = known[0] + lost, known[1] + expected, known[2] + spacing
    if last.far_open[1] >= ENOUGH_PACKETS or last.far_open[2] >= HELD_S:
        last.far_loss = last.far_open[0] / last.far_open[1]
        last.far_open = (0.0, 0.0, 0.0)


def _held(iv: Outbound, last: Counters, report: RemoteInboundRtp) -> None:
    if last.far_loss is not None:
        iv.remote_loss = _higher(iv.remote_loss, last.far_loss)
    if report.jitter is not None:
        iv.remote_jitter_s = report.jitter


def _round_trip(iv: Outbound, sums: OutSums, new: RemoteInboundRtp, old_total: Value, old_count: Value) -> None:
    total = delta(new.totalRoundTripTime, old_total)
    count = delta(new.roundTripTimeMeasurements, old_count)
    if total is not None and count:
        iv.rtt_s = total / count
        sums.rtt_total = plus(sums.rtt_total, total)
        sums.rtt_n = plus(sums.rtt_n, count)
    elif new.roundTripTime is not None and new.roundTripTimeMeasurements is None:
        iv.rtt_s = new.roundTripTime


def source_audio(iv: Outbound, sums: OutSums, old: Reading, new: Reading) -> None:
    """How loud the microphone is before encoding."""
    _, duration, energy = deltas(new, old)
    if duration and energy is not None:
        iv.source_rms = sqrt(energy / duration)
        sums.energy = plus(sums.energy, energy)
        sums.duration = plus(sums.duration, duration)


def source_video(iv: Outbound, sums: OutSums, track: Track, old: Reading, new: Reading) -> None:
    """How fast the camera (or canvas, or screen) delivers before encoding, and how long it has stood still."""
    frames = delta(new[0], old[0])
    if frames is None:
        return
    iv.source_frames = frames
    iv.source_fps = frames / iv.t
    sums.source_frames = plus(sums.source_frames, frames)
    sums.source_t = plus(sums.source_t, iv.t)
    ticking = track.clocks
    if frames > 0:
        ticking[STILL] = 0.0
        if not iv.smeared:
            track.top = max(track.top, min(iv.source_fps, 60.0))
        iv.source_share = iv.source_fps / max(track.top, USUAL_SOURCE_FPS)
        if iv.source_fps < STANDING_FPS:
            track.slow_at = iv.at
    elif track.top > 0:
        track.slow_at = iv.at
        ticking[STILL] += iv.t
        iv.still_s = ticking[STILL]
        sums.still += iv.t


def finish_outbound(iv: Outbound, sums: OutSums, track: Track) -> None:
    """What can be said once all layers and the source are in."""
    ticking = track.clocks
    if iv.packets is not None:
        iv.packet_rate = iv.packets / iv.t
        if iv.packets > 0:
            track.moved = True
            ticking[DRY] = 0.0
        elif track.moved:
            ticking[DRY] += iv.t
            iv.dry_s = ticking[DRY]
    if iv.fps is not None and iv.source_fps is not None and iv.source_fps > 0:
        iv.source_gap = max(0.0, 1.0 - iv.fps / iv.source_fps)
        ticking[ENCODER] = ticking[ENCODER] + iv.t if iv.fps == 0 else 0.0
        if track.moved:
            iv.encoder_still_s = ticking[ENCODER]
    _encoder_pace(iv, track)
    iv.overload = _overload(iv)
    limited = max(iv.limited_cpu or 0.0, iv.limited_bandwidth or 0.0)
    if iv.fps_sent is not None and iv.limited_cpu is not None:
        iv.limit_stalled = 1.0 if limited > 0 and iv.fps_sent == 0 else 0.0
    sums.covered += iv.t
    sums.n += 1
    sums.smeared = sums.smeared or iv.smeared


def _encoder_pace(iv: Outbound, track: Track) -> None:
    """How much slower than its own best the encoder works on the same number of pixels."""
    if iv.fps is None or iv.encode_load is None or iv.fps * iv.t < MIN_FRAMES or not iv.width or not iv.height:
        return
    pixels = iv.fps * iv.width * iv.height
    if not pixels > 0:  # absurd sizes underflow
        return
    pixel_time = iv.encode_load / pixels
    best = track.clocks[PIXEL_TIME]
    if best > 0:
        iv.encode_slowdown = pixel_time / best
    if pixel_time > 0 and (best == 0 or pixel_time < best):
        track.clocks[PIXEL_TIME] = pixel_time


def _overload(iv: Outbound) -> float | None:
    """1 when the encoder cannot keep up for lack of computing power, not of bandwidth."""
    if iv.encode_load is None and iv.limited_cpu is None:
        return None
    behind = iv.source_gap is not None and iv.source_gap > BEHIND_SOURCE and (iv.source_fps or 0.0) >= MIN_SOURCE_FPS
    starved = (iv.limited_bandwidth or 0.0) > 0 or (iv.pacer_s or 0.0) > PACER_S
    busy = (iv.encode_load or 0.0) > ENCODE_BUDGET or (iv.limited_cpu or 0.0) > CPU_LIMITED
    return 1.0 if busy or (behind and not starved and _heavy(iv)) else 0.0


def _heavy(iv: Outbound) -> bool:
    """Encoding takes a good part of real time: a gap to the source is then the machine's, not an intended cap."""
    return (iv.encode_load or 0.0) > ENCODE_BUDGET / 2
