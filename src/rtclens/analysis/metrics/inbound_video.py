"""Metrics of received video.

Enters: the previous reading and the newest inbound-rtp report of one last. Leaves: an `Inbound`, sums.
Formulas: docs/metrics.md, video seen. A freeze in progress is not yet in the browser's counters: the stall clock is.
"""

from __future__ import annotations

from operator import attrgetter

from rtclens.analysis.delta import deltas, deltas32, ratio
from rtclens.analysis.intervals import Inbound
from rtclens.analysis.metrics.inbound import SHARED, clocks, network, requests
from rtclens.analysis.state import Counters, Track
from rtclens.analysis.sums import InSums, plus
from rtclens.model.stats import InboundRtp

MIN_FRAMES = 10
QUIET_LOSS = 0.02  # above it a device is not blamed
DECODE_BUDGET = 0.8
DROPS = 0.1
STUCK_BYTES_PER_S = 1250.0
FIRST_STUCK_S = 1.0
STALL, STUCK = 2, 3  # indexes of the track's clocks
read = attrgetter(
    *SHARED,
    "totalInterFrameDelay",
    "totalSquaredInterFrameDelay",
    "totalFreezesDuration",
    "totalPausesDuration",
    "totalDecodeTime",
    "qpSum",
)
read32 = attrgetter("framesDecoded", "framesReceived", "framesDropped", "freezeCount", "nackCount", "pliCount")


def inbound_video(
    track: Track, last: Counters, sums: InSums, new: InboundRtp, at: float, t: float, smeared: bool
) -> Inbound:
    """One interval of received video."""
    iv = Inbound(last.at, at, t, smeared)
    wide, narrow = read(new), read32(new)
    moved = deltas(wide, last.wide)
    frames, received, dropped, freezes, nack, pli = deltas32(narrow, last.narrow)
    last.wide, last.narrow = wide, narrow
    network(iv, sums, last, new, moved)
    octets, (inter, squared, frozen, paused, decode, qp) = moved[0], moved[6:]
    clocks(iv, track, octets, None)
    if frames is not None:
        iv.frames = frames
        iv.fps = frames / t
        sums.frames = plus(sums.frames, frames)
    _stall(iv, track, frames, octets)
    _pacing(iv, sums, inter, squared, frames)
    _freezes(iv, sums, frozen, paused, freezes)
    _dropped(iv, sums, received, dropped)
    _decoder(iv, sums, decode, qp, frames)
    requests(iv, sums, nack, pli)
    iv.width, iv.height = new.frameWidth, new.frameHeight
    if new.frameWidth is not None and new.frameHeight is not None:
        sums.width, sums.height = new.frameWidth, new.frameHeight
    return iv


def _stall(iv: Inbound, track: Track, frames: float | None, octets: float | None) -> None:
    ticking = track.clocks
    if frames is None:
        return
    if frames > 0:
        ticking[STALL] = ticking[STUCK] = 0.0
        return
    ticking[STALL] += iv.t
    if octets is not None and octets >= STUCK_BYTES_PER_S * iv.t:
        # frames may have stopped at any moment of the first such interval: count little of it
        ticking[STUCK] += iv.t if ticking[STUCK] > 0 else min(iv.t, FIRST_STUCK_S)
    if track.moved:
        iv.stall_s = ticking[STALL]
        iv.stuck_s = ticking[STUCK]


def _pacing(iv: Inbound, sums: InSums, inter: float | None, squared: float | None, frames: float | None) -> None:
    if inter is not None and squared is not None:
        sums.inter = plus(sums.inter, inter)
        sums.squared = plus(sums.squared, squared)
        if squared > 0:
            iv.fps_harmonic = inter / squared
    if frames is not None:
        iv.fps_low = frames / iv.t if iv.fps_harmonic is None or frames == 0 else min(iv.fps_harmonic, frames / iv.t)


def _freezes(iv: Inbound, sums: InSums, frozen: float | None, paused: float | None, count: float | None) -> None:
    if not (frozen or paused or iv.stall_s):
        if frozen is not None or paused is not None:  # measured, and nothing stood still
            iv.freeze_s = iv.freeze_ratio = 0.0
            sums.freeze = plus(sums.freeze, 0.0)
    else:
        lost_time = min(iv.t, max(frozen or 0.0, paused or 0.0, iv.stall_s))
        iv.freeze_s = lost_time
        iv.freeze_ratio = lost_time / iv.t
        sums.freeze = plus(sums.freeze, lost_time)
        sums.stalled = max(sums.stalled, iv.stall_s)
        sums.longest = max(sums.longest, iv.stall_s)
    if count is not None:
        iv.freezes = count
        sums.freezes = plus(sums.freezes, count)
        if frozen and count == 1:
            iv.freeze_single_s = frozen
            sums.longest = max(sums.longest, frozen)


def _dropped(iv: Inbound, sums: InSums, received: float | None, dropped: float | None) -> None:
    if received is None:
        return
    iv.fps_received = received / iv.t
    sums.received = plus(sums.received, received)
    if dropped is not None:
        iv.drop_ratio = ratio(dropped, received)
        sums.dropped = plus(sums.dropped, dropped)


def _decoder(iv: Inbound, sums: InSums, decode: float | None, qp: float | None, frames: float | None) -> None:
    if decode is not None:
        iv.decode_load = decode / iv.t
        sums.decode = plus(sums.decode, decode)
    if qp is not None and frames:
        iv.qp = qp / frames
        sums.qp = plus(sums.qp, qp)
    if frames is not None and frames >= MIN_FRAMES and iv.decode_load is not None:
        clean = iv.loss_ratio is None or iv.loss_ratio <= QUIET_LOSS
        heavy = iv.decode_load > DECODE_BUDGET or (iv.drop_ratio or 0.0) > DROPS
        iv.overload = 1.0 if clean and heavy else 0.0
