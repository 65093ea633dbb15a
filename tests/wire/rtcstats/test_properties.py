"""What holds for any input: nothing raises, nothing vanishes, splitting changes nothing, memory stays bounded."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.codec import Refusal, Reply
from rtclens.model.events import Batch
from rtclens.wire.lines import lines
from rtclens.wire.rtcstats import RtcStats, RtcStatsJitsi, RtcStatsLegacy, dump, negotiate
from rtclens.wire.rtcstats.dispatch import PAGE, PEER
from rtclens.wire.rtcstats.signalling import MAX_CANDIDATES, MAX_IN_FLIGHT
from rtclens.wire.rtcstats.state import MAX_PEERS, MAX_TRACKS
from rtclens.wire.rtcstats.tables import METHODS

from .support import T0, hello

CODECS = [RtcStats(), RtcStatsLegacy(), RtcStatsJitsi(), negotiate([])[1]]
WORDS = st.sampled_from(
    [
        "offer",
        "answer",
        "rollback",
        "v=\r\nm=\r\n",
        "v=0\r\nm=audio 9 X 1\r\na=mid:0\r\n",
        "stable",
        "have-local-offer",
        "connected",
        "audio",
        "",
        "null",
        "a b:c,d:e",
        '"x"',
        '"',
        "candidate:1 1 udp 1 h 9 typ host",
        "PC_0",
        "2020-01-01",
    ]
)
KEYS = st.sampled_from(
    [
        "t",
        "type",
        "id",
        "timestamp",
        "0",
        "1",
        "10",
        "14",
        "96",
        "125",
        "sdp",
        "candidate",
        "iceServers",
        "streams",
        "tracks",
        "optional",
        "values",
        "statsSessionId",
        "data",
        "endpoints",
        "audio",
        "identity",
        "brands",
        "userAgentData",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=4)
VALUES = st.recursive(SCALARS, lambda c: st.lists(c, max_size=4) | st.dictionaries(KEYS, c, max_size=4), max_leaves=12)
METHOD = st.sampled_from([*METHODS, *PAGE, *PEER, "g", "getstats", "identity", "constraints", ":x", "addStream"])
PEERS = st.sampled_from([None, "PC_0", "PC_1", "9-1", "9-0", "null", 7, ""])
STAMP = st.sampled_from([0, 1, -5, 0.5, T0, 2e11, 1e300]) | VALUES
FRAMES = st.tuples(METHOD | VALUES, PEERS, VALUES, STAMP).map(list) | st.tuples(
    METHOD, PEERS, VALUES, VALUES, STAMP
).map(list)
MESSAGES = st.fixed_dictionaries(
    {
        "statsSessionId": st.sampled_from(["a", "b", "/", 5]),
        "type": st.sampled_from(["identity", "stats-entry", "keepalive", "close", "x"]),
        "data": VALUES | FRAMES.map(lambda frame: json.dumps(frame)),
    }
)
TEXTS = (FRAMES | MESSAGES | VALUES).map(json.dumps) | st.text(max_size=20) | st.binary(max_size=20)


def run(codec, frames, protocol="rtcstats#5.0"):
    state, _ = codec.open(hello(protocol=protocol))
    answers = []
    for index, frame in enumerate(frames):
        state, items = codec.feed(state, frame, T0 + index)
        answers.append(items)
    return state, answers, codec.close(state, T0 + len(frames), 1006)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: type(codec).__name__)
@settings(max_examples=80, deadline=None)
@given(frames=st.lists(TEXTS, max_size=12))
def test_every_frame_yields_a_batch_or_a_refusal_and_nothing_raises(codec, frames):
    _, answers, end = run(codec, frames)
    for items in answers:
        assert any(isinstance(item, Batch | Refusal) for item in items)
        assert all(isinstance(item, Batch | Refusal | Reply) for item in items)
    assert all(isinstance(item, Batch | Refusal | Reply) for item in end)


@settings(max_examples=60, deadline=None)
@given(frames=st.lists(FRAMES, max_size=10), cut=st.integers(0, 10))
def test_a_stream_carried_over_loses_nothing_and_never_raises(frames, cut):
    codec = RtcStats()
    texts = [json.dumps(frame) for frame in frames]
    earlier, _, _ = run(codec, texts[:cut])
    state, _ = codec.open(hello(stream="s2"))
    state = codec.carry(state, earlier)
    for text in texts[cut:]:
        state, items = codec.feed(state, text, T0)
        assert any(isinstance(item, Batch | Refusal) for item in items)
    held = [] if state.continuing is None else state.continuing.held
    assert len(held) <= 80
    codec.close(state, T0)


@settings(max_examples=60, deadline=None)
@given(
    data=st.lists(
        TEXTS.map(lambda text: text.encode("utf-8", "replace") if isinstance(text, str) else text), max_size=8
    ),
    size=st.integers(1, 50),
    magic=st.booleans(),
)
def test_where_a_file_is_cut_into_chunks_changes_nothing(data, size, magic):
    file = (b'RTCStatsDump\n{"fileFormat":3}\n' if magic else b"") + b"\n".join(data)
    whole = list(dump.read(lines([file]), hello()))
    pieces = [file[at : at + size] for at in range(0, len(file), size)]
    assert repr(list(dump.read(lines(pieces), hello()))) == repr(whole)


def test_state_is_bounded_whatever_a_client_invents():
    codec = RtcStats()
    state, _ = codec.open(hello())
    sdp = "v=0\r\nm=audio 9 X 1\r\na=mid:0\r\n"
    for n in range(3_000):
        for frame in (
            [61, None, [["audio", f"t{n}", "label"]], f"60-{n}", 1],
            [39, f"PC_{n % 700}", None, 1],
            [31, "PC_0", None, f"sender-{n}", 1],
            [20, "PC_0", {"candidate": f"candidate:{n} 1 udp 1 192.0.2.1 {n} typ host", "sdpMid": "0"}, 1],
            [8, "PC_0", {"type": "offer", "sdp": sdp}, f"8-{n}", 1],
            [10, "PC_0", {"candidate": "candidate:1 1 udp 1 h 9 typ host"}, f"10-{n}", 1],
        ):
            state, _ = codec.feed(state, json.dumps(frame), T0)
    assert len(state.peers) <= MAX_PEERS
    assert len(state.tracks) <= MAX_TRACKS
    peer = state.peers["PC_0"]
    assert len(peer.senders) <= MAX_TRACKS
    assert len(peer.signalling.in_flight) <= MAX_IN_FLIGHT
    assert len(peer.signalling.adding) <= MAX_IN_FLIGHT
    assert sum(map(len, peer.signalling.candidates.values())) <= 2 * MAX_CANDIDATES


def test_closed_connections_are_forgotten():
    codec = RtcStats()
    state, _ = codec.open(hello())
    for n in range(2_000):
        for frame in ([39, f"PC_{n}", None, 1], [36, f"PC_{n}", None, 1]):
            state, items = codec.feed(state, json.dumps(frame), T0)
            assert not any(isinstance(item, Refusal) for item in items)
    assert len(state.peers) <= 20
