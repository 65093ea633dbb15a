"""`POST /connection`: what happens to one RTCPeerConnection, and `/connection/batch`.

Enters: events named after the W3C event handlers. Leaves: the canonical events. Unknown names, unknown states,
null data and a missing connection id are all kept as `Notified`; only the id of somebody else's connection is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from rtclens.model.events import (
    AnyEvent,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    ConnectionOpened,
    Described,
    Machine,
    Notified,
    StateChanged,
)
from rtclens.wire.peermetrics.answers import Refused
from rtclens.wire.peermetrics.candidates import read_candidate, read_failure
from rtclens.wire.peermetrics.identity import peer_uuid
from rtclens.wire.peermetrics.joining import named
from rtclens.wire.peermetrics.state import Connection, key_of
from rtclens.wire.peermetrics.visit import Visit

LATE = 2_000.0  # ms within which a state that comes after its successor was merely overtaken on the way
# The natural order of each state machine up to its goal; only these may be overtaken.
ORDER: dict[str, dict[str, int]] = {
    "ice": {"new": 0, "checking": 1, "connected": 2, "completed": 3},
    "connection": {"new": 0, "connecting": 1, "connected": 2},
    "ice_gathering": {"new": 0, "gathering": 1, "complete": 2},
}
STATES: dict[Machine, frozenset[str]] = {
    "ice": frozenset({"new", "checking", "connected", "completed", "failed", "disconnected", "closed"}),
    "connection": frozenset({"new", "connecting", "connected", "disconnected", "failed", "closed"}),
    "ice_gathering": frozenset({"new", "gathering", "complete"}),
    "signaling": frozenset(
        {"stable", "have-local-offer", "have-remote-offer", "have-local-pranswer", "have-remote-pranswer", "closed"}
    ),
}
MACHINES: dict[str, Machine] = {
    "oniceconnectionstatechange": "ice",
    "onconnectionstatechange": "connection",
    "onicegatheringstatechange": "ice_gathering",
}


def added(visit: Visit) -> tuple[dict[str, str], list[AnyEvent]]:
    """`addConnection`: the ids for the SDK, and the new connection. A connection to oneself is a loopback test."""
    longest = visit.settings.max_id_length
    peer = named(visit.body, "peerId", longest)
    if not peer:
        raise Refused("missing_parameters", "addConnection needs peerId.")
    name = named(visit.body, "peerName", longest)
    claims = visit.claims
    serial = visit.state.next_serial()
    connection_id = visit.ids.mint(claims.session, visit.at, serial, visit.instance, peer)
    visit.session.connections[connection_id] = Connection(connection_id, peer)
    sfu = visit.body.get("isSfu")
    event = ConnectionOpened(
        at=visit.when(),
        connection=connection_id,
        peer=peer,
        peer_name=name,
        sfu=sfu if isinstance(sfu, bool) else None,
        label="loopback" if peer == claims.participant else "",
    )
    return {"peer_id": peer_uuid(claims.app, peer), "connection_id": connection_id}, [event]


def happened(visit: Visit) -> list[AnyEvent]:
    """The events of any other `/connection` request; empty for a copy."""
    name = visit.text("eventName")
    given = visit.text("connectionId")
    if given and visit.connection(given) is None:
        raise Refused("connection_not_found")
    if name == "removePeer":
        return _peer_removed(visit)
    connection = given or _only_connection(visit, visit.text("peerId"))
    return translate(visit, name, connection, visit.body.get("data"), visit.when())


def _only_connection(visit: Visit, peer: str) -> str:
    """The connection that is meant where a request names none: the only open one, to that peer if it says which."""
    matching = _open_connections(visit, peer) if peer else []
    return matching[0] if len(matching) == 1 else ""


def _open_connections(visit: Visit, peer: str) -> list[str]:
    return [
        connection_id
        for connection_id, connection in visit.session.connections.items()
        if connection.ended_at is None and peer in (connection.peer, peer_uuid(visit.claims.app, connection.peer))
    ]


class Told(msgspec.Struct):
    """One event of one connection, as a reader gets it."""

    visit: Visit
    connection: str
    data: Any
    at: float

    def known(self) -> Connection | None:
        """What is remembered of the connection."""
        return self.visit.session.connections.get(self.connection)

    def first_time(self, *parts: object) -> bool:
        """Whether this was not told of the connection before."""
        return self.visit.session.facts.first_time(key_of(self.connection, *parts), self.visit.at)


def translate(visit: Visit, name: str, connection: str, data: Any, at: float) -> list[AnyEvent]:
    """One event of a connection in canonical words; what has no canonical word is `Notified`."""
    told = Told(visit, visit.canonical(connection), data, at)
    reader = READERS.get(name)
    if name == "removeConnection" and told.connection != connection:
        reader = None  # one of two registrations is withdrawn; the connection goes on under the other
    events = reader(told) if reader is not None and connection else None
    if events is None:
        return [Notified(at=at, name=name, connection=told.connection, value=data)]
    return events


Read = list[AnyEvent] | None


def _details(told: Told) -> Read:
    """`peerDetails`: the configuration. Its time is when the page called `addConnection`, the connection's zero."""
    if not isinstance(told.data, dict):
        return None
    options, config = told.data.get("options"), told.data.get("peerConfiguration")
    peer = options.get("peerId") if isinstance(options, dict) else None
    peer = peer if isinstance(peer, str) else ""
    known = told.known()
    if known is not None:
        known.peer = known.peer or peer
    return [
        ConnectionOpened(
            at=told.at,
            connection=told.connection,
            config=_without_credentials(config) if isinstance(config, dict) else None,
            peer=peer,
        )
    ]


