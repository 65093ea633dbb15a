"""A small analysis for tests: one call for each external id, one fact that counts the batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rtclens.model.events import Batch, Origin, Sample, SessionClosed
from rtclens.model.facts import Call, Fact
from rtclens.model.stats import InboundRtp, Stats

APP = "app"


@dataclass
class Named:
    call_id: str
    participant_id: str
    session_id: str
    connections: dict[str, str]


@dataclass
class Step:
    identity: Named
    facts: list[Fact]


@dataclass
class Counting:
    """State: batches seen of each call, and the last tick."""

    seen: dict[str, int] = field(default_factory=dict)
    ticked_at: float = 0.0


class Analysis:
    def new_state(self) -> Counting:
        return Counting()

    def fold(self, state: Counting, batch: Batch) -> Step:
        call = batch.origin.call
        state.seen[call] = state.seen.get(call, 0) + 1
        ended = batch.received_at if any(isinstance(event, SessionClosed) for event in batch.events) else None
        fact = Call(
            app_id=batch.origin.app_id,
            call_id=f"call_{call}",
            external_id=call,
            last_seen_at=batch.received_at,
            ended_at=ended,
            sessions=state.seen[call],
            revision=batch.seq,
        )
        identity = Named(fact.call_id, f"part_{batch.origin.participant}", "sess", {"pc": "conn"})
        return Step(identity, [fact])

    def tick(self, state: Counting, now: float) -> Sequence[Fact]:
        state.ticked_at = now
        return []


def batch(number: int, call: str = "room", at: float = 1_795_169_000_000.0) -> Batch:
    """A batch with one sample whose counter is `number`."""
    report = InboundRtp(id="IT1", kind="audio", packetsReceived=number)
    sample = Sample(at=at + number, connection="pc", stats=Stats(inbound_rtp=[report]))
    origin = Origin(app_id=APP, format="rtcstats", call=call, participant="ann")
    return Batch(origin, at + number, [sample])
