"""Look closer at a connection: its checks, the room it has, how steady its network is, what flows at all.

Enters: a sample, the reading of the look before, the records of its tracks. Leaves: a judged `LinkSurvey`.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, ne

from rtclens.analysis.detectors.suppression import sender_state
from rtclens.analysis.intervals import Inbound, Link, Outbound
from rtclens.analysis.looked import Survey
from rtclens.analysis.looks import LinkSurvey
from rtclens.analysis.presence import peer_is_gone
from rtclens.analysis.state import Connection, Session
from rtclens.analysis.survey.inbound import known, over
from rtclens.analysis.survey.notes import median, push, spread
from rtclens.analysis.survey.readings import Moved
from rtclens.model.stats import CandidatePair, MediaPlayout, RemoteOutboundRtp, Stats

COUNTERS = (
    "timestamp",
    "requestsSent",
    "responsesReceived",
    "synthesizedSamplesEvents",
    "totalRoundTripTime",
    "measurements",
)
MINUTE, LEAST = 12, 8
UNSTEADY_S = 0.02
AUDIO_BPS, VIDEO_FLOOR_BPS = 32_000.0, 100_000.0
ECHO_LOOKS, ECHO_LEAST = 20, 12
SPEECH, HEARD_OFTEN = 0.01, 4
QUIETER = 0.25
STUN_ONLY_BPS = 4_000.0
FRESH_MS = 12_000.0
_pair = attrgetter("requestsSent", "responsesReceived")
BETTER = 0.5
LIMITS = {"loss": (0.01, 0.05), "jitter": (0.03, 0.06), "pacer": (0.02, 0.1)}


def read(stats: Stats, pair: CandidatePair | None) -> tuple[int | float | None, ...]:
    """The counters of `COUNTERS`."""
    checks = _pair(pair) if pair is not None else (None, None)
    playout: MediaPlayout | None = stats.media_playout[0] if stats.media_playout else None
    told = [one for one in stats.remote_outbound_rtp if one.roundTripTimeMeasurements]
    return (
        *checks,
        playout.synthesizedSamplesEvents if playout is not None else None,
        _sum(told, "totalRoundTripTime"),
        _sum(told, "roundTripTimeMeasurements"),
    )


def _sum(reports: list[RemoteOutboundRtp], name: str) -> float | None:
    known = [value for value in (getattr(report, name) for report in reports) if value is not None]
    return float(sum(known)) if known else None


def look(conn: Connection, survey: Survey, step: Moved, at: float, t: float) -> LinkSurvey:
    """One look at a connection."""
    iv = LinkSurvey(at - 1000.0 * t, at, t)
    _, asked, answered, glitches, trips, measured = step
    iv.glitches_per_min = known(over(60.0 * glitches, t))
    iv.rtt_down_s = known(over(trips, measured))
    if asked > 0 and answered == answered:
        iv.stun_lost_ratio = max(0.0, 1.0 - answered / asked)
    now = conn.now
    if isinstance(now, Link):
        _room(conn, iv, now)
        survey.rate = now.bitrate_in_bps or 0.0
        survey.rtt = push(survey.rtt, now.rtt_s, MINUTE)
    if len(survey.rtt) >= LEAST:
        share = spread(survey.rtt)
        wide = share is not None and share * median(survey.rtt) >= UNSTEADY_S
        iv.rtt_unsteady = share if wide else 0.0
    _flips(conn, survey, iv)
    _blocked(conn, survey, iv, answered)
    if conn.connected_at is not None and not conn.streams and not survey.channels:
        iv.idle_s = max(0.0, at - conn.connected_at) / 1000.0
    iv.echo_correlation = _echo(conn, survey, at)
    return iv


def _room(conn: Connection, iv: LinkSurvey, now: Link) -> None:
    if now.rtt_rtcp_s is not None and now.rtt_ice_s is not None:
        iv.sfu_hop_s = max(0.0, now.rtt_rtcp_s - now.rtt_ice_s)
    sent = [iv for iv in (track.now for track in conn.tracks.values()) if isinstance(iv, Outbound)]
    if now.bwe_bps is not None and sent:
        iv.bwe_headroom_bps = now.bwe_bps - sum(one.target_bps or one.bitrate_bps or 0.0 for one in sent)
    received = [track for track in conn.tracks.values() if isinstance(track.now, Inbound) and track.ended_at is None]
    if now.bwe_in_bps and received:
        video = any(track.kind == "video" for track in received)
        iv.bandwidth_in_short = (VIDEO_FLOOR_BPS if video else AUDIO_BPS) / now.bwe_in_bps


def _flips(conn: Connection, survey: Survey, iv: LinkSurvey) -> None:
    """How often the network's verdict changed in the last minute, each way."""
    loss = jitter = lost = pacer = None
    for track in conn.tracks.values():
        now = track.now
        if isinstance(now, Inbound):
            loss, jitter = _most(loss, now.loss_ratio), _most(jitter, now.jitter_s if track.kind == "audio" else None)
        elif isinstance(now, Outbound):
            lost, pacer = _most(lost, now.remote_loss), _most(pacer, now.pacer_s)
    survey.inward = push(survey.inward, _grade(survey.inward, ("loss", loss), ("jitter", jitter)), MINUTE)
    survey.outward = push(survey.outward, _grade(survey.outward, ("loss", lost), ("pacer", pacer)), MINUTE)
    iv.in_flips, iv.out_flips = _changes(survey.inward), _changes(survey.outward)


