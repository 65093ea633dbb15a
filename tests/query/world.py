"""A small world of facts: two organizations' apps, calls with people, tracks, slices and findings."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch, Origin, Sample, StateChanged
from rtclens.model.facts import (
    AnyFact,
    Call,
    Connection,
    ConnectionSlice,
    Evidence,
    Finding,
    Participant,
    Score,
    Session,
    Track,
    TrackSlice,
)
from rtclens.model.stats import CandidatePair, InboundRtp, Stats
from rtclens.store.rows import Rows
from rtclens.store.store import Store

MINUTE = 60_000.0
# An hour ago on a full minute: rows older than their retention would be dropped as they are written.
T0 = (time.time() * 1000 // MINUTE - 60) * MINUTE


@dataclass(frozen=True)
class Named:
    call_id: str
    participant_id: str
    session_id: str
    connections: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """Facts and batches of many calls, written together."""

    facts: list[AnyFact] = field(default_factory=list)
    batches: list[tuple[Batch, Named]] = field(default_factory=list)
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)

    def write(self, store: Store) -> None:
        rows = Rows()
        rows.add_facts(self.facts)
        for batch, identity in self.batches:
            rows.add_batch(batch, identity)
        store.append(rows)
        for app_id, refusal in self.refusals:
            store.insert_refusals(app_id, [refusal])

    def call(self, app_id: str, call_id: str, at: float = T0, minutes: float = 2.0, **more: Any) -> Call:
        end = at + minutes * MINUTE
        known = {"external_id": f"room-{call_id}", "last_seen_at": end, "ended_at": end, "verdict": "good"}
        fact = Call(app_id=app_id, call_id=call_id, started_at=at, revision=1, **{**known, **more})
        self.facts.append(fact)
        return fact

    def person(self, call: Call, name: str, /, **more: Any) -> Participant:
        key = f"{call.call_id}-{name}"
        known = {"external_id": f"user-{name}", "name": name, "verdict": "good", "joins": 1}
        known |= {"first_seen_at": call.started_at, "last_seen_at": call.last_seen_at}
        fact = Participant(**_of(call), participant_id=f"p-{key}", revision=1, **{**known, **more})
        self.facts.append(fact)
        self.facts.append(
            Session(
                **_of(call), participant_id=fact.participant_id, session_id=f"s-{key}", format="rtcstats", revision=1,
                started_at=call.started_at, last_seen_at=call.last_seen_at, ended_at=call.ended_at, end_reason="left",
                browser="Chrome", browser_version="149.0.1", os="Linux", sdk="rtcstats-js", tags={"plan": "pro"},
            )
        )  # fmt: skip
        self.facts.append(
            Connection(
                **_of(call), participant_id=fact.participant_id, session_id=f"s-{key}", connection_id=f"c-{key}",
                external_id="PC_0", revision=1, started_at=call.started_at, connected_at=call.started_at + 800,
                last_seen_at=call.last_seen_at, ended_at=call.ended_at, path_type="relay_udp", rtt_s=0.05,
                features={"candidates": 3},
            )
        )  # fmt: skip
        return fact

    def track(self, person: Participant, name: str, peer: Participant | None = None, /, **more: Any) -> Track:
        key = person.participant_id.removeprefix("p-")
        known = {"direction": "inbound", "kind": "video", "verdict": "good", "started_at": person.first_seen_at}
        known |= {"peer_participant_id": peer.participant_id if peer else "", "external_id": f"ext-{name}"}
        fact = Track(
            **_of(person), participant_id=person.participant_id, session_id=f"s-{key}", connection_id=f"c-{key}",
            track_id=f"t-{key}-{name}", revision=1, **{**known, **more},
        )  # fmt: skip
        self.facts.append(fact)
        return fact

    def slices(self, track: Track, verdicts: str, at: float, covered_s: float = 5.0, **metrics: Any) -> None:
        """One slice per letter: g(ood), d(egraded), b(ad), u(nknown), i(dle); `_` is a gap. Lists vary by slice."""
        names = {"g": "good", "d": "degraded", "b": "bad", "u": "unknown", "i": "idle"}
        for number, letter in enumerate(verdicts):
            if letter == "_":
                continue
            values = {key: value[number] if isinstance(value, list) else value for key, value in metrics.items()}
            self.facts.append(
                TrackSlice(
                    **_of(track), participant_id=track.participant_id, session_id=track.session_id,
                    connection_id=track.connection_id, track_id=track.track_id, kind=track.kind,
                    direction=track.direction, at=at + (number + 1) * covered_s * 1000, covered_s=covered_s, n=5,
                    verdict=names[letter], revision=1, **values,  # type: ignore[arg-type]
                )
            )  # fmt: skip

    def connection_slice(self, person: Participant, at: float, **metrics: Any) -> None:
        key = person.participant_id.removeprefix("p-")
        self.facts.append(
            ConnectionSlice(
                **_of(person), participant_id=person.participant_id, session_id=f"s-{key}", connection_id=f"c-{key}",
                at=at, covered_s=5.0, revision=1, **metrics,
            )
        )  # fmt: skip

    def finding(self, person: Participant, detector: str, opened_at: float, seconds: float, **more: Any) -> Finding:
        known = {"severity": "high", "scope": "participant", "cause_segment": "sender_uplink", "cause_confidence": 0.8}
        known |= {"cause_participant_id": person.participant_id, "statement": f"{detector} happened"}
        known |= {"closed_at": opened_at + seconds * 1000}
        fact = Finding(
            **_of(person), participant_id=person.participant_id, subject=person.participant_id, detector=detector,
            finding_id=f"f-{person.participant_id}-{detector}-{opened_at:.0f}", revision=1, opened_at=opened_at,
            last_seen_at=opened_at + seconds * 1000,
            evidence=[Evidence(metric="loss_ratio", observed=0.2, threshold=0.05, unit="ratio", n=3)],
            **{**known, **more},
        )  # fmt: skip
        self.facts.append(fact)
        return fact

    def score(self, person: Participant, value: float) -> None:
        self.facts.append(
            Score(
                **_of(person), score_id=f"sc-{person.participant_id}", participant_id=person.participant_id,
                scope="participant", subject=person.participant_id, scorer="g107@1", from_at=T0, to_at=T0 + 1,
                value=value, revision=1,
            )
        )  # fmt: skip

    def batch(self, person: Participant, received_at: float, events: list[AnyEvent]) -> None:
        key = person.participant_id.removeprefix("p-")
        origin = Origin(app_id=person.app_id, format="rtcstats", call="room", participant=person.external_id)
        named = Named(person.call_id, person.participant_id, f"s-{key}", {"PC_0": f"c-{key}"})
        self.batches.append((Batch(origin, received_at, events, seq=len(self.batches) + 1), named))


def _of(fact: AnyFact) -> dict[str, str]:
    return {"app_id": fact.app_id, "call_id": fact.call_id}


def sample(at: float, packets: int, **more: Any) -> Sample:
    inbound = InboundRtp(id="IT1", kind="audio", packetsReceived=packets, jitter=0.002, timestamp=at, **more)
    pair = CandidatePair(id="CP1", state="succeeded", currentRoundTripTime=0.04)
    return Sample(at=at, connection="PC_0", stats=Stats(inbound_rtp=[inbound], candidate_pair=[pair]))


def state(at: float, value: str) -> StateChanged:
    return StateChanged(at=at, connection="PC_0", machine="ice", state=value)
