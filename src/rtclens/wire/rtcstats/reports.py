"""The set of stats reports of one connection, kept typed so that a tick costs what changed in it.

Enters: members of reports, merged by a delta decoder. Leaves: `Stats` of typed reports. A report that was handed out
is never changed again: the next tick gets a copy.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.stats import BY_TYPE, Report, Stats
from rtclens.wire.common.reports import ACCEPTED, REDUNDANT, RENAMED, build
from rtclens.wire.rtcstats.values import LARGEST

# Their timestamp is their own (an RTCP packet's arrival, a pressure observation), not that of the getStats() call.
OWN_CLOCK = frozenset(("remote-inbound-rtp", "remote-outbound-rtp", "compute-pressure"))
MAX_REPORTS = 4_000  # per connection
MAX_MEMBERS = 1_000  # per report


def copy(report: Report) -> Report:
    """A shallow copy; half the price of `copy.copy`, which counts at thirty reports a tick."""
    return report.__copy__()  # type: ignore[attr-defined, no-any-return]


class Kept(msgspec.Struct):
    """One report as it stands: `members` without type and timestamp, `report` its typed form (`None`: type unknown).

    `named_at` is the tick that named it last, `seen_at` that tick's time; `hidden`: taken for gone; `unconfirmed`
    counts the ticks since a gap without a word about it.
    """

    id: str
    type: Any = ""
    stamp: float | int | None = None
    members: dict[str, Any] = {}
    report: Report | None = None
    inferred: bool = False
    named_at: int = 0
    seen_at: float = 0.0
    hidden: bool = False
    unconfirmed: int | None = None


class ReportSet(msgspec.Struct):
    """The reports of one connection.

    `structure` rises when reports come, go or refer to others; `derived` are references that the wire lost and we
    found again, `contested` while several reports could be meant; `full`: the sender gives whole sets.
    """

    reports: dict[str, Kept] = {}
    ticks: int = 0
    full: bool = False
    structure: int = 0
    derived: dict[tuple[str, str], str] = {}
    derived_at: int = -1
    contested: bool = False


def put(kept: Kept, changes: dict[str, Any], stamp: float | int | None) -> None:
    """Merge `changes` into the members (objects one level deep) and into the typed form; set the timestamp."""
    changes.pop("id", None)  # the set's own key names it
    members, report = kept.members, kept.report
    kept.stamp = stamp
    if report is not None:
        report = kept.report = copy(report)
        report.timestamp = stamp
        accepted = ACCEPTED[BY_TYPE[report.type]]
        if report.extra is not None and not report.extra.keys().isdisjoint(changes):
            report.extra = {name: odd for name, odd in report.extra.items() if name not in changes} or None
    for name, value in changes.items():
        kind = type(value)
        if kind is dict and type(members.get(name)) is dict:
            value = {**members[name], **value}
        elif name not in members and len(members) >= MAX_MEMBERS:
            continue
        members[name] = value
        if report is None:
            continue
        kinds = accepted.get(name)
        if kinds is not None and kind in kinds and (kind is float or _fits(value, kind)):
            setattr(report, name, value)
        else:
            _put_odd(report, name, value, accepted)


def _fits(value: Any, kind: type) -> bool:
    if kind is int:
        return bool(-LARGEST <= value <= LARGEST)
    return kind is not dict or all(type(number) in (int, float) for number in value.values())


def _put_odd(report: Report, name: str, value: Any, accepted: dict[str, tuple[type, ...]]) -> None:
    """A member under an old name, of an unknown name, or of a type that is no measurement."""
    target = name if name in accepted else RENAMED.get(name, name)
    kinds = accepted.get(target, ())
    if value is None or (type(value) in kinds and _fits(value, type(value))):
        if kinds:
            setattr(report, target, value)
        return
    if kinds:
        setattr(report, target, None)
    if name not in REDUNDANT:
        report.extra = {**(report.extra or {}), name: value}


def assign_type(kept: Kept, type_name: Any) -> None:
    """Give the report its type and, where the type is known, its typed form."""
    kept.type = type_name
    cls = BY_TYPE.get(type_name) if isinstance(type_name, str) else None
    kept.report = None if cls is None else build(cls, {**kept.members, "id": kept.id, "timestamp": kept.stamp})


def stamped(kept: Kept, stamp: float | int | None) -> None:
    """Set the report's timestamp."""
    if kept.stamp == stamp:
        return
    kept.stamp = stamp
    if kept.report is not None:
        kept.report = copy(kept.report)
        kept.report.timestamp = stamp


def set_reference(kept: Kept, name: str, target: str | None) -> None:
    """Fill a reference of the typed form; the members keep what the client sent."""
    if kept.report is not None and hasattr(kept.report, name):  # its type may have changed, and its references with it
        kept.report = copy(kept.report)
        setattr(kept.report, name, target)


def stats(reports: ReportSet) -> Stats:
    """The reports that exist now, by type."""
    lists: dict[str, list[Any]] = {}
    for kept in reports.reports.values():
        report = kept.report
        if report is not None and not kept.hidden:
            lists.setdefault(report.table, []).append(report)
    return Stats(**lists)


def as_sent(kept: Kept) -> dict[str, Any]:
    """The report as plain members, as `getStats()` would show it (without `id`)."""
    shown = dict(kept.members)
    if kept.type != "":
        shown["type"] = kept.type
    if kept.stamp is not None:
        shown["timestamp"] = kept.stamp
    return shown
