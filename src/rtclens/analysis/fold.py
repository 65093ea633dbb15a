"""The fold: batches in, facts out.

Enters: `State`, batches in the order of the stream, ticks of the server's clock. Leaves: facts.
Nothing else decides: the same batches and ticks give the same facts, byte for byte, on any machine.
"""

from __future__ import annotations

import msgspec

from rtclens.analysis import survey
from rtclens.analysis.access import nothing_at_all
from rtclens.analysis.callwide import links, review
from rtclens.analysis.clocks import compare
from rtclens.analysis.detectors import people
from rtclens.analysis.features import happened, sampled
from rtclens.analysis.findings import close_finding, emit, open_finding
from rtclens.analysis.identity import find_call, find_connection, find_participant, find_session, shift_for
from rtclens.analysis.lifecycle import HANDLERS
from rtclens.analysis.presence import LEAVE_MS, channel_gone, end_session, live_count, silence_ms, silent
from rtclens.analysis.rows import write
from rtclens.analysis.samples import apply_sample
from rtclens.analysis.state import Call, Session, State
from rtclens.analysis.states import check
from rtclens.model.events import AnyEvent, Batch, Sample
from rtclens.model.facts import AnyFact

INTERVAL_GAIN = 0.3
MAX_BATCHES_LATE = 2.0
SWEEP_MS = 1_000.0
FARTHEST_MS = 1e15  # some thirty thousand years
SELDOM = 3  # rows of connections and tracks that only age are written at every third turn


class Identity(msgspec.Struct):
    """The ids a batch's raw rows are stored under; `connections` maps the sender's connection ids to ours."""

    call_id: str
    participant_id: str
    session_id: str
    connections: dict[str, str]


class Folded(msgspec.Struct):
    """What folding one batch gave."""

    identity: Identity
    facts: list[AnyFact]


def fold(state: State, batch: Batch) -> Folded:
    """Fold one batch into its call. Never raises, whatever the events hold."""
    events = batch.events if len(batch.events) == 1 else sorted(batch.events, key=_order)
    first = _possible(events[0].at) if events else batch.received_at
    newest = _possible(events[-1].at) if events else batch.received_at
    shift = shift_for(state.settings, newest, batch.received_at)
    origin = batch.origin
    call, earlier = find_call(state, origin, first + shift, batch.received_at)
    before = _conclude(earlier, earlier.server_now) if earlier is not None else []
    call.server_now = max(call.server_now, batch.received_at)
    call.last_received_at = max(call.last_received_at, batch.received_at)
    _reopened(call)
    if origin.format and origin.format not in call.formats:
        call.formats.append(origin.format)
        call.dirty[call.id] = call
    person = find_participant(call, origin.participant, origin.role, first + shift, origin.session)
    if person is None:
        return Folded(Identity(call.id, "", "", {}), before + _take(call))
    session = find_session(person, batch, first + shift, shift)
    _heard(session, batch, newest + session.shift_ms)
    touched: dict[str, str] = {}
    for event in events:
        _apply(state, call, session, event, touched)
    if batch.received_at - call.swept_at >= SWEEP_MS:
        call.swept_at = batch.received_at
        _silences(call, batch.received_at)
    _rows(call, batch.received_at)
    return Folded(Identity(call.id, person.id, session.id, touched), before + _take(call))


def _order(event: AnyEvent) -> float:
    return event.at


def _possible(at: float) -> float:
    """A time whose sums and differences stay finite."""
    return max(-FARTHEST_MS, min(FARTHEST_MS, at))


def _reopened(call: Call) -> None:
    """A call that ended and is spoken of again goes on."""
    if call.ended_at is not None:
        call.ended_at = None
        call.end_reason = ""
        call.dirty[call.id] = call


def _heard(session: Session, batch: Batch, newest: float) -> None:
    """Book the arrival of a batch: clock offset, spacing, and who was last seen when."""
    received = batch.received_at
    if session.last_received_at and received > session.last_received_at:
        gap = (received - session.last_received_at) / 1000.0
        session.interval = gap if not session.interval else session.interval + INTERVAL_GAIN * (gap - session.interval)
    session.last_received_at = max(session.last_received_at, received)
    session.hung_up = False  # it speaks; a batch that hangs up says so itself
    if received:
        compare(session, newest - session.shift_ms - received)
    if session.ended_at is not None:
        return
    session.last_at = max(session.last_at, newest)
    person = session.participant
    person.last_at = max(person.last_at, newest)
    person.call.last_at = max(person.call.last_at, newest)


def _apply(state: State, call: Call, session: Session, event: AnyEvent, touched: dict[str, str]) -> None:
    at = _possible(event.at) + session.shift_ms
    named: str = getattr(event, "connection", "")
    if isinstance(event, Sample):
        conn = find_connection(session, event.connection, at)
        if conn is None:
            return
        touched[event.connection] = conn.id
        if conn.ended_at is None:
            conn.sampled += 1
            conn.sampled_at = at if conn.sampled_at is None else conn.sampled_at
            conn.last_at = max(conn.last_at, at)
            apply_sample(call, conn, event, at, state.panels)
            sampled(conn, event, at)
            survey.surveyed(conn, event.stats, at, state.panels)
            check(conn, at)
            conn.rest()
        return
    for conn in session.connections.values():
        check(conn, at)
    handler = HANDLERS.get(type(event))
    if handler is not None:
        handler(session, event, at)
    known = session.connections.get(named) if named else None
    if known is not None:
        touched[named] = known.id
    happened(session, known, event, at)
    survey.happened(session, known, event, at)


