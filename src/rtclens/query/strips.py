"""Verdict strips: how a call went, in up to 60 equal parts of its length.

Enters: calls with their begin and end (ms since the epoch). Leaves: verdicts by call; a part without any slice is
`unknown`. No part is shorter than a slice, so a short call has a short strip.
"""

from __future__ import annotations

import math

from rtclens.model.facts import Verdict
from rtclens.query.scope import Reader, Scope, ask
from rtclens.query.verdicts import RANK, rank_sql, verdict_of

PARTS = 60
SLICE_MS = 5000

# Versions and not the view of the newest: a slice that was written twice has the same verdict.
STRIPS = f"""
SELECT call_id, part, if(max(received) > {RANK["unknown"]}, max(received), max(worst)) AS worst FROM
(
    SELECT call_id, {rank_sql("verdict")} AS worst,
        -- what people hear and see decides; what was sent speaks where nobody told what arrived
        if(direction = 'inbound', worst, {RANK["idle"]}) AS received,
        transform(call_id, {{calls:Array(String)}}, {{begins:Array(Int64)}}, toInt64(0)) AS begin,
        transform(call_id, {{calls:Array(String)}}, {{widths:Array(Int64)}}, toInt64(1)) AS width,
        -- `at` is the end of a slice: its last millisecond belongs to the part it ends
        toInt64(intDiv(toUnixTimestamp64Milli(at) - begin - 1, width)) AS part
    FROM @track_slices_versions WHERE call_id IN {{calls:Array(String)}}
)
WHERE part >= 0 AND part < {PARTS} GROUP BY call_id, part
"""


def layout(begin: float, end: float) -> tuple[int, int]:
    """How many parts a call of this length has, and their width in ms."""
    length = max(end - begin, 1.0)
    parts = min(PARTS, max(1, round(length / SLICE_MS)))
    return parts, max(1, math.ceil(length / parts))


def strips_of(reader: Reader, scope: Scope, calls: list[tuple[str, float, float]]) -> dict[str, list[Verdict]]:
    """The strip of each `(call_id, begin, end)`."""
    layouts = {call_id: layout(begin, end) for call_id, begin, end in calls}
    strips: dict[str, list[Verdict]] = {call_id: ["unknown"] * parts for call_id, (parts, _) in layouts.items()}
    rows = ask(
        reader,
        scope,
        STRIPS,
        calls=[call_id for call_id, _, _ in calls],
        begins=[int(begin) for _, begin, _ in calls],
        widths=[layouts[call_id][1] for call_id, _, _ in calls],
    )
    for row in rows:
        strip = strips[row["call_id"]]
        strip[min(row["part"], len(strip) - 1)] = verdict_of(row["worst"])
    return strips
