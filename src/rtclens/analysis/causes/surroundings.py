"""What is around a hurt stream: its legs at the media server, and others on the same server, relay or address.

Enters: a track while a finding about it holds. Leaves: time-weighted sums in the finding's case. Names: `i_` the leg
into the server, `e_` the one out of it, `f_` what it did not forward; `node_`, `relay_`, `office_` who shares these
with the subject, `other_node_`, `elsewhere_`, `abroad_` who does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.sums import BAD_FREEZE, BAD_JITTER_S, BAD_LOSS, add, recent
from rtclens.analysis.clocks import between_ms
from rtclens.analysis.hops import egress, ingress, node_of
from rtclens.analysis.intervals import Inbound, Outbound
from rtclens.analysis.state import Connection, Session, Track

RISEN = 1.0  # a round trip over its baseline, in allowed rises
SWITCHED_MS = 5_000.0


def impaired(iv: Inbound) -> bool:
    """Whether an interval of a received track is bad for what its network did, or stands still."""
    return (
        (iv.loss_ratio or 0.0) >= BAD_LOSS
        or (iv.jitter_s or 0.0) >= BAD_JITTER_S
        or (iv.freeze_ratio or 0.0) >= BAD_FREEZE
    )


def look(case: dict[str, float], track: Track, iv: Inbound | Outbound) -> None:
    """Collect the surroundings of one interval."""
    sender = track.peer if track.direction == "inbound" else track
    _server(case, track, sender, iv)
    _others(case, track, iv)
    if isinstance(iv, Inbound) and track.kind == "video":
        switched = any(iv.start - SWITCHED_MS <= at <= iv.at for at in track.resized)
        add(case, "r_switched", 1.0 if switched else 0.0, iv.t)
        if sender is not None and len(sender.ssrcs) > 1:
            case["s_layered"] = 1.0
        _buffers(case, track, iv)


def _server(case: dict[str, float], track: Track, sender: Track | None, iv: Inbound | Outbound) -> None:
    session = track.conn.session
    call = session.participant.call
    if call.hops is None:
        return
    into = ingress(call, sender, iv.at, session) if sender is not None else None
    out = egress(call, track, iv.at, session) if track.direction == "inbound" else None
    if into is not None:
        case["served"] = 1.0
        add(case, "i_loss", into.loss, iv.t)
        add(case, "i_rate", into.rate, iv.t)
    if out is not None:
        case["served"] = 1.0
        add(case, "e_loss", out.loss, iv.t)
        add(case, "e_rate", out.rate, iv.t)
        add(case, "node_load", call.hops.load.get(out.server), iv.t)
    if into is None or out is None or not into.rate or out.rate is None:
        return
    if into.pads == 1 and into.at == out.at and into.server == out.server:  # one layer, counted at one moment
        add(case, "f_loss", max(0.0, 1.0 - out.rate / into.rate), iv.t)


def _others(case: dict[str, float], track: Track, iv: Inbound | Outbound) -> None:
    """How others fare that share a relay, an address or a server with this one, and those that do not."""
    own = track.conn
    relay = own.relay_url if own.path_type.startswith("relay") else ""
    address = _address(own.session)
    node = node_of(own)
    if relay:
        case["relay_known"] = 1.0
    if not (relay or address or node):
        return
    for session, conn in _connections(own):
        state = _state(conn, own.session, iv.at, track.direction)
        if state is None:
            continue
        if relay and conn.path_type:
            add(case, "relay_bad" if conn.relay_url == relay else "elsewhere_bad", state, iv.t)
        theirs = _address(session)
        if address and theirs:
            add(case, "office_bad" if theirs == address else "abroad_bad", state, iv.t)
        other = node_of(conn) if node else ""
        if other:
            add(case, "node_bad" if other == node else "other_node_bad", state, iv.t)


def _connections(own: Connection) -> Iterator[tuple[Session, Connection]]:
    """The open connections of the other people of the call."""
    person = own.session.participant
    for session in person.call.sessions():
        if session.participant is person or session.ended_at is not None:
            continue
        for conn in session.connections.values():
            if conn.ended_at is None:
                yield session, conn


def _state(conn: Connection, asker: Session, at: float, direction: str) -> float | None:
    """1 where what a connection receives (or sends) is bad about `at`, 0 where not, `None` where nothing tells."""
    link = conn.now
    if link is None or not recent(link.at, conn, asker, at):
        return None
    told = [_hurt(track) for track in conn.tracks.values() if track.direction == direction and track.now is not None]
    if not told:
        return None
    return 1.0 if any(told) or (link.rtt_rise or 0.0) >= RISEN else 0.0


def _hurt(track: Track) -> bool:
    now = track.now
    if isinstance(now, Inbound):
        return impaired(now)
    return isinstance(now, Outbound) and (now.remote_loss or 0.0) >= BAD_LOSS


def _address(session: Session) -> str:
    return session.client.address if session.client is not None else ""


def _buffers(case: dict[str, float], track: Track, iv: Inbound) -> None:
    """How far the jitter buffers of one person's picture and sound are apart."""
    if track.peer is None or iv.jb_delay_s is None:
        return
    sender = track.peer.conn.session.participant
    for other in track.conn.tracks.values():
        now = other.now if other.kind == "audio" else None
        if not isinstance(now, Inbound) or now.jb_delay_s is None or other.peer is None:
            continue
        if other.peer.conn.session.participant is sender and abs(
            between_ms(track.conn.session, iv.at, other.conn.session, now.at)
        ) <= 3000.0 * max(iv.t, 1.0):
            add(case, "jb_apart", abs(iv.jb_delay_s - now.jb_delay_s), iv.t)
            return
