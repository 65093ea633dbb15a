"""A delta stream out of step says so once, asks for a reset, changes nothing, and recovers by itself."""

import json
from base64 import b64decode

import pytest
from tests.wire.observertc.observertc_data import messages, vectors

from rtclens.model import events as ev
from rtclens.model.codec import Hello, Refusal, Reply
from rtclens.model.events import Batch
from rtclens.wire.observertc.select import select

CODES = {"MALFORMED_INPUT": {"bad_protobuf", "not_json", "bad_shape"}, "STREAM_DESYNC": {"desync"}}
CODES["INVALID_VALUE"] = {"bad_value"}


def open_stream(**query):
    codec = select(Hello(app_id="app"))
    return codec, codec.open(Hello(app_id="app", query=query))[0]


def feed(codec, state, frame, at=1.0):
    return codec.feed(state, frame, at)[1]


def outcome(items):
    """'' for a batch, else the code of the refusal."""
    refusals = [item for item in items if isinstance(item, Refusal)]
    assert len(refusals) + sum(isinstance(item, Batch) for item in items) == 1
    return refusals[0].code if refusals else ""


@pytest.mark.parametrize("case", vectors()["errors-3.5"], ids=lambda case: f"{case['encoding']}: {case['case']}")
def test_errors_are_those_of_the_published_decoders(case):
    identifiers = set(case["options"].get("identifiers", {}).values())
    query = {"format": case["encoding"], "schemaVersion": case["schemaVersion"]}
    if identifiers:
        query["identifiers"] = identifiers.pop()
    codec, state = open_stream(**query)
    for message, result in zip(case["messages_base64"], case["results"], strict=True):
        code = outcome(feed(codec, state, b64decode(message)))
        if result["ok"] and case["case"] == "uuid identifiers read as text":
            assert code == "bad_value"  # the published decoder hands out unreadable identifiers here
        elif result["ok"]:
            assert code == ""
        else:
            assert code in CODES[result["code"]]


def test_a_rejected_message_leaks_nothing():
    """The published protobuf decoder keeps a counter of the message it rejected; 999 instead of 1 (R-31)."""
    (case,) = [case for case in vectors()["errors-3.5"] if case["case"] == "a failed decode must not change state"]
    codec, state = open_stream(schemaVersion="3.5.0")
    items = [feed(codec, state, b64decode(message)) for message in case["messages_base64"]]
    (sample,) = [event for event in items[2][0].events if isinstance(event, ev.Sample)]
    assert sample.stats.inbound_rtp[0].packetsReceived == case["required_value"]["value"] == 1
    assert case["reference_value"]["value"] == 999


@pytest.mark.parametrize("identifiers", ["", "uuid"])
def test_packed_identifiers_are_recognised_without_being_announced(identifiers):
    codec, state = open_stream(**({"identifiers": identifiers} if identifiers else {}))
    (batch,) = feed(codec, state, messages("client-sample-3.5.protobuf-delta.conference-uuid")[0])
    assert batch.origin.participant == "b41f7a52-0c9d-4e63-8f15-7a2d94c6e038"


@pytest.mark.parametrize("encoding", ["json-delta", "protobuf-delta"])
def test_a_late_join_asks_once_and_recovers_at_the_key_frame(encoding):
    """R-32: without waiting for the client, the next complete message continues the stream."""
    name = f"client-sample-3.5.{encoding}.reset" + ("-uuid" if encoding == "protobuf-delta" else "")
    codec, state = open_stream(format=encoding, schemaVersion="3.5.0")
    _, first, key_frame, last = messages(name)
    items = feed(codec, state, first)
    (request,) = [item for item in items if isinstance(item, Reply)]
    assert json.loads(request.data)["type"] == "reset"
    assert outcome(items) == "desync"
    again = feed(codec, state, first)
    assert outcome(again) == "desync"
    assert not any(isinstance(item, Reply) for item in again)
    assert outcome(feed(codec, state, key_frame)) == ""
    assert outcome(feed(codec, state, last)) == ""
    assert state.asked == set()


def test_undeclared_json_turns_out_to_be_a_delta():
    """Nothing was announced; the second message lacks what every plain sample says, so the first was its base."""
    name = "client-sample-3.5.json-delta.conference"
    codec, state = open_stream()
    declared_codec, declared = open_stream(format="json-delta")
    for message in messages(name):
        (ours,) = feed(codec, state, message)
        (expected,) = feed(declared_codec, declared, message)
        assert ours == expected


def test_plain_json_stays_plain():
    codec, state = open_stream()
    for message in messages("client-sample-3.5.plain-json.conference"):
        assert outcome(feed(codec, state, message)) == ""
    assert state.json == "plain"
    assert not state.seed


def test_declared_plain_json_may_lack_members():
    codec, state = open_stream(format="json")
    frame = {"timestamp": 5, "peerConnections": [{"peerConnectionId": "p", "inboundRtps": [{"ssrc": 1}]}]}
    assert outcome(feed(codec, state, json.dumps(frame))) == ""


def test_clients_of_one_socket_have_their_own_state():
    codec, state = open_stream(format="json-delta")
    row = {"id": "I", "ssrc": 7, "kind": "audio", "timestamp": 1, "trackIdentifier": "t", "packetsReceived": 1}
    for client in ("ann", "bob"):
        connection = {
            "peerConnectionId": client,
            "inboundRtps": [{**row, "packetsReceived": len(client) + ord(client[0])}],
        }
        frame = {"timestamp": 5, "clientId": client, "callId": "c", "peerConnections": [connection]}
        assert outcome(feed(codec, state, json.dumps(frame))) == ""
    change = {"ssrc": 7, "timestamp": 2}
    for client in ("bob", "ann"):
        connection = {"peerConnectionId": client, "inboundRtps": [change]}
        (batch,) = feed(codec, state, json.dumps({"timestamp": 6, "clientId": client, "peerConnections": [connection]}))
        assert batch.origin.call == "c"
        (sample,) = [event for event in batch.events if isinstance(event, ev.Sample)]
        assert sample.stats.inbound_rtp[0].packetsReceived == 3 + ord(client[0])


def test_an_entry_that_comes_back_starts_clean():
    """R-21: values of the former stream do not return with its SSRC."""
    codec, state = open_stream(format="json-delta")

    def send(timestamp, rows):
        connection = {"peerConnectionId": "p", "inboundRtps": rows}
        (batch,) = feed(codec, state, json.dumps({"timestamp": timestamp, "peerConnections": [connection]}))
        return next(event for event in batch.events if isinstance(event, ev.Sample)).stats.inbound_rtp

    row = {"id": "I", "ssrc": 7, "kind": "audio", "timestamp": 1, "trackIdentifier": "t"}
    assert send(1, [{**row, "packetsLost": 3}])[0].packetsLost == 3
    assert send(2, []) == []
    assert send(3, [row])[0].packetsLost is None
