"""Which outbound track a received track comes from.

Enters: tracks of one call. Leaves: `track.peer` of received tracks, `peer` of connections, the call's topology.
Keys, strongest first: the same SSRC; the same track id; the only sent track of that kind of the only other person,
or at the named peer.
"""

from __future__ import annotations

from rtclens.analysis.state import Call, Connection, Participant, Track

RETRY_MS = 5_000.0
COUPLE = 2


def sends(call: Call, track: Track, ssrc: int) -> None:
    """Remember who sends an SSRC."""
    if len(call.senders) < call.settings.max_participants * 8:
        call.senders[ssrc] = track


def link(call: Call, track: Track, at: float) -> None:
    """Find the sender of a received track, at most every few seconds while it is unknown."""
    if track.peer is not None and track.peer.ended_at is None:
        return
    if at - track.peer_tried < RETRY_MS and track.peer_tried:
        return
    track.peer_tried = at
    own = track.conn.session.participant
    for ssrc in track.ssrcs:
        sender = call.senders.get(ssrc)
        if sender is not None and sender.conn.session.participant is not own:
            track.peer = sender
            _acquaint(track.conn, sender)
            return
    found = _by_name(call, track, own)
    if found is not None:
        track.peer = found


def _acquaint(conn: Connection, sender: Track) -> None:
    """An SSRC seen at both ends means the two connections are the ends of one: there is no server between them."""
    if conn.sfu is None and not conn.peer:
        conn.peer = sender.conn.session.participant.external


def _by_name(call: Call, track: Track, own: Participant) -> Track | None:
    others = [sent for sent in _sent(call) if sent.conn.session.participant is not own and sent.kind == track.kind]
    same = [sent for sent in others if track.external and sent.external == track.external]
    if len(same) == 1:
        return same[0]
    if len(others) == 1 and sum(1 for person in call.participants.values() if person.role == "client") == COUPLE:
        return others[0]  # of two people the other is the only one it can come from
    peer = track.conn.peer
    if peer:
        named = [sent for sent in others if sent.conn.session.participant.external == peer]
        if len(named) == 1:
            return named[0]
    return None


def _sent(call: Call) -> list[Track]:
    return [
        track
        for session in call.sessions()
        if session.ended_at is None
        for connection in session.connections.values()
        if connection.ended_at is None
        for track in connection.tracks.values()
        if track.direction == "outbound" and track.ended_at is None
    ]


def peer_of(conn: Connection) -> Participant | None:
    """The participant at the other end of a direct connection."""
    call = conn.session.participant.call
    if conn.peer:
        return call.participants.get(conn.peer)
    for track in conn.tracks.values():
        if track.peer is not None:
            return track.peer.conn.session.participant
    return None


def topology(call: Call) -> str:
    """p2p, sfu, mixed, or '' while nothing tells."""
    direct = served = False
    for session in call.sessions():
        for conn in session.connections.values():
            if is_served(conn):
                served = True
            elif is_direct(conn):
                direct = True
    if direct and served:
        return "mixed"
    return "p2p" if direct else "sfu" if served else ""


def is_direct(conn: Connection) -> bool:
    """Whether the other end of this connection is known to be another participant."""
    if conn.sfu is not None:
        return not conn.sfu
    return any(_same_ssrc(track) and bool(conn.peer) for track in conn.tracks.values())


def is_served(conn: Connection) -> bool:
    """Whether the other end of this connection is known to be a media server."""
    if conn.sfu is not None or conn.session.participant.role == "sfu":
        return bool(conn.sfu) or conn.session.participant.role == "sfu"
    return not is_direct(conn) and _half(conn)


def _same_ssrc(track: Track) -> bool:
    return track.peer is not None and any(ssrc in track.peer.ssrcs for ssrc in track.ssrcs)


def _half(conn: Connection) -> bool:
    """One of several connections that only send or only receive: the shape of a client of a media server."""
    directions = {track.direction for track in conn.tracks.values()}
    return len(directions) == 1 and len(conn.session.connections) > 1