def _silences(call: Call, now: float) -> None:
    """End joins that fell silent, and joins whose channel closed and did not come back."""
    for session in call.sessions():
        if session.ended_at is not None:
            continue
        nothing_at_all(session, session.last_at)
        quiet = now - session.last_received_at
        if quiet > silence_ms(session):
            silent(session, now)
        elif session.telemetry_closed_at is not None and quiet > LEAVE_MS:
            channel_gone(session)
        elif session.hidden:
            _hidden(session, session.last_at)


def _hidden(session: Session, now: float) -> None:
    if now - session.hidden_at >= 1000.0 * people.PAGE_HIDDEN.need_s:
        key = (people.PAGE_HIDDEN.id, session.id)
        known = session.participant.call.open.get(key)
        if known is None or known.closed_at is not None:
            finding = open_finding(people.PAGE_HIDDEN, session, session.hidden_at, now)
            if finding is not None:
                emit(finding, now)


def _rows(call: Call, now: float) -> None:
    """Write rows that changed; those that only age are written at most every few seconds."""
    if call.changed:
        call.changed = False
        call.live_max = max(call.live_max, live_count(call))
        review(call, call.last_at)
        call.dirty[call.id] = call
    aged = now - call.row_at >= 1000.0 * call.settings.row_every_s
    if aged:
        call.row_at = now
        call.turns += 1
        links(call, call.last_at)
        survey.together_now(call, call.last_at)
        _age(call, seldom=call.turns % SELDOM == 0)
    if not call.dirty:
        return
    dirty, call.dirty = call.dirty, {}
    for subject in dirty.values():
        write(subject)
    if call.id not in dirty:
        write(call)


def _age(call: Call, seldom: bool) -> None:
    for person in call.participants.values():
        if any(session.ended_at is None for session in person.sessions.values()):
            call.dirty[person.id] = person
        for session in person.sessions.values():
            if session.ended_at is not None:
                continue
            call.dirty[session.id] = session
            if not seldom:
                continue
            for conn in session.connections.values():
                if conn.ended_at is None:
                    call.dirty[conn.id] = conn
                    call.dirty.update((track.id, track) for track in conn.tracks.values() if track.ended_at is None)


def _take(call: Call) -> list[AnyFact]:
    taken, call.facts = call.facts, []
    return taken


def tick(state: State, now: float) -> list[AnyFact]:
    """Let the server's clock advance to `now` (ms): timers fire, silent joins and finished calls end."""
    facts: list[AnyFact] = []
    for key, call in list(state.calls.items()):
        call.server_now = max(call.server_now, now)
        for session in call.sessions():
            if session.ended_at is None:
                _timers(session, now)
        _silences(call, now)
        if call.ended_at is None and not live_count(call) and _waited(call, now):
            _end_call(call, "left" if all(not s.abrupt for s in call.sessions()) else "silence")
        if call.dirty or (call.ended_at is None and now - call.row_at >= 1000.0 * call.settings.row_every_s):
            _rows(call, now)
        facts.extend(_take(call))
        if call.ended_at is not None and now - call.last_received_at > 1000.0 * call.settings.call_instance_gap_s:
            del state.calls[key]
    return facts


def _timers(session: Session, now: float) -> None:
    """Fire timers at the session's own time, leaving room for events that are still on their way."""
    spacing = 1000.0 * MAX_BATCHES_LATE * session.interval
    local = session.last_at + max(0.0, now - session.last_received_at - spacing)
    for conn in session.connections.values():
        check(conn, local)


def _waited(call: Call, now: float) -> bool:
    return now - call.last_received_at > 1000.0 * call.settings.call_gap_s


def _end_call(call: Call, reason: str) -> None:
    ends = [session.ended_at for session in call.sessions() if session.ended_at is not None]
    call.ended_at = max(ends, default=call.last_at)
    call.end_reason = reason
    for finding in call.findings:
        close_finding(finding, call.ended_at, "call_ended")
    call.dirty[call.id] = call
    for person in call.participants.values():
        call.dirty[person.id] = person


def finish(state: State, at: float) -> list[AnyFact]:
    """The end of the input: whoever is silent vanished, whoever is not was cut off by the end; all calls end."""
    facts: list[AnyFact] = []
    for call in state.calls.values():
        facts.extend(_conclude(call, at))
    state.calls.clear()
    return facts


def _conclude(call: Call, at: float) -> list[AnyFact]:
    """End a call for good."""
    call.server_now = max(call.server_now, at)
    for session in call.sessions():
        if session.ended_at is None:
            _timers(session, at)
    _silences(call, at)
    for session in call.sessions():
        if session.ended_at is None and session.telemetry_closed_at is not None:
            channel_gone(session)
        if session.ended_at is None:
            end_session(session, session.last_at, "call_ended", abrupt=False)
    if call.ended_at is None:
        _end_call(call, "left")
    _rows(call, at)
    return _take(call)
