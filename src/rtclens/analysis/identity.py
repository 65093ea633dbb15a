"""From the ids that senders use to ours.

Enters: a batch's origin and times. Leaves: the call, participant and session it belongs to, made when new.
Our ids are hashes over app, the sender's id and the time of the first event, so a replay names the same things.
"""

from __future__ import annotations

from rtclens.analysis.presence import joined
from rtclens.analysis.settings import Settings
from rtclens.analysis.state import Call, Connection, Participant, Session, State
from rtclens.model.events import Batch, Origin, SessionOpened
from rtclens.model.ids import derive

LATE_MS = 15_000.0
SAME_OPENING_MS = 1_000.0


def find_call(state: State, origin: Origin, at: float, received_at: float) -> tuple[Call, Call | None]:
    """The open call of this origin, new when there is none or after a long pause; and the one it takes over from."""
    external = origin.call or f"~{origin.participant or origin.session or origin.format}"
    key = (origin.app_id, external)
    call = state.calls.get(key)
    earlier = None
    if call is not None and received_at - call.last_received_at > 1000.0 * state.settings.call_instance_gap_s:
        earlier, call = call, None
    if call is None:
        call_id = derive("call", origin.app_id, external, int(at))
        call = Call(origin.app_id, call_id, origin.call, at, state.settings)
        state.calls[key] = call
        call.dirty[call.id] = call
    return call, earlier


def find_participant(call: Call, external: str, role: str, at: float, session: str = "") -> Participant | None:
    """The participant known by `external`; `None` when the call is full.

    Whoever gives no id is a person of their own for each `session`: two strangers are not one.
    """
    key = external or (f"~{session}" if session else "")
    person = call.participants.get(key)
    if person is None:
        if len(call.participants) >= call.settings.max_participants:
            return None
        person = Participant(call, derive("part", call.id, key), external, role, at)
        call.participants[key] = person
        call.dirty[person.id] = person
        call.dirty[call.id] = call
    return person


def find_session(person: Participant, batch: Batch, at: float, shift_ms: float) -> Session:
    """The join this batch belongs to: the named one, else the open one, else one that just ended, else a new one."""
    origin = batch.origin
    opening = next((event for event in batch.events if isinstance(event, SessionOpened)), None)
    if origin.session:
        named = person.sessions.get(origin.session)
        if named is not None:
            return named
        return _new_session(person, origin, origin.session, at, shift_ms)
    current = _newest(person)
    if current is not None and (current.ended_at is None or opening is None):
        again = opening is not None and _another_opening(current, opening.at + shift_ms)
        late = current.ended_at is None or at <= current.ended_at + LATE_MS
        if not again and late:
            return current
    return _new_session(person, origin, f"~{int(at)}", at, shift_ms)


def _newest(person: Participant) -> Session | None:
    return max(person.sessions.values(), key=lambda session: session.started_at, default=None)


def _another_opening(session: Session, at: float) -> bool:
    """Whether a page opens again, rather than the same opening arriving twice."""
    return session.opened_at is not None and at - session.opened_at > SAME_OPENING_MS


def _new_session(person: Participant, origin: Origin, key: str, at: float, shift_ms: float) -> Session:
    session = Session(person, derive("sess", person.id, key), origin, at, shift_ms)
    person.sessions[key] = session
    person.observed = True
    joined(person, session, at)
    person.call.dirty[session.id] = session
    person.call.dirty[person.id] = person
    return session


def find_connection(session: Session, external: str, at: float) -> Connection | None:
    """The connection known by `external`; `None` when the session holds too many."""
    conn = session.connections.get(external)
    if conn is None:
        call = session.participant.call
        if len(session.connections) >= call.settings.max_connections:
            return None
        conn = Connection(session, derive("conn", session.id, external), external, at)
        session.connections[external] = conn
        call.connections += 1
        call.dirty[conn.id] = conn
    return conn


def shift_for(settings: Settings, at: float, received_at: float) -> float:
    """What to add to a session's times: nothing, unless its clock is grossly wrong."""
    if received_at and abs(at - received_at) > 1000.0 * settings.clock_tolerance_s:
        return received_at - at
    return 0.0
