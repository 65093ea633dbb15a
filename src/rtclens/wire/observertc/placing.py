"""Put the events of one sample in their order and keep what the stream knows in step.

Enters: events one by one. Leaves: a `Batch` in which nothing is met before its beginning: a connection that an event
or a sample names for the first time is opened before it, and what ended ends last.
"""

from __future__ import annotations

from collections.abc import Iterable

from rtclens.model import events as ev
from rtclens.wire.observertc.state import Speaker, StreamState


class Placing:
    """Collects the events of one sample of one speaker. `labels` names connections that are opened here."""

    def __init__(self, state: StreamState, speaker: Speaker, labels: dict[str, str] | None = None) -> None:
        self.labels = labels or {}
        self.state = state
        self.speaker = speaker
        self.events: list[ev.AnyEvent] = []
        self.ends: list[ev.AnyEvent] = []

    def add(self, event: ev.AnyEvent) -> None:
        """Put one event in its place."""
        if isinstance(event, ev.SessionOpened):
            self.open_session(event)
        elif isinstance(event, ev.ConnectionOpened):
            event.label = event.label or self.labels.get(event.connection, "")
            if self.speaker.first_sight(event.connection):
                self.events.append(event)
        elif isinstance(event, ev.SessionClosed | ev.ConnectionClosed):
            self.ends.append(event)
        else:
            connection = getattr(event, "connection", "")
            if connection and self.speaker.first_sight(connection):
                self.events.append(self._opened(event.at, connection))
            self.events.append(event)

    def add_all(self, events: Iterable[ev.AnyEvent]) -> None:
        """Put events in their places."""
        for event in events:
            self.add(event)

    def _opened(self, at: float, connection: str) -> ev.ConnectionOpened:
        return ev.ConnectionOpened(at=at, connection=connection, label=self.labels.get(connection, ""))

    def open_session(self, event: ev.SessionOpened) -> None:
        """A new monitor joined; what the door knows about the page goes with it."""
        self.speaker.begin_session(event.at)
        event.client = self.state.client
        if self.state.unit:
            event.tags = {**(event.tags or {}), "mediaUnitId": self.state.unit}
        self.events.append(event)

    def batch(self, at: float, received_at: float) -> ev.Batch:
        """The batch; a sample that held nothing still says that its client is alive."""
        events = self.events + self.ends
        return ev.Batch(self.speaker.origin, received_at, events or [ev.Heartbeat(at=at)])
