"""When a detector must stay silent, and why.

Enters: a subject and its newest interval. Leaves: the set of codes that hold.
SM nothing is expected · SS just begun or just switched · SH page hidden · SX screen or still source ·
SN the network is bad · SP a connection fault explains it · SD too few packets · SB the sender's side is unknown.
"""

from __future__ import annotations

from rtclens.analysis.clocks import between_ms
from rtclens.analysis.intervals import Inbound, Link, Outbound
from rtclens.analysis.looks import InSurvey, OutSurvey
from rtclens.analysis.presence import peer_is_gone
from rtclens.analysis.state import Connection, Track

SPARSE_PACKETS = 10.0
QUIET_LOSS = 0.02
BROKEN = frozenset({"disconnected", "failed", "closed"})
FRESH_INTERVALS = 3.0
FRESH_MS = 3_000.0
EARLIER_MS = 500.0


def codes(track: Track, iv: Inbound | Outbound | InSurvey | OutSurvey) -> set[str]:
    """The codes that hold for a track over its newest interval, or over a closer look at it."""
    if isinstance(iv, InSurvey | OutSurvey):
        return _over_a_look(track, iv)
    conn = track.conn
    found: set[str] = set()
    if track.muted or track.disabled or track.stopped:
        found.add("SM")
    if track.grace_until > iv.start + 500.0 * iv.t:  # most of the interval lies within the grace time
        found.add("SS")
    if track.screen:
        found.add("SX")
    if conn.session.hidden:
        found.add("SH")
    if conn.ice_state in BROKEN or conn.connection_state in BROKEN:
        found.add("SP")
    if iv.packet_rate is not None and iv.packet_rate < SPARSE_PACKETS:
        found.add("SD")
    if isinstance(iv, Inbound):
        _receiving(track, iv, found)
    elif iv.active is False:
        found.add("SM")
    return found


def _over_a_look(track: Track, iv: InSurvey | OutSurvey) -> set[str]:
    """What holds in the newest interval, the grace time over all of the look, and what a graver finding explains."""
    found = codes(track, track.now) if track.now is not None else set()
    found.discard("SS")
    if track.grace_until > iv.start:
        found.add("SS")
    if isinstance(iv, InSurvey) and iv.explained:
        found.add("SP")
    return found


def _receiving(track: Track, iv: Inbound, found: set[str]) -> None:
    if iv.loss_ratio is not None and iv.loss_ratio > QUIET_LOSS:
        found.add("SN")
    sender = track.peer
    sent = sender_state(track, iv.at)
    if sender is None or sent is None:
        found.add("SB")
        return
    if sender.disabled or sender.stopped or sender.muted or sent.active is False:
        found.add("SM")
    if sent.packets == 0 or sent.dry_s > 0:
        found.add("SM")
    still = max(iv.dry_s, iv.stall_s)
    if still and sent.start < iv.at - 1000.0 * still - EARLIER_MS:
        found.add("SB")  # the sender's newest interval began before the silence: it proves nothing about it
    if sender.screen or source_stood(sender, sent, iv):
        found.add("SX")


def source_stood(sender: Track, sent: Outbound, iv: Inbound) -> bool:
    """Whether the source behind a received video stood still in this interval, or shortly before.

    A browser counts a freeze only when the next frame comes, after the source moves again.
    """
    if sent.still_s > 0 or sent.source_frames == 0:
        return True
    return sender.slow_at > 0 and sender.slow_at >= iv.start - 1000.0 * max(iv.t, iv.freeze_s or 0.0)


def sender_state(track: Track, at: float) -> Outbound | None:
    """The sender's newest interval of this stream, if it is recent enough to speak about `at`."""
    sender = track.peer
    if sender is None or sender.held_now is None or sender.ended_at is not None:
        return None
    spacing = max(sender.conn.interval * 1000.0, FRESH_MS / FRESH_INTERVALS)
    if between_ms(track.conn.session, at, sender.conn.session, sender.last_at) > FRESH_INTERVALS * spacing:
        return None
    now = sender.now
    return now if isinstance(now, Outbound) else None


def link_codes(conn: Connection, iv: Link) -> set[str]:
    """The codes that hold for a connection over its newest interval."""
    found: set[str] = set()
    if conn.started_at + 10_000.0 > iv.start or conn.grace_until > iv.start:
        found.add("SS")
    if conn.connected_at is not None and conn.connected_at + 5_000.0 > iv.start:
        found.add("SS")
    if conn.session.hidden:
        found.add("SH")
    if conn.ice_state in BROKEN or conn.connection_state in BROKEN or peer_is_gone(conn, iv.at):
        found.add("SP")
    return found
