"""Participant-minutes by verdict over time, and the time that each cause cost.

Enters: a span. Leaves: counts per bucket. A participant's 5 s slot has the worst verdict of what they receive. A minute
is bad with 10 s of bad slots, degraded with any bad slot or 15 s of degraded ones, unknown with 35 s of unknown ones,
else good: two, three and seven slices of docs/metrics.md on media time, so that coarse sampling judges alike.
"""

from __future__ import annotations

import msgspec

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params
from rtclens.query.verdicts import RANK, rank_sql

BUCKETS = 96
MINUTE_S = 60


class Minutes(msgspec.Struct, frozen=True):
    """Participant-minutes of one bucket that begins at `at`; minutes where nothing was expected are left out."""

    at: float
    good: int
    degraded: int
    bad: int
    unknown: int

    @property
    def judged(self) -> int:
        """How many of them could be judged."""
        return self.good + self.degraded + self.bad


class CauseMinutes(msgspec.Struct, frozen=True):
    """What a segment cost: minutes of the union of its findings per participant. '' is inconclusive."""

    segment: str
    minutes: float
    findings: int


class DetectorCount(msgspec.Struct, frozen=True):
    """How often a detector found something, and in how many calls."""

    detector: str
    findings: int
    calls: int


def bucket_s(span: Span) -> int:
    """The width of a bucket: whole minutes, at most `BUCKETS` of them."""
    return max(1, -(-int(span.seconds) // (BUCKETS * MINUTE_S))) * MINUTE_S


MINUTES = f"""
SELECT intDiv(minute, {{bucket:UInt32}}) * {{bucket:UInt32}} AS bucket_at,
    countIf(bad_s >= 10) AS bad,
    countIf(bad_s < 10 AND (bad_s > 0 OR degraded_s >= 15)) AS degraded,
    countIf(bad_s = 0 AND degraded_s < 15 AND unknown_s >= least(35, judged_s + unknown_s)) AS unknown,
    countIf(bad_s = 0 AND degraded_s < 15 AND unknown_s < least(35, judged_s + unknown_s)) AS good
FROM
(
    SELECT call_id, participant_id, intDiv(slot, 60) * 60 AS minute,
        sumIf(covered, worst = {RANK["bad"]}) AS bad_s,
        sumIf(covered, worst = {RANK["degraded"]}) AS degraded_s,
        sumIf(covered, worst = {RANK["unknown"]}) AS unknown_s,
        sumIf(covered, worst > {RANK["unknown"]}) AS judged_s
    FROM
    (
        SELECT call_id, participant_id, intDiv(toUnixTimestamp64Milli(at) - 1, 5000) * 5 AS slot,
            max({rank_sql("verdict")}) AS worst, max(greatest(covered_s, 0.001)) AS covered
        FROM @track_slices
        WHERE direction = 'inbound' AND at >= {moment("from_at")} AND at < {moment("to_at")}
        GROUP BY call_id, participant_id, slot
    )
    WHERE worst > {RANK["idle"]}
    GROUP BY call_id, participant_id, minute
)
GROUP BY bucket_at ORDER BY bucket_at
"""

# Two findings of one person at the same time cost that time once.
CAUSES = f"""
SELECT cause_segment AS segment, sum(lasted_ms) / 60000 AS minutes, toInt64(sum(found)) AS findings FROM
(
    SELECT cause_segment, call_id, participant_id, count() AS found,
        intervalLengthSum(
            greatest(toUnixTimestamp64Milli(opened_at), {{from_at:Int64}}),
            least(toUnixTimestamp64Milli(greatest(ifNull(closed_at, last_seen_at), opened_at)), {{to_at:Int64}})
        ) AS lasted_ms
    FROM @findings
    WHERE opened_at < {moment("to_at")} AND greatest(ifNull(closed_at, last_seen_at), opened_at) >= {moment("from_at")}
        AND severity != 'info' AND parent_id = ''
    GROUP BY cause_segment, call_id, participant_id
)
GROUP BY cause_segment ORDER BY minutes DESC, findings DESC, segment
"""

DETECTORS = f"""
SELECT detector, count() AS findings, uniqExact(call_id) AS calls FROM @findings
WHERE opened_at < {moment("to_at")} AND greatest(ifNull(closed_at, last_seen_at), opened_at) >= {moment("from_at")}
    AND severity != 'info'
GROUP BY detector ORDER BY findings DESC, detector LIMIT 50
"""


def minutes(reader: Reader, scope: Scope, span: Span) -> list[Minutes]:
    """Every bucket of the span, the empty ones too."""
    width = bucket_s(span)
    rows = ask(reader, scope, MINUTES, bucket=width, **span_params(span))
    found = {row.pop("bucket_at"): row for row in rows}
    first = int(span.from_at // 1000) // width * width
    starts = range(first, max(int(-(-span.to_at // 1000)), first + 1), width)
    nothing = {"good": 0, "degraded": 0, "bad": 0, "unknown": 0}
    return [Minutes(at=start * 1000.0, **found.get(start, nothing)) for start in starts]


def causes(reader: Reader, scope: Scope, span: Span) -> list[CauseMinutes]:
    """What each segment cost within the span, the most expensive first."""
    return [CauseMinutes(**row) for row in ask(reader, scope, CAUSES, **span_params(span))]


def detectors(reader: Reader, scope: Scope, span: Span) -> list[DetectorCount]:
    """The busiest detectors of the span."""
    return [DetectorCount(**row) for row in ask(reader, scope, DETECTORS, **span_params(span))]
