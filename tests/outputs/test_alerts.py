"""One alert for a finding and one when it is over, however often its facts come."""

from __future__ import annotations

from tests.outputs.world import AT, call, finding

from rtclens.outputs.alerts import alerts
from rtclens.outputs.configuration import AlertRule
from rtclens.outputs.directory import Directory

RULE = AlertRule(name="r", sink="s", severity="medium")


def statuses(rule: AlertRule, *versions) -> list[str]:
    return [record.body["status"] for record in alerts(Directory().take(versions), [rule], set()).records]


def test_a_finding_is_told_once_and_once_when_it_is_over():
    over = finding(closed_at=AT + 30_000, last_seen_at=AT + 30_000, close_reason="recovered", severity="high")
    found = alerts(Directory().take([finding(), finding(severity="high"), over, over]), [RULE], set())
    firing, resolved = found.records
    assert firing.body["text"] == "Video froze. Cause: receiver downlink (80% sure)."
    assert resolved.body["text"].startswith("Over (recovered): Video froze. It lasted 30 s")
    assert found.fired == found.resolved == [("r", "find_1")]


def test_what_is_told_stays_told_over_a_restart():
    found = alerts(Directory().take([finding()]), [RULE], {("r", "find_1")})
    assert found.records == []


def test_a_finding_that_grows_is_told_when_it_does():
    assert statuses(RULE, finding(severity="low"), finding(severity="critical")) == ["firing"]


def test_what_was_never_told_is_not_resolved():
    assert statuses(RULE, finding(severity="low"), finding(severity="low", closed_at=AT)) == []


def test_rules_choose_by_detector_app_and_cause():
    for rule, count in (
        (AlertRule(name="r", sink="s", detectors=["fre*"]), 1),
        (AlertRule(name="r", sink="s", detectors=["loss"]), 0),
        (AlertRule(name="r", sink="s", apps=["other"]), 0),
        (AlertRule(name="r", sink="s", causes=["receiver_downlink"]), 1),
        (AlertRule(name="r", sink="s", causes=["relay"]), 0),
    ):
        assert len(statuses(rule, finding())) == count, rule


def test_resolution_can_be_left_out():
    rule = AlertRule(name="r", sink="s", resolved=False)
    assert statuses(rule, finding(), finding(closed_at=AT)) == ["firing"]


def test_an_unknown_cause_is_said_to_be_unknown():
    versions = [finding(cause_segment="", cause_confidence=None, cause_reason="no data of the sender.")]
    (record,) = alerts(Directory().take(versions), [RULE], set()).records
    assert record.body["text"] == "Video froze. The cause is not known: no data of the sender."


def test_calls_that_end_badly():
    rule = AlertRule(name="r", sink="s", verdicts=["bad"])
    bad = call(verdict="bad", verdict_text="Audio was bad.", ended_at=AT + 1)
    assert statuses(rule, call(), bad) == ["ended"]
    assert statuses(rule, call(), call(verdict="good", ended_at=AT + 1)) == []
    assert statuses(rule, finding()) == []
