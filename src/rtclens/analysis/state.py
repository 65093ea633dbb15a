"""What the analysis remembers of open calls: plain mutable records, small, rebuilt by replaying stored events.

Enters: the identities the fold derives. Leaves: `State` and the tree call > participant > session > connection > track.
Times are ms on the session's (aligned) clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.features.notes import ClientNotes
from rtclens.analysis.settings import Settings
from rtclens.analysis.subjects import Connection, Stream, Subject, Track
from rtclens.model.events import Client, Origin
from rtclens.model.facts import AnyFact

if TYPE_CHECKING:
    from rtclens.analysis.detectors.engine import Panel
    from rtclens.analysis.detectors.grammar import Kind
    from rtclens.analysis.findings import Open
    from rtclens.analysis.hops import Hops
    from rtclens.analysis.survey.page import PageNotes

__all__ = ["Call", "Connection", "Participant", "Session", "State", "Stream", "Subject", "Track"]


class Session(Subject):
    """One join of a participant."""

    __slots__ = (
        "abrupt",
        "access_failed_at",
        "access_granted",
        "access_requests",
        "acts",
        "client",
        "connections",
        "device_counts",
        "end_reason",
        "ended_at",
        "external",
        "flags",
        "format",
        "hidden",
        "hidden_at",
        "hung_up",
        "id",
        "interval",
        "last_at",
        "last_received_at",
        "leave_at",
        "live_tracks",
        "notes",
        "offset_lag_ms",
        "offset_ms",
        "opened_at",
        "page",
        "participant",
        "row_at",
        "shift_ms",
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
        self.flags: dict[str, set[str]] = {}  # local or remote track id -> muted, disabled, stopped, screen
        self.live_tracks: set[str] = set()
        self.device_counts: dict[str, int] | None = None
        self.access_requests = 0
        self.access_failed_at: float | None = None
        self.access_granted = False
        self.acts: list[tuple[float, str]] | None = None  # what the application did lately
        self.hidden = False
        self.hidden_at = 0.0
        self.interval = 0.0
        self.offset_ms: float | None = None
        self.offset_lag_ms = 0.0  # what batches usually lag behind the fastest
        self.shift_ms = shift_ms
        self.notes = ClientNotes()
        self.page: PageNotes | None = None
        self.row_at = at


class Participant(Subject):
    """A person (or a server) in a call, over all joins."""

    __slots__ = (
        "call",
        "caused_s",
        "external",
        "first_at",
        "id",
        "joins",
        "last_at",
        "minutes",
        "name",
        "observed",
        "past",
        "role",
        "row_at",
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
        self.minutes: dict[int, list[int]] = {}  # minute -> slices good, degraded, bad, unknown
        self.past: dict[str, int] = {"good": 0, "degraded": 0, "bad": 0, "unknown": 0}  # minutes before these
        self.caused_s = 0.0
        self.row_at = at


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
