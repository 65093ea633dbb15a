"""One authenticated request of one session, on its way to becoming events.

Enters: token claims, the JSON body, the session's state. Leaves: event times, and the batch that carries the events.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.codec import Refusal
from rtclens.model.events import AnyEvent, Batch, Origin
from rtclens.wire.peermetrics import body as bodies
from rtclens.wire.peermetrics.clock import age
from rtclens.wire.peermetrics.contract import FORMAT, Request, Settings
from rtclens.wire.peermetrics.identity import ConnectionIds
from rtclens.wire.peermetrics.state import Connection, Session, State
from rtclens.wire.peermetrics.tokens import Claims

ABSENT = object()


class Visit(msgspec.Struct):
    """A request with what is known about its sender. `notes` are the parts of it that could not be used."""

    request: Request
    body: dict[str, Any]
    claims: Claims
    state: State
    session: Session
    at: float
    settings: Settings
    ids: ConnectionIds
    instance: str = ""
    notes: list[Refusal] = []

    def batch(self, events: list[AnyEvent]) -> Batch:
        """The events of this request as the unit of the stream."""
        return Batch(origin(self.claims), self.at, events)

    def note(self, message: str, hint: str = "", code: str = "bad_value") -> None:
        """Count a part of the request that could not be used; the rest of it goes on."""
        self.notes.append(Refusal(code, message, hint, FORMAT, self.at))

    def age(self, member: str = "delta") -> float:
        """How old the event was when the request left (ms): `delta`, 0 where there is none or none that makes sense."""
        return self.age_of(self.body.get(member, ABSENT))

    def age_of(self, delta: Any) -> float:
        """`delta` as an age in ms, cut to the life of the session; what is no age is noted and counts as 0."""
        if delta is ABSENT or delta is msgspec.UNSET:
            return 0.0
        sensible = bodies.duration(delta)
        if sensible is None:
            self.note("delta is no age in ms", "Send the age of the event in ms, or nothing.")
            return 0.0
        cut = age(sensible, self.at - self.claims.issued_at)
        if cut < sensible:
            self.note("delta reaches back before the session", "Check the page's clock.")
        return cut

    def when(self) -> float:
        """When the event happened, on the server's clock (ms)."""
        return self.session.clock.now(self.at) - self.age()

    def text(self, name: str) -> str:
        """A member as text; '' when it is absent or no text."""
        return bodies.text(self.body.get(name)) or ""

    def connection(self, connection_id: str) -> Connection | None:
        """The session's connection of this id; `None` when the id was minted for somebody else or nobody."""
        connection = self.session.connections.get(connection_id)
        if connection is None and self.ids.belongs(connection_id, self.claims.session):
            connection = self.session.connections[connection_id] = Connection(connection_id)
        return connection

    def canonical(self, connection_id: str) -> str:
        """The id under which a connection is recorded: its own, or that of the one it repeats."""
        connection = self.session.connections.get(connection_id)
        return connection.same_as or connection_id if connection is not None else connection_id


def origin(claims: Claims) -> Origin:
    """The origin that a token speaks for."""
    return Origin(claims.app, FORMAT, claims.call, claims.participant, claims.session)
