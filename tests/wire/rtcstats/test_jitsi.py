"""Jitsi's variant: the server greets, numbers are acknowledged, repeated entries count once."""

import json

import pytest

from rtclens.model.events import (
    AppReported,
    Batch,
    Heartbeat,
    Sample,
    ServerSample,
    SessionClosed,
    SessionUpdated,
    TelemetryClosed,
)
from rtclens.wire.rtcstats import RtcStatsJitsi

from .support import T0, events, hello, of_type, refusals, replies

CODEC = RtcStatsJitsi()
WHO = {"confName": "standup", "meetingUniqueId": "m-1", "endpointId": "e1", "displayName": "Ann", "secret": "x"}


def entry(*data, sid="s-1", kind="stats-entry"):
    return json.dumps({"statsSessionId": sid, "type": kind, "data": json.dumps(data)})


def identity(value=WHO, seq=1):
    return json.dumps({"statsSessionId": "s-1", "type": "identity", "data": ["identity", None, value, T0, seq]})


def start(*frames, at=T0, **members):
    state, items = CODEC.open(hello(protocol="3.1_STANDARD", query={"statsSessionId": "s-1"}, **members))
    return feed(state, *frames, at=at, items=items)


def feed(state, *frames, at=T0, items=()):
    items = list(items)
    for frame in frames:
        state, more = CODEC.feed(state, frame, at)
        items += more
    return state, items


def test_the_server_speaks_first():
    _, items = start()
    assert replies(items) == [{"type": "sn", "body": {"value": 0, "state": "initial"}}]


def test_a_person_is_known_by_the_identity_and_its_configuration_stays_out():
    _, items = start(identity(), entry("onconnectionstatechange", "PC_0", "connected", T0 + 5, 2))
    batches = [item for item in items if isinstance(item, Batch)]
    assert {(b.origin.call, b.origin.participant, b.origin.session) for b in batches} == {("standup", "e1", "s-1")}
    updated = of_type(items, SessionUpdated)[0]
    assert updated.participant_name == "Ann"
    assert updated.tags == {"meetingUniqueId": "m-1", "endpointId": "e1"}


def test_absence_from_a_delta_means_gone():
    first = {"a": {"type": "transport", "timestamp": 0}, "b": {"type": "codec"}, "timestamp": T0}
    _, items = start(
        identity(),
        entry("getstats", "PC_0", first, T0, 2),
        entry("getstats", "PC_0", {"a": {}, "timestamp": T0 + 9}, T0 + 9, 3),
    )
    assert [len(s.stats.codec) for s in of_type(items, Sample)] == [1, 0]


def test_repeated_numbers_count_once_and_late_ones_still_count():
    five, four = entry("e", None, 5, T0, 5), entry("e", None, 4, T0, 4)
    _, items = start(identity(), five, four, five, four)
    told = [event.value for event in events(items) if getattr(event, "name", "") == "e"]
    assert told == [5, 4]
    assert len([item for item in items if isinstance(item, Batch)]) >= 5


def test_entries_without_a_number_are_taken():
    _, items = start(identity(), entry("e", None, 1, T0), entry("e", None, 1, T0))
    assert len([event for event in events(items) if getattr(event, "name", "") == "e"]) == 2


def test_acknowledged_every_five_seconds_or_two_hundred_entries():
    state, _ = start(identity())
    _, items = feed(state, *(entry("e", None, n, T0 + n, n) for n in range(2, 203)))
    assert [reply["body"]["value"] for reply in replies(items)] == [200]
    _, items = feed(state, entry("e", None, 1, T0, 203), at=T0 + 6_000)
    assert [reply["body"] for reply in replies(items)] == [{"value": 203, "state": "acknowledged"}]


def test_an_acknowledgement_stands_behind_the_events_it_promises():
    state, _ = start(entry("e", None, 1, T0, 1))
    _, items = feed(state, entry("e", None, 2, T0 + 1, 2), at=T0 + 6_000)
    kinds = [type(item).__name__ for item in items]
    assert kinds[-1] == "Reply"
    assert state.sessions["s-1"].legacy.waiting.events == []


