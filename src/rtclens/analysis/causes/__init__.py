"""Whose fault: from a finding's evidence at both ends to a segment, a person and a confidence, or to no answer.

Enters: open findings and the intervals that keep them open. Leaves: the cause members of the finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtclens.analysis.causes.answer import Answer
from rtclens.analysis.causes.combine import decide
from rtclens.analysis.causes.legs import over_time
from rtclens.analysis.causes.observation import CLOSE_MS, observe
from rtclens.analysis.causes.relations import harmed, parent_of
from rtclens.analysis.causes.remedies import advice
from rtclens.analysis.causes.settled import settled
from rtclens.analysis.causes.votes import votes_for
from rtclens.analysis.resting import shared

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

__all__ = ["CLOSE_MS", "harmed", "judge", "observe"]


def judge(finding: Open) -> None:
    """Write the cause a finding's evidence points at, or why it points nowhere."""
    parent = parent_of(finding)
    if parent is not None:
        finding.parent = parent.id
    answer = settled(finding)
    if answer is None:
        answer = over_time(finding, decide(finding, votes_for(finding)))
    if parent is not None and (parent.cause or not answer.segment):
        answer = Answer(
            parent.cause, parent.cause_participant, parent.cause_confidence, parent.cause_rule, parent.cause_reason
        )
    finding.cause = answer.segment
    finding.cause_participant = answer.participant
    finding.cause_confidence = answer.confidence
    finding.cause_rule = answer.rule
    finding.cause_reason = answer.reason
    finding.alternatives = answer.alternatives
    finding.remedy = shared(advice(answer.segment, finding.detector.remedy))
