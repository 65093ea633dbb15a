"""How a telemetry channel closes tells a hang-up from a vanishing, for SDKs that never say goodbye."""

from __future__ import annotations

import pytest

from rtclens.analysis import fold, new_state, tick
from rtclens.model.events import AnyEvent, Batch, ConnectionOpened, Heartbeat, Origin, StateChanged, TelemetryClosed
from rtclens.model.facts import Finding, Session

WHO = Origin("app", "observertc", "room", "ada", "1")
START = 1_795_000_000_000.0


def _ended(code: int | None, speaks_again: bool = False) -> tuple[Session, set[str]]:
    state = new_state()
    facts = []

    def hear(second: float, *events: AnyEvent) -> None:
        facts.extend(fold(state, Batch(WHO, START + second * 1000, list(events))).facts)

    hear(0, ConnectionOpened(at=START, connection="pc"))
    hear(1, StateChanged(at=START + 1000, connection="pc", machine="connection", state="connected"))
    hear(5, TelemetryClosed(at=START + 5000, code=code))
    if speaks_again:
        hear(8, Heartbeat(at=START + 8000))
    for second in range(9, 200, 3):
        facts.extend(tick(state, START + second * 1000))
    found = {fact.detector for fact in facts if isinstance(fact, Finding)}
    return [fact for fact in facts if isinstance(fact, Session)][-1], found


@pytest.mark.parametrize("code", [1000, 1005])
def test_an_application_that_closes_its_channel_has_hung_up(code):
    session, found = _ended(code)
    assert (session.end_reason, session.abrupt) == ("closed", False)
    assert "participant_vanished" not in found


@pytest.mark.parametrize("code", [1001, 1006, None])
def test_a_channel_that_breaks_is_no_goodbye(code):
    session, found = _ended(code)
    assert session.end_reason == "silence"
    assert "participant_vanished" in found


def test_who_speaks_again_after_closing_a_channel_can_vanish_later():
    session, found = _ended(1000, speaks_again=True)
    assert session.end_reason == "silence"
    assert "participant_vanished" in found
