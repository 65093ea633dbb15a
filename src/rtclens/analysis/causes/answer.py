"""What attribution answers. Enters: nothing. Leaves: `Vote` of a rule and `Answer` of the whole."""

from __future__ import annotations

import msgspec

from rtclens.model.facts import Segment

STRONG, MEDIUM, WEAK = 2.0, 1.0, 0.5


class Vote(msgspec.Struct, frozen=True):
    """A rule speaks for (or, with a negative weight, against) a segment; weights are log-odds."""

    segment: Segment
    weight: float
    rule: str
    participant: str = ""


class Answer(msgspec.Struct, array_like=True, gc=False):
    """The cause of a finding; an empty segment is inconclusive, and `reason` says what is missing."""

    segment: Segment = ""
    participant: str = ""
    confidence: float | None = None
    rule: str = ""
    reason: str = ""
    alternatives: dict[str, float] = {}
