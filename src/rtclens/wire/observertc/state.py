"""What a stream remembers between frames: who speaks, and what was already told about them.

Enters: `Hello`. Leaves: `StreamState` with one `Speaker` per client that appeared in the stream.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.model.codec import Hello
from rtclens.model.events import Client, Origin
from rtclens.wire.observertc import values

FORMAT = "observertc"
MAX_SPEAKERS = 10_000
"""Clients one stream may carry; past it the oldest are forgotten, which costs repeated events, never data."""
MAX_KNOWN = 1_000
"""Connections, and attachments, remembered per client."""

Role = Literal["client", "sfu", "turn"]


class Identity(msgspec.Struct, frozen=True):
    """Ids given beside a sample; '' where none was given."""

    call: str = ""
    client: str = ""

    def over(self, other: Identity) -> Identity:
        """This identity, completed from a weaker one."""
        return Identity(self.call or other.call, self.client or other.client)


class Speaker(msgspec.Struct):
    """One client, SFU or TURN server inside a stream."""

    origin: Origin
    connections: dict[str, None] = msgspec.field(default_factory=dict)
    attachments: dict[str, Any] = msgspec.field(default_factory=dict)

    def begin_session(self, joined_at: float) -> None:
        """A new monitor joined: what was said about the former one does not hold for it."""
        session = f"{joined_at:.0f}"
        if session != self.origin.session:
            self.origin = msgspec.structs.replace(self.origin, session=session)
            self.connections.clear()
            self.attachments.clear()

    def first_sight(self, connection: str) -> bool:
        """True once per connection."""
        if connection in self.connections:
            return False
        remember(self.connections, connection, None, MAX_KNOWN)
        return True

    def changed(self, subject: str, attachments: Any) -> bool:
        """True when the attachments of a subject differ from those last seen."""
        if self.attachments.get(subject) == attachments:
            return False
        remember(self.attachments, subject, attachments, MAX_KNOWN)
        return True


class StreamState(msgspec.Struct):
    """The state of one socket, request or file. `sole` is its only client, where the door named call and client."""

    app_id: str
    given: Identity
    client: Client
    unit: str = ""
    sole: Speaker | None = None
    speakers: dict[tuple[Role, str, str], Speaker] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.given.call and self.given.client:
            self.sole = self.speaker(self.given)

    def speaker(self, identity: Identity, role: Role = "client") -> Speaker:
        """The speaker of a sample; the stream's own identity wins over the sample's."""
        who = self.given.over(identity) if role == "client" else identity
        key = (role, who.call, who.client)
        found = self.speakers.get(key)
        if found is None:
            origin = Origin(app_id=self.app_id, format=FORMAT, call=who.call, participant=who.client, role=role)
            found = remember(self.speakers, key, Speaker(origin), MAX_SPEAKERS)
        return found


def remember(store: dict[Any, Any], key: Any, value: Any, limit: int) -> Any:
    """Keep `value`, forgetting the oldest entry when the store is full."""
    if key not in store and len(store) >= limit:
        del store[next(iter(store))]
    store[key] = value
    return value


def identity_of(hello: Hello) -> Identity:
    """The identity an endpoint gives: path, then claims, then query."""
    return Identity(
        call=_first(hello, ("call",), ("callId", "call")),
        client=_first(hello, ("client",), ("clientId", "client")),
    )


def unit_of(hello: Hello) -> str:
    """The media unit of the former services' paths."""
    return values.text(hello.path.get("media_unit") or hello.path.get("mediaUnitId"))


def _first(hello: Hello, in_path: tuple[str, ...], elsewhere: tuple[str, ...]) -> str:
    for source, names in ((hello.path, in_path), (hello.claims, elsewhere), (hello.query, elsewhere)):
        for name in names:
            found = values.text(source.get(name))
            if found:
                return found
    return ""
