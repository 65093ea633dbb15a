"""Slices: derived metrics over about five seconds of covered media time, as rows.

Enters: the sums of a track or a connection. Leaves: `TrackSlice` and `ConnectionSlice` rows in the call's facts.
"""

from __future__ import annotations

from math import sqrt

from rtclens.analysis.content import remember
from rtclens.analysis.delta import ratio
from rtclens.analysis.features import link_sliced, track_sliced
from rtclens.analysis.findings import next_revision
from rtclens.analysis.intervals import Inbound, Outbound
from rtclens.analysis.scores import audio, video
from rtclens.analysis.scores.tally import Tally
from rtclens.analysis.state import Connection, Track
from rtclens.analysis.sums import InSums, Life, LinkSums, OutSums
from rtclens.analysis.verdicts import account, grade, heard, seen, sent, worst
from rtclens.analysis.version import ANALYSIS_VERSION
from rtclens.model.facts import ConnectionSlice, TrackSlice, Verdict

SLACK_S = 0.25
MIN_HARMONIC_S = 1.0
SPEECH_PACKETS = 30.0  # a second; fewer is silence or comfort noise at 20 ms a packet
USUAL_FPS = 15.0
LEAST_S = 1.5  # of a last slice


def due(covered: float, slice_s: float) -> bool:
    """Whether enough media time is covered for a slice."""
    return covered >= slice_s - SLACK_S


def inbound_slice(track: Track, sums: InSums, iv: Inbound, expected: bool) -> None:
    """Write the slice of a received track and begin the next."""
    covered = sums.covered
    conn = track.conn
    call = conn.session.participant.call
    shown = track.kind == "video"
    harmonic = ratio(sums.inter, sums.squared) if (sums.inter or 0.0) >= MIN_HARMONIC_S else None
    verdict, reasons = seen(sums, expected, harmonic) if shown else heard(sums)
    if sums.smeared:
        verdict, reasons = "unknown", []
    account(track, verdict, covered, iv.at)
    row = TrackSlice(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=next_revision(call),
        participant_id=conn.session.participant.id,
        session_id=conn.session.id,
        connection_id=conn.id,
        track_id=track.id,
        kind=track.kind,
        direction="inbound",
        at=iv.at,
        covered_s=round(covered, 3),
        n=sums.n,
        state="smeared" if sums.smeared else "ok",
        verdict=verdict,
        reasons=reasons,
        bitrate_bps=_rate(sums.octets, covered, 8.0),
        packet_rate_per_s=_rate(sums.packets, covered),
        loss_ratio=ratio(sums.lost, sums.expected),
        jitter_s=iv.jitter_s,
        rtt_s=conn.now.rtt_s if conn.now is not None else None,
        jb_delay_s=ratio(sums.jb_delay, sums.jb_emitted),
        nack_per_s=_rate(sums.nack, covered),
        pli_per_min=_rate(sums.pli, covered, 60.0),
    )
    (_seen_columns if shown else _heard_columns)(row, sums, covered)
    if verdict not in ("idle", "unknown"):
        (_video_score if shown else _audio_score)(track, row, sums)
    call.facts.append(row)
    track_sliced(track, row)
    if call.strangers:
        remember(track, row)
    _carry_network(conn, sums)
    _next(track, sums, InSums(iv.at))


def _heard_columns(row: TrackSlice, sums: InSums, _covered: float) -> None:
    row.concealment_ratio = ratio(sums.concealed, sums.samples)
    row.audible_concealment_ratio = ratio(sums.audible, sums.samples)
    row.stretch_ratio = ratio(sums.stretched, sums.samples)
    if sums.energy is not None and sums.duration:
        row.audio_rms = sqrt(sums.energy / sums.duration)


def _audio_score(track: Track, row: TrackSlice, sums: InSums) -> None:
    """The E-model's score of the slice; silence (few packets) is not scored by its bit rate."""
    if (row.packet_rate_per_s or 0.0) < SPEECH_PACKETS:
        return
    inputs = audio.AudioInputs(
        track.codec,
        bitrate_bps=row.bitrate_bps,
        audible_concealment_ratio=row.audible_concealment_ratio,
        unusable_ratio=ratio((sums.lost or 0.0) + (sums.discarded or 0.0), sums.expected),
        loss_ratio=row.loss_ratio,
        rtt_s=row.rtt_s,
        jb_delay_s=row.jb_delay_s,
    )
    scored = audio.score(inputs)
    if scored is not None:
        value = scored.lq if scored.provisional else scored.cq
        row.audio_mos = round(value, 3)
        _score(track, audio.NAME, scored.rating.scale, row, value, scored.confidence, scored.reasons)


