"""Alerts: findings and bad calls, in words, once when they begin and once when they are over.

Enters: moments, rules, and which (rule, finding) were told already. Leaves: records `{alert, status, text, …}` and the
changes to what was told. A finding that grows severe enough while it is open is told when it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import UTC, datetime
from typing import Any

import msgspec

from rtclens.model.facts import Call, Finding
from rtclens.model.ids import derive
from rtclens.outputs.configuration import AlertRule
from rtclens.outputs.filters import finding_passes, matches
from rtclens.outputs.moments import Moment, Record

Told = tuple[str, str]  # rule, finding id


class Alerts(msgspec.Struct):
    """Records to send, and what to remember once they are delivered."""

    records: list[Record] = []
    fired: list[Told] = []
    resolved: list[Told] = []


def alerts(moments: Iterable[Moment], rules: Iterable[AlertRule], told: Set[Told]) -> Alerts:
    """What the rules say about the moments, in their order."""
    found = Alerts()
    standing = set(told)
    known = list(rules)
    for moment in moments:
        for rule in known:
            if isinstance(moment.fact, Finding) and not rule.verdicts:
                _finding(moment, moment.fact, rule, standing, found)
            elif isinstance(moment.fact, Call) and rule.verdicts:
                _call(moment, moment.fact, rule, found)
    return found


def _finding(moment: Moment, finding: Finding, rule: AlertRule, standing: set[Told], found: Alerts) -> None:
    key = (rule.name, finding.finding_id)
    if moment.event == "finding.closed":
        if key in standing:
            standing.discard(key)
            found.resolved.append(key)
            if rule.resolved:
                found.records.append(_record(moment, rule, "resolved", _over(finding)))
        return
    if key in standing or not _wants(rule, moment, finding):
        return
    standing.add(key)
    found.fired.append(key)
    found.records.append(_record(moment, rule, "firing", _text(finding)))


def _wants(rule: AlertRule, moment: Moment, finding: Finding) -> bool:
    if rule.causes and finding.cause_segment not in rule.causes:
        return False
    return matches(moment.app_id, rule.apps) and finding_passes(finding, rule.severity, rule.detectors)


def _call(moment: Moment, call: Call, rule: AlertRule, found: Alerts) -> None:
    if moment.event == "call.ended" and call.verdict in rule.verdicts and matches(moment.app_id, rule.apps):
        text = f"The call {moment.call_name or call.call_id} ended: {call.verdict_text or call.verdict}"
        found.records.append(_record(moment, rule, "ended", text))


def _record(moment: Moment, rule: AlertRule, status: str, text: str) -> Record:
    finding = moment.fact if isinstance(moment.fact, Finding) else None
    subject = finding.finding_id if finding else moment.call_id
    body: dict[str, Any] = {
        "id": derive("alert", rule.name, status, subject, "" if finding else moment.id),
        "alert": rule.name,
        "status": status,
        "at": moment.at,
        "text": text,
        "app_id": moment.app_id,
        "call_id": moment.call_id,
        "call": moment.call_name,
        "participant_id": moment.participant_id or None,
        "participant": moment.names.participant_name or moment.names.participant or None,
    }
    if finding:
        members = ("finding_id", "detector", "severity", "opened_at", "closed_at", "cause_segment", "remedy")
        body |= {name: getattr(finding, name) for name in members}
    return Record(body["id"], "alert", moment.call_id, body)


def _text(finding: Finding) -> str:
    """The statement, then the cause or that it is not known."""
    statement = finding.statement or finding.detector
    if not finding.cause_segment:
        return f"{statement} The cause is not known{': ' + finding.cause_reason if finding.cause_reason else '.'}"
    sure = f" ({finding.cause_confidence:.0%} sure)" if finding.cause_confidence is not None else ""
    text = f"{statement} Cause: {finding.cause_segment.replace('_', ' ')}{sure}."
    return f"{text} {finding.remedy}" if finding.remedy else text


def _over(finding: Finding) -> str:
    closed = finding.closed_at or finding.last_seen_at
    lasted = max(0.0, (closed - finding.opened_at) / 1000)
    began = datetime.fromtimestamp(finding.opened_at / 1000, UTC).strftime("%H:%M:%S")
    why = (finding.close_reason or "over").replace("_", " ")
    return f"Over ({why}): {finding.statement or finding.detector} It lasted {lasted:.0f} s from {began} UTC."
