"""Events of a peer connection: its life, its states, its tracks and its candidates.

Enters: messages of one connection and what is remembered about it. Leaves: canonical events.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.events import (
    AnyEvent,
    ApiCalled,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    ConnectionOpened,
    LocalTrack,
    Machine,
    Notified,
    StateChanged,
    TrackChanged,
)
from rtclens.wire.common.sdp import candidate
from rtclens.wire.rtcstats import signalling
from rtclens.wire.rtcstats.state import Message, Peer, State, Unusable, remember
from rtclens.wire.rtcstats.tracks import serialised
from rtclens.wire.rtcstats.values import integer, items, mapping, text

SECRETS = frozenset(("credential", "username", "password", "accessToken"))
MACHINES: dict[str, Machine] = {
    "onsignalingstatechange": "signaling",
    "onicegatheringstatechange": "ice_gathering",
    "oniceconnectionstatechange": "ice",
    "onconnectionstatechange": "connection",
    "ondtlsstatechange": "dtls",
}


def sanitized(config: Any) -> dict[str, Any] | None:
    """An RTCConfiguration without what authenticates to TURN servers; `None` when it is no object."""
    if not isinstance(config, dict):
        return None
    servers = config.get("iceServers")
    if not isinstance(servers, list):
        return config
    clean = [{k: v for k, v in mapping(server).items() if k not in SECRETS} for server in servers]
    return {**config, "iceServers": clean}


def opened(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`create` of a connection."""
    return [ConnectionOpened(at=message.at, connection=peer.id, config=sanitized(message.value))]