def _video_score(track: Track, row: TrackSlice, sums: InSums) -> None:
    """The video score of the slice, against the frame rate the sender's source delivers where that is known."""
    fps = row.fps or 0.0
    sent = track.peer.now if track.peer is not None else None
    source = sent.source_fps if isinstance(sent, Outbound) and sent.source_fps else max(fps, USUAL_FPS)
    inputs = video.VideoInputs(
        track.codec,
        bitrate_bps=row.bitrate_bps,
        width_px=row.width_px,
        height_px=row.height_px,
        fps=fps,
        fps_harmonic=row.fps_harmonic,
        fps_ref=max(source, fps),
        freeze_ratio=row.freeze_ratio,
        freezes_per_min=_rate(sums.freezes, row.covered_s, 60.0),
        screen=track.screen,
    )
    scored = video.score(inputs)
    if scored is not None:
        row.video_mos = round(scored.value, 3)
        _score(track, video.NAME, "1-5", row, scored.value, 1.0, scored.reasons)


def _score(
    track: Track, scorer: str, scale: str, row: TrackSlice, value: float, confidence: float, reasons: dict[str, float]
) -> None:
    scores = track.scores
    known = scores.setdefault(scale, Tally(scorer, row.at - 1000.0 * row.covered_s))
    known.add(value, confidence, reasons, row.covered_s, row.at)
    track.scored(scores)


def _seen_columns(row: TrackSlice, sums: InSums, covered: float) -> None:
    row.fps = _rate(sums.frames, covered)
    row.fps_harmonic = ratio(sums.inter, sums.squared)
    row.freeze_ratio = _rate(sums.freeze, covered)
    row.width_px, row.height_px = _pixels(sums.width), _pixels(sums.height)
    row.qp_mean = ratio(sums.qp, sums.frames)
    row.codec_load = _rate(sums.decode, covered)
    row.drop_ratio = ratio(sums.dropped, sums.received)


def outbound_slice(track: Track, sums: OutSums, iv: Outbound, expected: bool) -> None:
    """Write the slice of a sent track and begin the next."""
    covered = sums.covered
    conn = track.conn
    call = conn.session.participant.call
    loss = ratio(sums.lost, sums.expected)
    pacer = ratio(sums.pacer, sums.packets)
    verdict, reasons = sent(sums, expected, loss, pacer)
    if sums.smeared:
        verdict, reasons = "unknown", []
    account(track, verdict, covered, iv.at)
    limited = sum(v or 0.0 for v in (sums.limited_none, sums.limited_cpu, sums.limited_bandwidth, sums.limited_other))
    row = TrackSlice(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=next_revision(call),
        participant_id=conn.session.participant.id,
        session_id=conn.session.id,
        connection_id=conn.id,
        track_id=track.id,
        kind=track.kind,
        direction="outbound",
        at=iv.at,
        covered_s=round(covered, 3),
        n=sums.n,
        state="smeared" if sums.smeared else "ok",
        verdict=verdict,
        reasons=reasons,
        bitrate_bps=_rate(sums.octets, covered, 8.0),
        packet_rate_per_s=_rate(sums.packets, covered),
        loss_ratio=loss,
        jitter_s=ratio(sums.jitter_t, sums.jitter_covered),
        rtt_s=ratio(sums.rtt_total, sums.rtt_n),
        nack_per_s=_rate(sums.nack, covered),
        pli_per_min=_rate(sums.pli, covered, 60.0),
        pacer_s=pacer,
        rtx_ratio=ratio(sums.rtx, sums.packets),
        target_bps=_rate(sums.target_t, covered),
    )
    if track.kind == "video":
        _camera_columns(row, sums, covered, limited)
    elif sums.energy is not None and sums.duration:
        row.audio_rms = sqrt(sums.energy / sums.duration)
    call.facts.append(row)
    track_sliced(track, row)
    if call.strangers:
        remember(track, row)
    _next(track, sums, OutSums(iv.at))


