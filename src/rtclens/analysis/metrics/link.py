"""Metrics of a connection: round trip, estimates, throughput, local send buffer.

Enters: previous readings and newest selected candidate-pair and transport reports, and the tracks' newest intervals.
Leaves: a `Link`, and sums for the slice. Formulas: docs/metrics.md, connection.
"""

from __future__ import annotations

from operator import attrgetter

from rtclens.analysis.delta import Reading, deltas, ratio
from rtclens.analysis.intervals import Link, Outbound
from rtclens.analysis.state import Connection
from rtclens.analysis.sums import LinkSums, plus
from rtclens.model.stats import CandidatePair

BASELINE_GAIN = 0.02
RTT_RISE_S = 0.05
RTT_RISE_SHARE = 0.33
BWE_DROP = 0.7
BUSY = 0.9
PACER_S = 0.02
LIMITED = 0.5
RAMP_S = 10.0  # the estimate climbs from its start value: not judged
AUDIO_BPS = 32_000.0
VIDEO_FLOOR_BPS = 100_000.0
MIN_SIGNS = 2
ROOMY = 0.5  # with half of the estimate unused the uplink is not full, whatever else moves

read_pair = attrgetter(
    "totalRoundTripTime",
    "responsesReceived",
    "packetsDiscardedOnSend",
    "packetsSent",
    "bytesSent",
    "bytesReceived",
)
read_transport = attrgetter("bytesSent", "bytesReceived", "selectedCandidatePairChanges")
read_playout = attrgetter(
    "totalSamplesDuration", "synthesizedSamplesDuration", "totalPlayoutDelay", "totalSamplesCount"
)


def pair_metrics(iv: Link, sums: LinkSums, old: Reading, new: CandidatePair) -> None:
    """ICE round trip, bandwidth estimates, send buffer, bytes where no transport counts them."""
    total, answers, discarded, sent, octets_out, octets_in = deltas(read_pair(new), old)
    if total is not None and answers:
        iv.rtt_ice_s = total / answers
    elif new.totalRoundTripTime is None and new.currentRoundTripTime is not None:
        iv.rtt_ice_s = new.currentRoundTripTime
    iv.bwe_bps = new.availableOutgoingBitrate
    iv.bwe_in_bps = new.availableIncomingBitrate
    if discarded is not None and sent is not None:
        iv.discard_ratio = ratio(discarded, sent + discarded)
    if iv.bytes_out is None:
        iv.bytes_out, iv.bytes_in = octets_out, octets_in
    if iv.bwe_bps is not None:
        sums.bwe_t = plus(sums.bwe_t, iv.bwe_bps * iv.t)
        sums.bwe_covered += iv.t
    if iv.rtt_ice_s is not None:
        sums.ice_t = plus(sums.ice_t, iv.rtt_ice_s * iv.t)
        sums.ice_covered += iv.t


def transport_metrics(iv: Link, old: Reading, new: Reading) -> None:
    """Bytes both ways and path changes as the transport counts them."""
    iv.bytes_out, iv.bytes_in, iv.switches = deltas(new, old)


def playout_metrics(iv: Link, old: Reading, new: Reading) -> None:
    """Gaps the output device heard because the browser fed it too late."""
    duration, made_up, delay, count = deltas(new, old)
    iv.playout_glitch_ratio = ratio(made_up, duration)
    iv.playout_delay_s = ratio(delay, count)


