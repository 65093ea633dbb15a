"""Whatever a file holds, reading it does not raise, and what stood before a break is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from internals_dumps import HELLO, START, dump, events, read, read_firefox, recorded, refusals, report, samples

from rtclens.model.codec import Refusal
from rtclens.model.events import Batch
from rtclens.wire.internals import InternalsReader
from rtclens.wire.internals.split import MalformedError, Splitter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from(["inbound-rtp", "remote-inbound-rtp", "codec", "strange", "", None])
VALUES = st.one_of(
    JSON, st.lists(st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3), max_size=6)
)
ENTRY = st.fixed_dictionaries(
    {"values": st.one_of(VALUES.map(lambda said: json.dumps(said)), st.text(max_size=9), JSON)},
    optional={
        "startTime": st.sampled_from(["2023-11-14T22:13:20.000Z", "", "soon", 17, None]),
        "endTime": st.sampled_from(["2023-11-14T22:13:25.000Z", "x", 1e300, None]),
        "statsType": TYPES,
    },
)
KEYS = st.builds(
    "-".join,
    st.tuples(
        st.sampled_from(["A", "B-x", "ssrc_1_send", "Conn-a", "RTCMediaStreamTrack_sender_1", "bweforvideo"]),
        st.sampled_from(["timestamp", "ssrc", "localId", "trackId", "googRtt", "type", "[x-y]", "kind", "id", ""]),
    ),
)
NAMES = st.sampled_from(
    ["setLocalDescription", "setLocalDescriptionOnSuccess", "icecandidate", "icecandidateerror", "track", "x", "close"]
)
LOG = st.lists(
    st.one_of(
        JSON,
        st.fixed_dictionaries(
            {"type": NAMES, "value": st.one_of(JSON.map(json.dumps), JSON)},
            optional={"timestamp": JSON, "time": st.text(max_size=20)},
        ),
    ),
    max_size=5,
)
CONNECTION = st.fixed_dictionaries(
    {
        "stats": st.one_of(JSON, st.dictionaries(KEYS, st.one_of(ENTRY, JSON), max_size=8)),
        "updateLog": st.one_of(JSON, LOG),
    },
    optional={"pid": JSON, "url": JSON, "rtcConfiguration": st.one_of(JSON, st.text()), "constraints": JSON},
)
DUMPS = st.fixed_dictionaries(
    {
        "PeerConnections": st.one_of(
            JSON, st.dictionaries(st.text(max_size=4), st.one_of(CONNECTION, JSON), max_size=3)
        ),
        "getUserMedia": st.one_of(JSON, st.lists(JSON, max_size=3)),
    },
    optional={"UserAgent": JSON, "UserAgentData": JSON, "timestamp": JSON, "deviceMemory": JSON},
)


@given(DUMPS)
@settings(max_examples=200, deadline=None)
def test_no_dump_raises(document: Any) -> None:
    for item in read(json.dumps(document).encode()):
        assert isinstance(item, Batch | Refusal)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(raw: bytes) -> None:
    """What is no dump yields a refusal and nothing else."""
    for items in (read(raw), read_firefox(raw)):
        assert [item.code for item in refusals(items)] == [item.code for item in items if isinstance(item, Refusal)]
        assert items


@given(st.integers(min_value=1, max_value=97_000))
@settings(max_examples=20, deadline=None)
def test_a_cut_file_keeps_what_stood_before_the_cut(size: int) -> None:
    whole = recorded("icefail-live")
    items = read(whole[:size])
    assert refusals(items)
    assert len(samples(items)) <= 15


def test_a_cut_file_tells_that_it_was_cut() -> None:
    whole = recorded("icefail-live")
    items = read(whole[:-2000])
    assert len(samples(items)) == 15
    (refused,) = refusals(items)
    assert (refused.code, refused.message) == ("not_json", "the file ends in the middle")


@pytest.mark.parametrize("step", [1, 7, 4096])
def test_chunks_change_nothing(step: int) -> None:
    whole = json.dumps(dump(report("P", "peer-connection", [START, START + 1000], dataChannelsOpened=[0, 1]))).encode()
    assert read(whole, step) == read(whole)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_the_splitter_reads_what_a_parser_reads(document: Any) -> None:
    raw = json.dumps({"a": document, "b": [document]}).encode()
    splitter = Splitter(raw[i : i + 3] for i in range(0, len(raw), 3))
    assert {name: splitter.value() for name in splitter.members()} == {
        "a": json.dumps(document).encode(),
        "b": json.dumps([document]).encode(),
    }


def test_a_single_huge_value_is_refused_not_held() -> None:
    splitter = Splitter([b'{"a": "', *[b"x" * 1000] * 100, b'"}'], max_value=20_000)
    with pytest.raises(MalformedError, match="larger than 20000"):
        [splitter.value() for _ in splitter.members()]


def test_impossible_times_are_no_times() -> None:
    stamps = [START, 1.8e34]
    document = dump(report("P", "peer-connection", [START, START + 1000], dataChannelsOpened=[0, 1]))
    document["PeerConnections"]["7-1"]["stats"]["P-timestamp"]["values"] = json.dumps(stamps)
    document["PeerConnections"]["7-1"]["updateLog"] = [{"type": "close", "value": "", "timestamp": 1e300}]
    assert [event.at for event in events(read(document | {"timestamp": -5}))] == [START] * 4 + [START + 1000] * 2


def test_reading_is_lazy_after_the_load() -> None:
    """The first batch is there before the last one is made."""
    items = InternalsReader().read([recorded("icefail-live")], HELLO)
    first = next(items)
    assert isinstance(first, Batch)
    assert events([first])
