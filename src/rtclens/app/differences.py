"""What a new analysis says otherwise than the stored one.

Enters: the facts of a call before and after. Leaves: `Difference`s: facts that appeared, disappeared or changed, with
the members that did. Only conclusions count; what is merely a revision of the same row is no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from rtclens.model.facts import AnyFact, Call, Connection, Fact, Finding, Participant, Score, Session, Track

Change = Literal["appeared", "disappeared", "changed"]

# The members that are conclusions. The others are measurements that follow from them, or say when the row was written.
CONCLUSIONS: dict[type[Fact], tuple[str, ...]] = {
    Call: ("verdict", "top_cause", "top_cause_participant_id", "topology", "end_reason", "ended_at"),
    Participant: ("verdict", "impaired_s", "good_minute_ratio"),
    Session: ("end_reason", "abrupt", "ended_at"),
    Connection: ("end_reason", "path_type", "connected_at", "ended_at"),
    Track: ("verdict", "peer_track_id", "impaired_s"),
    Finding: (
        *("severity", "opened_at", "closed_at", "close_reason", "confidence"),
        *("cause_segment", "cause_participant_id", "cause_confidence", "cause_rule", "parent_id"),
    ),
    Score: ("value", "confidence"),
}


class Difference(msgspec.Struct, frozen=True):
    """One fact that is not what it was. `before` and `after` hold the members that differ; empty where it was not."""

    change: Change
    table: str
    id: str
    what: str
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}


def differences(before: Iterable[Fact], after: Iterable[AnyFact]) -> list[Difference]:
    """What differs between two versions of a call's facts, in the order of tables and ids."""
    old, new = _by_id(before), _by_id(after)
    found = [_compare(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    return [one for one in found if one is not None]


def _by_id(facts: Iterable[Fact]) -> Mapping[tuple[str, str], Fact]:
    kinds = tuple(CONCLUSIONS)
    return {(fact.table, str(getattr(fact, fact.id_column))): fact for fact in facts if isinstance(fact, kinds)}


def _compare(old: Fact | None, new: Fact | None) -> Difference | None:
    one = new or old
    assert one is not None
    before, after = _said(old), _said(new)
    if before == after:
        return None
    if old is not None and new is not None:
        moved = {name for name in before if before[name] != after[name]}
        before, after = ({name: said[name] for name in said if name in moved} for said in (before, after))
    change: Change = "appeared" if old is None else "disappeared" if new is None else "changed"
    return Difference(change, one.table, str(getattr(one, one.id_column)), _title(one), before, after)


def _said(fact: Fact | None) -> dict[str, Any]:
    """The conclusions of a fact, as exact as the store keeps them."""
    if fact is None:
        return {}
    kind = next(cls for cls in CONCLUSIONS if isinstance(fact, cls))
    return {name: _plain(name, getattr(fact, name)) for name in CONCLUSIONS[kind]}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if name.endswith("_at") else round(value, 6)
    return value


def _title(fact: Fact) -> str:
    """A fact in a few words."""
    if isinstance(fact, Finding):
        return f"{fact.detector}: {fact.statement}" if fact.statement else fact.detector
    if isinstance(fact, Score):
        return f"{fact.scorer} of {fact.scope} {fact.subject}"
    return str(getattr(fact, "external_id", "") or getattr(fact, fact.id_column))
