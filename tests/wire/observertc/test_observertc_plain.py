"""Plain ClientSample 3.x JSON, as frames and as request bodies."""

import json

from rtclens.model import events as ev
from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch
from rtclens.model.stats import InboundRtp
from rtclens.wire.observertc.codec import ObserveRtc

HELLO = Hello(app_id="app", path={"call": "room", "client": "ann"})
SAMPLE = {
    "timestamp": 1_700_000_008_000,
    "callId": "other",
    "clientId": "other",
    "peerConnections": [
        {
            "peerConnectionId": "pc",
            "inboundRtps": [
                {"id": "I", "timestamp": 1_700_000_007_990.5, "ssrc": 7, "kind": "audio", "packetsReceived": 3}
            ],
            "iceCandidates": [
                {"id": "L", "timestamp": 1, "usernameFragment": "mine", "port": 1},
                {"id": "R", "timestamp": 1, "usernameFragment": "theirs", "port": 2},
            ],
            "iceTransports": [{"id": "T", "timestamp": 1_700_000_007_990.5, "iceLocalUsernameFragment": "mine"}],
        }
    ],
    "clientEvents": [{"type": "CLIENT_JOINED", "payload": "{}", "timestamp": 1_700_000_000_000}],
}


def feed(frame, hello=HELLO):
    codec = ObserveRtc()
    state, _ = codec.open(hello)
    return codec.feed(state, frame, 5.0)[1]


def one_batch(frame, hello=HELLO):
    (item,) = feed(frame, hello)
    assert isinstance(item, Batch), item
    return item


def of(batch, cls):
    return [event for event in batch.events if isinstance(event, cls)]


def test_the_path_names_the_speaker_and_the_join_names_the_session():
    batch = one_batch(json.dumps(SAMPLE))
    assert (batch.origin.call, batch.origin.participant, batch.origin.session) == ("room", "ann", "1700000000000")
    assert one_batch(json.dumps(SAMPLE), Hello(app_id="app")).origin.call == "other"


def test_rows_are_canonical_and_candidates_get_their_direction():
    (sample,) = of(one_batch(json.dumps(SAMPLE).encode()), ev.Sample)
    assert isinstance(sample.stats.inbound_rtp[0], InboundRtp)
    assert sample.stats.inbound_rtp[0].packetsLost is None
    assert [c.id for c in sample.stats.local_candidate] == ["L"]
    assert [c.id for c in sample.stats.remote_candidate] == ["R"]
    assert sample.at == 1_700_000_007_990.5


def test_an_unknown_member_is_kept_and_costs_nothing_else():
    known = one_batch(json.dumps(SAMPLE))
    changed = json.loads(json.dumps(SAMPLE))
    changed["peerConnections"][0]["inboundRtps"][0]["brandNew"] = [1]
    changed["unheardOf"] = True
    (sample,) = of(one_batch(json.dumps(changed)), ev.Sample)
    row = sample.stats.inbound_rtp[0]
    assert row.extra == {"brandNew": [1]}
    row.extra = None
    (expected,) = of(known, ev.Sample)
    assert row.packetsReceived == expected.stats.inbound_rtp[0].packetsReceived == 3


def test_a_connection_is_announced_once():
    codec = ObserveRtc()
    state, _ = codec.open(HELLO)
    frame = json.dumps(SAMPLE)
    first = codec.feed(state, frame, 1.0)[1][0]
    second = codec.feed(state, frame, 2.0)[1][0]
    assert len(of(first, ev.ConnectionOpened)) == 1
    assert of(second, ev.ConnectionOpened) == []


def test_what_is_not_a_sample_is_refused():
    for frame in ("", "{", "[]", "nonsense!", b"\xff\xfe", "{}", '{"timestamp": "soon"}', "[1]", '"x"'):
        (item,) = feed(frame)
        assert isinstance(item, Refusal), frame


def test_candidates_that_nothing_names_are_told_by_what_only_local_ones_have():
    rows = [
        {"id": "paired-far", "timestamp": 1, "usernameFragment": "far"},
        {"id": "same-fragment", "timestamp": 1, "usernameFragment": "far", "url": "turn:t"},
        {"id": "with-url", "timestamp": 1, "url": "stun:s"},
        {"id": "bare", "timestamp": 1},
    ]
    pair = {"id": "P", "timestamp": 1, "localCandidateId": "gone", "remoteCandidateId": "paired-far"}
    connection = {"peerConnectionId": "pc", "iceCandidates": rows, "iceCandidatePairs": [pair]}
    (sample,) = of(one_batch(json.dumps({"timestamp": 5, "peerConnections": [connection]})), ev.Sample)
    assert [c.id for c in sample.stats.local_candidate] == ["with-url"]
    assert [c.id for c in sample.stats.remote_candidate] == ["paired-far", "same-fragment", "bare"]
