"""Frames are numbered, acknowledged and sent again: nothing is lost and nothing comes twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.events import MediaAccess, Sample

from .native_support import Server, Stream, expected, plain


def report(tick: int) -> list[dict[str, Any]]:
    return [
        {"id": "in", "type": "inbound-rtp", "timestamp": tick * 1000, "packetsReceived": tick * 50, "jitter": 0.001}
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["sample", "deliver", "lose", "reconnect", "forget"]), max_size=40), st.booleans())
def test_whatever_is_lost_on_the_way_arrives_once(steps: list[str], binary: bool) -> None:
    """`lose`: the frame arrives and its acknowledgement does not; `reconnect`: neither arrives."""
    stream, server = Stream(binary), Server()
    ticks = 0
    for step in steps:
        if step == "forget" and stream.unacknowledged == 0:
            server.state, _ = server.codec.open(server.state.hello)
            say_all(stream, server, stream.greeted(server.greet()))
            continue
        stream.sample("pc", report(ticks))
        ticks += 1
        frames = stream.frames()
        if step == "lose":
            for frame in frames:
                server.hear(frame)
        if step in ("lose", "reconnect"):
            frames = stream.greeted(server.greet())
        say_all(stream, server, frames)
    say_all(stream, server, stream.greeted(server.greet()))
    assert [plain(sample.stats) for sample in server.samples] == [expected(report(tick)) for tick in range(ticks)]
    assert stream.unacknowledged == 0
    assert stream.lost == 0
    assert server.refused == []


def say_all(stream: Stream, server: Server, frames: list[Any]) -> None:
    while frames:
        frames = [more for frame in frames for more in stream.heard(server.hear(frame))]


def test_a_gap_is_refused_and_the_sender_begins_again() -> None:
    stream, server = Stream(), Server()
    stream.sample("pc", report(0))
    stream.frames()
    stream.sample("pc", report(1))
    said = server.hear(stream.frames()[0])
    assert msgspec.json.decode(said)[:3] == [0, 2, "desync"]
    say_all(stream, server, stream.heard(said))
    assert [sample.at for sample in server.samples] == [0, 1000]
    assert [refusal.code for refusal in server.refused] == ["desync"]


def test_pipelined_frames_after_a_gap_do_not_make_the_sender_repeat_itself() -> None:
    stream, server = Stream(), Server()
    frames = []
    for tick in range(4):
        stream.sample("pc", report(tick))
        frames += stream.frames()
    answers = [server.hear(frame) for frame in frames[1:]]
    again = [frame for said in answers for frame in stream.heard(said)]
    say_all(stream, server, again)
    assert [sample.at for sample in server.samples] == [0, 1000, 2000, 3000]


def test_what_the_server_refuses_twice_is_given_up_and_counted() -> None:
    stream, server = Stream(), Server()
    stream.sample("pc", [{"id": "a", "type": "codec", "timestamp": True, "payloadType": 1}])
    stream._encoder.sample = lambda *_: [["no such record"]]  # type: ignore[method-assign]
    bad = stream.frames()[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rtclens_sender.stream.Encoder.sample", lambda *_: [["no such record"]])
        say_all(stream, server, stream.heard(server.hear(bad)))
    assert stream.lost == 1
    stream.sample("pc", report(5))
    say_all(stream, server, stream.frames())
    assert [sample.at for sample in server.samples] == [5000]


def test_events_travel_under_the_names_of_the_model() -> None:
    stream, server = Stream(binary=True), Server()
    stream.event({"type": "media_access", "at": 5.0, "phase": "failed", "error": "NotAllowedError"})
    assert stream.heard(server.hear(stream.frames()[0])) == []
    assert server.events[-1] == MediaAccess(at=5.0, phase="failed", error="NotAllowedError")


def test_a_wrong_event_spoils_only_itself() -> None:
    server = Server()
    said = server.hear('[1,[5,{"type":"nothing"}],[5,{"type":"heartbeat","at":7}]]')
    assert said == "[1]"
    assert [refusal.code for refusal in server.refused] == ["bad_value"]
    assert server.events[-1].at == 7


def test_an_unknown_stats_type_is_told_once_and_does_not_stop_the_rest() -> None:
    stream, server = Stream(), Server()
    for tick in range(2):
        stream.sample("pc", [*report(tick), {"id": "x", "type": "track", "timestamp": 1, "ended": False}])
        assert stream.heard(server.hear(stream.frames()[0])) == []
    assert [refusal.code for refusal in server.refused] == ["bad_value"]
    assert [len(sample.stats.inbound_rtp) for sample in server.samples] == [1, 1]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
RECORD = st.tuples(st.integers(-1, 6)).flatmap(
    lambda kind: st.lists(ANYTHING, max_size=6).map(lambda rest: [*kind, *rest])
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=40), st.text(max_size=40), st.lists(RECORD, max_size=4)), max_size=5))
def test_nothing_that_is_sent_raises_and_every_frame_is_answered(frames: list[Any]) -> None:
    server = Server()
    for number, frame in enumerate(frames):
        said = server.hear(frame if isinstance(frame, bytes | str) else msgspec.msgpack.encode([number + 1, *frame]))
        assert said.startswith("[")
        msgspec.msgpack.encode(server.events)


@pytest.mark.parametrize(
    "frame",
    [
        "[1,[1,0,5]]",
        '[1,[4,0,"pc"],[2,0,1,"codec","a"]]',
        '[1,[4,0,"pc"],[2,0,0,"codec","a"],[3,0,0,7]]',
        '[1,[4,0,"pc"],[2,0,0,"codec","a"],[3,0,0,"channels"],[1,0,1000,0]]',
        '[1,[4,0,"pc"],[2,0,0,"codec","a"],[3,0,0,"channels"],[1,0,1000,0,[99,1]]]',
        '[1,[4,0,"pc"],[1,0,9007199254740993]]',
        '[1,[4,0,"pc"],[1,0,1000,-1]]',
        "[2]",
        "[0]",
        "{}",
    ],
)
def test_a_frame_that_cannot_be_applied_leaves_nothing_behind(frame: str) -> None:
    server = Server()
    answer = msgspec.json.decode(server.hear(frame))
    assert answer[0] == 0 and len(answer) == 4
    assert not any(isinstance(event, Sample) for event in server.events)
    assert server.hear('[3,[0],[5,{"type":"heartbeat","at":7}]]') == "[3]"


def test_shapes_cannot_fill_the_memory() -> None:
    server = Server()
    server.hear('[1,[4,0,"pc"],[2,0,0,"codec","a"],[3,0,0,"x"]]')
    names = ",".join(["0"] * 10_000)
    answers = [server.hear(f"[{n},[3,{n},0,{names}]]") for n in range(2, 110)]
    assert answers[:99] == [f"[{n}]" for n in range(2, 101)]
    assert msgspec.json.decode(answers[99])[2] == "too_many"


def test_the_examples_of_the_specification_say_what_it_says_they_do() -> None:
    page = (Path(__file__).parents[3] / "docs" / "native-protocol.md").read_text()
    blocks = [part.split("```")[0] for part in page.split("```json\n")[1:]]
    server = Server()
    assert [server.hear(frame) for frame in "".join(blocks).splitlines()] == ["[1]", "[2]", "[3]", "[4]"]
    streams = [sample.stats.inbound_rtp[0] for sample in server.samples]
    assert [(stream.packetsReceived, stream.jitter) for stream in streams] == [(100, 0.002), (150, 0.002), (200, 0.003)]
    assert [stream.timestamp for stream in streams] == [1795000000000.25, 1795000001000.25, 1795000002000.25]
