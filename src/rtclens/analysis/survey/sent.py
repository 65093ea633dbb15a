"""Look closer at sent tracks.

Enters: the outbound-rtp reports of one track, the readings of the look before, its media source. Leaves: `OutSurvey`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from rtclens.analysis.delta import delta, ratio
from rtclens.analysis.intervals import Link, Outbound
from rtclens.analysis.looked import Looks, Survey
from rtclens.analysis.looks import OutSurvey
from rtclens.analysis.state import Track
from rtclens.analysis.survey.notes import push
from rtclens.analysis.survey.outbound import FRAMES
from rtclens.analysis.survey.readings import Moved
from rtclens.model.stats import MediaSource, OutboundRtp, RemoteInboundRtp

PEAKS, LEVELS, FLOOR = 10, 24, 6
MUSIC = 0.03  # −30 dBov: what is always louder than this is no background
SILENT, VARIES = 0.001, 4.0
STEADY_NOT = 1.0  # no deviation of levels between 0 and 1 is greater
LOUDEST, LOUD = 0.98, 0.25
LIMITED = 0.5
BEHIND = 0.2
HEADROOM = 1.2


def spoken(track: Track, notes: Looks, survey: Survey, iv: OutSurvey, source: MediaSource | None) -> OutSurvey:
    """One look at sent audio and the microphone behind it; `iv` holds what the counters say."""
    now = track.now
    if source is None or not isinstance(now, Outbound):
        return iv
    iv.erl_db, iv.erle_db = source.echoReturnLoss, source.echoReturnLossEnhancement
    iv.level = _level(notes, source)
    if iv.level is None or track.muted or track.disabled:
        return iv
    notes.levels = push(notes.levels, iv.level, LEVELS)
    if len(notes.levels) == LEVELS and max(notes.levels) >= VARIES * max(min(notes.levels), 1e-9):
        iv.level_p95 = sorted(notes.levels)[int(0.95 * LEVELS)]
    if source.audioLevel is not None:
        survey.peaks = push(survey.peaks, float(source.audioLevel), PEAKS)
        iv.clipped = 1.0 if source.audioLevel >= LOUDEST and iv.level >= LOUD else 0.0
        if len(survey.peaks) == PEAKS and iv.level > SILENT:
            iv.level_sigma = _deviation(survey.peaks) if _agree(survey.peaks, iv.level) else STEADY_NOT
    if len(notes.levels) >= FLOOR:
        quietest = min(*notes.levels[-FLOOR:], *survey.peaks[-FLOOR:])
        iv.level_floor = quietest if quietest < MUSIC else 0.0
    return iv


def _agree(moments: Sequence[float], level: float) -> bool:
    """Whether the level at the moments of looking is that of the time between them, within a factor of two.

    Of a sound that comes and goes with the looks every moment is alike, and none is like the whole.
    """
    return all(level / 2.0 <= moment <= 2.0 * level for moment in moments)


def _level(notes: Looks, source: MediaSource) -> float | None:
    """The microphone's root mean square since the last look."""
    before, notes.source = notes.source, (source.totalAudioEnergy, source.totalSamplesDuration)
    energy, duration = delta(notes.source[0], before[0]), delta(notes.source[1], before[1])
    return None if energy is None or not duration else sqrt(energy / duration)


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) * (value - mean) for value in values) / len(values))


def shown(
    track: Track, notes: Looks, iv: OutSurvey, source: MediaSource | None, layers: list[tuple[OutboundRtp, Moved]]
) -> OutSurvey:
    """One look at sent video and the source behind it; `iv` holds what the counters say."""
    now, link = track.now, track.conn.now
    if not isinstance(now, Outbound):
        return iv
    iv.active = now.active
    iv.attainment = ratio(now.bitrate_bps, now.target_bps)
    if iv.attainment is not None and now.source_gap is not None:
        iv.undershoot = max(0.0, 1.0 - iv.attainment) if now.source_gap >= BEHIND else 0.0
    if source is not None and source.width and source.height:
        notes.pixels = float(source.width) * float(source.height)
        iv.pixel_share = _share(now, notes.pixels)
    sending = sum(1 for _, moved in layers if moved[FRAMES] > 0)
    if any(moved[FRAMES] >= 0 for _, moved in layers):
        iv.layers_active = float(sending)
        iv.layers_silent = float(_silent(layers, now, link)) if sending and len(layers) > 1 else 0.0
    return iv


def _share(now: Outbound, source: float) -> float | None:
    """The part of the source's pixels that leaves while a limit is on; 1 where none is: a choice, not a fault."""
    if now.limited_cpu is None or now.width is None or now.height is None or source <= 0:
        return None
    limited = now.limited_cpu + (now.limited_bandwidth or 0.0)
    return now.width * now.height / source if limited >= LIMITED else 1.0


def _silent(layers: list[tuple[OutboundRtp, Moved]], now: Outbound, link: Link | None) -> int:
    """Layers that are switched on and send nothing although nothing limits them and the uplink has room."""
    room = link.bwe_bps if link is not None else None
    count = 0
    for report, moved in layers:
        free = report.active is True and report.qualityLimitationReason in ("none", None)
        target = float(report.targetBitrate or 0.0)
        wanted = HEADROOM * ((now.bitrate_bps or 0.0) + target)
        if free and target and moved[FRAMES] == 0 and room is not None and room >= wanted:
            count += 1
    return count


def report_age(reports: list[OutboundRtp], told: dict[object, RemoteInboundRtp], at: float) -> float | None:
    """Seconds since the far end last reported on any layer; `None` where it never did or nothing tells when."""
    ages = [
        (at - told[report.ssrc].timestamp) / 1000.0  # type: ignore[operator]
        for report in reports
        if report.ssrc in told and told[report.ssrc].timestamp is not None
    ]
    return max(0.0, min(ages)) if ages else None
