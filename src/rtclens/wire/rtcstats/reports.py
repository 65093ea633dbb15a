"""The set of stats reports of one connection, kept typed so that a tick costs what changed in it.

Enters: members of reports, merged by a delta decoder. Leaves: `Stats` of typed reports. A report that was handed out
is never changed again: the next tick gets a copy.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.stats import BY_TYPE, Report, Stats
from rtclens.wire.common.reports import ACCEPTED, REDUNDANT, RENAMED, build
from rtclens.wire.rtcstats.tables import PROPERTIES

# Their timestamp is their own (an RTCP packet's arrival, a pressure observation), not that of the getStats() call.
OWN_CLOCK = frozenset(("remote-inbound-rtp", "remote-outbound-rtp", "compute-pressure"))
MAX_REPORTS = 4_000  # per connection
MAX_MEMBERS = 1_000  # per report
SAID_ELSEWHERE = frozenset(("id", "type", "timestamp", "t"))  # the set's key, `name_type`, the stamp


def _plan(cls: type[Report]) -> dict[str, tuple[str, tuple[type, ...]]]:
    """For each wire code and name of a plain member: its name, and the types of its values."""
    plain = {name: kinds for name, kinds in ACCEPTED[cls].items() if dict not in kinds and name not in SAID_ELSEWHERE}
    codes = {code: name for code, name in PROPERTIES.items() if name in plain}
    return {code: (name, plain[name]) for code, name in [*codes.items(), *zip(plain, plain, strict=True)]}


PLANS = {name: _plan(cls) for name, cls in BY_TYPE.items()}


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

    `structure` rises when reports come, go, get a type or refer to others; `tables` are the reports by their tables, as
    they were at `tables_at`; `derived` are references that the wire lost and we
    found again, `contested` while several reports could be meant; `full`: the sender gives whole sets.
    """

    reports: dict[str, Kept] = {}
    ticks: int = 0
    full: bool = False
    structure: int = 0
    tables: list[tuple[str, list[Kept]]] = []
    tables_at: int = -1
    derived: dict[tuple[str, str], str] = {}
    derived_at: int = -1
    contested: bool = False


def put(kept: Kept, sent: dict[str, Any], stamp: float | int | None) -> None:
    """Merge what was sent into the members (objects one level deep) and into the typed form; set the timestamp.

    `sent` holds members under their wire codes or under their names. Values are of at most 64 bits.
    """
    kept.stamp = stamp
    if kept.report is None:
        _put_untyped(kept, sent)
        return
    members, plan = kept.members, PLANS[kept.report.type]
    report = kept.report = kept.report.__copy__()  # type: ignore[attr-defined]
    report.timestamp = stamp
    if report.extra is not None:
        names = {plan[code][0] if code in plan else code for code in sent}
        report.extra = {name: odd for name, odd in report.extra.items() if name not in names} or None
    for code, value in sent.items():
        known = plan.get(code)
        if known is not None and type(value) in known[1]:
            name = known[0]
            members[name] = value
            setattr(report, name, value)
        elif code not in SAID_ELSEWHERE:
            _put_odd(kept, report, PROPERTIES.get(code, code), value)


def _put_untyped(kept: Kept, sent: dict[str, Any]) -> None:
    for code, value in sent.items():
        if code not in SAID_ELSEWHERE:
            _put_member(kept.members, PROPERTIES.get(code, code), value)


def _put_member(members: dict[str, Any], name: str, value: Any) -> bool:
    """Keep the member; false when there is no room for it."""
    if name not in members and len(members) >= MAX_MEMBERS:
        return False
    known = members.get(name)
    members[name] = {**known, **value} if type(value) is dict and type(known) is dict else value
    return True


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    kind = type(value)
    return kind in kinds and (kind is not dict or all(type(number) in (int, float) for number in value.values()))


def _put_odd(kept: Kept, report: Report, name: str, value: Any) -> None:
    """An object, or a member under an old name, of an unknown name, or of a type that is no measurement."""
    if not _put_member(kept.members, name, value):
        return
    value = kept.members[name]
    accepted = ACCEPTED[BY_TYPE[report.type]]
    target = name if name in accepted else RENAMED.get(name, name)
    kinds = accepted.get(target, ())
    if value is None or _fits(value, kinds):
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
    if reports.tables_at != reports.structure:
        tables: dict[str, list[Kept]] = {}
        for kept in reports.reports.values():
            if kept.report is not None:
                tables.setdefault(kept.report.table, []).append(kept)
        reports.tables, reports.tables_at = list(tables.items()), reports.structure
    lists: dict[str, list[Any]] = {}
    for table, rows in reports.tables:
        first = rows[0]
        alone = len(rows) == 1 and not first.hidden
        lists[table] = [first.report] if alone else [kept.report for kept in rows if not kept.hidden]
    return Stats(**lists)


def as_sent(kept: Kept) -> dict[str, Any]:
    """The report as plain members, as `getStats()` would show it (without `id`)."""
    shown = dict(kept.members)
    if kept.type != "":
        shown["type"] = kept.type
    if kept.stamp is not None:
        shown["timestamp"] = kept.stamp
    return shown
