"""Metrics of a received RTP stream that audio and video share.

Enters: the differences of two inbound-rtp reports. Leaves: members of `Inbound`, and sums for the slice.
Formulas: docs/metrics.md, receiving side.
"""

from __future__ import annotations

from rtclens.analysis.delta import loss_delta
from rtclens.analysis.intervals import Inbound
from rtclens.analysis.state import Counters, Track
from rtclens.analysis.sums import InSums, plus
from rtclens.model.stats import InboundRtp

MIN_EXPECTED = 20  # packets below which one loss says nothing
MIN_PACKET_RATE = 10.0  # below it RFC 3550 jitter says nothing


SHARED = (
    "bytesReceived",
    "packetsReceived",
    "retransmittedPacketsReceived",
    "jitterBufferEmittedCount",
    "jitterBufferDelay",
    "jitterBufferTargetDelay",
)


def network(iv: Inbound, sums: InSums, last: Counters, new: InboundRtp, moved: list[float | None]) -> None:
    """Bit rate, loss (D9, D24), jitter, jitter buffer; `moved` begins with the differences of `SHARED`."""
    t = iv.t
    octets, packets, resent, emitted, delay, target, *_ = moved
    lost, last.carry = loss_delta(new.packetsLost, last.lost, last.carry)
    last.lost = new.packetsLost
    if octets is not None:
        iv.bitrate_bps = 8.0 * octets / t
        sums.octets = octets if sums.octets is None else sums.octets + octets
    if packets is not None:
        iv.packets = packets
        iv.packet_rate = packets / t
        sums.packets = packets if sums.packets is None else sums.packets + packets
        if lost is not None:
            _loss(iv, sums, packets, lost, resent)
        jitter = new.jitter
        if jitter is not None and packets >= MIN_PACKET_RATE * t:
            iv.jitter_s = jitter
            if sums.jitter_max is None or jitter > sums.jitter_max:
                sums.jitter_max = jitter
    if emitted:
        _buffer(iv, sums, emitted, delay, target)
    sums.covered += t
    sums.n += 1
    if iv.smeared:
        sums.smeared = True


def _loss(iv: Inbound, sums: InSums, packets: float, lost: float, rtx: float | None) -> None:
    first_time = packets - rtx if rtx is not None and rtx <= packets else packets
    expected = first_time + lost
    iv.lost = lost
    iv.expected_packets = expected
    if expected >= MIN_EXPECTED:
        iv.loss_ratio = lost / expected
    sums.lost = lost if sums.lost is None else sums.lost + lost
    sums.expected = expected if sums.expected is None else sums.expected + expected


def _buffer(iv: Inbound, sums: InSums, emitted: float, delay: float | None, target: float | None) -> None:
    if delay is not None:
        iv.jb_delay_s = delay / emitted
        held = sums.jb_delay, sums.jb_emitted
        sums.jb_delay = delay if held[0] is None else held[0] + delay
        sums.jb_emitted = emitted if held[1] is None else held[1] + emitted
    if target is not None:
        iv.jb_target_s = target / emitted


def clocks(iv: Inbound, track: Track, flowing: float | None, played: float | None) -> None:
    """Stop clocks on covered media time: since the last byte, and since the buffer last gave anything away."""
    ticking = track.clocks
    if flowing is not None:
        if flowing > 0:
            if track.moved and not ticking[0] and not ticking[1] and (played is None or played > 0):
                return  # as nearly always: both clocks stand at zero
            track.moved = True
            ticking[0] = 0.0
        else:
            ticking[0] += iv.t
    if played is not None:
        ticking[1] = ticking[1] + iv.t if played == 0 and flowing else 0.0
    if track.moved:
        iv.dry_s = ticking[0]
        iv.not_playing_s = ticking[1]
    else:
        iv.never_s = ticking[0]


def requests(iv: Inbound, sums: InSums, nack: float | None, pli: float | None) -> None:
    """Retransmissions and key frames this receiver asked for in the interval."""
    if nack is not None:
        iv.nack_per_s = nack / iv.t
        sums.nack = plus(sums.nack, nack)
    if pli is not None:
        iv.pli_per_s = pli / iv.t
        sums.pli = plus(sums.pli, pli)
