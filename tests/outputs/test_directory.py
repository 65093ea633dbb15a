"""Facts come again and again; what happened is told once, under the same id, whatever is folded twice."""

from __future__ import annotations

from collections import Counter

from tests.outputs.world import AT, call, finding, moments, scene

from rtclens.outputs.directory import Directory

BEGINNINGS = ("call.started", "session.started", "connection.started", "track.started", "finding.opened")


def test_each_beginning_and_end_is_told_once():
    ids = Counter(moment.id for moment in moments())
    assert set(ids.values()) == {1}
    told = Counter(moment.event for moment in moments())
    assert told["call.started"] == told["call.ended"] == 1
    assert told["session.started"] == told["session.ended"] == 2
    assert told["connection.started"] == told["connection.ended"] == 2
    assert told["track.started"] == told["track.ended"] > 0
    assert told["finding.opened"] == told["finding.closed"] > 0


def test_the_same_facts_tell_the_same_ids():
    facts = scene().end().facts
    first, second = Directory().take(facts), Directory().take(facts)
    assert [moment.id for moment in first] == [moment.id for moment in second]


def test_facts_that_are_folded_again_after_a_crash_tell_nothing_new():
    facts = scene().end().facts
    directory = Directory()
    assert directory.take(facts)
    known = Directory(directory.changed.values())
    again = known.take(facts)
    assert {moment.event for moment in again} <= {"finding.changed"}
    assert {moment.id for moment in again} <= {moment.id for moment in Directory().take(facts)}


def test_a_beginning_keeps_its_id_when_only_it_is_told_again():
    facts = scene().facts
    first = {m.id for m in Directory().take(facts) if m.event in BEGINNINGS}
    halfway = {m.id for m in Directory().take(facts[: len(facts) // 2]) if m.event in BEGINNINGS}
    assert halfway
    assert halfway <= first


def test_what_is_already_over_when_first_seen_has_a_beginning_and_an_end():
    told = Directory().take([finding(closed_at=AT + 5, last_seen_at=AT + 5)])
    assert [moment.event for moment in told] == ["finding.opened", "finding.closed"]


def test_a_call_that_goes_on_after_its_end_is_resumed_and_ends_again():
    versions = [
        call(),
        call(ended_at=AT + 10, last_seen_at=AT + 10),
        call(last_seen_at=AT + 5),  # an older version: says nothing
        call(last_seen_at=AT + 20),
        call(ended_at=AT + 30, last_seen_at=AT + 30),
    ]
    told = Directory().take(versions)
    assert [m.event for m in told] == ["call.started", "call.ended", "call.resumed", "call.ended"]
    assert len({m.id for m in told}) == 4


def test_a_finding_is_told_again_when_it_grows_or_its_cause_is_found():
    versions = [finding(cause_segment=""), finding(cause_segment=""), finding(), finding(severity="high")]
    told = [moment.event for moment in Directory().take(versions)]
    assert told == ["finding.opened", "finding.changed", "finding.changed"]


def test_moments_carry_the_names_of_the_application():
    opened = next(m for m in moments() if m.event == "connection.started")
    assert opened.names.call == "c1"
    assert opened.names.participant in ("a", "b")
    assert opened.names.connection == f"pc-{opened.names.participant}"


def test_old_calls_are_forgotten():
    directory = Directory()
    directory.take([call(ended_at=AT, last_seen_at=AT), finding(closed_at=AT)])
    assert directory.forget(AT + 60_000) == []
    assert sorted(directory.forget(AT + 7_200_000)) == ["call_1", "find_1"]
    assert len(directory) == 0
