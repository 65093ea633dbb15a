"""Jitsi's rtcstats protocol (`3.x`): the server speaks first, entries are numbered and acknowledged.

Enters: JSON objects, one or several to a frame: `identity`, `stats-entry`, `keepalive`, `close`, each for the
`statsSessionId` it names. Leaves: batches, refusals, and replies `sn` that say up to which number entries are safe: a
door sends an item only after the items before it are durable, so an acknowledgement is a promise kept.

Back-end senders (JVB, Jicofo, Jigasi, Jibri) are infrastructure: role `sfu`.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from rtclens.model.codec import Hello, Item, Refusal, Reply
from rtclens.model.events import Batch, Heartbeat, SessionClosed
from rtclens.wire.common.frames import as_bytes, load
from rtclens.wire.rtcstats import backend, hints, legacy, legacy_delta, origin
from rtclens.wire.rtcstats.objects import Unreadable, objects
from rtclens.wire.rtcstats.state import State
from rtclens.wire.rtcstats.values import integer, text

FORMAT = "rtcstats-jitsi"
BACKENDS = ("JVB", "JICOFO", "JIGASI", "JIBRI")
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
ACK_EVERY_MS = 5_000.0
ACK_EVERY = 200  # entries; the client's buffer holds a thousand
MAX_SESSIONS = 256
MAX_HANDED_OUT = 1_000_000  # reports, or keys of a bridge's document, that the entries of one frame stand for
REMEMBERED = 2_000  # sequence numbers below the highest that are still told apart


class Session(msgspec.Struct):
    """One statsSessionId. `highest` is the last number stored, `seen` the numbers near it."""

    legacy: legacy.LegacyState
    backend: backend.Backend | None = None
    highest: int = 0
    seen: dict[int, None] = {}
    unacknowledged: int = 0
    acknowledged_at: float = 0.0
    closed: bool = False


class JitsiState(msgspec.Struct):
    """One socket; `sessions` by statsSessionId."""

    hello: Hello
    sessions: dict[str, Session] = {}
    handed_out: int = 0


class RtcStatsJitsi:
    """Codec of Jitsi's protocol."""

    name = FORMAT

    def open(self, hello: Hello) -> tuple[JitsiState, list[Item]]:
        """Begin a stream by telling the client that nothing is stored yet."""
        return JitsiState(hello), [_sequence(0, "initial")]

    def resume(self, hello: Hello, earlier: JitsiState) -> tuple[JitsiState, list[Item]]:
        """Begin a stream of a client that was here before: it sends again only what `earlier` has not seen."""
        session = earlier.sessions.get(hello.query.get("statsSessionId", ""))
        stored = 0 if session is None else session.highest
        return JitsiState(hello, earlier.sessions), [_sequence(stored, "initial")]

    def feed(self, state: JitsiState, frame: bytes | str, at: float) -> tuple[JitsiState, list[Item]]:
        """Decode one frame."""
        raw = as_bytes(frame)
        items: list[Item] = []
        state.handed_out = 0
        try:
            for message in objects(raw):
                items.extend(self._message(state, message, at, raw))
        except Unreadable as reason:
            items.append(Refusal(reason.code, str(reason), format=FORMAT, at=at, raw=raw))
        return state, items

    def _message(self, state: JitsiState, message: dict[str, Any], at: float, raw: bytes) -> list[Item]:
        kind, identity = text(message.get("type")), text(message.get("statsSessionId"))
        if not _SESSION_ID.fullmatch(identity):
            return [_refusal("missing_member", "no usable statsSessionId", at, raw)]
        if identity not in state.sessions and len(state.sessions) >= MAX_SESSIONS:
            return [_refusal("too_many", f"more than {MAX_SESSIONS} sessions on one socket", at, raw)]
        session = session_of(state, identity, at)
        if kind in ("identity", "stats-entry"):
            state.handed_out += _size(session)
            if state.handed_out > MAX_HANDED_OUT:
                raise Unreadable("too_many", f"the entries stand for more than {MAX_HANDED_OUT} reports")
            return _entry(session, message, at, raw)
        if kind == "keepalive":
            return [_said(session, at, Heartbeat(at=_time(session, at))), *_acknowledge(session, at)]
        if kind == "close":
            session.closed = True
            return [
                _said(session, at, SessionClosed(at=_time(session, at), reason="left")),
                *_acknowledge(session, at, now=True),
            ]
        return [_refusal("bad_shape", f"unknown message type {kind!r}", at, raw)]

    def close(self, state: JitsiState, at: float, code: int | None = None) -> list[Item]:
        """End the stream of every session on this socket."""
        items: list[Item] = []
        for session in state.sessions.values():
            if not session.closed:
                items.extend(legacy.close(session.legacy, at, code))
        return items