def closed(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`close()` was called; old SDKs may give a reason as first argument."""
    peer.closed = True
    peer.signalling.state = "closed"
    reason = text(mapping(message.value).get("0"))
    return [ConnectionClosed(at=message.at, connection=peer.id, reason=reason)]


def unquoted(value: Any) -> Any:
    """State values may be JSON texts of their own (`"\\"connected\\""`)."""
    if isinstance(value, str) and value.startswith('"') and value.endswith('"') and len(value) > 1:
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError):
            return value
    return value


def state_changed(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """One of the connection's state machines moved."""
    new = unquoted(message.value)
    if not isinstance(new, str):
        raise Unusable("bad_value", f"{message.name}: the state is no text")
    events: list[AnyEvent] = [
        StateChanged(at=message.at, connection=peer.id, machine=MACHINES[message.name], state=new)
    ]
    return events


def candidate_gathered(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`icecandidate` fired."""
    signalling.gathered(peer.signalling, message.value)
    return [CandidateGathered(at=message.at, connection=peer.id, candidate=candidate(message.value))]


def candidate_failed(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`icecandidateerror` fired; browsers' own dumps spell its members with underscores."""
    value = mapping(message.value)

    def member(name: str, other: str) -> Any:
        return value.get(name, value.get(other))

    return [
        CandidateFailed(
            at=message.at,
            connection=peer.id,
            code=integer(member("errorCode", "error_code")),
            text=text(member("errorText", "error_text")),
            url=text(value.get("url")),
            address=text(value.get("address")) or text(member("hostCandidate", "host_candidate")),
            port=integer(value.get("port")),
        )
    ]


def track_received(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`track` fired."""
    track = serialised(message.value, state.labelled)
    if track is None:
        return [Notified(at=message.at, name="track", connection=peer.id, value=message.value)]
    remember(state.tracks, track.id, track.kind)
    return [_added(message, peer, track, inbound=True)]


def _added(message: Message, peer: Peer, track: LocalTrack, *, inbound: bool) -> TrackChanged:
    return TrackChanged(
        at=message.at,
        track=track.id,
        change="added",
        connection=peer.id,
        kind=track.kind,
        direction="inbound" if inbound else "outbound",
        label=track.label,
        value={"streams": track.streams} if track.streams else None,
    )


def track_muted(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`mute` or `unmute` fired on a remote track."""
    track = text(message.value) or message.correlation
    return [
        TrackChanged(
            at=message.at,
            track=track,
            change="muted" if message.name.endswith(".onmute") else "unmuted",
            connection=peer.id,
            kind=state.tracks.get(track, ""),
            direction="inbound",
        )
    ]


def track_added(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`addTrack` or `addTransceiver` was called with a track or a kind."""
    transceiver = message.name == "addTransceiver"
    first = items(message.value)[0] if transceiver and items(message.value) else message.value
    # A browser's own dump writes the tracks of addTrack without their label.
    track = serialised(first, state.labelled and not _from_browser(peer)) if not _is_kind(first) else None
    peer.unsent = "" if track is None else track.id
    if track is not None:  # it need not come from a device: a canvas, another connection
        remember(state.tracks, track.id, track.kind)
    call = ApiCalled(at=message.at, name=message.name, connection=peer.id, track=peer.unsent, value=message.value)
    return [call] if track is None else [call, _added(message, peer, track, inbound=False)]


def _is_kind(value: Any) -> bool:
    return value in ("audio", "video") if isinstance(value, str) else False


def _from_browser(peer: Peer) -> bool:
    return peer.id[:1].isdigit()


def track_sent(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`addTrack` or `addTransceiver` returned a sender."""
    sender = message.correlation
    if sender:
        remember(peer.senders, sender, peer.unsent)
    name = message.name.removesuffix("OnSuccess")
    return [
        ApiCalled(
            at=message.at,
            name=name,
            phase="success",
            connection=peer.id,
            track=peer.unsent,
            value={"sender": sender} if sender else message.value,
        )
    ]


def track_removed(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`removeTrack` was called with a sender (old SDKs: with the track it sends)."""
    named = serialised(message.value, state.labelled) if ":" in text(message.value) else None
    track = named.id if named is not None else peer.senders.get(text(message.value), "")
    call = ApiCalled(at=message.at, name="removeTrack", connection=peer.id, track=track, value=message.value)
    if not track:
        return [call]
    kind = named.kind if named is not None else state.tracks.get(track, "")
    gone = TrackChanged(
        at=message.at, track=track, change="removed", connection=peer.id, kind=kind, direction="outbound"
    )
    return [call, gone]


def track_replaced(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`sender.replaceTrack` was called: `[old or null, new or null]`."""
    pair = items(message.value)
    before = serialised(pair[0], state.labelled) if pair else None
    after = serialised(pair[1], state.labelled) if len(pair) > 1 else None
    if message.correlation:
        remember(peer.senders, message.correlation, "" if after is None else after.id)
    call = ApiCalled(
        at=message.at, name="replaceTrack", connection=peer.id, track=before.id if before else "", value=message.value
    )
    if before is None:
        return [call] if after is None else [call, _added(message, peer, after, inbound=False)]
    change = TrackChanged(
        at=message.at,
        track=before.id,
        change="replaced",
        connection=peer.id,
        kind=before.kind,
        direction="outbound",
        replaced_by="" if after is None else after.id,
    )
    return [call, change]


def sender_called(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """A method of a sender or transceiver, named by the sender's (or receiver track's) id."""
    identity = message.correlation
    track = peer.senders.get(identity, identity if message.name != "setParameters" else "")
    return [ApiCalled(at=message.at, name=message.name, connection=peer.id, track=track, value=message.value)]


def called(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """Any other method of the connection."""
    value = sanitized(message.value) if message.name == "setConfiguration" else message.value
    return [ApiCalled(at=message.at, name=message.name, connection=peer.id, value=value)]


def notified(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """Any other event of the connection, under its W3C name."""
    name = message.name.removeprefix("on")
    return [Notified(at=message.at, name=name, connection=peer.id, value=unquoted(message.value))]


def resized(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`resize` fired on the element that shows a remote track."""
    return [Notified(at=message.at, name="resize", connection=peer.id, track=message.correlation, value=message.value)]
