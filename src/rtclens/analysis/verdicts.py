"""Verdicts: what a slice, a track, a participant and a call amount to.

Enters: sums of a slice, slice verdicts, findings. Leaves: good, degraded, bad, unknown or idle, with the reasons.
Unknown is never good. The limits are those of docs/metrics.md, network and experience.
"""

from __future__ import annotations

from rtclens.analysis.findings import RANK, Open
from rtclens.analysis.state import Call, Participant, Track
from rtclens.analysis.sums import InSums, OutSums
from rtclens.model.facts import Verdict

ORDER: tuple[Verdict, ...] = ("bad", "degraded", "good", "idle", "unknown")
LEVELS: tuple[Verdict, ...] = ("unknown", "good", "degraded", "bad")
PLACE = {"good": 0, "idle": 0, "degraded": 1, "bad": 2}
KEPT_MINUTES = 3  # older minutes are only counted
Limits = tuple[str, float | None, float, float]


def worst(*verdicts: Verdict) -> Verdict:
    """The worst of several; what is known counts before what is not."""
    return min(verdicts, key=ORDER.index, default="unknown")


def grade(limits: list[Limits]) -> tuple[Verdict, list[str]]:
    """(verdict, reasons) of values against (degraded, bad) limits; unknown when nothing was measured."""
    level = 0
    reasons: list[str] = []
    for name, value, degraded, bad in limits:
        if value is None:
            continue
        if value < degraded:
            level = level or 1
            continue
        level = max(level, 3 if value >= bad else 2)
        reasons.append(name)
    return LEVELS[level], reasons


def heard(sums: InSums) -> tuple[Verdict, list[str]]:
    """The experience of received audio in a slice."""
    samples = sums.samples
    if not samples:
        return ("idle", []) if sums.packets == 0 else ("unknown", [])
    return grade(
        [
            ("broken speech", None if sums.audible is None else sums.audible / samples, 0.03, 0.07),
            ("stretched speech", None if sums.stretched is None else sums.stretched / samples, 0.05, 0.25),
        ]
    )


def seen(sums: InSums, expected: bool, fps_harmonic: float | None) -> tuple[Verdict, list[str]]:
    """The experience of received video in a slice; `expected` is false when nothing should move."""
    if not expected:
        return "idle", []
    slow = None if fps_harmonic is None else 1.0 / max(fps_harmonic, 0.01)
    frozen = None if sums.freeze is None else sums.freeze / sums.covered
    return grade(
        [
            ("frozen picture", frozen, 0.05, 0.30),
            ("standing picture", sums.stalled if sums.frames is not None else None, 1.0, 3.0),
            ("few frames", slow, 1 / 10.0, 1 / 7.0),
        ]
    )


def sent(sums: OutSums, expected: bool, loss: float | None, pacer: float | None) -> tuple[Verdict, list[str]]:
    """How well a sent track leaves here."""
    if not expected or not sums.packets:
        return ("idle", []) if not expected or sums.packets == 0 else ("unknown", [])
    known = sums.limited_none is not None
    held = (sums.limited_cpu or 0.0) + (sums.limited_bandwidth or 0.0)
    whole = held + (sums.limited_none or 0.0)
    limited = held / whole if known and whole > 0 else None
    verdict, reasons = grade(
        [
            ("loss at the far end", loss, 0.01, 0.05),
            ("sender queue", pacer, 0.02, 0.1),
            ("limited encoder", limited, 0.5, 2.0),
        ]
    )
    return ("good" if verdict == "unknown" else verdict), reasons


def account(track: Track, verdict: Verdict, covered: float, at: float) -> None:
    """Book a slice on its track and, for what a person hears and sees, on the person's minutes."""
    seconds = track.notes.seconds
    seconds[verdict] = seconds.get(verdict, 0.0) + covered
    track.judged = True
    if verdict == "bad":
        track.impaired_s += covered
    if track.direction != "inbound":
        return
    person = track.conn.session.participant
    number = int(at // 60_000)
    kept = person.minutes
    minute = kept.newest.get(number)
    if minute is None:
        minute = kept.newest[number] = [0, 0, 0, 0]
        if len(kept.newest) > KEPT_MINUTES:
            oldest = kept.newest.pop(min(kept.newest))
            kept.past[LEVELS.index(minute_verdict(oldest))] += 1
    minute[PLACE.get(verdict, 3)] += 1
    person.minutes = kept


def minute_verdict(minute: list[int]) -> Verdict:
    """The verdict of one minute from its counts of good, degraded, bad and unknown slices."""
    good, degraded, bad, unknown = minute
    judged = good + degraded + bad
    if unknown > judged:
        return "unknown"
    if bad >= max(2, judged // 6):
        return "bad"
    if bad or degraded >= max(3, judged // 4):
        return "degraded"
    return "good"


def minutes_of(person: Participant) -> tuple[int, int, int]:
    """(good, degraded, bad) minutes of a person."""
    kept = person.minutes
    counts = kept.past
    for minute in kept.newest.values():
        counts[LEVELS.index(minute_verdict(minute))] += 1
    _, good, degraded, bad = counts
    return good, degraded, bad


def good_minute_ratio(person: Participant) -> float | None:
    """Good minutes among those that could be judged."""
    good, degraded, bad = minutes_of(person)
    judged = good + degraded + bad
    return good / judged if judged else None


def impaired(person: Participant) -> float | None:
    """Seconds in which this person heard or saw badly; `None` when nothing was received that could tell."""
    tracks = [
        track
        for session in person.sessions.values()
        for connection in session.connections.values()
        for track in connection.tracks.values()
        if track.direction == "inbound"
    ]
    if not any(track.judged for track in tracks):
        return None
    return round(sum(track.impaired_s for track in tracks), 1)


def from_findings(found: list[Open]) -> Verdict:
    """What findings alone say: high and critical are bad, medium is degraded."""
    top = max((RANK[finding.severity] for finding in found if not finding.parent), default=-1)
    if top >= RANK["high"]:
        return "bad"
    return "degraded" if top >= RANK["medium"] else "unknown"


def participant_verdict(person: Participant, found: list[Open]) -> Verdict:
    """The verdict of a person: their findings, and their minutes."""
    good, degraded, bad = minutes_of(person)
    by_minutes: Verdict = "unknown"
    judged = good + degraded + bad
    if judged:
        by_minutes = "bad" if bad / judged > 1 / 3 else "degraded" if (bad + degraded) / judged > 1 / 3 else "good"
    return worst(from_findings(found), by_minutes)


def call_verdict(call: Call, people: list[Verdict]) -> Verdict:
    """The verdict of a call: nobody's bad time is averaged away."""
    return worst(*people) if people else from_findings(call.findings)
