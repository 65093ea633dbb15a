"""Metrics of received audio.

Enters: the previous reading and the newest inbound-rtp report of one last. Leaves: an `Inbound`, sums.
Formulas: docs/metrics.md, audio heard.
"""

from __future__ import annotations

from math import sqrt
from operator import attrgetter

from rtclens.analysis.delta import deltas, ratio
from rtclens.analysis.intervals import Inbound
from rtclens.analysis.metrics.inbound import SHARED, clocks, network
from rtclens.analysis.state import Counters, Track
from rtclens.analysis.sums import InSums, plus
from rtclens.model.stats import InboundRtp

MIN_SAMPLES = 4800  # a tenth of a second at 48 kHz
STRESS_TARGET_S = 0.2
STRESS_STRETCH = 0.02
read = attrgetter(
    *SHARED,
    "packetsDiscarded",
    "totalSamplesReceived",
    "totalSamplesDuration",
    "totalAudioEnergy",
    "concealedSamples",
    "silentConcealedSamples",
    "insertedSamplesForDeceleration",
    "removedSamplesForAcceleration",
)


def inbound_audio(
    track: Track, last: Counters, sums: InSums, new: InboundRtp, at: float, t: float, smeared: bool
) -> Inbound:
    """One interval of received audio."""
    iv = Inbound(last.at, at, t, smeared)
    reading = read(new)
    moved = deltas(reading, last.wide)
    last.wide = reading
    network(iv, sums, last, new, moved)
    emitted, discarded = moved[3], moved[6]
    clocks(iv, track, moved[0], emitted)
    if discarded is not None and emitted:
        iv.discard_ratio = ratio(discarded, iv.packets)
        sums.discarded = plus(sums.discarded, discarded)
    _playout(iv, sums, moved)
    if iv.jb_target_s is not None and iv.stretch_ratio is not None:
        iv.stress = 1.0 if iv.jb_target_s > STRESS_TARGET_S and iv.stretch_ratio > STRESS_STRETCH else 0.0
    return iv


def _playout(iv: Inbound, sums: InSums, moved: list[float | None]) -> None:
    samples, duration, energy, concealed, silent, slower, faster = moved[7:]
    if duration is not None:
        iv.playout_rate = duration / iv.t
        if energy is not None and duration > 0:
            iv.rms = sqrt(energy / duration)
            sums.energy = plus(sums.energy, energy)
            sums.duration = plus(sums.duration, duration)
    if samples is None or samples < MIN_SAMPLES:
        return
    sums.samples = plus(sums.samples, samples)
    if concealed is not None:
        iv.concealment_ratio = concealed / samples
        sums.concealed = plus(sums.concealed, concealed)
        if silent is not None:
            audible = max(0.0, concealed - silent)
            iv.audible_ratio = audible / samples
            sums.audible = plus(sums.audible, audible)
    if slower is not None and faster is not None:
        iv.stretch_ratio = (slower + faster) / samples
        sums.stretched = plus(sums.stretched, slower + faster)