def finish_link(iv: Link, sums: LinkSums, conn: Connection, sent: list[Outbound]) -> None:
    """Combine the parts: one round trip, utilisation, the signs of a full uplink."""
    for out in sent:
        if out.rtt_s is not None:
            iv.rtt_rtcp_s = out.rtt_s if iv.rtt_rtcp_s is None else max(iv.rtt_rtcp_s, out.rtt_s)
    iv.rtt_s = iv.rtt_rtcp_s if iv.rtt_rtcp_s is not None else iv.rtt_ice_s
    if iv.bytes_out is not None:
        iv.bitrate_out_bps = 8.0 * iv.bytes_out / iv.t
        sums.octets_out = plus(sums.octets_out, iv.bytes_out)
    if iv.bytes_in is not None:
        iv.bitrate_in_bps = 8.0 * iv.bytes_in / iv.t
        sums.octets_in = plus(sums.octets_in, iv.bytes_in)
    iv.utilisation = ratio(iv.bitrate_out_bps, iv.bwe_bps)
    if iv.bytes_in == 0 and (iv.bytes_out or 0) > 0:
        iv.one_way_s = (conn.now.one_way_s if conn.now is not None else 0.0) + iv.t
    _round_trip(iv, sums, conn)
    _congestion(iv, conn, sent)
    sums.covered += iv.t
    sums.n += 1
    sums.smeared = sums.smeared or iv.smeared


def _round_trip(iv: Link, sums: LinkSums, conn: Connection) -> None:
    if iv.rtt_rtcp_s is not None:
        sums.rtcp_t = plus(sums.rtcp_t, iv.rtt_rtcp_s * iv.t)
        sums.rtcp_covered += iv.t
    if iv.rtt_s is None:
        return
    sums.rtt_t = plus(sums.rtt_t, iv.rtt_s * iv.t)
    sums.rtt_covered += iv.t
    if conn.baseline > 0:
        allowed = max(RTT_RISE_S, RTT_RISE_SHARE * conn.baseline)
        iv.rtt_rise = (iv.rtt_s - conn.baseline) / allowed
    if conn.baseline == 0 or iv.rtt_s < conn.baseline:
        conn.baseline = max(iv.rtt_s, 0.001)
    else:
        conn.baseline += BASELINE_GAIN * iv.t / 10.0 * (iv.rtt_s - conn.baseline)


def _congestion(iv: Link, conn: Connection, sent: list[Outbound]) -> None:
    limited = pacer = -1.0
    for out in sent:
        if out.limited_bandwidth is not None and out.limited_bandwidth > limited:
            limited = out.limited_bandwidth
        if out.pacer_s is not None and out.pacer_s > pacer:
            pacer = out.pacer_s
    known = (limited >= 0) + (pacer >= 0)
    votes = float((limited >= LIMITED) + (pacer >= PACER_S))
    if iv.rtt_rise is not None:
        known += 1
        votes += iv.rtt_rise >= 1.0
    bwe = iv.bwe_bps
    if bwe is not None:
        known += 1
        usual = conn.bwe_median
        if usual > 0 and bwe <= BWE_DROP * usual and (iv.utilisation or 0.0) >= BUSY:
            votes += 1
        conn.bwe_median += (bwe - usual) * min(1.0, iv.t / 30.0) if usual else bwe
        _bandwidth(iv, conn, sent, bwe)
    elif sent:
        known += 1
        votes += _slowed(iv, conn, sent)
    if known >= MIN_SIGNS:
        roomy = iv.utilisation is not None and iv.utilisation < ROOMY
        iv.congestion_votes = 0.0 if roomy else votes


def _slowed(iv: Link, conn: Connection, sent: list[Outbound]) -> bool:
    """Without an estimate: much less is sent than usual although every track is still being sent."""
    rate = 0.0
    for out in sent:
        if not out.packets or out.active is False:
            return False
        rate += out.bitrate_bps or 0.0
    usual = conn.bwe_median
    conn.bwe_median += (rate - usual) * min(1.0, iv.t / 30.0) if usual else rate
    return 0.0 < rate <= BWE_DROP * usual


def _bandwidth(iv: Link, conn: Connection, sent: list[Outbound], bwe: float) -> None:
    if not sent or conn.connected_at is None or iv.at - conn.connected_at < RAMP_S * 1000.0:
        return
    needed = AUDIO_BPS
    for out in sent:
        if out.fps is not None and out.packets:
            needed = VIDEO_FLOOR_BPS
    iv.bandwidth_short = needed / bwe if bwe > 0 else 10.0
