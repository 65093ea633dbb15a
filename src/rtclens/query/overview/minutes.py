"""Participant-minutes by verdict over time, and the time that each cause cost.

Enters: a span. Leaves: counts per bucket. A minute has twelve slots of 5 s; a slot has the worst verdict of what the
participant received in it. A minute is bad with two bad slots, degraded with one or with three degraded ones, unknown
with seven unknown ones (or nothing else), otherwise good: the rule of docs/metrics.md. A slice longer than a slot fills
as many slots as it covers, so that coarse sampling is judged as fine sampling is.
"""

from __future__ import annotations

import msgspec

from rtclens.query.scope import IN_MINUTES, Reader, Scope, Span, ask, moment, span_params

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


# Rows of one participant and minute add up: the engine merges them in time.
MINUTES = """
SELECT intDiv(toUnixTimestamp(minute), {bucket:UInt32}) * {bucket:UInt32} AS bucket_at,
    countIf(bad >= 2) AS bad_minutes,
    countIf(bad < 2 AND (bad = 1 OR degraded >= 3)) AS degraded_minutes,
    countIf(bad = 0 AND degraded < 3 AND unknown >= unknown_from) AS unknown_minutes,
    countIf(bad = 0 AND degraded < 3 AND unknown < unknown_from) AS good_minutes
FROM
(
    SELECT minute, bitCount(bad_bits) AS bad, bitCount(bitAnd(degraded_bits, bitNot(bad_bits))) AS degraded,
        bitOr(bitOr(bad_bits, degraded_bits), good_bits) AS judged,
        bitCount(bitAnd(unknown_bits, bitNot(judged))) AS unknown,
        least(7, bitCount(bitOr(judged, unknown_bits))) AS unknown_from
    FROM
    (
        SELECT cityHash64(participant_id) AS who, minute, groupBitOr(bad_slots) AS bad_bits,
            groupBitOr(degraded_slots) AS degraded_bits, groupBitOr(good_slots) AS good_bits,
            groupBitOr(unknown_slots) AS unknown_bits
        FROM @participant_minutes WHERE [in_span] GROUP BY who, minute
    )
    WHERE bitOr(judged, unknown_bits) != 0
)
GROUP BY bucket_at ORDER BY bucket_at
""".replace("[in_span]", IN_MINUTES)

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
    found = {row.pop("bucket_at"): {name.removesuffix("_minutes"): n for name, n in row.items()} for row in rows}
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
