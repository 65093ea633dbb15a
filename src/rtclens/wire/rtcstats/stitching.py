"""Continue a page's earlier stream after it reconnected.

Enters: a fresh stream and the state an earlier one left; then the fresh stream's messages. Leaves: the same items as
without an earlier stream, but decoded with its bases and booked under its session, once the messages prove that the
page is the same: they go on about a connection that was never created here.

Until that is decided, the events wait (bounded); each frame still yields a batch, an empty one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item
from rtclens.model.events import Batch, SessionOpened, SessionUpdated
from rtclens.wire.rtcstats import clock, tracing
from rtclens.wire.rtcstats.origin import claim
from rtclens.wire.rtcstats.state import Continuing, Message, Speaker, State

MAX_SILENCE_MS = 600_000.0  # a page that was away longer is a new visit
MAX_HELD = 64
MAX_HELD_MS = 5_000.0
CLEAN_CODES = frozenset((1000, 1005))  # the page closed the socket itself and lost nothing
_CONSTANT = ("hardwareConcurrency", "screen", "userAgentData")  # of one page visit


def may_continue(earlier: State, hello: Hello) -> bool:
    """Whether a new stream may be the same page's: same app, same person, same browser, soon enough."""
    before = earlier.hello
    soon = hello.opened_at - earlier.clock.arrival <= MAX_SILENCE_MS
    return soon and before.app_id == hello.app_id and _who(before) == _who(hello) and bool(_who(hello))


def _who(hello: Hello) -> tuple[str, ...]:
    """What two sockets of one page have in common; empty when nothing tells pages apart."""
    agent = hello.headers.get("user-agent", "")
    conference = claim(hello, "conference") or hello.path.get("room", "")
    if claim(hello, "session"):
        return ("session", claim(hello, "session"), conference, agent)
    prefix = hello.address.rpartition(":" if ":" in hello.address else ".")[0]
    person = claim(hello, "user")
    return (person, conference, hello.headers.get("origin", ""), agent, prefix) if person else ()


def carry(state: State, earlier: State) -> State:
    """Hand the earlier stream's connections to a stream that has heard nothing yet; open ones only can go on."""
    if not any(not peer.closed for peer in earlier.peers.values()):
        return state
    session = next((who.origin.session for who in earlier.speakers.values()), earlier.origin.session)
    state.continuing = Continuing(
        earlier.peers, earlier.environment, session, gap=earlier.closed_with not in CLEAN_CODES
    )
    state.clock = clock.resumed(earlier.clock)
    state.tracks = earlier.tracks
    return state


def trace(state: State, message: Message, apply: tracing.Apply, at: float) -> list[Item]:
    """One message of a stream that may continue an earlier one."""
    known = state.continuing
    assert known is not None
    known.first = False
    if known.since is None:
        known.since = message.at
    if _is_new_page(known, message):
        return [*decide_new(state, at), *tracing.trace(state, message, apply, at)]
    if _is_same_page(known, message):
        return [*_decide_same(state, known, at), *tracing.trace(state, message, apply, at)]
    items = tracing.trace(state, message, apply, at)
    if known.released:  # decided for want of proof, but a late word may still bring the bases back
        return items
    for item in items:
        if isinstance(item, Batch):
            known.held.extend(item.events)
            item.events = []
    if len(known.held) >= MAX_HELD or message.at - known.since > MAX_HELD_MS:
        known.released = True
        items = [*_released(state, known, at), *items]
    return items


def _is_new_page(known: Continuing, message: Message) -> bool:
    if message.name != "create":
        return False
    if message.peer:
        return message.peer in known.peers
    value: Mapping[str, Any] = message.value if isinstance(message.value, dict) else {}
    differs = any(name in value and value[name] != known.environment.get(name, value[name]) for name in _CONSTANT)
    return differs or value.get("reloadCount") != known.environment.get("reloadCount", value.get("reloadCount"))


def _is_same_page(known: Continuing, message: Message) -> bool:
    if not message.peer:
        return False
    if message.name == "create":  # the page's counter went on
        return message.peer not in known.peers
    peer = known.peers.get(message.peer)
    return peer is not None and not peer.closed


def decide_new(state: State, at: float) -> list[Item]:
    """It is another visit, or nobody will ever tell: forget the earlier stream, let go what waited."""
    known = state.continuing
    assert known is not None
    state.continuing = None
    state.tracks = {}
    return _released(state, known, at)


def _decide_same(state: State, known: Continuing, at: float) -> list[Item]:
    state.continuing = None
    state.origin = msgspec.structs.replace(state.origin, session=known.session)
    for speaker in state.speakers.values():
        speaker.origin = msgspec.structs.replace(speaker.origin, session=known.session)
        speaker.opened = True
    known.held = [_update(event) for event in known.held]
    items = _released(state, known, at)
    state.peers = {**known.peers, **state.peers}
    if known.gap:
        _mark_gap(state)
    if not state.speakers:
        state.speakers[""] = Speaker(state.origin, opened=True)
    return items


def _update(event: Any) -> Any:
    """To the session that goes on, a second opening is news about its client."""
    return SessionUpdated(at=event.at, client=event.client) if isinstance(event, SessionOpened) else event


def _released(state: State, known: Continuing, at: float) -> list[Item]:
    held, known.held = known.held, []
    who = next((speaker.origin for speaker in state.speakers.values()), state.origin)
    return [Batch(who, at, held)] if held else []


def _mark_gap(state: State) -> None:
    """Frames were lost: no report is certain until named again, no call in flight will settle."""
    for peer in state.peers.values():
        for kept in peer.reports.reports.values():
            kept.unconfirmed = 0
        peer.signalling.in_flight = {}
        peer.signalling.adding = {}
