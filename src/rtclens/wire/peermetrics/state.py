"""What the service remembers between requests: a cache, bounded, and explicit.

Enters: sessions as requests touch them. Leaves: their clock, open questions and what was already seen. All of it may
be lost (restart, another process): ids and tokens stand on their own, so a lost state costs a pairing or the
recognition of a duplicate, never a request.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

import msgspec

from rtclens.model.events import Origin
from rtclens.model.ids import SEPARATOR
from rtclens.wire.peermetrics.clock import Timeline
from rtclens.wire.peermetrics.contract import Settings

LINGER = 2_000.0  # ms after its end in which a session may still finish what it had begun
SAME_EVENT = 1_500.0  # ms between two tellings of one event


def key_of(*parts: object) -> bytes:
    """A short key that stands for `parts` among what was already seen."""
    return blake2b(SEPARATOR.join(str(part).encode() for part in parts), digest_size=12).digest()


class Recent(msgspec.Struct):
    """Keys seen lately, oldest first, each with its arrival time (ms) and what it belongs to."""

    seen: dict[bytes, tuple[float, str]] = {}

    def get(self, key: bytes) -> tuple[float, str] | None:
        """When `key` was seen and for what; `None` when it is new or forgotten."""
        return self.seen.get(key)

    def add(self, key: bytes, at: float, owner: str = "") -> None:
        """Remember `key`."""
        self.seen[key] = (at, owner)

    def first_time(self, key: bytes, at: float) -> bool:
        """Whether `key` is new; remembers it."""
        if key in self.seen:
            return False
        self.seen[key] = (at, "")
        return True

    def forget(self, before: float, keep: int) -> None:
        """Drop what is older than `before`, but keep the newest `keep` keys whatever their age."""
        while len(self.seen) > keep:
            key, (at, _) = next(iter(self.seen.items()))
            if at >= before:
                return
            del self.seen[key]


class Connection(msgspec.Struct):
    """One connection of a session. `states` holds per machine the furthest rank and when it was reached.

    `name` is its id, one string for all samples that refer to it. `same_as` names the connection that this one repeats
    (one RTCPeerConnection registered twice).
    """

    name: str
    peer: str = ""
    ended_at: float | None = None
    same_as: str = ""
    states: dict[str, tuple[int, float]] = {}


class Question(msgspec.Struct, frozen=True):
    """A getUserMedia request whose outcome has not arrived, or an outcome whose request has not."""

    correlation: str
    at: float
    audio: bool | None = None
    video: bool | None = None


class Session(msgspec.Struct):
    """One page visit. `hidden` and `closed_at` are what was last stored about it."""

    clock: Timeline
    origin: Origin | None = None
    touched: float = 0.0
    closed_at: float | None = None
    hidden: bool | None = None
    strangers: int = 0
    asked: int = 0
    open_questions: list[Question] = []
    early_answers: list[Question] = []
    connections: dict[str, Connection] = {}
    directions: dict[tuple[str, str], str] = {}
    last_times: dict[tuple[str, str, str], float] = {}
    last_names: dict[tuple[str, str], str] = {}
    samples: Recent = msgspec.field(default_factory=Recent)
    facts: Recent = msgspec.field(default_factory=Recent)

    def active(self, at: float) -> None:
        """Something happened in the session: if that was after its announced end, the end was not the end."""
        if self.closed_at is not None and at > self.closed_at + LINGER:
            self.closed_at = None

    def is_new(self, name: str, connection: str, subject: str, at: float, *, repeat: bool = False) -> bool:
        """Whether the event `name` of `subject` did not happen about then yet.

        A `repeat` (the SDK says so by an age) is a copy of whatever it equals; a first telling is one only when no
        other event of the subject came in between.
        """
        key, what = (connection, subject, name), (connection, subject)
        told_at = self.last_times.get(key)
        is_copy = told_at is not None and abs(at - told_at) <= SAME_EVENT
        if is_copy and (repeat or self.last_names.get(what) == name):
            return False
        self.last_times[key] = at
        self.last_names[what] = name
        return True


class State:
    """All sessions of one process, least recently used first, and the calls that a back end stopped."""

    def __init__(self) -> None:
        self.sessions: OrderedDict[str, Session] = OrderedDict()
        self.stopped: OrderedDict[tuple[str, str], float] = OrderedDict()
        self.serial = 0

    def next_serial(self) -> int:
        """A number this state has not given out before."""
        self.serial += 1
        return self.serial

    def session(self, session_id: str, at: float, settings: Settings) -> Session:
        """The session, new if it was never seen or was forgotten; drops what is idle or over the limit."""
        session = self.sessions.get(session_id)
        if session is None:
            session = self.sessions[session_id] = Session(Timeline())
        session.touched = at
        self.sessions.move_to_end(session_id)
        self._drop_idle(at - settings.session_idle, settings.max_sessions)
        _tidy(session, at, settings)
        return session

    def _drop_idle(self, before: float, most: int) -> None:
        while self.sessions:
            oldest = next(iter(self.sessions.values()))
            if oldest.touched >= before and len(self.sessions) <= most:
                return
            self.sessions.popitem(last=False)

    def stop(self, app: str, call: str, at: float, most: int) -> None:
        """Note that the application's back end stopped this call."""
        self.stopped[app, call] = at
        while len(self.stopped) > most:
            self.stopped.popitem(last=False)


def _tidy(session: Session, at: float, settings: Settings) -> None:
    connections = max(len(session.connections), 1)
    session.samples.forget(at - settings.duplicate_window, settings.duplicate_samples * connections)
    session.facts.forget(at - settings.duplicate_window, 0)
    if len(session.last_times) > 256:
        session.last_times = {key: time for key, time in session.last_times.items() if time >= at - 60_000.0}
