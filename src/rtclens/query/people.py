"""Who was in each call, and whose fault its findings were: the small columns of a list.

Enters: ids of calls. Leaves: people and causes by call, the worst first.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.facts import Segment, Verdict
from rtclens.query.scope import Reader, Scope, ask
from rtclens.query.verdicts import rank_sql

PEOPLE_SHOWN = 50
CAUSES_SHOWN = 4


class Person(msgspec.Struct, frozen=True):
    """A participant in a list; `name` is the application's id where it gave no name."""

    participant_id: str
    name: str
    verdict: Verdict


class CauseShare(msgspec.Struct, frozen=True):
    """A cause of a call's findings."""

    segment: Segment
    participant_id: str
    confidence: float | None


PEOPLE = f"""
SELECT call_id, participant_id, if(name = '', external_id, name) AS shown, verdict
FROM @participants WHERE call_id IN {{calls:Array(String)}} AND role = 'client'
ORDER BY call_id, {rank_sql("verdict")} DESC, first_seen_at, participant_id
LIMIT {PEOPLE_SHOWN} BY call_id
"""

# A finding that is explained by another one (parent_id) would count its cause twice.
CAUSES = f"""
SELECT call_id, cause_segment, cause_participant_id, max(cause_confidence) AS confidence,
    sum(dateDiff('millisecond', opened_at, greatest(last_seen_at, ifNull(closed_at, opened_at)))) AS lasted_ms
FROM @findings
WHERE call_id IN {{calls:Array(String)}} AND cause_segment != '' AND severity != 'info' AND parent_id = ''
GROUP BY call_id, cause_segment, cause_participant_id
ORDER BY call_id, lasted_ms DESC, cause_segment, cause_participant_id
LIMIT {CAUSES_SHOWN} BY call_id
"""


def people_of(reader: Reader, scope: Scope, call_ids: list[str]) -> dict[str, list[Person]]:
    """The people of each call, the worst off first."""
    found: dict[str, list[Person]] = {}
    for row in ask(reader, scope, PEOPLE, calls=call_ids):
        person = Person(row["participant_id"], row["shown"], row["verdict"])
        found.setdefault(row["call_id"], []).append(person)
    return found


def causes_of(reader: Reader, scope: Scope, call_ids: list[str]) -> dict[str, list[CauseShare]]:
    """The causes found in each call, the longest lasting first."""
    found: dict[str, list[CauseShare]] = {}
    for row in ask(reader, scope, CAUSES, calls=call_ids):
        found.setdefault(row["call_id"], []).append(_cause(row))
    return found


def _cause(row: dict[str, Any]) -> CauseShare:
    return CauseShare(row["cause_segment"], row["cause_participant_id"], row["confidence"])
