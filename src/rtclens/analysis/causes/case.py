"""A finding's evidence under short names. Enters: a finding with its case. Leaves: means, limits, both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.causes.candidates import UP
from rtclens.analysis.causes.sums import mean
from rtclens.analysis.links import peer_of
from rtclens.analysis.owners import person_id
from rtclens.analysis.state import Connection, Track

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

BAD_LOSS, CLEAN_LOSS = 0.02, 0.01
MOST, FEW = 0.6, 0.2  # of siblings that are bad


class Case:
    """A finding's evidence under short names, and who is at which end."""

    __slots__ = ("direct", "finding", "inbound", "receiver", "sender", "sums")

    def __init__(self, finding: Open) -> None:
        self.finding = finding
        self.sums = finding.case
        self.direct = not finding.case.get("served")  # without a known server one path joins two ends
        subject = finding.subject
        own = person_id(finding.subject)
        other = _other_end(subject)
        self.inbound = isinstance(subject, Track) and subject.direction == "inbound"
        self.receiver = own if self.inbound else other
        self.sender = other if self.inbound else own

    @property
    def ups(self) -> dict[str, float]:
        """What possible senders of an unlinked stream lose on their way to the server, by person."""
        names = [name for name in self.sums if name.startswith(UP) and not name.endswith("/t")]
        return {name.removeprefix(UP): value for name in names if (value := self.get(name)) is not None}

    def get(self, name: str) -> float | None:
        """The mean of a collected metric."""
        return mean(self.sums, name)

    def over(self, name: str, limit: float) -> bool:
        """Whether a metric is known and at least `limit`."""
        value = self.get(name)
        return value is not None and value >= limit

    def under(self, name: str, limit: float) -> bool:
        """Whether a metric is known and below `limit`."""
        value = self.get(name)
        return value is not None and value < limit


def _other_end(subject: object) -> str:
    if isinstance(subject, Track):
        if subject.peer is not None:
            return subject.peer.conn.session.participant.id
        person = peer_of(subject.conn)
        return person.id if person is not None else ""
    if isinstance(subject, Connection):
        person = peer_of(subject)
        return person.id if person is not None else ""
    return ""
