"""Receivers that fail, stall, die and come back get everything at least once, and hold nobody up."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading

import pytest
from tests.outputs.receiver import receiver
from tests.outputs.world import call, finding, scene

from rtclens.outputs import Outputs
from rtclens.outputs.configuration import parse
from rtclens.outputs.hub import DATABASE
from rtclens.outputs.outbox import recent

FACTS = [finding(finding_id=f"f{number}") for number in range(25)]
SINK = 'name = "hook"\ntype = "webhook"\nurl = "{url}"\nbackoff_s = 0.01\nbackoff_max_s = 0.02\ntimeout_s = 2\n'


def configured(url: str, more: str = "") -> str:
    return "[[sink]]\n" + SINK.format(url=url) + more


def opened(folder, text: str) -> Outputs:
    return Outputs(parse(text, {}), folder)


@pytest.fixture
def started(tmp_path):
    """Makes started outputs on one folder; whatever still runs is stopped at the end."""
    made: list[Outputs] = []

    def start(text: str) -> Outputs:
        outputs = opened(tmp_path, text)
        outputs.start()
        made.append(outputs)
        return outputs

    yield start
    for outputs in made:
        outputs.stop()


def has(count: int):
    return lambda found: len(set(found.ids)) >= count


def test_everything_arrives_in_order_and_signed(started):
    with receiver() as hook:
        started(configured(hook.url, 'secret = "s3cret"\nbatch = 10\n')).take(FACTS)
        assert hook.wait(has(25))
        assert [record["record"]["fact"]["finding_id"] for record in hook.accepted] == [f"f{n}" for n in range(25)]
        headers, body = hook.requests[0]
        expected = hmac.new(b"s3cret", headers["rtclens-timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
        assert headers["rtclens-signature"] == f"v1={expected}"
        assert len(json.loads(body)["records"]) == 10


@pytest.mark.parametrize("bad", [500, 429, 302, 0])
def test_a_receiver_that_fails_is_tried_again(started, bad):
    with receiver(lambda number: bad if number < 3 else 204) as hook:
        outputs = started(configured(hook.url))
        outputs.take(FACTS)
        assert hook.wait(has(25))
        assert outputs.deliveries[0].counters.failures == 3
        assert outputs.deliveries[0].counters.dead == 0


@pytest.mark.parametrize(("status", "attempts"), [(500, 3), (422, 1)])
def test_what_is_refused_for_good_becomes_a_dead_letter_and_the_rest_goes_on(started, tmp_path, status, attempts):
    with receiver(lambda number: status if number < attempts else 200) as hook:
        outputs = started(configured(hook.url, "attempts = 3\nbatch = 20\n"))
        outputs.take(FACTS)
        assert hook.wait(has(5))
        letters = [json.loads(line) for line in (tmp_path / "outputs" / "hook.dead.jsonl").read_text().splitlines()]
        assert [letter["record"]["fact"]["finding_id"] for letter in letters] == [f"f{n}" for n in range(20)]
        assert {letter["error"] for letter in letters} == {f"answered {status}"}
        assert outputs.deliveries[0].counters.dead == 20


def test_redirects_are_not_followed(started):
    with receiver() as other, receiver(lambda _: 307) as hook:
        hook_url, hook.url = hook.url, other.url
        started(configured(hook_url, "attempts = 2\n")).take(FACTS[:1])
        assert hook.wait(lambda found: len(found.requests) == 2)
        assert other.requests == []


def test_taking_never_waits_for_a_receiver_that_stalls(tmp_path):
    release = threading.Event()

    def stall(_: int) -> int:
        release.wait(30)
        return 200

    with receiver(stall) as hook:
        outputs = opened(tmp_path, configured(hook.url))
        outputs.start()
        for fact in FACTS:
            outputs.take([fact])  # returns while the receiver has answered nothing
        assert not release.is_set()
        assert outputs.deliveries[0].lag == 25
        release.set()
        assert hook.wait(has(25))
        outputs.stop()


def test_a_failing_sink_does_not_hold_up_another(started, tmp_path):
    file = '[[sink]]\nname = "file"\ntype = "file"\npath = "out.jsonl"\n'
    with receiver(lambda _: 500) as broken, receiver() as good:
        second = SINK.replace('"hook"', '"good"')
        text = configured(broken.url, "attempts = 1000\n") + file + "[[sink]]\n" + second.format(url=good.url)
        outputs = started(text)
        outputs.take(FACTS)
        assert good.wait(has(25))
        assert outputs.deliveries[0].lag == 25


def test_what_was_not_delivered_is_delivered_after_a_restart(tmp_path):
    with receiver(lambda _: 503) as down:
        first = opened(tmp_path, configured(down.url, "attempts = 1000\n"))
        first.start()
        first.take(FACTS)
        assert down.wait(lambda found: len(found.requests) >= 2)
        first.stop()
    with receiver() as up:
        second = opened(tmp_path, configured(up.url))
        second.start()
        assert up.wait(has(25))
        second.stop()
        assert len(up.ids) == 25


def test_a_crash_at_any_point_loses_nothing_and_repeats_only_under_the_same_id(tmp_path):
    """The process ends between sending and remembering: the batch comes again, with the ids it had."""
    with receiver() as hook:
        text = configured(hook.url, "batch = 5\n")
        crashed = opened(tmp_path, text)
        crashed.take(FACTS)
        crashed._outbox.delivered = lambda *_: (_ for _ in ()).throw(RuntimeError("killed"))
        with pytest.raises(RuntimeError):
            crashed.deliveries[0].step()
        crashed._outbox.close()
        after = opened(tmp_path, text)
        after.take(FACTS)  # the worker concludes them again
        after.start()
        assert hook.wait(has(25))
        after.stop()
        assert hook.ids[:5] == hook.ids[5:10]
        assert len(hook.ids) == 30


def test_facts_concluded_again_are_told_once(tmp_path):
    facts = scene().end().facts
    with receiver() as hook:
        for _ in range(2):
            outputs = opened(tmp_path, configured(hook.url, 'events = ["*.started", "*.ended", "finding.*"]\n'))
            outputs.start()
            outputs.take(facts)
            assert hook.wait(lambda found: any(r["type"] == "call.ended" for r in found.accepted))
            outputs.stop()
        assert len(hook.ids) == len(set(hook.ids)) > 10


def test_alerts_and_reports_share_a_sink(started):
    rule = '[[alert]]\nname = "r"\nsink = "hook"\nseverity = "medium"\n'
    with receiver() as hook:
        outputs = started(configured(hook.url, 'format = "none"\n') + rule)
        outputs.take([call(), finding()])
        outputs.take([finding(closed_at=finding().opened_at + 1000)])
        assert hook.wait(has(2))
        assert [record["record"]["status"] for record in hook.accepted] == ["firing", "resolved"]


def test_files_rotate(started, tmp_path):
    outputs = started('[[sink]]\nname = "f"\ntype = "file"\npath = "o.jsonl"\nmax_bytes = 4096\nkeep = 2\nbatch = 2\n')
    outputs.take(FACTS)
    outputs.stop()
    files = sorted(path.name for path in tmp_path.glob("o.jsonl*"))
    assert files == ["o.jsonl", "o.jsonl.1", "o.jsonl.2"]
    assert all(path.stat().st_size <= 4096 for path in tmp_path.glob("o.jsonl*"))
    assert json.loads((tmp_path / "o.jsonl").read_text().splitlines()[-1])["fact"]["finding_id"] == "f24"


def test_an_outbox_that_takes_nothing_is_counted_and_ends_nobody(tmp_path, caplog):
    outputs = opened(tmp_path, '[[sink]]\nname = "f"\ntype = "file"\npath = "o.jsonl"\n')
    outputs._outbox.close()
    outputs.take(FACTS)
    assert outputs.unkept == 25
    assert [body for _, body in recent(tmp_path / DATABASE, 5)] == []
