"""Verdicts in SQL and in Python: one order, so that strips, minutes and series agree.

Enters: verdict words. Leaves: ranks. The worst verdict of what could be judged wins; `unknown` wins only where nothing
could be judged, `idle` only where nothing was expected.
"""

from __future__ import annotations

from rtclens.model.facts import Verdict

ORDER: tuple[Verdict, ...] = ("idle", "unknown", "good", "degraded", "bad")
RANK: dict[str, int] = {verdict: rank for rank, verdict in enumerate(ORDER)}
NAMES = "[" + ", ".join(f"'{verdict}'" for verdict in ORDER) + "]"
RANKS = str(list(range(len(ORDER))))


def rank_sql(column: str) -> str:
    """SQL for the rank of a verdict column; what is not a verdict counts as unknown."""
    return f"transform({column}, {NAMES}, {RANKS}, {RANK['unknown']})"


def verdict_of(rank: int) -> Verdict:
    """The verdict of a rank."""
    return ORDER[rank]
