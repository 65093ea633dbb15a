"""Decode the getStats deltas of the current protocol.

Enters: the value of a `getStats` frame (short ids and codes, or full reports under their names) and the `ReportSet`
that the earlier frames left. Leaves: the set, changed in place, and a `Tick` that says what the frame named.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.wire.rtcstats import reports as kept_reports
from rtclens.wire.rtcstats.inference import infer, is_candidate
from rtclens.wire.rtcstats.reports import MAX_REPORTS, OWN_CLOCK, Kept, ReportSet
from rtclens.wire.rtcstats.tables import PROPERTIES, TYPES
from rtclens.wire.rtcstats.values import number

UNCONFIRMED_TICKS = 3  # after a gap: ticks without a word after which a stream is taken for gone
_FADING = frozenset(("inbound-rtp", "outbound-rtp", "transport"))
# Members whose change can alter which report refers to which.
_REFERRING = frozenset(("selected", "nominated", "state", "ssrc", "mid", "kind", "payloadType")) | {
    name for name in PROPERTIES.values() if name.endswith("Id")
}
_STRUCTURAL = _REFERRING | {code for code, name in PROPERTIES.items() if name in _REFERRING}


class Tick(msgspec.Struct):
    """What one delta did: reports it named, reports it removed, remarks per report id, reports it had no room for."""

    touched: list[str] = []
    removed: list[str] = []
    flags: dict[str, str] = {}
    overflow: int = 0


def apply(reports: ReportSet, delta: dict[str, Any], at: float) -> Tick:
    """Apply one delta (or one full set) to `reports`; `at` is the frame's time, ms."""
    if _is_full(delta):
        return _replace(reports, delta, at)
    tick = Tick()
    reports.ticks += 1
    newest = number(delta.get("t"))
    known = reports.reports
    for rid, report in delta.items():
        if type(report) is dict:
            _merge(reports, rid, report, newest, at, tick)
        elif report is None and rid in known:
            del known[rid]
            reports.structure += 1
            tick.removed.append(rid)
        elif report is None:
            tick.flags[rid] = "unknown id removed"
    _age(reports, tick, newest)
    return tick


def _is_full(delta: dict[str, Any]) -> bool:
    """Whether the reports say their ids; a difference never does."""
    for rid, report in delta.items():
        if type(report) is dict:
            return "id" in report and bool(report["id"] == rid)
    return False


def _merge(reports: ReportSet, rid: str, report: dict[str, Any], newest: float | None, at: float, tick: Tick) -> None:
    kept = reports.reports.get(rid)
    if kept is None:
        if len(reports.reports) >= MAX_REPORTS:
            tick.overflow += 1
            return
        kept = reports.reports[rid] = Kept(rid, stamp=at)
        reports.structure += 1
    elif not _STRUCTURAL.isdisjoint(report):
        reports.structure += 1
    kept.unconfirmed = None
    kept.named_at = reports.ticks
    stamp = kept.stamp if newest is None else newest
    if "t" in report or "timestamp" in report:
        own = number(report["t"] if "t" in report else report["timestamp"])
        stamp = stamp if own is None else own
    kept_reports.put(kept, report, stamp)
    if "type" in report or kept.type == "":
        name_type(reports, kept, report.get("type"), tick)
    tick.touched.append(rid)


def name_type(reports: ReportSet, kept: Kept, sent: Any, tick: Tick) -> None:
    """Give the report the type that was sent, else the one its members tell."""
    if sent is not None:
        name = TYPES.get(sent, sent) if type(sent) is int else sent if type(sent) is str else str(sent)
        if name != kept.type or kept.report is None:
            kept.inferred = False
            kept_reports.assign_type(kept, name)
            reports.structure += 1
    elif kept.type == "":
        found = infer(kept.members) or candidate_side(reports, kept)
        tick.flags[kept.id] = "type inferred" if found else "type unknown"
        if found:
            kept.inferred = True
            kept_reports.assign_type(kept, found)
            reports.structure += 1


def candidate_side(reports: ReportSet, kept: Kept) -> str:
    """Local or remote candidate, told by the pairs that refer to it; '' when none does."""
    if not is_candidate(kept.members):
        return ""
    for other in reports.reports.values():
        if other.members.get("localCandidateId") == kept.id:
            return "local-candidate"
        if other.members.get("remoteCandidateId") == kept.id:
            return "remote-candidate"
    return ""


def _age(reports: ReportSet, tick: Tick, newest: float | None) -> None:
    """Reports the delta did not name: sampled again and unchanged, unless they keep their own clock."""
    gone: list[str] = []
    ticks = reports.ticks
    for rid, kept in reports.reports.items():
        if kept.named_at == ticks:
            continue
        if kept.unconfirmed is not None:
            kept.unconfirmed += 1
            if kept.unconfirmed >= UNCONFIRMED_TICKS and _fades(kept):
                gone.append(rid)
        elif newest is not None and kept.type not in OWN_CLOCK:
            kept_reports.stamped(kept, newest)
    for rid in gone:
        del reports.reports[rid]
        reports.structure += 1
        tick.removed.append(rid)
        tick.flags[rid] = "not seen again after a gap"


def _fades(kept: Kept) -> bool:
    return kept.type in _FADING or (kept.type == "candidate-pair" and kept.members.get("nominated") is True)


def _replace(reports: ReportSet, full: dict[str, Any], at: float) -> Tick:
    """A full set, as a browser's own dump has it: what it does not hold no longer exists."""
    tick = Tick()
    before = reports.reports
    reports.reports = {}
    reports.full = True
    reports.structure += 1
    for rid, report in full.items():
        if type(report) is not dict:
            continue
        if len(reports.reports) >= MAX_REPORTS:
            tick.overflow += 1
            continue
        kept = reports.reports[rid] = Kept(rid, stamp=at)
        members = {name: value for name, value in report.items() if name[:1] != "["}
        own = number(members.get("timestamp"))
        kept_reports.put(kept, members, at if own is None else own)
        name_type(reports, kept, members.get("type"), tick)
        tick.touched.append(rid)
    tick.removed = [rid for rid in before if rid not in reports.reports]
    return tick