def _most(known: float | None, value: float | None) -> float | None:
    return value if known is None else known if value is None else max(known, value)


def _grade(earlier: Sequence[float], *measured: tuple[str, float | None]) -> float | None:
    """0 good, 1 degraded, 2 bad; `None` where nothing was measured.

    A grade is left for a better one below half of its limit only: a steady value close to a limit is no change.
    """
    worse = better = -1
    for name, value in measured:
        if value is None:
            continue
        low, high = LIMITS[name]
        worse = max(worse, 2 if value >= high else 1 if value >= low else 0)
        better = max(better, 2 if value >= BETTER * high else 1 if value >= BETTER * low else 0)
    if worse < 0:
        return None
    before = earlier[-1] if earlier else 0
    return worse if worse >= before else min(before, better)


def _changes(ring: Sequence[float]) -> float | None:
    return float(sum(map(ne, ring, ring[1:]))) if ring else None


def _blocked(conn: Connection, survey: Survey, iv: LinkSurvey, answered: float) -> None:
    """Covered seconds in which checks are answered, others send to here, and no packet of media passes either way."""
    link = conn.now
    expected = arrived = False
    for track in conn.tracks.values():
        now = track.now
        if not isinstance(now, Inbound) or track.ended_at is not None:
            continue
        sender, sent = track.peer, sender_state(track, iv.at)
        silent = sender is None or sender.muted or sender.disabled or sender.stopped
        expected = expected or (not silent and sent is not None and bool(sent.packets))
        notes = track.looked()
        arrived = arrived or notes is None or not notes.seen_at or bool(notes.packet_rate)
    quiet = isinstance(link, Link) and (link.bitrate_in_bps or 0.0) <= STUN_ONLY_BPS
    if expected and not arrived and answered > 0 and quiet and not peer_is_gone(conn, iv.at):
        survey.blocked += iv.t
    else:
        survey.blocked = 0.0
    iv.blocked_s = survey.blocked


def _echo(conn: Connection, survey: Survey, at: float) -> float | None:
    """How the own microphone's level follows what is heard, over two minutes in which this person does not speak."""
    own = _own(conn)
    heard = _heard(conn.session, at)
    if own is None or heard is None:
        return None
    survey.spoken, survey.heard = push(survey.spoken, own, ECHO_LOOKS), push(survey.heard, heard, ECHO_LOOKS)
    pairs = list(zip(survey.spoken, survey.heard, strict=True))
    loud = [mine for mine, theirs in pairs if theirs >= SPEECH]
    quiet = [mine for mine, theirs in pairs if theirs < SPEECH / 2.0]
    if len(pairs) < ECHO_LEAST or len(loud) < HEARD_OFTEN or len(quiet) < HEARD_OFTEN:
        return None
    if max(quiet) > QUIETER * max(loud):  # this person speaks, too
        return 0.0
    return _correlation(pairs)


def _own(conn: Connection) -> float | None:
    for track in conn.tracks.values():
        notes = track.looked() if track.kind == "audio" and track.direction == "outbound" else None
        if notes is not None:
            return None if track.muted or track.disabled else notes.level
    return None


def _heard(session: Session, at: float) -> float | None:
    """The loudest stream that this person hears now."""
    loudest: float | None = None
    for conn in session.connections.values():
        for track in conn.tracks.values():
            notes = track.looked() if track.direction == "inbound" else None
            if notes is not None and at - notes.seen_at <= FRESH_MS:
                loudest = _most(loudest, notes.level)
    return loudest


def _correlation(pairs: list[tuple[float, float]]) -> float:
    """Pearson's coefficient; 0 where one side does not vary."""
    count = len(pairs)
    mine, theirs = sum(one for one, _ in pairs) / count, sum(other for _, other in pairs) / count
    cross = sum((one - mine) * (other - theirs) for one, other in pairs)
    own = sum((one - mine) * (one - mine) for one, _ in pairs)
    heard = sum((other - theirs) * (other - theirs) for _, other in pairs)
    return float(cross / (own * heard) ** 0.5) if own > 0 and heard > 0 else 0.0