def session_of(state: JitsiState, identity: str, at: float) -> Session:
    """The session of that id, made on first sight."""
    found = state.sessions.get(identity)
    if found is None:
        found = state.sessions[identity] = _session(state.hello, identity, at)
    return found


def _size(session: Session) -> int:
    """How much one more entry may hand out: small differences stand for everything that is known."""
    if session.backend is not None:
        return session.backend.keys
    return sum(len(peer.reports.reports) for peer in session.legacy.inner.peers.values())


def _session(hello: Hello, identity: str, at: float) -> Session:
    """A session of its own: the stats session id outlives sockets, so it names the session."""
    inner = State(
        hello,
        msgspec.structs.replace(origin.origin(hello, FORMAT), session=identity),
        client=origin.client(hello),
        labelled=False,
    )
    session = Session(legacy.LegacyState(inner, hints.waiting(inner)), acknowledged_at=at)
    if any(name in hello.protocol.upper() for name in BACKENDS):
        session.backend = backend.start(inner)
    return session


def _entry(session: Session, message: dict[str, Any], at: float, raw: bytes) -> list[Item]:
    data = message.get("data")
    if isinstance(data, str):
        try:
            data = load(data)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return [_refusal("not_json", "the entry's data is not JSON", at, raw)]
    if isinstance(data, dict):
        session.backend = session.backend or backend.start(session.legacy.inner)
        items = backend.feed(session.backend, session.legacy, str(message.get("type")), data, at)
        return [*items, *_acknowledge(session, at)]
    number = integer(data[4]) if isinstance(data, list) and len(data) > 4 else None
    if number is not None and _is_repeated(session, number):
        return [Batch(session.legacy.inner.origin, at, []), *_acknowledge(session, at)]
    entry = data[:4] if isinstance(data, list) else data
    items = legacy.feed_entry(session.legacy, entry, legacy_delta.apply_jitsi, at, raw)
    session.unacknowledged += 1
    return [*items, *_acknowledge(session, at)]


def _is_repeated(session: Session, number: int) -> bool:
    """Whether the entry came before; remembers it if not. A client sends its buffer again after a reconnect."""
    if number in session.seen or (number <= session.highest - REMEMBERED):
        return True
    session.seen[number] = None
    session.highest = max(session.highest, number)
    while len(session.seen) > REMEMBERED:
        del session.seen[next(iter(session.seen))]
    return False


def _acknowledge(session: Session, at: float, *, now: bool = False) -> list[Item]:
    due = session.unacknowledged >= ACK_EVERY or at - session.acknowledged_at >= ACK_EVERY_MS
    if not session.highest or not (due or now):
        return []
    session.unacknowledged, session.acknowledged_at = 0, at
    waiting = session.legacy.waiting
    held = hints.release(session.legacy.inner, waiting, at) if not waiting.done else []
    return [*held, _sequence(session.highest, "acknowledged")]


def _sequence(value: int, state: str) -> Reply:
    return Reply(msgspec.json.encode({"type": "sn", "body": {"value": value, "state": state}}).decode())


def _said(session: Session, at: float, event: Heartbeat | SessionClosed) -> Batch:
    return Batch(session.legacy.inner.origin, at, [event])


def _time(session: Session, at: float) -> float:
    now = session.legacy.inner.clock.now
    return at if now is None else now + max(0.0, at - session.legacy.inner.clock.arrival)


def _refusal(code: str, message: str, at: float, raw: bytes) -> Refusal:
    return Refusal(code, message, format=FORMAT, at=at, raw=raw)
