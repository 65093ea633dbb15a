"""Collect what both ends measured while a finding's condition holds.

Enters: a finding and its subject's newest interval. Leaves: time-weighted sums in `finding.case`.
Names: `r_` the receiving end, `s_` the sending end, `row_` and `col_` the siblings of the impairment matrix.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rtclens.analysis.causes.acts import acted
from rtclens.analysis.causes.candidates import candidates
from rtclens.analysis.causes.sums import Keys, add, add_all, recent
from rtclens.analysis.causes.surroundings import impaired, look
from rtclens.analysis.collected import LINKED, RECEIVED, SENT, SHOWN
from rtclens.analysis.intervals import Inbound, Link, Outbound
from rtclens.analysis.links import is_served
from rtclens.analysis.state import Connection, Track

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

CLOSE_MS = 30_000.0  # so long every interval of a finding is collected
EVERY_S = 4.75


def _keys(prefix: str, names: tuple[str, ...]) -> Keys:
    return tuple((prefix + name, f"{prefix}{name}/t") for name in names)


RECEIVER_KEYS, read_receiver = _keys("r_", RECEIVED + SHOWN), attrgetter(*RECEIVED, *SHOWN)
SENDER_KEYS, read_sender = _keys("s_", SENT), attrgetter(*SENT)
LINK_KEYS, read_link = {prefix: _keys(prefix, LINKED) for prefix in ("r_", "s_")}, attrgetter(*LINKED)


def observe(finding: Open, iv: Any, due: bool) -> None:
    """Collect one interval (or closer look) during which the finding's condition held.

    A closer look has other members; the subject's newest interval then speaks for the two ends. Once the finding has
    lasted, one interval in five seconds speaks for all of them, and always the one before a judgement (`due`).
    """
    finding.lasts(iv.t)
    if not due and finding.unseen_s < EVERY_S and iv.at - finding.opened_at > CLOSE_MS:
        return
    finding.unseen_s = 0.0
    case, subject = finding.case, finding.subject
    now = iv if isinstance(iv, Inbound | Outbound | Link) else getattr(subject, "now", None)
    if isinstance(subject, Track) and isinstance(now, Inbound | Outbound):
        look(case, subject, now)
    acted(finding)
    if isinstance(now, Inbound) and isinstance(subject, Track):
        _receiver(case, subject, now)
    elif isinstance(now, Outbound) and isinstance(subject, Track):
        _sender(case, subject, now, now.t)
        _receivers_of(case, subject, now)
    elif isinstance(subject, Connection) and isinstance(now, Link):
        _link(case, subject, "s_", now.t)
        for track in subject.tracks.values():
            if track.direction == "outbound" and isinstance(track.now, Outbound):
                _sender(case, track, track.now, now.t)
        _far_link(case, subject, now)


def _receiver(case: dict[str, float], track: Track, iv: Inbound) -> None:
    add_all(case, RECEIVER_KEYS, read_receiver(iv), iv.t)
    _link(case, track.conn, "r_", iv.t)
    _row(case, track, iv)
    _other_direction(case, track, iv)
    if is_served(track.conn):
        case["served"] = 1.0
    sender = track.peer
    if sender is None:
        candidates(case, track, iv)
        return
    case["linked"] = 1.0
    sent = sender.now
    if isinstance(sent, Outbound) and recent(sent.at, sender.conn, track.conn.session, iv.at):
        _sender(case, sender, sent, iv.t)
    _column(case, track, sender, iv)


def _sender(case: dict[str, float], track: Track, out: Outbound, t: float) -> None:
    case["sender_seen"] = 1.0
    for other in track.conn.tracks.values():
        now = other.now if other.direction == "inbound" else None
        if isinstance(now, Inbound):
            add(case, "s_own_loss", now.loss_ratio, t)
    add_all(case, SENDER_KEYS, read_sender(out), t)
    _link(case, track.conn, "s_", t)
    if is_served(track.conn):
        case["served"] = 1.0


def _link(case: dict[str, float], conn: Connection, prefix: str, t: float) -> None:
    link = conn.now
    if link is None:
        return
    add_all(case, LINK_KEYS[prefix], read_link(link), t)
    if conn.path_type.startswith("relay"):
        case["relayed"] = 1.0


def _far_link(case: dict[str, float], conn: Connection, iv: Link) -> None:
    """What the other end of a direct connection says of it."""
    for track in conn.tracks.values():
        far = track.peer.conn if track.peer is not None else None
        if far is not None and far.now is not None and recent(far.now.at, far, conn.session, iv.at):
            add_all(case, LINK_KEYS["r_"], read_link(far.now), iv.t)
            return


def _row(case: dict[str, float], track: Track, iv: Inbound) -> None:
    """Other streams into this receiver, from other people: bad or clean in the same time."""
    person = track.conn.session.participant
    mine = track.peer.conn.session.participant if track.peer is not None else None
    for session in person.sessions.values():
        for conn in session.connections.values():
            for other in conn.tracks.values():
                if other is track or other.direction != "inbound" or other.held_now is None:
                    continue
                theirs = other.peer.conn.session.participant if other.peer is not None else None
                if theirs is None or theirs is mine or not recent(other.last_at, conn, track.conn.session, iv.at):
                    continue
                now = other.now
                if isinstance(now, Inbound):
                    add(case, "row_bad", 1.0 if impaired(now) else 0.0, iv.t)


def _column(case: dict[str, float], track: Track, sender: Track, iv: Inbound) -> None:
    """Other receivers of the same published track: bad or clean in the same time."""
    call = track.conn.session.participant.call
    own = track.conn.session.participant
    for session in call.sessions():
        if session.participant is own:
            continue
        for conn in session.connections.values():
            for other in conn.tracks.values():
                if other.peer is not sender or not recent(other.last_at, conn, track.conn.session, iv.at):
                    continue
                now = other.now
                if isinstance(now, Inbound):
                    add(case, "col_bad", 1.0 if impaired(now) else 0.0, iv.t)


def _other_direction(case: dict[str, float], track: Track, iv: Inbound) -> None:
    """Loss of what this receiver itself sends on the same connection."""
    for other in track.conn.tracks.values():
        now = other.now if other.direction == "outbound" else None
        if isinstance(now, Outbound):
            add(case, "r_own_remote_loss", now.remote_loss, iv.t)
            add(case, "r_own_pacer", now.pacer_s, iv.t)


def _receivers_of(case: dict[str, float], track: Track, iv: Outbound) -> None:
    call = track.conn.session.participant.call
    for session in call.sessions():
        for conn in session.connections.values():
            for other in conn.tracks.values():
                now = other.now if other.peer is track else None
                if isinstance(now, Inbound) and recent(now.at, conn, track.conn.session, iv.at):
                    add(case, "r_loss_ratio", now.loss_ratio, iv.t)
                    case["linked"] = 1.0
                    for back in conn.tracks.values():
                        if back.direction == "outbound" and isinstance(back.now, Outbound):
                            add(case, "r_own_remote_loss", back.now.remote_loss, iv.t)
