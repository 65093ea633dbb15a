"""Scores that other projects compute, reproduced with their known defects, for comparison beside ours.

Enters: what an interval measured. Leaves: one value per scorer, never used in a verdict. Names are
`ext.<project>@<version>`; where a formula is known to be wrong, a corrected twin stands next to it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log

import msgspec

from rtclens.analysis.scores.emodel import rate


class Interval(msgspec.Struct, frozen=True):
    """Loss in percent, times in milliseconds, bit rate in bit/s; `jb_ms` is the jitter buffer's delay."""

    loss_percent: float
    rtt_ms: float
    jitter_ms: float
    jb_ms: float
    bitrate_bps: float = 40_000.0
    fec: bool = True
    dtx: bool = False


def _cubic(r: float) -> float:
    return 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r)


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _effective_latency(interval: Interval) -> float:
    return interval.rtt_ms + 2 * interval.jitter_ms + 10


def issue_detector(interval: Interval) -> float:
    """webrtc-issue-detector: whole RTT, loss rounded to whole percents, clamp 0..5."""
    e = _effective_latency(interval)
    r = 93.2 - (e / 40 if e < 160 else (e - 120) / 10)
    return _clamp(_cubic(r - 2.5 * round(interval.loss_percent)), 0, 5)


def twilio(interval: Interval) -> float:
    """Twilio Voice: discontinuous at 1000 ms and at the loss bound."""
    e = _effective_latency(interval)
    r = 94.768 - e / 40 if e < 160 else 94.768 - (e - 120) / 10 if e < 1000 else 0.0
    r = max(r - 2.5 * interval.loss_percent, 6.52) if interval.loss_percent <= r / 2.5 else 0.0
    return _cubic(r)


def livekit_opus(interval: Interval) -> float:
    """LiveKit's packet score for Opus in steady state: delay terms are switched off as shipped, floor 30."""
    weight = 8 / 1.5 if interval.fec else 8.0
    return _cubic(max(30.0, 100 - weight * interval.loss_percent))


def _rtcscore(interval: Interval, delay: Callable[[float], float], loss: float) -> float:
    ta = 20 + interval.jb_ms + interval.rtt_ms / 2
    ie = 8.0 if interval.dtx else _clamp(55 - 4.6 * log(interval.bitrate_bps), 0, 30)
    bpl = 20 if interval.fec else 10
    impaired = ie + (100 - ie) * loss / (loss + bpl)
    return _cubic(_clamp(100 - impaired - delay(ta), 0, 100))


def _late_delay(ta: float) -> float:
    return 0.03 * ta + (0.1 * (ta - 150) if ta > 150 else 0)


def rtcscore_js(interval: Interval) -> float:
    """rtcscore in JavaScript: operator precedence makes long delays look perfect."""
    return _rtcscore(interval, lambda ta: 0.03 * ta + (0.1 * ta - 150 if ta > 150 else 0), interval.loss_percent)


def rtcscore_go(interval: Interval) -> float:
    """rtcscore in Go: the delay term as meant."""
    return _rtcscore(interval, _late_delay, interval.loss_percent)


def peermetrics(interval: Interval) -> float:
    """Peer Metrics: loss enters as a fraction against a robustness in percent, so loss hardly counts."""
    return _rtcscore(interval, _late_delay, interval.loss_percent / 100)


def rtpengine_fullband(interval: Interval) -> float:
    """rtpengine: the fullband E-model with EVS-like values for everything."""
    return rate("fb", 10.2, 4.3, interval.loss_percent, interval.rtt_ms / 2 + interval.jb_ms + 20).mos


def jitsi_quality(interval: Interval) -> float:
    """Jitsi's target by loss alone, 0..100; its slow ramps are left out."""
    steps = ((2, 100), (4, 70), (6, 50), (8, 30), (12, 10))
    return next((float(quality) for limit, quality in steps if interval.loss_percent <= limit), 0.0)


def cqd_poor(interval: Interval, concealed_ratio: float | None = None) -> bool:
    """Teams' classification of an audio stream as poor; it speaks of the network, not of what was heard."""
    return (
        interval.rtt_ms > 500
        or interval.loss_percent > 10
        or interval.jitter_ms > 30
        or (concealed_ratio is not None and concealed_ratio > 0.07)
    )


SCORERS: dict[str, Callable[[Interval], float]] = {
    "ext.issue_detector@c21f383": issue_detector,
    "ext.twilio_mos@34709fe": twilio,
    "ext.livekit_quality@788d4c3": livekit_opus,
    "ext.rtcscore_js@c1c277c": rtcscore_js,
    "ext.rtcscore_go@6a6442e": rtcscore_go,
    "ext.peermetrics_emos@1": peermetrics,
    "ext.peermetrics_emos_fixed@1": rtcscore_go,
    "ext.rtpengine_fb@1": rtpengine_fullband,
    "ext.jitsi_quality@1": jitsi_quality,
}
