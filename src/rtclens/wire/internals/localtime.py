"""Old browsers log times as text in the user's zone and order of day and month: find the instant behind them.

Enters: such texts, and the span of the connection's statistics, which is UTC. Leaves: ms since the epoch, UTC.
Day, month and zone are decided together: of the possible readings the one stands whose distance to the statistics is
a whole number of quarter hours, as every time zone's is. Where none fits the instants stay unknown.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

DATE_TIME = re.compile(
    r"(\d{1,4})[./\-\u5e74]\s*(\d{1,2})[./\-\u6708]\s*(\d{1,4})\D{1,8}?(\d{1,2})[:.](\d{2})[:.](\d{2})\s*([AaPp])?",
    re.ASCII,
)
QUARTER = 15 * 60_000.0
TOLERANCE = 2 * 60_000.0
FARTHEST = 14 * 3_600_000.0  # time zones lie within 14 hours of UTC
ORDERS = ("mdy", "dmy", "ymd")


def read(texts: list[str], start: float | None, end: float | None) -> list[float] | None:
    """The instants of `texts`, given the statistics' first and last instant; `None` when no reading fits."""
    for order in ORDERS:
        naive = [_naive(text, order) for text in texts]
        known = [at for at in naive if at is not None]
        if not known or len(known) < len(naive):
            continue
        shift = _shift(known, start, end)
        if shift is not None:
            return [at + shift for at in known]
    return None


def _shift(naive: list[float], start: float | None, end: float | None) -> float | None:
    """The zone's distance that brings the log to the statistics' start, or its end to theirs."""
    for anchor, at in ((start, naive[0]), (end, naive[-1])):
        if anchor is None:
            continue
        whole = round((anchor - at) / QUARTER) * QUARTER
        if abs(whole) <= FARTHEST and abs(anchor - at - whole) <= TOLERANCE:
            return whole
    return None


def _naive(text: str, order: str) -> float | None:
    """The text as if it were UTC."""
    found = DATE_TIME.search(text)
    if found is None:
        return None
    parts = dict(zip(order, (int(found[index]) for index in (1, 2, 3)), strict=True))
    hour = int(found[4])
    if found[7] is not None:
        hour = hour % 12 + (12 if found[7] in "Pp" else 0)
    year = parts["y"] + (2000 if parts["y"] < 100 else 0)
    try:
        moment = datetime(year, parts["m"], parts["d"], hour, int(found[5]), int(found[6]), tzinfo=UTC)
    except ValueError:
        return None
    return moment.timestamp() * 1000
