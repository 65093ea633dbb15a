"""What is told to others: a moment, and the record that a format makes of it.

Enters: nothing. Leaves: `Moment`, `Names`, `Record`, `Options`. A moment is complete in itself: it carries the fact or
the batch and how the application calls the things in it, so that a format needs no memory.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.events import Batch
from rtclens.model.facts import AnyFact

EVENTS = (
    "call.started",
    "call.resumed",
    "call.ended",
    "participant.added",
    "session.started",
    "session.resumed",
    "session.ended",
    "connection.started",
    "connection.resumed",
    "connection.ended",
    "track.started",
    "track.resumed",
    "track.ended",
    "finding.opened",
    "finding.changed",
    "finding.resumed",
    "finding.closed",
    "batch.received",
)


class Names(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the application calls the things of a moment; '' where it said nothing. `client` describes the page."""

    call: str = ""
    call_name: str = ""
    participant: str = ""
    participant_name: str = ""
    role: str = ""
    session: str = ""
    connection: str = ""
    track: str = ""
    client: dict[str, str] = {}


class Peer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The publisher of an inbound track, as far as it was found."""

    participant_id: str = ""
    participant: str = ""
    participant_name: str = ""
    connection: str = ""
    track: str = ""


class Moment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something worth telling. `id` is derived from what happened, so that telling it again changes nothing.

    `at` is ms since the epoch. `connections` maps the sender's connection ids in `batch` to ours, `peers` is keyed by
    our connection id, a space, and the track identifier.
    """

    id: str
    event: str
    at: float
    app_id: str
    call_id: str
    participant_id: str = ""
    session_id: str = ""
    connection_id: str = ""
    track_id: str = ""
    names: Names = Names()
    fact: AnyFact | None = None
    batch: Batch | None = None
    connections: dict[str, str] = {}
    peers: dict[str, Peer] = {}

    @property
    def call_name(self) -> str | None:
        """The application's own word for the call."""
        return self.names.call or self.names.call_name or None

    @property
    def client(self) -> str:
        """The participant under the application's id, or ours where it gave none."""
        return self.names.participant or self.participant_id

    @property
    def connection(self) -> str:
        """The connection under the application's id, or ours."""
        return self.names.connection or self.connection_id


class Record(msgspec.Struct, frozen=True):
    """One record of a format. `key` is what a partitioned log keeps in order; `message` names the field table."""

    id: str
    type: str
    key: str
    body: dict[str, Any]
    message: str = ""


class Options(msgspec.Struct, frozen=True):
    """What ObserveRTC's formats ask for and our data does not know. `service_id` '' means: the app's id."""

    service_id: str = ""
    service_name: str | None = None
    media_unit: str = "rtclens"
    marker: str | None = None
    address_salt: str = ""
