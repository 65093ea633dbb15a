"""What a media server itself counted: the leg of every stream into it, and its legs out of it.

Enters: `ServerSample`s of a call. Leaves: `Leg`s of tracks: rate and loss at the server, and which server that is.
A pad that receives a stream is the sender's by the stream's id or by SSRC; a pad that sends is the receiver's by the
sink's id or by SSRC. Counters are differences between two samples of one pad; what fell began anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rtclens.analysis.clocks import server_time, slack_ms
from rtclens.model.events import ServerSample

if TYPE_CHECKING:
    from rtclens.analysis.connection import Connection
    from rtclens.analysis.state import Call, Session
    from rtclens.analysis.subjects import Track

MAX_PADS = 2_000  # of a call; what is beyond is not looked at
FRESH_INTERVALS, LEAST_FRESH_MS = 2.0, 6_000.0


class Pad:
    """One RTP stream at a server, in or out: its last counters, and what the newest interval shows."""

    __slots__ = ("at", "client", "loss", "lost", "packets", "rate", "server", "session", "sink", "ssrc", "stream", "t")

    def __init__(self, session: Session, server: str, row: dict[str, Any]) -> None:
        self.session = session
        self.server = server
        self.stream = _text(row.get("streamId"))
        self.sink = _text(row.get("sinkId"))
        self.client = _text(row.get("clientId"))
        self.ssrc = row.get("ssrc")
        self.packets: float | None = None
        self.lost: float | None = None
        self.at = 0.0
        self.t = 0.0
        self.rate: float | None = None  # packets a second
        self.loss: float | None = None  # of what the other end sent, or of what this end sent

    def take(self, at: float, packets: float | None, lost: float | None, inbound: bool) -> None:
        """Difference the counters; duplicates and late samples change nothing."""
        t = (at - self.at) / 1000.0 if self.at else 0.0
        if self.at and t <= 0:
            return
        moved = _moved(self.packets, packets) if t else None
        gone = _moved(self.lost, lost) if t else None
        self.rate = None if moved is None else moved / t
        whole = None if moved is None or gone is None else moved + gone if inbound else moved
        self.loss = None if not whole or gone is None else min(1.0, gone / whole)
        self.packets, self.lost, self.at, self.t = packets, lost, at, t


class Hops:
    """The pads of one call, by direction and id, and what its servers say of themselves."""

    __slots__ = ("into", "load", "nodes", "out")

    def __init__(self) -> None:
        self.into: dict[str, Pad] = {}
        self.out: dict[str, Pad] = {}
        self.load: dict[str, float] = {}  # by server, 1 is full
        self.nodes: dict[str, str] = {}  # the server of a connection, by the connection's id


class Leg:
    """A stream's leg at the server."""

    __slots__ = ("at", "loss", "pads", "rate", "server")

    def __init__(self, pads: list[Pad]) -> None:
        known = [pad.rate for pad in pads if pad.rate is not None]
        losses = [(pad.loss, pad.rate or 0.0) for pad in pads if pad.loss is not None]
        weight = sum(rate for _, rate in losses)
        self.rate = sum(known) if known else None
        self.loss = sum(loss * rate for loss, rate in losses) / weight if weight else None
        self.server = pads[0].server
        self.pads = len(pads)
        self.at = max(pad.at for pad in pads)


def server_sample(session: Session, event: ServerSample, at: float) -> None:
    """Take the counters of a server's pads. Members that are no numbers are unknown."""
    call = session.participant.call
    if call.hops is None:
        call.hops = Hops()
    hops = call.hops
    for row in _outer(event, "inbound_pads"):
        _take(hops.into, session, event.server, row, at, "packetsReceived", inbound=True)
    for row in _outer(event, "outbound_pads"):
        _take(hops.out, session, event.server, row, at, "packetsSent", inbound=False)
    for row in event.rows.get("bridge", ()):
        stress = _number(row.get("stress_level"))
        if stress is not None and (event.server in hops.load or len(hops.load) < MAX_PADS):
            hops.load[event.server] = stress


def _outer(event: ServerSample, kind: str) -> list[dict[str, Any]]:
    """Pads whose other end is a client; `internal` ones lead to another server."""
    return [row for row in event.rows.get(kind, ()) if row.get("internal") is not True]


