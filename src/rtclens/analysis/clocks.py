"""How far the clocks of clients are apart, and how well that is known.

Enters: when a batch's newest event happened by the client's clock, and when it arrived by the server's.
Leaves: per session an offset and its uncertainty (ms); times of two sessions made comparable.
A batch arrives after it was sent, so the largest lead of event time over arrival time is nearest to the true offset
(the fastest trip); what batches usually lag behind it shows how uncertain it is.
"""

from __future__ import annotations

from rtclens.analysis.state import Session

FASTEST_MS = 100.0  # what even the fastest trip may have taken
GAIN = 0.2
UNSURE_MS = 2_000.0  # for a session whose clock was never compared, and the least that is allowed for


def compare(session: Session, lead_ms: float) -> None:
    """Book one batch: `lead_ms` is the time of its newest event minus the time of its arrival."""
    if session.offset_ms is None:
        session.offset_ms, session.offset_lag_ms = lead_ms, 0.0
        return
    if lead_ms > session.offset_ms:
        session.offset_lag_ms += (lead_ms - session.offset_ms) * (1.0 - GAIN)
        session.offset_ms = lead_ms
        return
    session.offset_lag_ms += GAIN * (session.offset_ms - lead_ms - session.offset_lag_ms)


def uncertainty_ms(session: Session) -> float | None:
    """Within what the offset is known; `None` where no arrival was ever compared."""
    return None if session.offset_ms is None else round(FASTEST_MS + session.offset_lag_ms, 1)


def server_time(session: Session, at: float) -> float:
    """A time of this session (on its aligned clock) by the server's clock, as well as that is known."""
    return at if session.offset_ms is None else at - session.offset_ms - session.shift_ms


def slack_ms(one: Session, other: Session) -> float:
    """How far two comparable times of two sessions may be apart before one is surely the earlier."""
    known = [uncertainty_ms(session) for session in (one, other)]
    return max(UNSURE_MS, sum(UNSURE_MS if value is None else value for value in known))


def between_ms(one: Session, at: float, other: Session, then: float) -> float:
    """From `then` by one session's clock to `at` by another's, as well as that is known."""
    return at - then if one is other else server_time(one, at) - server_time(other, then)


def doubt_ms(one: Session, other: Session) -> float:
    """By how much such a difference may be wrong: the uncertainties of both clocks, nothing within one session."""
    if one is other:
        return 0.0
    mine, theirs = uncertainty_ms(one), uncertainty_ms(other)
    return (UNSURE_MS if mine is None else mine) + (UNSURE_MS if theirs is None else theirs)