def test_a_reconnect_resumes_behind_the_last_number():
    state, _ = start(identity(), entry("e", None, 1, T0, 7))
    CODEC.close(state, T0, 1006)
    again, items = CODEC.resume(hello(query={"statsSessionId": "s-1", "isReconnect": "true"}), state)
    assert replies(items) == [{"type": "sn", "body": {"value": 7, "state": "initial"}}]
    _, items = feed(again, entry("e", None, 1, T0, 7), entry("e", None, 2, T0 + 1, 8))
    assert [event.value for event in events(items) if getattr(event, "name", "") == "e"] == [2]
    assert {b.origin.session for b in items if isinstance(b, Batch)} == {"s-1"}


def test_keepalive_and_close():
    state, _ = start(identity())
    state, items = feed(state, '{"statsSessionId":"s-1","type":"keepalive"}', '{"statsSessionId":"s-1","type":"close"}')
    assert of_type(items, Heartbeat)
    assert of_type(items, SessionClosed)[0].reason == "left"
    assert CODEC.close(state, T0, 1000) == []


def test_several_objects_and_several_sessions_in_one_frame():
    state, items = start(entry("e", None, 1, T0, sid="x") + "\n" + entry("e", None, 2, T0, sid="y"))
    assert set(state.sessions) == {"x", "y"}
    closed = CODEC.close(state, T0, 1000)
    assert len(of_type(closed, TelemetryClosed)) == 2
    assert refusals(items) == []


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("nonsense", "not_json"),
        ("[1]", "bad_shape"),
        ('{"type":"keepalive"}', "missing_member"),
        ('{"type":"keepalive","statsSessionId":"../x"}', "missing_member"),
        ('{"type":"what","statsSessionId":"x"}', "bad_shape"),
        ('{"type":"stats-entry","statsSessionId":"x","data":"{"}', "not_json"),
        ('{"type":"stats-entry","statsSessionId":"x","data":7}', "bad_shape"),
        (b'{"a":1}\xff{"b":2}', "not_utf8"),
    ],
)
def test_what_cannot_be_read_is_refused(frame, code):
    _, items = start(frame)
    assert [refusal.code for refusal in refusals(items)] == [code]


def test_the_good_part_of_a_frame_survives_the_bad_part():
    _, items = start(identity() + "{")
    assert [refusal.code for refusal in refusals(items)] == ["not_json"]
    assert of_type(items, SessionUpdated)


BRIDGE = {"confName": "standup", "displayName": "jvb-1", "applicationName": "JVB", "endpoints": ["e1"]}


def message(kind, data):
    return json.dumps({"statsSessionId": "b", "type": kind, "data": data, "timestamp": T0})


def test_a_bridge_is_infrastructure_and_its_differences_add_up():
    _, items = start(
        message("identity", BRIDGE),
        message("stats-entry", json.dumps({"load": 1, "endpoints": {"e1": {"rtt": {"ms": 5}, "loss": 0}, "e2": {}}})),
        message("stats-entry", json.dumps({"endpoints": {"e1": {"loss": 2}}})),
    )
    batch = [item for item in items if isinstance(item, Batch)][-1]
    assert (batch.origin.role, batch.origin.call) == ("sfu", "standup")
    last = of_type(items, ServerSample)[-1]
    assert last.server == "jvb-1"
    assert last.rows == {"bridge": [{"load": 1}], "endpoints": [{"id": "e1", "rtt.ms": 5, "loss": 2}]}


def test_endpoints_that_the_newest_list_omits_are_gone():
    state, _ = start(message("identity", BRIDGE), message("stats-entry", '{"load":1,"endpoints":{"e1":{"loss":1}}}'))
    _, items = feed(state, message("identity", {**BRIDGE, "endpoints": []}), message("stats-entry", '{"load":2}'))
    assert of_type(items, ServerSample)[-1].rows == {"bridge": [{"load": 2}]}


def test_logs_of_the_back_end_are_kept():
    logs = json.dumps(["logs", None, [{"text": "x"}], T0])
    _, items = start(message("identity", BRIDGE), message("stats-entry", logs))
    assert [event.name for event in of_type(items, AppReported)] == ["logs"]