def _take(
    pads: dict[str, Pad], session: Session, server: str, row: dict[str, Any], at: float, counter: str, inbound: bool
) -> None:
    name = f"{server}/{_text(row.get('padId'))}"
    pad = pads.get(name)
    if pad is None:
        if len(pads) >= MAX_PADS:
            return
        pad = pads[name] = Pad(session, server, row)
    pad.take(at, _number(row.get(counter)), _number(row.get("packetsLost")), inbound)


def ingress(call: Call, sent: Track, at: float, asker: Session) -> Leg | None:
    """What the server received of a sent track about `at` (on the clock of `asker`); `None` where nothing tells."""
    if call.hops is None:
        return None
    stream = sent.hop[0] if sent.hop else ""
    return _leg([pad for pad in call.hops.into.values() if _is(pad, pad.stream, stream, sent)], at, asker)


def egress(call: Call, got: Track, at: float, asker: Session) -> Leg | None:
    """What the server sent of a received track about `at`; `None` where nothing tells."""
    if call.hops is None:
        return None
    return _leg(_outs(call.hops, got), at, asker)


def node_of(conn: Connection) -> str:
    """The server at the other end of a connection; '' where its pads are not known."""
    hops = conn.session.participant.call.hops
    if hops is None:
        return ""
    known = hops.nodes.get(conn.id)
    if known is None:
        for track in conn.tracks.values():
            pads: Iterable[Pad]
            if track.direction == "inbound":
                pads = _outs(hops, track)
            else:
                pads = (
                    pad for pad in hops.into.values() if _is(pad, pad.stream, track.hop[0] if track.hop else "", track)
                )
            pad = next(iter(pads), None)
            if pad is not None:
                hops.nodes[conn.id] = pad.server
                return pad.server
    return known or ""


def sender_by_hops(call: Call, got: Track, sent: list[Track]) -> Track | None:
    """The sent track whose stream the server forwards into a received one, or whose sender the client names."""
    named = got.hop[2] if got.hop else ""
    if named:
        theirs = [track for track in sent if track.conn.session.participant.external == named]
        if len(theirs) == 1:
            return theirs[0]
    stream = got.hop[0] if got.hop else ""
    if call.hops is not None:
        out = _outs(call.hops, got)
        stream = out[0].stream if out else stream
    if not stream:
        return None
    found = [track for track in sent if track.hop and track.hop[0] == stream]
    if not found and call.hops is not None:
        ssrcs = {pad.ssrc for pad in call.hops.into.values() if pad.stream == stream}
        found = [track for track in sent if not ssrcs.isdisjoint(track.ssrcs)]
    return found[0] if len(found) == 1 else None


def named(track: Track, extra: dict[str, Any] | None) -> None:
    """Remember the names that a media server gave to a track, where its client tells them."""
    if extra and track.hop is None:
        names = (_text(extra.get("sfuStreamId")), _text(extra.get("sfuSinkId")), _text(extra.get("remoteClientId")))
        if any(names):
            track.hop = names


def _outs(hops: Hops, got: Track) -> list[Pad]:
    """The pads that send a received track; none where several could be: an SSRC may be the same for all receivers."""
    person = got.conn.session.participant.external
    found = [
        pad
        for pad in hops.out.values()
        if _is(pad, pad.sink, _sink(got), got) and (not pad.client or pad.client == person)
    ]
    return found if len({pad.sink or pad.client for pad in found}) <= 1 else []


def _sink(got: Track) -> str:
    return got.hop[1] if got.hop else ""


def _is(pad: Pad, theirs: str, mine: str, track: Track) -> bool:
    return theirs == mine if theirs and mine else pad.ssrc in track.ssrcs


def _leg(pads: list[Pad], at: float, asker: Session) -> Leg | None:
    now = server_time(asker, at)
    fresh = [pad for pad in pads if abs(now - server_time(pad.session, pad.at)) <= _reach(pad, asker)]
    return Leg(fresh) if fresh else None


def _reach(pad: Pad, asker: Session) -> float:
    """How far a pad's newest sample may be away to speak about a moment (ms)."""
    return max(LEAST_FRESH_MS, FRESH_INTERVALS * 1000.0 * pad.t) + slack_ms(pad.session, asker)


def _moved(old: float | None, new: float | None) -> float | None:
    return None if old is None or new is None or new < old else new - old


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
