"""Events that are not samples, offered to whoever looks for something in them; and the clock of each client.

Enters: a session and an event that was applied, or a batch's arrival. Leaves: findings.
"""

from __future__ import annotations

from rtclens.analysis.clocks import uncertainty_ms
from rtclens.analysis.detectors import setup as declared
from rtclens.analysis.detectors import telemetry
from rtclens.analysis.findings import is_open
from rtclens.analysis.paged import PageNotes, SetupNotes
from rtclens.analysis.state import Connection, Session
from rtclens.analysis.states import note_point, open_now
from rtclens.analysis.survey import page, setup
from rtclens.analysis.survey.things import over, text
from rtclens.model import events as e
from rtclens.model.facts import Evidence

CHURN, CHURN_MS = 3, 60_000.0
STEP_MS, STEP_SEEN = 500.0, 3
MANY = 200


def happened(session: Session, conn: Connection | None, event: e.AnyEvent, at: float) -> None:
    """An event was applied."""
    handler = page.HANDLERS.get(type(event))
    if handler is not None:
        handler(session, session.page(), event, at)
    notes = session.paged()
    if notes is not None and notes.muted:
        page.held(session, notes, at)
    if conn is None:
        return
    about = setup.HANDLERS.get(type(event))
    if about is not None:
        notes = session.page()
        if isinstance(event, e.ConnectionOpened):
            _opened(session, notes, conn, at)
        held = notes.connections.get(conn.id)
        if held is None:
            if len(notes.connections) >= MANY:
                return
            held = notes.connections[conn.id] = SetupNotes()
        about(conn, held, event, at)


def _opened(session: Session, notes: PageNotes, conn: Connection, at: float) -> None:
    """One connection more; each of the others of the last minute may be over already."""
    if any(known == conn.id for _, known in notes.opened):
        return
    recent = tuple(one for one in notes.opened if at - one[0] < CHURN_MS)
    ended = [known for _, known in recent if _over(session, known)]
    notes.opened = (*recent[-MANY:], (at, conn.id))
    if len(ended) + 1 >= CHURN and not is_open(session, declared.CHURN.id):
        began = recent[0][0]
        evidence = Evidence(metric="connections", subject=session.id, from_at=began, to_at=at, n=len(ended) + 1)
        evidence.observed, evidence.threshold = float(len(ended) + 1), float(CHURN)
        open_now(declared.CHURN, session, began, at, evidence)


def _over(session: Session, known: str) -> bool:
    conn = next((one for one in session.connections.values() if one.id == known), None)
    return conn is None or conn.ended_at is not None or "failed" in (conn.ice_state, conn.connection_state)


def looked(session: Session, conn: Connection, at: float) -> None:
    """A look was taken: what has to last is judged now."""
    notes = session.paged()
    if notes is None:
        return
    page.held(session, notes, at)
    held = notes.connections.get(conn.id)
    if held is not None:
        setup.calm(conn, held, at)
    if notes.opened and at - notes.opened[-1][0] >= CHURN_MS:
        over(declared.CHURN, session, at)


def arrived(session: Session, lead_ms: float, at: float) -> None:
    """At a look: how far the client's clock leads the server's; a jump that stays is told.

    A late batch makes the lead smaller for once; only what three looks agree on is the clock.
    """
    allowed = STEP_MS + 2.0 * (uncertainty_ms(session) or 0.0)
    if session.lead is None:
        session.lead = (lead_ms, lead_ms, 0)
        return
    known, new, seen = session.lead
    if abs(lead_ms - known) <= allowed:
        session.lead = (known, lead_ms, 0)
        return
    seen = seen + 1 if seen and abs(lead_ms - new) <= allowed else 1
    if seen < STEP_SEEN:
        session.lead = (known, lead_ms, seen)
        return
    session.lead = (lead_ms, lead_ms, 0)
    step = text("clock step", session, at, f"{(lead_ms - known) / 1000.0:+.1f} s")
    note_point(telemetry.CLOCK_STEP, session, at, at, step)
