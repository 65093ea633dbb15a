"""Offers, answers and candidates of a connection: calls, their outcomes, and what took effect when.

Enters: messages of one connection. Leaves: `ApiCalled` with expanded descriptions, `Described` at the moment a
description took effect, `StateChanged` of the signaling state.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.events import AnyEvent, ApiCalled, Described
from rtclens.wire.rtcstats import peer as peers
from rtclens.wire.rtcstats import signalling
from rtclens.wire.rtcstats.compression import Expanded
from rtclens.wire.rtcstats.signalling import Applied, Side
from rtclens.wire.rtcstats.state import Message, Peer, State
from rtclens.wire.rtcstats.values import mapping, text


def _side(message: Message) -> Side:
    return "local" if "Local" in message.name else "remote"


def _shown(value: Any, expanded: Expanded | None) -> Any:
    """The call's description in full; `quality` says when parts of it are guesses or missing."""
    if expanded is None:
        return value
    shown = {**mapping(value), "type": expanded.known.type, "sdp": expanded.known.sdp}
    return shown if expanded.quality == "exact" else {**shown, "quality": expanded.quality}


def _described(peer: Peer, applied: Applied | None, at: float) -> list[AnyEvent]:
    if applied is None:
        return []
    known = applied.known
    return [Described(at=at, connection=peer.id, side=applied.side, kind=known.type, sdp=known.sdp)]


def called(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`setLocalDescription` or `setRemoteDescription` was called."""
    expanded = signalling.called(peer.signalling, _side(message), message.correlation, message.value)
    return [_call(peer, message, "call", _shown(message.value, expanded))]


def created(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`createOffer` or `createAnswer` was fulfilled."""
    value = message.value
    expanded = signalling.created(peer.signalling, value) if isinstance(value, dict) else None
    return [_call(peer, message, "success", _shown(value, expanded))]


def succeeded(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """A description was set; a call without arguments tells now which."""
    applied = signalling.succeeded(peer.signalling, _side(message), message.correlation, message.value)
    return [_call(peer, message, "success", None), *_described(peer, applied, message.at)]


def failed(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """A description was refused by the browser."""
    known = signalling.failed(peer.signalling, _side(message), message.correlation)
    event = failure(_state, peer, message)
    if known is not None:
        event[0].value = {"type": known.type, "sdp": known.sdp}  # type: ignore[union-attr]
    return event


def failure(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """Any method of the connection failed; the value is `Name: message`, or an object that says so."""
    value = message.value
    if isinstance(value, dict):
        words = [text(value.get(name)) for name in ("name", "error", "message", "error_message")]
        event = _call(peer, message, "failure", value)
        event.error = ": ".join(word for word in words if word)
    else:
        event = _call(peer, message, "failure", None)
        event.error = text(value)
    return [event]


def success(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """Any other method of the connection was fulfilled."""
    return [_call(peer, message, "success", message.value)]


def _call(peer: Peer, message: Message, phase: Any, value: Any) -> ApiCalled:
    name = message.name.removesuffix("OnSuccess").removesuffix("OnFailure")
    return ApiCalled(
        at=message.at, name=name, phase=phase, connection=peer.id, value=value, correlation=message.correlation
    )


def request(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`createOffer`, `createAnswer` and other calls that settle later."""
    return [_call(peer, message, "call", message.value)]


def state_changed(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """The signaling state moved, which may be the moment a description in flight took effect."""
    events = peers.state_changed(state, peer, message)
    applied = signalling.state_changed(peer.signalling, str(peers.unquoted(message.value)))
    return [*_described(peer, applied, message.at), *events]


def candidate_offered(_state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`addIceCandidate` was called."""
    signalling.adding(peer.signalling, message.correlation, message.value)
    return [_call(peer, message, "call", message.value)]


def candidate_added(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`addIceCandidate` was fulfilled: from now on the candidate is part of the remote description."""
    signalling.added(peer.signalling, message.correlation)
    return success(state, peer, message)


def candidate_refused(state: State, peer: Peer, message: Message) -> list[AnyEvent]:
    """`addIceCandidate` failed."""
    signalling.not_added(peer.signalling, message.correlation)
    return failure(state, peer, message)
