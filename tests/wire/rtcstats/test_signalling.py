"""Compressed descriptions expand to the text that was in force."""

import json

import pytest

from rtclens.model.events import ApiCalled, Described
from rtclens.wire.common.sdp import split_sections
from rtclens.wire.rtcstats import RtcStats
from rtclens.wire.rtcstats.compression import Known, expand

from .support import T0, decode, events, hello, of_type, play, recording, vectors


@pytest.mark.parametrize("vector", vectors("sdp_codec"), ids=lambda vector: str(vector["wire"])[:40])
def test_a_stub_stands_for_the_section_of_the_base_with_the_same_index(vector):
    wire, base, wanted = vector["wire"], vector["base"], vector["as_it_should_be"]
    if not isinstance(wire.get("sdp"), str):
        assert wire == wanted
        return
    known = None if base is None or "sdp" not in base else Known(base["type"], split_sections(base["sdp"]))
    result = expand(wire["type"], wire["sdp"], known, None)
    assert result.known.sections == split_sections(wanted["sdp"])


@pytest.mark.parametrize("vector", vectors("sdp_sequences"), ids=lambda vector: vector["name"])
def test_whole_negotiations(vector):
    codec = RtcStats()
    state, _ = codec.open(hello())
    per_line = []
    for index, line in enumerate(vector["lines"]):
        state, items = codec.feed(state, json.dumps(line), T0 + index)
        per_line.append(events(items))
    for wanted in vector["expect"]:
        found = [e.value for e in per_line[wanted["line"]] if isinstance(e, ApiCalled) and e.value]
        found += [{"type": e.kind, "sdp": e.sdp} for e in per_line[wanted["line"]] if isinstance(e, Described)]
        assert found, wanted["line"]
        assert found[0]["type"] == wanted["type"]
        assert split_sections(found[0]["sdp"]) == split_sections(wanted["as_it_should_be"])
        assert found[0].get("quality", "exact") == wanted["quality"]


def sdp(*sections):
    return "".join(f"{section}\r\n" for section in sections)


OFFER = {"type": "offer", "sdp": sdp("v=0", "m=audio 9 X 111", "a=mid:0")}
ANSWER = {"type": "answer", "sdp": sdp("v=0", "m=audio 9 X 111", "a=mid:0", "a=recvonly")}


def kinds(items):
    return [(e.side, e.kind, bool(e.sdp)) for e in of_type(items, Described)]


def test_a_description_takes_effect_once_at_the_state_change():
    frames = [[39, "PC_0", None, T0], [6, "PC_0", OFFER, "6-0", 1], [23, "PC_0", "have-local-offer", 1]]
    assert kinds(decode(frames)) == [("local", "offer", True)]
    assert kinds(decode([*frames, [7, "PC_0", None, "6-0", 1]])) == [("local", "offer", True)]


def test_without_a_state_change_it_takes_effect_when_the_call_succeeds():
    frames = [[39, "PC_0", None, T0], [6, "PC_0", OFFER, "6-0", 1], [7, "PC_0", None, "6-0", 1]]
    assert kinds(decode(frames)) == [("local", "offer", True)]


def test_a_refused_description_never_takes_effect_but_is_kept_for_the_record():
    frames = [
        [39, "PC_0", None, T0],
        [8, "PC_0", ANSWER, "8-0", 1],
        [15, "PC_0", "InvalidStateError: wrong state", "8-0", 1],
    ]
    items = decode(frames)
    assert kinds(items) == []
    failure = of_type(items, ApiCalled)[-1]
    assert (failure.phase, failure.error) == ("failure", "InvalidStateError: wrong state")
    assert failure.value == ANSWER


def test_an_implicit_description_is_told_by_its_result():
    frames = [
        [39, "PC_0", None, T0],
        [6, "PC_0", None, "6-0", 1],
        [23, "PC_0", "have-local-offer", 1],
        [7, "PC_0", OFFER, "6-0", 1],
    ]
    assert kinds(decode(frames)) == [("local", "offer", True)]


def test_an_implicit_description_without_a_result_is_known_by_its_type_only():
    frames = [[39, "PC_0", None, T0], [6, "PC_0", None, "6-0", 1], [7, "PC_0", None, "6-0", 1]]
    assert kinds(decode(frames)) == [("local", "offer", False)]


def test_stubs_without_any_base_are_marked_not_guessed():
    frames = [[6, "PC_0", {"type": "offer", "sdp": "v=\r\nm=\r\n"}, "6-3", T0]]
    call = of_type(decode(frames), ApiCalled)[0]
    assert call.value["quality"] == "unresolved"


def test_a_stub_is_not_expanded_from_a_base_of_another_type():
    result = expand("answer", "v=\r\n", Known("offer", ["v=0"]), None)
    assert result.quality == "unresolved"


@pytest.mark.parametrize("name", ["audio-only", "firefox", "ice-restart", "reload", "freeze"])
def test_recorded_calls_leave_no_stub(name):
    for socket in recording(name):
        _, items = play(socket)
        described = of_type(items, Described)
        assert described
        assert all("\r\nm=\r\n" not in event.sdp and event.sdp.startswith("v=0") for event in described)
        assert all("quality" not in (call.value or {}) for call in of_type(items, ApiCalled) if _is_description(call))


def _is_description(call):
    return call.name.endswith("Description") or call.name in ("createOffer", "createAnswer")
