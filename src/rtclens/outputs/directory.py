"""From versions of facts to moments: what began, what ended, and what everything is called.

Enters: facts as the analysis writes them, whole rows again and again. Leaves: a moment for each transition, once, and
the entities that changed, for whoever keeps them over a restart. A batch becomes a moment with its names resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, cast

import msgspec

from rtclens.model import facts
from rtclens.model.events import Batch
from rtclens.model.ids import derive
from rtclens.outputs.moments import Moment, Names, Peer

FORGET_AFTER_MS = 3_600_000.0
_TOLD = ("call", "participant", "session", "connection", "track", "finding")


class Entity(msgspec.Struct, omit_defaults=True):
    """What must be remembered of one thing: whether it was told, and its names."""

    id: str
    kind: str
    call_id: str
    over: bool = False
    at: float = 0.0
    state: str = ""
    external: str = ""
    name: str = ""
    role: str = ""
    connection_id: str = ""
    peer_participant_id: str = ""
    peer_track_id: str = ""
    client: dict[str, str] = {}


class Identified(Protocol):
    """Our names for the ids of a batch."""

    @property
    def call_id(self) -> str:
        """The call."""

    @property
    def participant_id(self) -> str:
        """The participant."""

    @property
    def session_id(self) -> str:
        """The session."""

    @property
    def connections(self) -> Mapping[str, str]:
        """Our id of each connection that the batch names."""


class Directory:
    """The entities of the calls that are open or ended within the last hour of event time."""

    def __init__(self, known: Iterable[Entity] = ()) -> None:
        self._entities: dict[str, Entity] = {}
        self._calls: dict[str, set[str]] = {}
        self._inbound: dict[str, set[str]] = {}
        self.changed: dict[str, Entity] = {}
        for entity in known:
            self._keep(entity)
        self.changed.clear()

    def __len__(self) -> int:
        return len(self._entities)

    def take(self, rows: Iterable[facts.Fact]) -> list[Moment]:
        """The moments in new versions of facts, in their order."""
        told = [row for row in rows if str(row.__struct_config__.tag) in _TOLD]
        transitions = [(row, self._learn(cast(facts.AnyFact, row))) for row in told]
        return [self._moment(cast(facts.AnyFact, row), event) for row, events in transitions for event in events]

    def take_batch(self, batch: Batch, identity: Identified) -> Moment:
        """A batch with everything in it called by its names."""
        connections = {said: ours for said, ours in identity.connections.items() if ours}
        first = next(iter(connections.values()), "") if len(connections) == 1 else ""
        return Moment(
            id=derive("out", batch.origin.app_id, "batch.received", batch.seq),
            event="batch.received",
            at=max((event.at for event in batch.events), default=batch.received_at),
            app_id=batch.origin.app_id,
            call_id=identity.call_id,
            participant_id=identity.participant_id,
            session_id=identity.session_id,
            connection_id=first,
            names=self._names(identity.call_id, identity.participant_id, identity.session_id, first, ""),
            batch=batch,
            connections=connections,
            peers=dict(pair for ours in set(connections.values()) for pair in self._peers(ours)),
        )

    def forget(self, now: float) -> list[str]:
        """Drop calls that ended long before `now` (ms); returns the ids of their entities."""
        gone: list[str] = []
        for call_id in list(self._calls):
            call = self._entities.get(call_id)
            if call is not None and call.over and now - call.at > FORGET_AFTER_MS:
                gone += self._calls.pop(call_id)
        for key in gone:
            entity = self._entities.pop(key)
            self.changed.pop(key, None)
            self._inbound.pop(entity.connection_id, None)
        return gone

    def _learn(self, row: facts.AnyFact) -> tuple[str, ...]:
        """Remember a row; returns the events it makes."""
        kind = str(row.__struct_config__.tag)
        entity = _entity(row, kind)
        before = self._entities.get(entity.id)
        if before == entity:
            return ()
        if before is not None and before.over and not entity.over and _seen_at(row) <= before.at:
            return ()  # an older version: after a crash the end is concluded once more
        events = _transitions(kind, before, entity)
        self._keep(entity)
        return events

    def _keep(self, entity: Entity) -> None:
        self._entities[entity.id] = entity
        self._calls.setdefault(entity.call_id, set()).add(entity.id)
        self.changed[entity.id] = entity
        if entity.kind == "track" and entity.peer_participant_id:
            self._inbound.setdefault(entity.connection_id, set()).add(entity.id)

    def _moment(self, row: facts.AnyFact, event: str) -> Moment:
        at = _at(row, event)
        ids = [getattr(row, name, "") for name in ("participant_id", "session_id", "connection_id", "track_id")]
        return Moment(
            id=derive("out", row.app_id, event, getattr(row, row.id_column), *_version(row, event, at)),
            event=event,
            at=at,
            app_id=row.app_id,
            call_id=row.call_id,
            participant_id=ids[0],
            session_id=ids[1],
            connection_id=ids[2],
            track_id=ids[3],
            names=self._names(row.call_id, *ids),
            fact=row,
        )

    def _names(self, call_id: str, participant_id: str, session_id: str, connection_id: str, track_id: str) -> Names:
        get, none = self._entities.get, Entity("", "", "")
        call, person, session = get(call_id, none), get(participant_id, none), get(session_id, none)
        return Names(
            call=call.external,
            call_name=call.name,
            participant=person.external,
            participant_name=person.name,
            role=person.role,
            session=session.external,
            connection=get(connection_id, none).external,
            track=get(track_id, none).external,
            client=session.client,
        )

    def _peers(self, connection_id: str) -> Iterator[tuple[str, Peer]]:
        none = Entity("", "", "")
        for key in self._inbound.get(connection_id, ()):
            track = self._entities[key]
            person = self._entities.get(track.peer_participant_id, none)
            source = self._entities.get(track.peer_track_id, none)
            connection = self._entities.get(source.connection_id, none)
            yield (
                f"{connection_id} {track.external}",
                Peer(
                    track.peer_participant_id,
                    person.external,
                    person.name,
                    connection.external or source.connection_id,
                    source.external or track.peer_track_id,
                ),
            )


def _entity(row: facts.AnyFact, kind: str) -> Entity:
    ended = getattr(row, "closed_at" if kind == "finding" else "ended_at", None)
    client = {
        name: value
        for name in ("browser", "browser_version", "os", "os_version", "device_type")
        if (value := getattr(row, name, ""))
    }
    return Entity(
        id=getattr(row, row.id_column),
        kind=kind,
        call_id=row.call_id,
        over=ended is not None,
        at=ended or 0.0,
        state=_state(row),
        external=getattr(row, "external_id", ""),
        name=getattr(row, "name", ""),
        role=getattr(row, "role", ""),
        connection_id=getattr(row, "connection_id", "") if kind == "track" else "",
        peer_participant_id=getattr(row, "peer_participant_id", "") if kind == "track" else "",
        peer_track_id=getattr(row, "peer_track_id", ""),
        client=client,
    )


def _seen_at(row: facts.AnyFact) -> float:
    """When the thing was last heard of."""
    seen: float = getattr(row, "last_seen_at", 0.0)
    return seen


def _state(row: facts.AnyFact) -> str:
    """What is told when it changes: how bad a finding is and who is at fault."""
    if not isinstance(row, facts.Finding):
        return ""
    return f"{row.severity} {row.cause_segment} {row.cause_participant_id}"


def _transitions(kind: str, before: Entity | None, now: Entity) -> tuple[str, ...]:
    finding = kind == "finding"
    end = "finding.closed" if finding else f"{kind}.ended"
    if before is None:
        begin = {"finding": "finding.opened", "participant": "participant.added"}.get(kind, f"{kind}.started")
        return (begin, end) if now.over else (begin,)
    if now.over and not before.over:
        return (end,)
    if before.over and not now.over:
        return (f"{kind}.resumed",)
    return ("finding.changed",) if finding and before.state != now.state else ()


def _at(row: facts.AnyFact, event: str) -> float:
    """When it happened, in the words of the fact."""
    verb = event.partition(".")[2]
    member = {
        "started": "started_at",
        "added": "first_seen_at",
        "opened": "opened_at",
        "ended": "ended_at",
        "closed": "closed_at",
    }.get(verb, "last_seen_at")
    at: Any = getattr(row, member, None)
    return float(at or getattr(row, "last_seen_at", 0.0))


def _version(row: facts.AnyFact, event: str, at: float) -> tuple[object, ...]:
    """What tells one such moment of a thing from the next: beginnings happen once, the rest has a time."""
    verb = event.partition(".")[2]
    if verb in ("started", "added", "opened"):
        return ()
    return (_state(row),) if verb == "changed" else (int(at),)
