"""Which outbound track a received track comes from.

Enters: tracks of one call. Leaves: `track.peer` of received tracks, `peer` of connections, the call's topology.
Keys, strongest first: the same SSRC; the same track id; the only sent track of that kind of the only other person,
or at the named peer; the server's own ids of streams and sinks, where clients or servers tell them; behind a server
that renames everything, the only sender that is left when those are taken away that began too late or are received
already; else the sender with the same content (`matching`). Where two remain that could be either, nothing is said.
"""

from __future__ import annotations

from rtclens.analysis.clocks import server_time, slack_ms
from rtclens.analysis.hops import sender_by_hops
from rtclens.analysis.matching import again, by_content, is_due
from rtclens.analysis.owners import live_tracks
from rtclens.analysis.state import Call, Connection, Participant, Session, Track

RETRY_MS = 5_000.0
COUPLE = 2


def sends(call: Call, track: Track, ssrc: int) -> None:
    """Remember who sends an SSRC."""
    if len(call.senders) < call.settings.max_participants * 8:
        call.senders[ssrc] = track


def received(call: Call, track: Track) -> None:
    """Note a new received stream: with three people and an unknown SSRC, content may have to tell who sends it."""
    if len(call.participants) > COUPLE and not any(ssrc in call.senders for ssrc in track.ssrcs):
        call.strangers = True


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
    if found is None and (track.hop is not None or call.hops is not None):
        others = [sent for sent in _sent(call) if sent.conn.session.participant is not own and sent.kind == track.kind]
        found = sender_by_hops(call, track, others)
    found = found or _left_over(call, track)
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
    if len(others) == 1 and _couple(call) and len(live_tracks(own, "inbound", track.kind)) == 1:
        return others[0]  # of two people the other is the only one it can come from
    peer = track.conn.peer
    if peer:
        named = [sent for sent in others if sent.conn.session.participant.external == peer]
        if len(named) == 1:
            return named[0]
    return None


def _couple(call: Call) -> bool:
    return sum(1 for person in call.participants.values() if person.role == "client") == COUPLE


def _left_over(call: Call, track: Track) -> Track | None:
    """The one sender this track can come from, if nobody else's stream can be it and it can be no other stream."""
    if len(track.ssrcs) > 1 or not _complete(call, track):
        return None  # the slot was given to another stream, or somebody may send unseen
    left, rivals = _open_ends(call, track)
    if len(left) != 1:
        return None
    return left[0] if [other for other in rivals if _could_be(left[0], other)] == [track] else None


def compare(call: Call, track: Track) -> None:
    """Look for a sender with the same content, now that another slice of the received track is known."""
    if len(track.ssrcs) > 1 or not is_due(track) or not _complete(call, track):
        return
    left, rivals = _open_ends(call, track)
    track.peer = by_content(track, left, rivals)
    if track.peer is not None:
        call.dirty[track.id] = track
        for other in rivals:  # one sender less that it could be
            if other is not track and other.peer is None and again(other):
                compare(call, other)


def _complete(call: Call, track: Track) -> bool:
    """Whether everybody who may be the sender has reported."""
    return all(_told(person, track) for person in call.participants.values())


def _open_ends(call: Call, track: Track) -> tuple[list[Track], list[Track]]:
    """The sent tracks that this one can be and no other track of this person is, and its tracks of unknown senders."""
    own = track.conn.session.participant
    mine = live_tracks(own, "inbound", track.kind)
    taken = {other.peer.id for other in mine if other.peer is not None}
    left = [
        sent
        for sent in _sent(call)
        if sent.kind == track.kind
        and sent.conn.session.participant is not own
        and sent.id not in taken
        and _could_be(sent, track)
    ]
    return left, [other for other in mine if other.peer is None]


def _told(person: Participant, track: Track) -> bool:
    """Whether this person has reported since the track began, so that whatever they send is known."""
    if person.role != "client" or person is track.conn.session.participant:
        return True
    joins = [join for join in person.sessions.values() if join.ended_at is None]
    if not joins and not person.observed:
        return False
    own = track.conn.session
    began = server_time(own, track.started_at)
    return all(
        _before(own, track.started_at, join, join.started_at)
        or any(conn.link_at and server_time(join, conn.link_at) > began for conn in join.connections.values())
        for join in joins
    )


def _could_be(sent: Track, received: Track) -> bool:
    """A stream cannot be received before the connection that sends it was made, nor in another codec."""
    if sent.codec and received.codec and sent.codec.lower() != received.codec.lower():
        return False
    return not _before(received.conn.session, received.started_at, sent.conn.session, sent.conn.started_at)


def _before(one: Session, at: float, other: Session, then: float) -> bool:
    """Whether `at` by one session's clock surely lies before `then` by another's."""
    return server_time(one, at) + slack_ms(one, other) < server_time(other, then)


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
