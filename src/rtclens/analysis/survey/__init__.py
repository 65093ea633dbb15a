"""Closer looks: once in five seconds of a connection, at what needs no judgement in every sample.

Enters: samples as the fold applied them, events, calls. Leaves: records judged by the detectors of the `…_survey`
kinds, and findings about things that change seldom. A sample between two looks costs one comparison.
"""

from __future__ import annotations

from array import array
from functools import reduce
from typing import TYPE_CHECKING

from rtclens.analysis.detectors.engine import judge
from rtclens.analysis.looked import Life, Looks, Raw, Survey
from rtclens.analysis.looks import InSurvey, LinkSurvey, OutSurvey
from rtclens.analysis.survey import inbound, link, outbound, received, sent, things
from rtclens.analysis.survey.happened import arrived, happened, looked
from rtclens.analysis.survey.readings import Moved, added, again, began_anew, moved, pack, total
from rtclens.analysis.survey.together import together_now
from rtclens.model.stats import InboundRtp, MediaSource, OutboundRtp, RemoteInboundRtp, Stats

if TYPE_CHECKING:
    from rtclens.analysis.detectors.engine import Panel
    from rtclens.analysis.detectors.grammar import Kind
    from rtclens.analysis.state import Connection, Track

__all__ = ["happened", "lifetime", "surveyed", "together_now"]

EVERY_MS = 4_750.0
NOT_OF_COUNTERS = {"start", "at", "t", "smeared", "active", "explained", "begged_s"}
LIVES = {
    direction: tuple(name for name in record.__struct_fields__ if name not in NOT_OF_COUNTERS)
    for direction, record in (("inbound", InSurvey), ("outbound", OutSurvey))
}
GAP = 2.5  # looks further apart than so many usual intervals, and 15 s, are about different times
GAP_S = 15.0
STAMP = 0  # the place of the report's own time in a reading

Panels = dict["Kind", "Panel"]


def surveyed(conn: Connection, stats: Stats, at: float, panels: Panels) -> None:
    """A sample was applied; look closer if it is time to."""
    if conn.looked_at is None:
        conn.looked_at = conn.newest_at = at
        _look(conn, conn.survey(), stats, at, None)
        return
    t = (at - conn.looked_at) / 1000.0
    things.frozen(conn, at)
    if 1000.0 * t < EVERY_MS:
        return
    conn.looked_at = at
    session = conn.session
    arrived(session, at - session.shift_ms - session.participant.call.server_now, at)
    looked(session, conn, at)
    together = t <= max(GAP_S, GAP * conn.interval)
    if not together:
        things.slept(conn, conn.survey(), at)
    _look(conn, conn.survey(), stats, at, panels if together else None)
    session.rest()
    conn.rest_said()


def _look(conn: Connection, survey: Survey, stats: Stats, at: float, panels: Panels | None) -> None:
    """Read everything; judge it where the look before belongs to the same stretch (`panels` given)."""
    for report in stats.inbound_rtp:
        stream = conn.streams.get(report.id)
        if stream is not None:
            _received(stream.track, report, at, panels)
    layers: dict[str, list[OutboundRtp]] = {}
    for sent_report in stats.outbound_rtp:
        stream = conn.streams.get(sent_report.id)
        if stream is not None:
            layers.setdefault(stream.track.key, []).append(sent_report)
    for key, reports in layers.items():
        _sent(survey, conn.tracks[key], reports, stats, at, panels)
    _connection(conn, survey, stats, at, panels)


def _step(notes: Looks, key: str, raw: Raw, new: array[float], whole: bool) -> array[float] | None:
    """Remember a reading; the one before, where the two belong to one stretch."""
    life = notes.lives.get(key)
    if life is None:
        notes.lives[key] = Life(raw, raw)
        return None
    old = pack(life.newest)
    if len(old) != len(new) or new[STAMP] <= old[STAMP]:
        return None
    if not whole or began_anew(new, old):
        again(life, raw)
    else:
        life.newest = raw
    return old if whole else None


