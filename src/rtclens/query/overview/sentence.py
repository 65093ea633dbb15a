"""The overview in one sentence.

Enters: minutes, causes and calls of the span. Leaves: text. Below 200 judged minutes it counts instead of giving
rates; what could not be judged is said, never counted as fine.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtclens.analysis.narrative import WORDS
from rtclens.query.narrative import duration_words
from rtclens.query.overview.minutes import CauseMinutes, Minutes

RATES_FROM = 200
FINE, DEGRADED = 0.95, 0.85


def sentence(minutes: Sequence[Minutes], causes: Sequence[CauseMinutes], calls: int, live: int) -> str:
    """How it went, how much that rests on, and what cost most."""
    if not calls:
        return "No call in this period."
    judged, good = sum(bucket.judged for bucket in minutes), sum(bucket.good for bucket in minutes)
    unknown = sum(bucket.unknown for bucket in minutes)
    if not judged:
        return f"{plural(calls, 'call')}{_live(live)}; nothing could be judged yet."
    ratio = good / judged
    word = "Fine" if ratio >= FINE else "Degraded" if ratio >= DEGRADED else "Bad"
    amount = f"{100 * ratio:.1f} % good minutes" if judged >= RATES_FROM else f"{good} of {judged} minutes good"
    parts = [f"{word}: {amount} in {plural(calls, 'call')}{_live(live)}"]
    if causes and causes[0].minutes * 60 >= 1:
        where = WORDS.get(causes[0].segment, "causes that could not be proved")
        parts.append(f"most was lost to {where} ({duration_words(causes[0].minutes * 60)})")
    if unknown > judged / 10:
        parts.append(f"{plural(unknown, 'minute')} could not be judged")
    return "; ".join(parts) + "."


def plural(number: int, word: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _live(live: int) -> str:
    return f", {live} live" if live else ""
