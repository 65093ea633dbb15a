"""What the analysis remembers of open calls: plain mutable records, small, rebuilt by replaying stored events.

Enters: the identities the fold derives. Leaves: `State` and the tree call > participant > session > connection > track.
Times are ms on the session's (aligned) clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.msgpack import Decoder

from rtclens.analysis.connection import Connection
from rtclens.analysis.features.notes import ClientNotes, Pressure, at_rest, awake
from rtclens.analysis.paged import PageNotes
from rtclens.analysis.resting import ENCODE, packed
from rtclens.analysis.settings import Settings
from rtclens.analysis.streams import Counters, Stream
from rtclens.analysis.subjects import Subject, Track
from rtclens.model.events import Client, Origin
from rtclens.model.facts import AnyFact

if TYPE_CHECKING:
    from rtclens.analysis.detectors.engine import Panel
    from rtclens.analysis.detectors.grammar import Kind
    from rtclens.analysis.findings import Open
    from rtclens.analysis.hops import Hops

__all__ = ["Call", "Connection", "Counters", "Participant", "Session", "State", "Stream", "Subject", "Track"]

Act = tuple[float, str]  # when, the name of a method or an event
ACTS = Decoder(list[Act]).decode
PAGE = Decoder(PageNotes).decode


class Minutes(msgspec.Struct, array_like=True, gc=False):
    """Slices of received tracks by the minute."""

    newest: dict[int, list[int]] = {}  # minute -> slices good, degraded, bad, unknown
    past: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0])  # minutes unknown, good, degraded, bad


MINUTES = Decoder(Minutes).decode
NO_MINUTES = ENCODE(Minutes())


class Session(Subject):
    """One join of a participant."""

    __slots__ = (
        "abrupt",
        "access_failed_at",
        "access_granted",
        "access_requests",
        "client",
        "concurrent",
        "connections",
        "device_counts",
        "end_reason",
        "ended_at",
        "events",
        "external",
        "featured_at",
        "format",
        "held_acts",
        "held_notes",
        "held_page",
        "hidden",
        "hidden_at",
        "hung_up",
        "id",
        "interval",
        "last_at",
        "last_received_at",
        "lead",
        "leave_at",
        "offset_lag_ms",
        "offset_ms",
        "opened_at",
        "participant",
        "pressure",
        "shift_ms",
        "sliced",
        "started_at",
        "tags",
        "telemetry_closed_at",
        "telemetry_open",
    )

    def __init__(self, participant: Participant, session_id: str, origin: Origin, at: float, shift_ms: float) -> None:
        super().__init__()
        self.participant = participant
        self.id = session_id
        self.external = origin.session
        self.format = origin.format
        self.started_at = at
        self.last_at = at
        self.last_received_at = 0.0
        self.opened_at: float | None = None
        self.ended_at: float | None = None
        self.end_reason = ""
        self.abrupt = False
        self.leave_at: float | None = None
        self.telemetry_open = False
        self.hung_up = False
        self.telemetry_closed_at: float | None = None
        self.client: Client | None = None
        self.tags: dict[str, str] = {}
        self.connections: dict[str, Connection] = {}
        self.device_counts: tuple[tuple[str, int], ...] = ()
        self.access_requests = 0
        self.access_failed_at: float | None = None
        self.access_granted = False
        self.held_acts: list[Act] | bytes | None = None
        self.hidden = False
        self.hidden_at = 0.0
        self.interval = 0.0
        self.offset_ms: float | None = None
        self.offset_lag_ms = 0.0  # what batches usually lag behind the fastest
        self.shift_ms = shift_ms
        self.lead: tuple[float, float, int] | None = None  # of its clock: known, new, how often seen
        self.events = 0  # without samples
        self.concurrent = 0  # the most connections at a time
        self.pressure: Pressure | None = None
        self.sliced = False  # a slice was cut since its counters were last read
        self.held_notes: ClientNotes | bytes = ClientNotes()  # what is held rests while nothing is told of it
        self.held_page: PageNotes | bytes | None = None
        self.featured_at = 0.0

    @property
    def acts(self) -> list[Act]:
        """What the application did lately, only to be read."""
        held = self.held_acts
        return ACTS(held) if isinstance(held, bytes) else held or []

    def acted(self, acts: list[Act]) -> None:
        """Keep what the application did."""
        self.held_acts = packed(acts)

    @property
    def notes(self) -> ClientNotes:
        """What its features are made of."""
        held = self.held_notes
        if isinstance(held, bytes):
            held = self.held_notes = awake(ClientNotes, held)
        return held

    def page(self) -> PageNotes:
        """What is remembered of its page."""
        held = self.held_page
        if held is None or isinstance(held, bytes):
            held = self.held_page = PageNotes() if held is None else PAGE(held)
        return held

    def paged(self) -> PageNotes | None:
        """The same, only to be read; `None` where nothing was told."""
        held = self.held_page
        return PAGE(held) if isinstance(held, bytes) else held

    def rest(self) -> None:
        """No event for a while."""
        if not isinstance(self.held_notes, bytes):
            self.held_notes = at_rest(self.held_notes)
        if self.held_page is not None and not isinstance(self.held_page, bytes):
            self.held_page = packed(self.held_page)


class Participant(Subject):
    """A person (or a server) in a call, over all joins."""

    __slots__ = (
        "call",
        "caused_s",
        "external",
        "first_at",
        "held_minutes",
        "id",
        "joins",
        "last_at",
        "name",
        "observed",
        "role",
        "sessions",
    )

    def __init__(self, call: Call, participant_id: str, external: str, role: str, at: float) -> None:
        super().__init__()
        self.call = call
        self.id = participant_id
        self.external = external
        self.role = role
        self.name = ""
        self.first_at = at
        self.last_at = at
        self.joins = 0
        self.observed = False
        self.sessions: dict[str, Session] = {}
        self.held_minutes: Minutes | bytes = NO_MINUTES
        self.caused_s = 0.0

    @property
    def minutes(self) -> Minutes:
        """What was heard and seen by the minute; to be set again after a change."""
        held = self.held_minutes
        return MINUTES(held) if isinstance(held, bytes) else held

    @minutes.setter
    def minutes(self, minutes: Minutes) -> None:
        self.held_minutes = packed(minutes)


class Call(Subject):
    """One call: everything under one call id of one app."""

    __slots__ = (
        "app_id",
        "changed",
        "client_reports",
        "connections",
        "dirty",
        "end_reason",
        "ended_at",
        "external",
        "facts",
        "findings",
        "formats",
        "hops",
        "id",
        "last_at",
        "last_received_at",
        "live_max",
        "name",
        "open",
        "participants",
        "revision",
        "row_at",
        "senders",
        "server_now",
        "settings",
        "started_at",
        "strangers",
        "swept_at",
        "tracks",
        "turns",
        "worst",
    )

    def __init__(self, app_id: str, call_id: str, external: str, at: float, settings: Settings) -> None:
        super().__init__()
        self.app_id = app_id
        self.id = call_id
        self.external = external
        self.name = ""
        self.started_at = at
        self.last_at = at
        self.last_received_at = 0.0
        self.ended_at: float | None = None
        self.end_reason = ""
        self.participants: dict[str, Participant] = {}
        self.formats: list[str] = []
        self.live_max = 0
        self.connections = 0
        self.tracks = 0
        self.senders: dict[int, Track] = {}  # ssrc -> the outbound track that sends it
        self.hops: Hops | None = None  # what media servers counted
        self.strangers = False  # a received track was seen whose sender is not known
        self.open: dict[tuple[str, str], Open] = {}
        self.findings: list[Open] = []
        self.worst = ""
        self.client_reports: dict[str, int] = {}
        self.facts: list[AnyFact] = []
        self.dirty: dict[str, Subject] = {}
        self.revision = 0
        self.changed = False  # a finding was written since the call as a whole was last looked at
        self.server_now = 0.0
        self.settings = settings
        self.row_at = 0.0
        self.swept_at = 0.0
        self.turns = 0

    def sessions(self) -> list[Session]:
        """Every join of every participant, in the order they began."""
        return [session for person in self.participants.values() for session in person.sessions.values()]


class State:
    """All open calls of a partition."""

    __slots__ = ("calls", "panels", "settings")

    def __init__(self, settings: Settings, panels: dict[Kind, Panel]) -> None:
        self.settings = settings
        self.panels = panels
        self.calls: dict[tuple[str, str], Call] = {}