def _received(track: Track, report: InboundRtp, at: float, panels: Panels | None) -> None:
    shown = track.kind == "video"
    when = at if report.timestamp is None else report.timestamp + track.conn.session.shift_ms
    raw = (when, *(inbound.read_video if shown else inbound.read_audio)(report))
    new, notes = pack(raw), track.looks()
    things.decoder(track, notes, report, at)
    things.impossible(track, notes, report, at)
    old = _step(notes, report.id, raw, new, panels is not None)
    if old is None or panels is None:
        return
    t = (new[STAMP] - old[STAMP]) / 1000.0
    notes.covered += t
    step = moved(new, old)
    if shown:
        iv = received.seen(track, notes, report, step, old[STAMP], when, t)
    else:
        iv = received.heard(track, notes, step, old[STAMP], when, t)
    notes.seen_at, notes.level, notes.packet_rate = iv.at, iv.level, iv.packet_rate
    things.unused(track, notes, report.codecId, step[inbound.AT["packetsReceived"]], when, t)
    _judge(panels, "in_video_survey" if shown else "in_audio_survey", track, iv)


def _sent(
    survey: Survey, track: Track, reports: list[OutboundRtp], stats: Stats, at: float, panels: Panels | None
) -> None:
    shown = track.kind == "video"
    shift = track.conn.session.shift_ms
    notes = track.looks()
    layers: list[tuple[OutboundRtp, Moved]] = []
    start = end = 0.0
    for report in reports:
        when = at if report.timestamp is None else report.timestamp + shift
        raw = (when, *(outbound.read_video(report) if shown else outbound.read_audio(report)))
        new = pack(raw)
        things.encoder(track, notes, report, at)
        old = _step(notes, report.id, raw, new, panels is not None)
        if old is not None:
            start, end = old[STAMP], when
            layers.append((report, moved(new, old)))
    if not layers or panels is None:
        return
    t = (end - start) / 1000.0
    notes.covered += t
    step = _together([one for _, one in layers])
    iv = (outbound.video if shown else outbound.audio)(step, start, end, t)
    source = _source(stats, reports[0], track.kind)
    iv = sent.shown(track, notes, iv, source, layers) if shown else sent.spoken(track, notes, survey, iv, source)
    packets = step[outbound.PACKETS]
    if packets > 0:
        told: dict[object, RemoteInboundRtp] = {one.ssrc: one for one in stats.remote_inbound_rtp}
        iv.report_age_s = sent.report_age(reports, told, end - shift)
    notes.seen_at, notes.level, notes.packet_rate = iv.at, iv.level, iv.packet_rate
    things.unused(track, notes, reports[0].codecId, packets, end, t)
    _judge(panels, "out_video_survey" if shown else "out_audio_survey", track, iv)


def _together(steps: list[Moved]) -> Moved:
    """Layers of one track: their sum."""
    return steps[0] if len(steps) == 1 else reduce(added, steps)


def _source(stats: Stats, report: OutboundRtp, kind: str) -> MediaSource | None:
    found = [source for source in stats.media_source if source.kind == kind]
    named = [source for source in found if source.id == report.mediaSourceId]
    return named[0] if named else found[0] if len(found) == 1 else None


def _connection(conn: Connection, survey: Survey, stats: Stats, at: float, panels: Panels | None) -> None:
    pair = next((one for one in stats.candidate_pair if one.id == conn.pair_id), None)
    raw = (at, *link.read(stats, pair))
    before, survey.link = survey.link, raw
    things.transport(conn, survey, stats, at)
    things.channels(conn, survey, stats, at)
    things.network(conn, survey, stats, pair, at)
    if before is None or panels is None:
        return
    new, old = pack(raw), pack(before)
    if at <= old[STAMP]:
        return
    iv = link.look(conn, survey, moved(new, old), at, (at - old[STAMP]) / 1000.0)
    _judge(panels, "link_survey", conn, iv)


def _judge(panels: Panels, kind: Kind, subject: Track | Connection, iv: InSurvey | OutSurvey | LinkSurvey) -> None:
    panel = panels.get(kind)
    if panel is not None:
        judge(panel, subject, iv)  # type: ignore[arg-type]  # a record of the same shape


def lifetime(track: Track) -> dict[str, float | None]:
    """The formulas of a closer look over the whole life of a track: sums of counters, never means of ratios."""
    notes = track.looked()
    if notes is None or notes.covered <= 0:
        return {}
    module = inbound if track.direction == "inbound" else outbound
    formulas = module.video if track.kind == "video" else module.audio
    whole = formulas(_together([total(life) for life in notes.lives.values()]), 0.0, 0.0, notes.covered)
    return {name: getattr(whole, name) for name in LIVES[track.direction]}
