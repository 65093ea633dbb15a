"""From a message to canonical events: who speaks, about which connection, and what happened.

Enters: a `Message` and the stream's `State`. Leaves: a `Batch` and refusals; never an exception for what it holds.
Shared by all dialects; each brings its own way to apply a getStats value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rtclens.model.codec import Item, Refusal
from rtclens.model.events import AnyEvent, Batch, ConnectionOpened, Origin, Sample, SessionOpened
from rtclens.model.stats import Stats
from rtclens.wire.common import goog
from rtclens.wire.rtcstats import dispatch, page, references
from rtclens.wire.rtcstats.delta import Tick
from rtclens.wire.rtcstats.reports import ReportSet, stats
from rtclens.wire.rtcstats.signalling import Signalling
from rtclens.wire.rtcstats.state import (
    MAX_PEERS,
    Message,
    Peer,
    Speaker,
    State,
    Unusable,
    is_gecko,
    negotiated,
)

Apply = Callable[[ReportSet, dict[str, Any], float], Tick]
OLD_STATS = "getstats"
STATS = frozenset(("getStats", OLD_STATS))
KEPT_CLOSED = 16  # closed connections remembered, so that late words about them are not taken for new ones


def trace(
    state: State, message: Message, apply: Apply, received_at: float, read: list[AnyEvent] | None = None
) -> list[Item]:
    """Everything one message says; `read` are its events where a dialect has read them itself."""
    speaker = _speaker(state, message)
    refused: list[Item] = []
    if message.peer:
        events = _of_peer(state, message, apply, refused, read)
    else:
        events = dispatch.of_page(state, message) if read is None else read
        if message.name == "create" and not speaker.opened:
            events = []  # the opening carries the client
    if not speaker.opened and not _waits(state, message):
        speaker.opened = True
        events.insert(0, SessionOpened(at=message.at, client=_client(state, message)))
    return [Batch(speaker.origin, received_at, events), *refused]


def _speaker(state: State, message: Message) -> Speaker:
    renderer = message.peer.partition("-")[0] if state.browser_dump else ""
    if state.browser_dump and not message.peer:
        renderer = state.renderer or "".join(list(state.speakers)[:1])
    known = state.speakers.get(renderer)
    if known is None and len(state.speakers) < MAX_PEERS:
        base = state.origin
        if any(other.opened for other in state.speakers.values()):
            base = msgspec.structs.replace(base, session=f"{base.session}:{renderer}")
        known = state.speakers[renderer] = Speaker(base)
    return known or next(iter(state.speakers.values()))


def _waits(state: State, message: Message) -> bool:
    """A browser's own dump describes the machine first; its pages are the speakers."""
    return state.browser_dump and not message.peer and not state.renderer


def _client(state: State, message: Message) -> Any:
    if not state.browser_dump:
        return state.client
    url = next((word for word in message.words if word.startswith(("http://", "https://"))), state.client.url)
    return msgspec.structs.replace(state.client, url=url)


def _of_peer(
    state: State, message: Message, apply: Apply, refused: list[Item], read: list[AnyEvent] | None
) -> list[AnyEvent]:
    fresh = message.name == "create"
    peer = None if fresh else state.peers.get(message.peer)
    events: list[AnyEvent] = []
    if peer is None:
        peer = _new_peer(state, message.peer, "stable" if fresh else "")
        if not fresh:
            events.append(ConnectionOpened(at=message.at, connection=peer.id))
    if message.name in STATS:
        events.append(_sample(state, peer, message, apply, refused))
    else:
        events.extend(dispatch.of_peer(state, peer, message) if read is None else read)
    if message.name == "close":
        _forget_closed(state)
    return events


def _new_peer(state: State, name: str, signaling_state: str) -> Peer:
    if name not in state.peers and len(state.peers) >= MAX_PEERS:
        raise Unusable("too_many", f"more than {MAX_PEERS} peer connections on one stream")
    peer = state.peers[name] = Peer(name, signalling=Signalling(signaling_state, gecko=is_gecko(state)))
    return peer


def _sample(state: State, peer: Peer, message: Message, apply: Apply, refused: list[Item]) -> Sample:
    if not isinstance(message.value, dict):
        raise Unusable("bad_value", "getStats without a report set")
    tick = apply(peer.reports, message.value, message.at)
    for remark in tick.flags.values():
        state.remarks[remark] = state.remarks.get(remark, 0) + 1
    if tick.overflow:
        refused.append(Refusal("too_many", f"{tick.overflow} stats reports over the limit of one connection"))
    references.derive(peer.reports, lambda: negotiated(peer))
    found = stats(peer.reports)
    if message.name == OLD_STATS:
        found = _with_old(peer.reports, found)
    return Sample(at=message.at, connection=peer.id, stats=found)


def _with_old(reports: ReportSet, found: Stats) -> Stats:
    """The reports, and those from before the standard in its words."""
    old = [kept for kept in reports.reports.values() if kept.type in goog.KINDS and not kept.hidden]
    if not old:
        return found
    told = Stats()
    goog.upgrade([{**kept.members, "id": kept.id, "type": kept.type, "timestamp": kept.stamp} for kept in old], told)
    tables = {table: [*getattr(found, table), *getattr(told, table)] for table in Stats.__struct_fields__}
    return Stats(**tables)


def _forget_closed(state: State) -> None:
    closed = [peer for peer in state.peers.values() if peer.closed]
    for peer in closed:
        peer.signalling = Signalling("closed")
    for peer in closed[:-KEPT_CLOSED]:
        del state.peers[peer.id]


def opening(origin: Origin, state: State, at: float) -> Batch:
    """The session of a stream that ended before anyone spoke on it."""
    return Batch(origin, at, [SessionOpened(at=at, client=page.described(state.client, state.environment))])
