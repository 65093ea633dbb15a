"""Decode the getStats deltas of the old SDK (1.0, 2.0) and of Jitsi (3.x).

Enters: the value of a `getstats` frame: reports under their real ids, unchanged members left out, a report's timestamp
0 where it equals the top-level `timestamp` (1.0: left out, and the top level is a date). Leaves: the `ReportSet`.
The old SDK never says that a report is gone, so reports that stop moving are hidden; Jitsi leaves a gone report out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rtclens.wire.rtcstats import reports as kept_reports
from rtclens.wire.rtcstats.delta import Tick, name_type
from rtclens.wire.rtcstats.reports import MAX_REPORTS, Kept, ReportSet
from rtclens.wire.rtcstats.values import number

STILL_MS = 30_000.0  # a stream that did not move for so long is taken for gone until it moves again
_MOVING = frozenset(
    (
        *("inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "remote-outbound-rtp", "candidate-pair"),
        *("ssrc", "googCandidatePair"),
    )
)


def apply_legacy(reports: ReportSet, value: dict[str, Any], at: float) -> Tick:
    """A delta of the old SDK: what it does not name is unchanged."""
    tick = _apply(reports, value, at)
    for kept in reports.reports.values():
        kept.hidden = kept.type in _MOVING and at - kept.seen_at > STILL_MS
    return tick


def apply_jitsi(reports: ReportSet, value: dict[str, Any], at: float) -> Tick:
    """A delta of Jitsi's SDK: every live report is named, what is not is gone."""
    tick = _apply(reports, value, at)
    tick.removed = [rid for rid in reports.reports if rid not in value]
    for rid in tick.removed:
        del reports.reports[rid]
        reports.structure += 1
    return tick


def apply_plain(reports: ReportSet, value: dict[str, Any], at: float) -> Tick:
    """A whole set, not compressed."""
    before, reports.reports = reports.reports, {}
    reports.structure += 1
    tick = _apply(reports, value, at)
    tick.removed = [rid for rid in before if rid not in reports.reports]
    return tick


def _apply(reports: ReportSet, value: dict[str, Any], at: float) -> Tick:
    tick = Tick()
    reports.ticks += 1
    newest = _moment(value.get("timestamp"))
    for rid, report in value.items():
        if type(report) is not dict or rid == "timestamp":
            continue
        kept = reports.reports.get(rid)
        fresh = kept is None
        if kept is None:
            if len(reports.reports) >= MAX_REPORTS:
                tick.overflow += 1
                continue
            kept = reports.reports[rid] = Kept(rid)
            reports.structure += 1
        _merge(reports, kept, report, newest, at if fresh else kept.stamp, tick)
        kept.seen_at, kept.named_at = at, reports.ticks
    return tick


def _merge(
    reports: ReportSet, kept: Kept, report: dict[str, Any], newest: float | None, otherwise: float | None, tick: Tick
) -> None:
    changes = {name: member for name, member in report.items() if name not in ("id", "type", "timestamp")}
    for name, member in changes.items():
        if type(member) is dict:  # sent whole every time: what it no longer holds is gone
            kept.members.pop(name, None)
    stamp = _moment(report.get("timestamp"))
    if stamp == 0 or (stamp is None and changes and newest is not None):
        stamp = newest
    kept_reports.put(kept, changes, otherwise if stamp is None else stamp)
    name_type(reports, kept, report.get("type"), tick)
    tick.touched.append(kept.id)


def _moment(value: Any) -> float | int | None:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
        except (ValueError, OverflowError):
            return None
    return number(value)
