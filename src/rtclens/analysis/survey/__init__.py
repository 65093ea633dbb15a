"""Closer looks: once in five seconds of a connection, at what needs no judgement in every sample.

Enters: samples as the fold applied them, events, calls. Leaves: records judged by the detectors of the `…_survey`
kinds, and findings about things that change seldom. A sample between two looks costs one comparison.
"""

from __future__ import annotations

from array import array
from math import nan
from typing import TYPE_CHECKING

from rtclens.analysis.detectors.engine import judge
from rtclens.analysis.looks import InSurvey, LinkSurvey, OutSurvey
from rtclens.analysis.survey import inbound, link, outbound, received, sent, things
from rtclens.analysis.survey.happened import arrived, happened, looked
from rtclens.analysis.survey.notes import Survey, TrackNotes
from rtclens.analysis.survey.readings import Values, gather, moved, pack, totals
from rtclens.analysis.survey.together import together_now
from rtclens.model.stats import InboundRtp, MediaSource, OutboundRtp, RemoteInboundRtp, Stats

if TYPE_CHECKING:
    from rtclens.analysis.detectors.engine import Panel
    from rtclens.analysis.detectors.grammar import Kind
    from rtclens.analysis.state import Connection, Track

__all__ = ["happened", "lifetime", "surveyed", "together_now"]

EVERY_MS = 4_750.0
GAP = 2.5  # looks further apart than so many usual intervals, and 15 s, are about different times
GAP_S = 15.0
STAMP = 0  # a reading begins with the report's own time

Panels = dict["Kind", "Panel"]


def surveyed(conn: Connection, stats: Stats, at: float, panels: Panels) -> None:
    """A sample was applied; look closer if it is time to."""
    survey = conn.survey
    if survey is None:
        survey = conn.survey = Survey(at)
        _look(conn, survey, stats, at, None)
        return
    t = (at - survey.at) / 1000.0
    things.frozen(conn, survey, at)
    if 1000.0 * t < EVERY_MS:
        return
    survey.at = at
    session = conn.session
    arrived(session, at - session.shift_ms - session.participant.call.server_now, at)
    looked(session, conn, at)
    if t > max(GAP_S, GAP * conn.interval):
        things.slept(conn, survey, at)
        _look(conn, survey, stats, at, None)
        return
    _look(conn, survey, stats, at, panels)


def _look(conn: Connection, survey: Survey, stats: Stats, at: float, panels: Panels | None) -> None:
    """Read everything; judge it where the look before belongs to the same stretch (`panels` given)."""
    begun = set(survey.streams)
    for report in stats.inbound_rtp:
        track = _track(conn, report.id)
        if track is not None:
            _received(conn, survey, track, report, at, panels if report.id in begun else None)
    layers: dict[str, list[OutboundRtp]] = {}
    for sent_report in stats.outbound_rtp:
        track = _track(conn, sent_report.id)
        if track is not None:
            layers.setdefault(track.key, []).append(sent_report)
    for key, reports in layers.items():
        _sent(conn, survey, conn.tracks[key], reports, stats, at, panels)
    _connection(conn, survey, stats, at, panels)


def _track(conn: Connection, report_id: str) -> Track | None:
    stream = conn.streams.get(report_id)
    return stream.track if stream is not None else None


def _reading(survey: Survey, key: str, new: array[float]) -> array[float] | None:
    """Remember a reading; the one before."""
    old = survey.streams.get(key)
    survey.streams[key] = new
    return old


def _notes(survey: Survey, track: Track, counters: int) -> TrackNotes:
    notes = survey.tracks.get(track.id)
    if notes is None:
        notes = survey.tracks[track.id] = TrackNotes(array("d", [nan] * counters))
    return notes


def _received(
    conn: Connection, survey: Survey, track: Track, report: InboundRtp, at: float, panels: Panels | None
) -> None:
    shown = track.kind == "video"
    names = inbound.VIDEO if shown else inbound.AUDIO
    when = at if report.timestamp is None else report.timestamp + conn.session.shift_ms
    new = pack((when, *(inbound.read_video if shown else inbound.read_audio)(report)))
    old = _reading(survey, report.id, new)
    notes = _notes(survey, track, len(names))
    things.decoder(track, notes, report, at)
    things.impossible(track, notes, report, at)
    if old is None or len(old) != len(new) or panels is None or new[STAMP] <= old[STAMP]:
        return
    t = (new[STAMP] - old[STAMP]) / 1000.0
    gather(notes.total, new[1:], old[1:])
    notes.covered += t
    step = moved(names, new[1:], old[1:])
    if shown:
        iv = received.seen(track, notes, report, step, old[STAMP], when, t)
    else:
        iv = received.heard(track, notes, step, old[STAMP], when, t)
    notes.record = iv
    things.unused(track, notes, report.codecId, step["packetsReceived"], when, t)
    _judge(panels, "in_video_survey" if shown else "in_audio_survey", track, iv)


