"""Whatever arrives, the codec answers: every frame yields a batch or a refusal, and nothing is raised."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wire.observertc.observertc_data import load, messages, streams

from rtclens.model.codec import Hello, Refusal, Reply
from rtclens.model.events import Batch, TelemetryClosed
from rtclens.model.refusals import CODES
from rtclens.wire.observertc.rows import ITEMS, ROWS, TRACKS
from rtclens.wire.observertc.select import select
from rtclens.wire.observertc.sniff import BATCH2, CLIENT2

FORMATS = ("", "json", "json-delta", "protobuf", "base64")
VERSIONS = ("", "2.0.0", "2.1.8", "2.2.0", "3.0.0", "3.2.0", "3.3.0", "3.5.0")
QUERIES = st.fixed_dictionaries(
    {"format": st.sampled_from(FORMATS), "schemaVersion": st.sampled_from(VERSIONS)},
    optional={"identifiers": st.sampled_from(["uuid", "utf8"])},
)
PATHS = st.sampled_from([{}, {"call": "c", "client": "p"}, {"media_unit": "m"}])
VECTORS = streams("protobuf-delta", "protobuf-full", "json", "json-delta")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "p", "7", "NULL", "{}", '{"peerConnectionId": "p"}', "CLIENT_JOINED", 1_700_000_000_000])
)
NAMES = st.sampled_from(
    [
        *("timestamp", "callId", "clientId", "peerConnectionId", "id", "ssrc", "kind", "type", "name", "payload"),
        *("trackId", "trackIdentifier", "attachments", "scoreReasons", "sampleSeq", "close", "label", "priority"),
        *("sfuId", "serverId", "sessions", "transports", "senderStats", "receiverStats", "iceStats", "userMediaErrors"),
        *("inboundRTPStats", "tracks", "candidatePairs", "data", "sample", "metadata", "qualityLimitationDurations"),
        *("peerConnections", *ROWS, *TRACKS, *ITEMS, *CLIENT2, *BATCH2),
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=8)


def answers(frames, query, path):
    codec = select(Hello(app_id="app"))
    state, items = codec.open(Hello(app_id="app", query=query, path=path))
    assert items == []
    for frame in frames:
        state, items = codec.feed(state, frame, 1.0)
        assert all(isinstance(item, Batch | Refusal | Reply) for item in items)
        answered = [item for item in items if not isinstance(item, Reply)]
        assert answered
        assert all(item.events for item in answered if isinstance(item, Batch))
        assert all(item.code in CODES for item in answered if isinstance(item, Refusal))
        yield answered
    farewells = codec.close(state, 2.0, 1000)
    assert all([type(event) for event in batch.events] == [TelemetryClosed] for batch in farewells)
    assert len(farewells) == sum(bool(speaker.connections) for speaker in state.speakers.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=80) | st.text(max_size=80), max_size=4), QUERIES, PATHS)
def test_arbitrary_bytes_and_text(frames, query, path):
    for answered in answers(frames, query, path):
        assert len(answered) == 1


@settings(max_examples=250, deadline=None)
@given(st.lists(OBJECTS | st.lists(OBJECTS, max_size=3), max_size=4), QUERIES, PATHS)
def test_arbitrary_objects_with_the_members_we_know(frames, query, path):
    list(answers([json.dumps(frame) for frame in frames], query, path))


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(VECTORS), QUERIES)
def test_cut_and_changed_messages(data, name, query):
    """The messages of real encoders, in order, with one of them damaged."""
    frames = messages(name)[:4]
    victim = data.draw(st.integers(0, len(frames) - 1))
    raw = bytearray(frames[victim])
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del raw[at:]
    else:
        raw[at] = data.draw(st.integers(0, 255))
    frames[victim] = bytes(raw)
    list(answers(frames, query, {}))


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(5)), st.sampled_from(VECTORS))
def test_messages_out_of_order_or_lost(order, name):
    frames = messages(name)
    list(answers([frames[i] for i in order if i < len(frames)], {}, {}))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_members_of_a_real_sample_of_any_type(data):
    """One member of a recorded sample takes a value of any kind; the rest of the sample survives."""
    sample = json.loads(load("captures")["sfu"]["streams"][0]["frames"][1]["text"])
    connection = sample["peerConnections"][0]
    name = data.draw(st.sampled_from([key for key, rows in connection.items() if isinstance(rows, list) and rows]))
    row = connection[name][0]
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(VALUES)
    (answered,) = answers([json.dumps(sample)], {"format": "json"}, {})
    assert len(answered) == 1
    assert isinstance(answered[0], Batch)


def test_big_numbers_are_no_trouble():
    row = {"id": "I", "ssrc": 1, "kind": "audio", "timestamp": 10**400, "qualityLimitationDurations": {"cpu": 10**400}}
    connection = {"peerConnectionId": "p", "outboundRtps": [row], "inboundTracks": [{"id": "t", "score": 10**400}]}
    frame = json.dumps({"timestamp": 5, "score": 10**400, "peerConnections": [connection]})
    for query in ({"format": "json"}, {"format": "json-delta"}, {}):
        for _ in answers([frame, frame], query, {}):
            pass
