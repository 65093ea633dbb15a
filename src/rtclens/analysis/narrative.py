"""Findings in sentences, generated from the structure only: no number without a source, no sentence without evidence.

Enters: findings of a person or a call. Leaves: one short text.
"""

from __future__ import annotations

from rtclens.analysis.findings import RANK, Open
from rtclens.analysis.state import Call, Participant
from rtclens.analysis.verdicts import minutes_of

WORDS: dict[str, str] = {
    "sender_device": "the sending device",
    "sender_uplink": "the sender's network",
    "relay": "the relay",
    "sfu": "the media server",
    "receiver_downlink": "the receiver's network",
    "receiver_device": "the receiving device",
    "signalling_config": "configuration or signalling",
    "app": "the application",
    "person": "the person's own choice",
    "telemetry": "the data, not the call",
    "mixed": "the path between them",
}
VERY_LIKELY, LIKELY = 0.90, 0.75
TOLD = RANK["medium"]
SCORES = frozenset({"audio_score_low", "video_score_low"})


def surely(confidence: float | None) -> str:
    """A confidence in words; never "certain"."""
    if confidence is None:
        return "perhaps"
    if confidence >= VERY_LIKELY:
        return "very likely"
    return "likely" if confidence >= LIKELY else "probably"


def name_of(person: Participant) -> str:
    """What to call a person."""
    return person.name or person.external or "someone"


def participant_sentence(person: Participant, found: list[Open]) -> str:
    """The worst finding of a person in one sentence, with its cause where one was found."""
    told = [finding for finding in found if RANK[finding.severity] >= TOLD and not finding.parent]
    if not told:
        return f"{name_of(person)}: passing trouble, too short for a finding." if _passing(person) else ""
    worst = max(told, key=_weight)
    text = f"{name_of(person)}: {worst.detector.title.lower()}"
    others = len(told) - 1
    if others:
        text += f" and {others} more finding{'s' if others > 1 else ''}"
    return f"{text}; {cause_words(worst, person.call)}."


def _weight(finding: Open) -> tuple[int, bool, float]:
    """By severity, then what is specific before a mere score, then by duration."""
    return RANK[finding.severity], finding.detector.id not in SCORES, finding.last_at - finding.opened_at


def _passing(person: Participant) -> bool:
    _, degraded, bad = minutes_of(person)
    return bool(degraded or bad)


def cause_words(finding: Open, call: Call) -> str:
    """The cause in words, or why none is named."""
    if not finding.cause:
        return f"cause not clear: {finding.cause_reason}" if finding.cause_reason else "cause not clear"
    where = WORDS.get(finding.cause, finding.cause)
    person = next((p for p in call.participants.values() if p.id == finding.cause_participant), None)
    whose = f" of {name_of(person)}" if person is not None and finding.cause not in ("mixed", "sfu", "relay") else ""
    return f"{surely(finding.cause_confidence)} {where}{whose}"


def call_sentence(call: Call, by_person: dict[str, list[Open]], people: list[Participant]) -> str:
    """The call in one or two sentences: the worst first."""
    own = [finding for finding in call.findings if RANK[finding.severity] >= TOLD and not finding.parent]
    if not own:
        if any(_passing(person) for person in people):
            return "Passing trouble, too short for a finding."
        return "No trouble was found." if any(person.minutes.newest for person in people) else ""
    worst = max(own, key=_weight)
    text = f"{worst.detector.title}; {cause_words(worst, call)}."
    for person in people:
        if worst in by_person[person.id]:
            text = participant_sentence(person, by_person[person.id])
    return text + _besides(worst, call)


def top_finding(call: Call) -> Open | None:
    """The gravest finding whose cause names a side, not only the path that people share."""
    named = (f for f in call.findings if f.cause and f.cause not in ("unknown", "mixed") and f.severity != "info")
    return max(named, key=lambda f: (RANK[f.severity], f.cause_confidence or 0.0), default=None)


def _besides(worst: Open, call: Call) -> str:
    """The call's top cause, where the sentence about the worst finding names another one or none."""
    top = top_finding(call)
    told = (worst.cause, worst.cause_participant)
    if top is None or RANK[top.severity] < TOLD or (top.cause, top.cause_participant) == told:
        return ""
    if top.detector is worst.detector:
        return f" The same elsewhere: {cause_words(top, call)}."
    title = top.detector.title
    said = title if title[:2].isupper() else title[:1].lower() + title[1:]
    return f" Besides, {said}: {cause_words(top, call)}."