def _sent(
    conn: Connection,
    survey: Survey,
    track: Track,
    reports: list[OutboundRtp],
    stats: Stats,
    at: float,
    panels: Panels | None,
) -> None:
    shown = track.kind == "video"
    names = outbound.VIDEO if shown else outbound.AUDIO
    notes = _notes(survey, track, len(names))
    layers: list[tuple[OutboundRtp, Values]] = []
    start = end = 0.0
    for report in reports:
        when = at if report.timestamp is None else report.timestamp + conn.session.shift_ms
        new = pack((when, *(outbound.read_video(report) if shown else outbound.read_audio(report))))
        old = _reading(survey, report.id, new)
        things.encoder(track, notes, report, at)
        if old is not None and len(old) == len(new) and new[STAMP] > old[STAMP]:
            start, end = old[STAMP], when
            gather(notes.total, new[1:], old[1:])
            layers.append((report, moved(names, new[1:], old[1:])))
    if not layers or panels is None:
        return
    t = (end - start) / 1000.0
    notes.covered += t
    step = {name: _sum([one[name] for _, one in layers]) for name in names}
    iv = OutSurvey(start, end, t, **(outbound.video if shown else outbound.shared)(step, t))  # type: ignore[arg-type]
    source = _source(stats, reports[0], track.kind)
    iv = sent.shown(track, notes, iv, source, layers) if shown else sent.spoken(track, notes, survey, iv, source)
    if step["packetsSent"]:
        told: dict[object, RemoteInboundRtp] = {one.ssrc: one for one in stats.remote_inbound_rtp}
        iv.report_age_s = sent.report_age(reports, told, end - conn.session.shift_ms)
    notes.record = iv
    things.unused(track, notes, reports[0].codecId, step["packetsSent"], end, t)
    _judge(panels, "out_video_survey" if shown else "out_audio_survey", track, iv)


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _source(stats: Stats, report: OutboundRtp, kind: str) -> MediaSource | None:
    found = [source for source in stats.media_source if source.kind == kind]
    named = [source for source in found if source.id == report.mediaSourceId]
    return named[0] if named else found[0] if len(found) == 1 else None


def _connection(conn: Connection, survey: Survey, stats: Stats, at: float, panels: Panels | None) -> None:
    pair = next((one for one in stats.candidate_pair if one.id == conn.pair_id), None)
    new = pack((at, *link.read(stats, pair)))
    old, survey.link = survey.link, new
    things.transport(conn, survey, stats, at)
    things.channels(conn, survey, stats, at)
    things.network(conn, survey, stats, pair, at)
    if old is None or panels is None or at <= old[STAMP]:
        return
    t = (at - old[STAMP]) / 1000.0
    iv = link.look(conn, survey, moved(link.COUNTERS, new[1:], old[1:]), at, t)
    _judge(panels, "link_survey", conn, iv)


def _judge(panels: Panels, kind: Kind, subject: Track | Connection, iv: InSurvey | OutSurvey | LinkSurvey) -> None:
    panel = panels.get(kind)
    if panel is not None:
        judge(panel, subject, iv)  # type: ignore[arg-type]  # a record of the same shape


def lifetime(track: Track) -> Values:
    """The formulas of a closer look over the whole life of a track: sums of counters, never means of ratios."""
    survey = track.conn.survey
    notes = survey.tracks.get(track.id) if survey is not None else None
    if notes is None or notes.covered <= 0:
        return {}
    if track.direction == "inbound":
        if track.kind == "video":
            return inbound.video(totals(inbound.VIDEO, notes.total), notes.covered, None)
        return inbound.audio(totals(inbound.AUDIO, notes.total), notes.covered)
    if track.kind == "video":
        return outbound.video(totals(outbound.VIDEO, notes.total), notes.covered)
    return outbound.shared(totals(outbound.AUDIO, notes.total), notes.covered)
