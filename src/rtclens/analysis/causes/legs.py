"""Causes over time: a finding may last through several troubles, so it is judged leg by leg.

Enters: the answer for the evidence of the newest leg. Leaves: one answer, of the cause with the most seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.msgpack import Decoder

from rtclens.analysis.causes.answer import Answer
from rtclens.analysis.collected import FLAGS
from rtclens.analysis.resting import ENCODE

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

LEG_S = 5.0
CLEAR_SHARE = 0.6
TOLD = 0.1


class Leg(msgspec.Struct, array_like=True, gc=False):
    """Seconds of a finding that one cause explains."""

    answer: Answer
    seconds: float = 0.0


Legs = dict[tuple[str, str], Leg]  # by segment and participant
LEGS = Decoder(Legs).decode


def over_time(finding: Open, answer: Answer) -> Answer:
    """Book the newest leg, and answer for the whole finding."""
    seconds = finding.case.get("judged", 0.0)
    legs = LEGS(finding.legs) if finding.legs else {}
    if seconds > 0:
        leg = legs.setdefault((answer.segment, answer.participant), Leg(answer))
        leg.seconds += seconds
        if (answer.confidence or 0.0) >= (leg.answer.confidence or 0.0):
            leg.answer = answer
        if seconds >= LEG_S:
            finding.case = {name: value for name, value in finding.case.items() if name in FLAGS}
        else:
            finding.case["judged"] = 0.0
        finding.legs = ENCODE(legs)
    return _whole(legs, answer)


def _whole(legs: Legs, answer: Answer) -> Answer:
    if len(legs) < 2:
        return next((leg.answer for leg in legs.values()), answer)
    told = [leg for leg in legs.values() if leg.answer.segment]
    total = sum(leg.seconds for leg in told)
    if not told or total <= 0:
        return answer
    best = max(told, key=lambda leg: leg.seconds)
    share = best.seconds / total
    alternatives = {leg.answer.segment: round(leg.seconds / total, 3) for leg in told if leg is not best}
    chosen = best.answer
    confidence = round((chosen.confidence or 0.0) * (share + (1.0 - share) * CLEAR_SHARE), 3)
    listed = {str(segment): part for segment, part in alternatives.items() if part >= TOLD}
    return Answer(chosen.segment, chosen.participant, confidence, chosen.rule, chosen.reason, listed)
