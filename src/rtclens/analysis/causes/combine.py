"""From votes to an answer, or to none: posterior, coverage, abstention.

Enters: a finding and its votes. Leaves: an `Answer`; it abstains rather than blame on thin evidence.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from rtclens.analysis.causes.answer import Answer, Vote
from rtclens.model.facts import Segment

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

PRIORS: dict[Segment, float] = {
    "sender_uplink": 0.20,
    "receiver_downlink": 0.25,
    "sender_device": 0.15,
    "receiver_device": 0.15,
    "mixed": 0.08,
    "sfu": 0.05,
    "relay": 0.05,
    "signalling_config": 0.05,
    "app": 0.05,
    "unknown": 0.05,
}
LEAST, MARGIN = 0.6, 0.2
BLIND = 0.8  # what is left of a confidence when one end sent no telemetry
TOLD = 0.1  # alternatives below are not listed
HIGHEST = 0.97


def decide(finding: Open, votes: list[Vote]) -> Answer:
    """The most probable segment, if it is probable enough and clearly ahead."""
    if not votes:
        return Answer(reason=_missing(finding))
    scores = {segment: log(prior) for segment, prior in PRIORS.items()}
    for vote in votes:
        scores[vote.segment] = scores.get(vote.segment, log(0.02)) + 1.5 * vote.weight
    total = sum(exp(score) for score in scores.values())
    posterior = {segment: exp(score) / total for segment, score in scores.items()}
    ranked = sorted(posterior.items(), key=lambda item: -item[1])
    segment, best = ranked[0]
    alternatives = _listed(ranked[1:4])
    seen = finding.case.get("sender_seen") or not finding.case.get("judged")
    confidence = min(HIGHEST, best if seen else best * BLIND)
    if confidence < LEAST or best - ranked[1][1] < MARGIN or segment == "unknown":
        reason = _missing(finding) or "the evidence points both ways"
        return Answer(reason=reason, alternatives=_listed(ranked[:4]))
    spoke = max((vote for vote in votes if vote.segment == segment), key=lambda vote: vote.weight)
    return Answer(segment, spoke.participant, round(confidence, 3), spoke.rule, "", alternatives)


def _listed(ranked: list[tuple[Segment, float]]) -> dict[str, float]:
    return {str(name): round(share, 3) for name, share in ranked if share >= TOLD}


def _missing(finding: Open) -> str:
    """Which input would have decided."""
    case = finding.case
    inbound = getattr(finding.subject, "direction", "") == "inbound"
    if inbound and not case.get("linked"):
        return "it is not known which sent stream this is"
    if inbound and not case.get("sender_seen"):
        return "the sender's measurements are missing"
    if not case.get("served"):
        return "one path, two ends: neither shows a sign of its own"
    return "no measurement at either end stands out"
