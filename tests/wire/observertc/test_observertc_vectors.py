"""Streams written by the published encoders decode to what went in, as far as the encoder let it through."""

import json
from copy import deepcopy

import pytest
from tests.wire.observertc.observertc_data import first_difference, messages, plain, streams, vectors

from rtclens.model.codec import Hello
from rtclens.wire.observertc import binary, delta3, sniff
from rtclens.wire.observertc.deltas import Deltas
from rtclens.wire.observertc.stream import open_stream

DELTAS_3 = [name for name in streams("protobuf-delta", "json-delta") if name.startswith("client-sample-3")]
BINARY_3 = [name for name in streams("protobuf-delta") if name.startswith("client-sample-3")]
RESET_OF_GENERATION_1 = "client-sample-3.0.protobuf-delta.reset-uuid"  # has a test of its own
BINARY_2 = [name for name in streams("protobuf-delta", "protobuf-full") if not name.startswith("client-sample-3")]


def stream_of(name, announced):
    vector = vectors()[name]
    query = {"schemaVersion": vector["schemaVersion"], "format": vector["encoding"]} if announced else {}
    return open_stream(Hello(app_id="app", query=query))


def decode_binary(name, announced):
    """The complete samples of a protobuf stream, as the codec merges them."""
    stream, deltas = stream_of(name, announced), Deltas()
    for raw in messages(name):
        found = binary.decode(stream.binary, deltas, raw)
        if found.root == "Samples" and found.family == "2.2-delta":
            clients = [deltas.merge2("client", row) for row in found.sample["clientSamples"]]
            yield {**found.sample, "clientSamples": clients}
        elif found.root == "Samples":
            yield found.sample
        elif found.family == "2.2-delta":
            yield deltas.merge2(found.root, found.sample)
        else:
            yield deltas.of("", found.family).merge(found.sample)


def assert_equal(name, got):
    expected = vectors()[name]["expected"]
    assert len(got) == len(expected)
    for number, (ours, theirs) in enumerate(zip(got, expected, strict=True)):
        difference = first_difference(plain(ours), plain(theirs))
        assert not difference, f"message {number}: {difference}"


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "sniffed"])
@pytest.mark.parametrize("name", [name for name in BINARY_3 if name != RESET_OF_GENERATION_1])
def test_protobuf_of_generation_3(name, announced):
    assert_equal(name, list(decode_binary(name, announced)))


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "sniffed"])
@pytest.mark.parametrize("name", BINARY_2)
def test_protobuf_of_generation_2(name, announced):
    assert_equal(name, list(decode_binary(name, announced)))


@pytest.mark.parametrize("name", [name for name in DELTAS_3 if "json-delta" in name])
def test_json_deltas(name):
    delta = Deltas().of("", "")
    assert_equal(name, [delta.merge(json.loads(message)) for message in messages(name)])


def test_after_a_reset_of_the_first_generation_tracks_are_named_by_their_ssrc():
    """The encoder leaves `trackIdentifier` out after a reset; the stream knows the track of each SSRC."""
    name = RESET_OF_GENERATION_1
    got = list(decode_binary(name, announced=True))
    for sample, expected in zip(got, deepcopy(vectors()[name]["expected"]), strict=True):
        for ours, theirs in zip(sample["peerConnections"], expected["peerConnections"], strict=True):
            for row, bare in zip(ours.get("inboundRtps", []), theirs.get("inboundRtps") or [], strict=True):
                known = got[0]["peerConnections"][1]["inboundRtps"]
                tracks = {each["ssrc"]: each["trackIdentifier"] for each in known}
                assert row["trackIdentifier"] == tracks[row["ssrc"]]
                bare["trackIdentifier"] = row["trackIdentifier"]
        assert not first_difference(plain(sample), plain(expected))


def test_the_published_decoder_of_generation_1_is_not_imitated():
    """It returns values once and never certificates; a sample must hold what is known at its time (R-36)."""
    vector = vectors()["client-sample-3.3.protobuf-delta.conference-uuid"]
    ours = list(decode_binary("client-sample-3.3.protobuf-delta.conference-uuid", announced=True))
    theirs = vector["published"]
    assert not any(pc.get("certificates") for sample in theirs if sample for pc in sample["peerConnections"])
    assert all(pc["certificates"] for sample in ours for pc in sample["peerConnections"])


def test_the_published_decoder_of_batches_returns_nothing():
    """`SamplesEncoder` output with default options must decode (R-35)."""
    ours = list(decode_binary("samples-2.2.protobuf-delta", announced=False))
    assert all(sample["clientSamples"] for sample in ours)


@pytest.mark.parametrize("entry", vectors()["sniffing"], ids=lambda e: f"{e['vector']}-{e['message']}")
def test_the_family_is_told_by_the_structure(entry):
    raw = messages(entry["vector"])[entry["message"]]
    found = sniff.candidates(raw, prefer_full=True)
    scores = {name: sniff.mismatches(raw, sniff.tables.load(name), found.root) for name in found.families}
    best = min(scores.values())
    assert best == entry["mismatches"]
    assert {name for name, score in scores.items() if score == best} == set(entry["candidates"])


def test_a_wrong_announcement_gives_way_to_the_bytes():
    """R-38: the family is not guessed silently; the choice says why it was made."""
    name = "client-sample-3.0.protobuf-delta.conference-uuid"
    stream = open_stream(Hello(app_id="app", query={"schemaVersion": "3.3.0"}))
    binary.decode(stream.binary, Deltas(), messages(name)[0])
    choice = stream.binary.choices["ClientSample"]
    assert choice.family == "3.0"
    assert "contradicts" in choice.reason


def test_a_merge_leaves_the_old_sample_alone():
    """R-31: what a rejected message said must not leak."""
    old = {"timestamp": 1, "peerConnections": [{"peerConnectionId": "p", "inboundRtps": [{"ssrc": 1, "id": "a"}]}]}
    row = {"ssrc": 1, "packetsReceived": 9}
    bad = {"timestamp": 2, "peerConnections": [{"peerConnectionId": "p", "inboundRtps": [row, {"ssrc": 2}]}]}
    with pytest.raises(delta3.Refused):
        delta3.merge(old, bad, delta3.Rules())
    assert old["peerConnections"][0]["inboundRtps"] == [{"ssrc": 1, "id": "a"}]


def issue(*fields):
    body = b"".join(fields)
    return b"\x12" + bytes([len(body)]) + body


def test_issues_tell_3_2_0_from_3_3_even_late_in_a_stream():
    """The two differ in ClientIssue alone: field 3 is the time in one and the payload in the other."""
    stream, deltas = stream_of("client-sample-3.2.protobuf-delta.conference-uuid", announced=True), Deltas()
    raw = messages("client-sample-3.2.protobuf-delta.conference-uuid")[0]
    binary.decode(stream.binary, deltas, raw)
    assert stream.binary.choices["ClientSample"].family == "3.2.0"
    kind, key, payload, time = b"\x0a\x01a", b"\x12\x01k", b"\x1a\x02{}", b"\x21" + bytes(7) + b"@"
    root_time = b"\x31" + bytes(7) + b"@"
    found = binary.decode(stream.binary, deltas, issue(kind, key, payload, time) + root_time)
    assert found.family == "3.2-3.3"
    assert found.sample["clientIssues"] == [{"type": "a", "key": "k", "payload": "{}", "timestamp": 2.0}]
