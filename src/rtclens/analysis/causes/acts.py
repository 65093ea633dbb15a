"""What the application did just before something began.

Enters: events of a session; a finding. Leaves: the last acts of a session, and the one that a finding follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.clocks import between_ms, doubt_ms
from rtclens.analysis.findings import note
from rtclens.analysis.state import Connection, Session, Track
from rtclens.model.facts import Evidence

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

KEPT = 8
OFTEN = 3  # what an application reports again and again is no act
BEFORE_MS, AFTER_MS = 5_000.0, 1_000.0
CALLS = frozenset(
    {"getDisplayMedia", "applyConstraints", "setParameters", "replaceTrack", "addTrack", "setCodecPreferences"}
)


def act(session: Session, name: str, at: float) -> None:
    """Remember an act of the application."""
    session.acted([*session.acts, (at, name)][-KEPT:])


def acted(finding: Open) -> None:
    """Note the act of the sending application that the finding follows, once, where the clocks can tell the order."""
    if finding.legs or finding.case.get("n", 0.0) > 1.0:
        return
    subject = finding.subject
    if not isinstance(subject, Track | Connection):
        return
    own = subject.conn.session if isinstance(subject, Track) else subject.session
    sender = subject.peer if isinstance(subject, Track) and subject.direction == "inbound" else None
    actor = sender.conn.session if sender is not None else own
    acts = actor.acts
    names = [name for _, name in acts]
    for at, name in reversed(acts):
        before = between_ms(own, finding.opened_at, actor, at)
        doubt = doubt_ms(own, actor)
        if -AFTER_MS <= before <= BEFORE_MS and doubt <= BEFORE_MS and names.count(name) < OFTEN:
            finding.case["s_acted"] = 1.0
            note(finding, Evidence(metric="app_event", subject=actor.id, from_at=at, to_at=at, text=name, n=1))
            return
