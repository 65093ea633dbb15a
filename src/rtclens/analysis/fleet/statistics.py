"""The tests behind fleet findings, from the standard library only.

Enters: counts. Leaves: probabilities, ratios, intervals. Sources: Fisher's exact test (the hypergeometric tail), the
binomial tail, Katz' logarithmic interval of a risk ratio, Mantel and Haenszel's pooled risk ratio, Benjamini and
Hochberg's procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, lgamma, log, sqrt

Z95 = 1.959964
Table = tuple[int, int, int, int]  # exposed affected, exposed, control affected, control


def fisher(table: Table) -> float:
    """The probability of at least as many affected among the exposed, if exposure did not matter (one-sided)."""
    affected, exposed, others_affected, control = table
    total, struck = exposed + control, affected + others_affected
    whole = _choose(total, exposed)
    last = min(exposed, struck)
    terms = (
        exp(_choose(struck, hit) + _choose(total - struck, exposed - hit) - whole) for hit in range(affected, last + 1)
    )
    return min(1.0, sum(terms))


def at_least(hits: int, tries: int, chance: float) -> float:
    """The probability of at least so many hits in `tries`, each with the same chance (the binomial tail)."""
    if not 0.0 < chance < 1.0:
        return 1.0
    terms = (
        exp(_choose(tries, hit) + hit * log(chance) + (tries - hit) * log(1.0 - chance))
        for hit in range(hits, tries + 1)
    )
    return min(1.0, sum(terms))


def _choose(n: int, k: int) -> float:
    """`ln(n over k)`; minus infinity where there is no such choice."""
    if k < 0 or k > n:
        return float("-inf")
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def risk_ratio(table: Table) -> tuple[float, float, float]:
    """The risk of the exposed over that of the control, with its 95 % interval.

    Half a case is added to every cell where the control has none, so that the ratio stays finite.
    """
    affected, exposed, others_affected, control = (float(count) for count in table)
    if others_affected == 0 or affected == 0:
        affected, exposed, others_affected, control = affected + 0.5, exposed + 1, others_affected + 0.5, control + 1
    ratio = (affected / exposed) / (others_affected / control)
    spread = Z95 * sqrt(1 / affected - 1 / exposed + 1 / others_affected - 1 / control)
    return ratio, exp(log(ratio) - spread), exp(log(ratio) + spread)


def pooled_ratio(tables: Iterable[Table]) -> float | None:
    """The risk ratio over strata, each compared within itself; `None` where no stratum holds both groups."""
    above = below = 0.0
    for affected, exposed, others_affected, control in tables:
        total = exposed + control
        if exposed and control:
            above += affected * control / total
            below += others_affected * exposed / total
    if not above and not below:
        return None
    return above / below if below else float("inf")


def false_discovery(probabilities: Sequence[float]) -> list[float]:
    """The false discovery rate at which each test would be accepted, in the order of the tests."""
    count = len(probabilities)
    rates = [1.0] * count
    lowest = 1.0
    for rank, place in enumerate(sorted(range(count), key=lambda at: -probabilities[at])):
        lowest = min(lowest, probabilities[place] * count / (count - rank))
        rates[place] = lowest
    return rates