def _camera_columns(row: TrackSlice, sums: OutSums, covered: float, limited: float) -> None:
    row.fps = _rate(sums.frames, covered)
    row.fps_source = ratio(sums.source_frames, sums.source_t)
    row.width_px, row.height_px = _pixels(sums.width), _pixels(sums.height)
    row.qp_mean = ratio(sums.qp, sums.frames)
    row.codec_load = _rate(sums.encode, covered)
    row.limited_cpu_ratio = ratio(sums.limited_cpu, limited)
    row.limited_bandwidth_ratio = ratio(sums.limited_bandwidth, limited)
    row.limited_other_ratio = ratio(sums.limited_other, limited)


def link_slice(conn: Connection, sums: LinkSums, at: float) -> None:
    """Write the slice of a connection and begin the next."""
    call = conn.session.participant.call
    covered = sums.covered
    rtt = ratio(sums.rtt_t, sums.rtt_covered)
    loss_in = ratio(sums.lost_in, sums.expected_in)
    loss_out = ratio(sums.lost_out, sums.expected_out)
    bwe = ratio(sums.bwe_t, sums.bwe_covered)
    out_bps = _rate(sums.octets_out, covered, 8.0)
    into, _ = grade([("loss", loss_in, 0.01, 0.05), ("jitter", sums.jitter_in, 0.03, 0.06), ("rtt", rtt, 0.3, 0.5)])
    pacer = ratio(sums.pacer, sums.packets_out)
    out, _ = grade([("loss", loss_out, 0.01, 0.05), ("pacer", pacer, 0.02, 0.1), ("rtt", rtt, 0.3, 0.5)])
    unknown: Verdict = "unknown"
    row = ConnectionSlice(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=next_revision(call),
        participant_id=conn.session.participant.id,
        session_id=conn.session.id,
        connection_id=conn.id,
        at=at,
        covered_s=round(covered, 3),
        n=sums.n,
        state="smeared" if sums.smeared else "ok",
        network_in=unknown if sums.smeared else into,
        network_out=unknown if sums.smeared else out,
        rtt_s=rtt,
        rtt_ice_s=ratio(sums.ice_t, sums.ice_covered),
        rtt_rtcp_s=ratio(sums.rtcp_t, sums.rtcp_covered),
        bitrate_in_bps=_rate(sums.octets_in, covered, 8.0),
        bitrate_out_bps=out_bps,
        loss_in_ratio=loss_in,
        loss_out_ratio=loss_out,
        bwe_out_bps=bwe,
        bwe_utilisation=ratio(out_bps, bwe),
        path_type=conn.path_type,
        cpu_pressure=sums.pressure,
    )
    call.facts.append(row)
    link_sliced(conn, row)
    notes = conn.notes
    if notes.life is None:
        notes.life = Life("link")
    notes.life.add(sums)
    conn.sums = LinkSums(at)


def flush(track: Track) -> None:
    """Write what is left of a track that ended, if it is long enough to say something; then let go of it."""
    sums, now = track.sums, track.now
    if sums is not None and now is not None and sums.covered >= LEAST_S:
        if isinstance(sums, InSums) and isinstance(now, Inbound):
            inbound_slice(track, sums, now, expected=not (now.dry_s or now.stall_s))
        elif isinstance(sums, OutSums) and isinstance(now, Outbound):
            outbound_slice(track, sums, now, expected=now.active is not False)
    track.sums = track.now = None


def track_verdict(track: Track) -> Verdict:
    """The verdict of a track's life: bad from a tenth of its judged time, or 10 s, of bad slices."""
    seconds = track.notes.seconds
    judged = sum(seconds.get(name, 0.0) for name in ("good", "degraded", "bad"))
    if judged == 0:
        return "idle" if seconds.get("idle") else "unknown"
    bad = seconds.get("bad", 0.0)
    if bad >= 10.0 or bad > judged / 10:
        return "bad"
    return "degraded" if bad or seconds.get("degraded", 0.0) > judged / 4 else worst("good")


def _carry_network(conn: Connection, sums: InSums) -> None:
    link = conn.sums
    if link is None:
        return
    if sums.lost is not None and sums.expected is not None:
        link.lost_in = (link.lost_in or 0.0) + sums.lost
        link.expected_in = (link.expected_in or 0.0) + sums.expected


def _next(track: Track, sums: InSums | OutSums, fresh: InSums | OutSums) -> None:
    notes = track.notes
    if notes.life is None:
        notes.life = Life(f"{track.direction}/{track.kind}")
    notes.life.add(sums)
    track.sums = fresh


def _rate(total: float | None, seconds: float, factor: float = 1.0) -> float | None:
    return None if total is None or seconds <= 0 else factor * total / seconds


def _pixels(value: float | None) -> int | None:
    return None if value is None else int(value)
