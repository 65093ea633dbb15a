"""Let the page's own words decide to whom a stream belongs.

Enters: the items of each message, and hints. Leaves: the items, booked under the call and participant that the hints
name. A token outranks a hint, a hint outranks the path. The first events wait (bounded) for a hint to come; each
frame still yields a batch, an empty one.
"""

from __future__ import annotations

import msgspec

from rtclens.model.codec import Item
from rtclens.model.events import AnyEvent, Batch, Origin, SessionOpened
from rtclens.wire.rtcstats.legacy_events import Hint
from rtclens.wire.rtcstats.origin import claim
from rtclens.wire.rtcstats.state import State

MAX_WAITING = 32
MAX_WAIT_MS = 3_000.0


class Waiting(msgspec.Struct):
    """Events that wait until it is known who speaks; `done`: nobody waits any longer."""

    events: list[AnyEvent] = []
    since: float | None = None
    done: bool = False


def waiting(state: State) -> Waiting:
    """Nothing waits when the token told everything."""
    return Waiting(done=bool(claim(state.hello, "conference") and claim(state.hello, "user")))


def heed(state: State, hint: Hint) -> bool:
    """Take the hint; true when it changed who speaks."""
    hello, before = state.hello, state.origin
    state.origin = msgspec.structs.replace(
        before,
        call=claim(hello, "conference") or hint.call or before.call,
        participant=claim(hello, "user") or hint.participant or before.participant,
    )
    return state.origin != before


def book(state: State, queue: Waiting, items: list[Item], *, changed: bool, at: float, decided: bool) -> list[Item]:
    """The items of one message under the right origin; while nobody knows it, the events wait."""
    batches = [item for item in items if isinstance(item, Batch)]
    if queue.done:
        if changed and batches:
            _reopen(state, batches[0])
        return items
    for batch in batches:
        queue.events.extend(batch.events)
        batch.events = []
        if queue.since is None and queue.events:
            queue.since = queue.events[0].at
    late = bool(queue.events) and queue.events[-1].at - (queue.since or 0.0) > MAX_WAIT_MS
    if changed or decided or late or len(queue.events) >= MAX_WAITING:
        items = [*release(state, queue, at), *(item for item in items if not isinstance(item, Batch))]
    return items


def release(state: State, queue: Waiting, at: float) -> list[Item]:
    """Everything that waited, under the origin as it is known now."""
    queue.done = True
    events, queue.events = queue.events, []
    _rename(state, state.origin)
    return [Batch(state.origin, at, events)] if events else []


def _rename(state: State, origin: Origin) -> None:
    for speaker in state.speakers.values():
        speaker.origin = origin


def _reopen(state: State, batch: Batch) -> None:
    """A late hint: from here on the session goes on under the name it gave."""
    _rename(state, state.origin)
    batch.origin = state.origin
    at = batch.events[0].at if batch.events else batch.received_at
    batch.events.insert(0, SessionOpened(at=at, client=state.client))