def _without_credentials(config: dict[str, Any]) -> dict[str, Any]:
    servers = config.get("iceServers")
    if not isinstance(servers, list):
        return config
    kept = [
        {name: value for name, value in server.items() if name != "credential"} if isinstance(server, dict) else server
        for server in servers
    ]
    return config | {"iceServers": kept}


def _notified(name: str) -> Callable[[Told], Read]:
    """A reader for an event whose name says it all."""
    return lambda told: [Notified(at=told.at, name=name, connection=told.connection, value=told.data)]


def _signaling(told: Told) -> Read:
    """The state, and each description that was not reported before: every request repeats both."""
    data = told.data
    state = data.get("signalingState") if isinstance(data, dict) else None
    if not isinstance(state, str) or state not in STATES["signaling"]:
        return None
    opened: list[AnyEvent] = [StateChanged(at=told.at, connection=told.connection, machine="signaling", state=state)]
    return [
        *opened,
        *_described(told, "local", data.get("localDescription")),
        *_described(told, "remote", data.get("remoteDescription")),
    ]


def _described(told: Told, side: Literal["local", "remote"], description: Any) -> list[AnyEvent]:
    if not isinstance(description, dict):
        return []
    kind, sdp = description.get("type"), description.get("sdp")
    kind, sdp = kind if isinstance(kind, str) else "", sdp if isinstance(sdp, str) else ""
    if not told.first_time("description", side, kind, sdp):
        return []
    return [Described(at=told.at, connection=told.connection, side=side, kind=kind, sdp=sdp)]


def _state(machine: Machine) -> Callable[[Told], Read]:
    """A reader for the changes of one state machine."""

    def changed(told: Told) -> Read:
        if not isinstance(told.data, str) or told.data not in STATES[machine]:
            return None
        at = _in_order(told, machine)
        events: list[AnyEvent] = [StateChanged(at=at, connection=told.connection, machine=machine, state=told.data)]
        return events + _ended(told, "closed") if told.data == "closed" else events

    return changed


def _in_order(told: Told, machine: Machine) -> float:
    """The time of a state; one that was overtaken on the way goes before the state that overtook it."""
    known, rank = told.known(), ORDER[machine].get(told.data)
    if known is None or rank is None:
        return told.at
    reached, reached_at = known.states.get(machine, (-1, 0.0))
    if rank < reached and 0 <= told.at - reached_at <= LATE:
        return reached_at - (reached - rank)
    known.states[machine] = (rank, told.at)
    return told.at


def _candidate(told: Told) -> Read:
    if told.data is None:
        return [CandidateGathered(at=told.at, connection=told.connection)]
    if not isinstance(told.data, dict):
        return None
    candidate = read_candidate(told.data)
    if not told.first_time("candidate", candidate.line, candidate.mid, candidate.username_fragment):
        return []
    return [CandidateGathered(at=told.at, connection=told.connection, candidate=candidate)]


def _candidate_failed(told: Told) -> Read:
    if not isinstance(told.data, dict):
        return None
    failure = read_failure(told.data)
    return [CandidateFailed(at=told.at, connection=told.connection, **failure)]


def _removed(told: Told) -> Read:
    return _ended(told, "removed")


def _ended(told: Told, reason: str) -> list[AnyEvent]:
    """The end of a connection; a second one moves nothing."""
    known = told.known()
    if known is not None:
        if known.ended_at is not None:
            return []
        known.ended_at = told.at
    return [ConnectionClosed(at=told.at, connection=told.connection, reason=reason)]


def _peer_removed(visit: Visit) -> list[AnyEvent]:
    """`removePeer` ends every connection to the peer, named by the app's id or by ours."""
    peer, at = visit.text("peerId"), visit.when()
    events: list[AnyEvent] = [Notified(at=at, name="removePeer", value={"peerId": peer})]
    for connection in _open_connections(visit, peer):
        events += _ended(Told(visit, connection, None, at), "removed")
    return events


READERS: dict[str, Callable[[Told], Read]] = {
    "peerDetails": _details,
    "onnegotiationneeded": _notified("negotiationneeded"),
    "onsignalingstatechange": _signaling,
    "onicecandidate": _candidate,
    "onicecandidateerror": _candidate_failed,
    "ondatachannel": _notified("datachannel"),
    "removeConnection": _removed,
    **{name: _state(machine) for name, machine in MACHINES.items()},
}


def batched(visit: Visit) -> list[AnyEvent]:
    """`/connection/batch`: items without ids of connections, each with its own age (`timeDelta`)."""
    items = visit.body.get("data")
    if not isinstance(items, list):
        visit.note("data is no list of events", code="bad_shape")
        return []
    if len(items) > visit.settings.max_batch:
        visit.note(f"only the first {visit.settings.max_batch} events were taken", code="too_many")
    events: list[AnyEvent] = []
    for item in items[: visit.settings.max_batch]:
        events += _batch_item(visit, item)
    return events


def _batch_item(visit: Visit, item: Any) -> list[AnyEvent]:
    name = item.get("eventName") if isinstance(item, dict) else None
    if not isinstance(name, str) or not name:
        visit.note("an event of the batch has no name", code="bad_shape")
        return []
    peer, given = item.get("peerId"), item.get("connectionId")
    at = visit.session.clock.now(visit.at) - visit.age_of(item.get("timeDelta", item.get("delta", 0)))
    if isinstance(given, str) and visit.connection(given) is not None:
        return translate(visit, name, given, item.get("data"), at)
    return translate(visit, name, _only_connection(visit, peer) if isinstance(peer, str) else "", item.get("data"), at)
