"""The list of calls: filtered, sorted, paged, each with its people, verdict strip and causes.

Enters: filters and a cursor. Leaves: `CallsPage`. Paging is by key (sort value, id), so a call that begins while
somebody pages neither repeats nor hides another.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.facts import Segment, Verdict
from rtclens.query.cursor import Cursor, parse
from rtclens.query.errors import BadQuestionError
from rtclens.query.facts import CallView, build, select
from rtclens.query.people import CauseShare, Person, causes_of, people_of
from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params
from rtclens.query.strips import strips_of
from rtclens.query.verdicts import rank_sql

LIMIT = 200
SEVERITIES = "['', 'info', 'low', 'medium', 'high', 'critical']"
END = "ifNull(ended_at, last_seen_at)"
# Most first; a leading `-` turns the order around. Every value is a number, so that a cursor can carry it.
SORTS: dict[str, str] = {
    "started": "toFloat64(toUnixTimestamp64Milli(started_at))",
    "duration": f"toFloat64(dateDiff('millisecond', started_at, {END}))",
    "participants": "toFloat64(participants)",
    "verdict": f"toFloat64({rank_sql('verdict')})",
    "findings": "toFloat64(findings)",
    "impaired": "ifNull(impaired_s, -1)",
    "good_minutes": "ifNull(good_participant_minutes_ratio, 2)",
    "severity": f"toFloat64(transform(worst_severity, {SEVERITIES}, [0, 1, 2, 3, 4, 5], 0))",
    "worst": f"toFloat64({rank_sql('verdict')}) * 1e9 + least(ifNull(impaired_s, 0), 1e8)",
}
DEFAULT_SORT = "started"


class CallItem(CallView, kw_only=True):
    """A call as lists show it. `strip` has the worst verdict of each of up to 60 equal parts of the call."""

    live: bool = False
    duration_s: float = 0.0
    people: list[Person] = msgspec.field(default_factory=list)
    strip: list[Verdict] = msgspec.field(default_factory=list)
    causes: list[CauseShare] = msgspec.field(default_factory=list)


class CallsPage(msgspec.Struct, frozen=True):
    """A page of calls; `total` counts all that match, `next` is the cursor of the following page."""

    calls: list[CallItem]
    total: int
    next: str | None


class CallFilters(msgspec.Struct, frozen=True):
    """Which calls; an empty member does not filter. A span admits calls that overlap it."""

    span: Span | None = None
    q: str = ""
    verdict: tuple[Verdict, ...] = ()
    cause: tuple[Segment, ...] = ()
    detector: str = ""
    live: bool | None = None


UNPROVED = ("", "unknown")


class Where(msgspec.Struct):
    """Conditions that are all required, and their parameters."""

    parts: list[str]
    params: dict[str, Any]

    def add(self, part: str, **params: Any) -> None:
        """Require one more condition."""
        self.parts.append(part)
        self.params.update(params)

    @property
    def text(self) -> str:
        """The condition as SQL."""
        return " AND ".join(f"({part})" for part in self.parts) or "1"


def where(filters: CallFilters) -> Where:
    """The filters as conditions on the table of calls."""
    made = Where([], {})
    if filters.span is not None:
        made.add(f"started_at < {moment('to_at')} AND {END} >= {moment('from_at')}", **span_params(filters.span))
    if filters.verdict:
        made.add("verdict IN {verdicts:Array(String)}", verdicts=list(filters.verdict))
    if filters.cause:
        # To somebody who filters, a cause that nobody could name and the cause `unknown` are the same.
        causes = [*filters.cause, *(UNPROVED if set(UNPROVED) & set(filters.cause) else ())]
        made.add(
            "call_id IN (SELECT call_id FROM @findings WHERE cause_segment IN {causes:Array(String)}"
            " AND severity != 'info' AND parent_id = '')",
            causes=causes,
        )
    if filters.detector:
        made.add(
            "call_id IN (SELECT call_id FROM @findings WHERE detector = {detector:String})", detector=filters.detector
        )
    if filters.live is not None:
        made.add("isNull(ended_at)" if filters.live else "isNotNull(ended_at)")
    if filters.q:
        made.add(f"{_contains('call_id', 'external_id', 'name')} OR call_id IN ({_PEOPLE_NAMED})", q=filters.q.strip())
    return made


def _contains(*columns: str) -> str:
    return " OR ".join(f"positionCaseInsensitiveUTF8({column}, {{q:String}}) > 0" for column in columns)


_PEOPLE_NAMED = f"SELECT call_id FROM @participants WHERE {_contains('participant_id', 'external_id', 'name')}"


def calls(
    reader: Reader, scope: Scope, filters: CallFilters, sort: str = DEFAULT_SORT, limit: int = 50, cursor: str = ""
) -> CallsPage:
    """One page of the calls that match, of 1 to `LIMIT` calls."""
    matching, limit = where(filters), max(1, min(limit, LIMIT))
    total = ask(reader, scope, f"SELECT count() AS n FROM @calls WHERE {matching.text}", **matching.params)[0]["n"]
    rows = _page(reader, scope, matching, sort, limit + 1, cursor)
    more, rows = len(rows) > limit, rows[:limit]
    following = Cursor(sort, rows[-1]["sort_value"], rows[-1]["call_id"]).text() if more else None
    return CallsPage(calls=items(reader, scope, rows), total=total, next=following)


def _page(reader: Reader, scope: Scope, matching: Where, sort: str, limit: int, cursor: str) -> list[dict[str, Any]]:
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        raise BadQuestionError(
            "bad_sort", f"{sort!r} is not a sort.", f"Use {', '.join(SORTS)}; a leading '-' turns the order."
        )
    down = not sort.startswith("-")
    after, params = "1", dict(matching.params)
    if cursor:
        last = parse(cursor, sort)
        after = f"(sort_value, call_id) {'<' if down else '>'} ({{after_value:Float64}}, {{after_id:String}})"
        params.update(after_value=last.value, after_id=last.id)
    direction = "DESC" if down else "ASC"
    order = f"ORDER BY sort_value {direction}, call_id {direction} LIMIT {limit:d}"
    sql = select(CallView, f"({matching.text}) AND {after}", order, extra=f"{key} AS sort_value")
    rows = ask(reader, scope, sql, **params)
    return sorted(rows, key=lambda row: (row["sort_value"], row["call_id"]), reverse=down)


def items(reader: Reader, scope: Scope, rows: list[dict[str, Any]]) -> list[CallItem]:
    """Rows of calls with everything a list shows of them; three questions for any number of calls."""
    for row in rows:
        row.pop("sort_value", None)
    found = build(CallItem, rows)
    ids = [call.call_id for call in found]
    if not ids:
        return []
    people, causes = people_of(reader, scope, ids), causes_of(reader, scope, ids)
    strips = strips_of(reader, scope, [(call.call_id, call.started_at, ended(call)) for call in found])
    for call in found:
        call.live = call.ended_at is None
        call.duration_s = max(0.0, ended(call) - call.started_at) / 1000
        call.people = people.get(call.call_id, [])
        call.causes = causes.get(call.call_id, [])
        call.strip = strips.get(call.call_id, [])
    return found


def ended(call: CallView) -> float:
    """When the call ended, or was last seen."""
    return call.ended_at if call.ended_at is not None else call.last_seen_at
