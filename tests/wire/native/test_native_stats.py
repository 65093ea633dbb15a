"""Every stats type survives the wire exactly, whatever its members do from sample to sample."""

from __future__ import annotations

from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.stats import BY_TYPE, REPORTS

from .native_support import Server, Stream, expected, plain

NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 10**9).map(lambda n: n / 1000),
    st.integers(0, 10**12).map(lambda n: n / 1_000_000),
)
VALUES: dict[type, st.SearchStrategy[Any]] = {
    int: NUMBERS,
    float: NUMBERS,
    str: st.text(max_size=20),
    bool: st.booleans(),
    dict: st.dictionaries(st.sampled_from(["none", "cpu", "bandwidth", "other"]), NUMBERS, max_size=3),
}


UNKNOWN = st.dictionaries(
    st.sampled_from(["newMember", "a.b"]),
    st.one_of(NUMBERS, st.text(), st.none(), st.lists(NUMBERS, max_size=2)),
    max_size=1,
)


def members_of(type_name: str) -> dict[str, st.SearchStrategy[Any]]:
    cls = BY_TYPE[type_name]
    hints = get_type_hints(cls)
    named = [field.name for field in msgspec.structs.fields(cls) if field.name not in ("id", "extra")]
    return {name: VALUES[_kind(hints[name])] for name in named}


def _kind(hint: Any) -> type:
    kinds = [getattr(kind, "__origin__", kind) for kind in get_args(hint) if kind is not NoneType]
    return kinds[0]


@st.composite
def report(draw: st.DrawFn, type_name: str, number: int) -> dict[str, Any]:
    members = members_of(type_name)
    chosen = draw(st.sets(st.sampled_from(sorted(members)), max_size=8))
    values = {name: draw(members[name]) for name in sorted(chosen)}
    unknown = draw(UNKNOWN)
    return {"id": f"{type_name}{number}", "type": type_name, **values, **unknown}


@st.composite
def results(draw: st.DrawFn) -> list[dict[str, Any]]:
    chosen = draw(st.sets(st.tuples(st.sampled_from(sorted(BY_TYPE)), st.integers(0, 1)), max_size=4))
    return [draw(report(name, number)) for name, number in sorted(chosen)]


@settings(max_examples=150, deadline=None)
@given(st.lists(results(), min_size=1, max_size=5), st.booleans())
def test_what_getstats_gave_is_what_arrives(ticks: list[list[dict[str, Any]]], binary: bool) -> None:
    stream, server = Stream(binary), Server()
    for number, reports in enumerate(ticks):
        stream.sample("pc", reports)
        for frame in stream.frames():
            assert stream.heard(server.hear(frame)) == []
        assert plain(server.samples[-1].stats) == expected(reports)
        assert len(server.samples) == number + 1
    assert server.refused == []
    assert stream.unacknowledged == 0


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("cls", REPORTS, ids=lambda cls: cls.type)
def test_each_type_with_all_its_members_changing(cls: type[Any], binary: bool) -> None:
    samples = {int: [0, 7, 7], float: [0.001, 0.25, 1e-17], str: ["a", "b", "b"], bool: [True, False, False]}
    hints = get_type_hints(cls)
    names = [field.name for field in msgspec.structs.fields(cls) if field.name not in ("id", "extra", "timestamp")]
    stream, server = Stream(binary), Server()
    for tick in range(3):
        values = {name: _value(hints[name], samples, tick) for name in names}
        sent = [{"id": "r", "type": cls.type, "timestamp": 1e12 + tick * 1000.5, **values}]
        stream.sample("pc", sent)
        assert [stream.heard(server.hear(frame)) for frame in stream.frames()] == [[]]
        assert plain(server.samples[-1].stats) == expected(sent)
        assert server.samples[-1].at == 1e12 + tick * 1000.5


def _value(hint: Any, samples: dict[type, list[Any]], tick: int) -> Any:
    kind = _kind(hint)
    return {"none": tick, "cpu": 0.5} if kind is dict else samples[kind][tick]


def test_a_report_that_goes_is_gone_and_one_that_comes_back_is_new() -> None:
    stream, server = Stream(), Server()
    one = {"id": "a", "type": "codec", "timestamp": 1000, "payloadType": 96}
    for sent in ([one], [], [{**one, "timestamp": 3000}]):
        stream.sample("pc", sent)
        server.hear(stream.frames()[0])
    tables = [plain(sample.stats) for sample in server.samples]
    assert [len(table.get("codec", {})) for table in tables] == [1, 0, 1]
    assert tables[2]["codec"]["a"]["payloadType"] == 96


def test_samples_do_not_share_what_they_were_handed_out() -> None:
    stream, server = Stream(), Server()
    for tick in range(2):
        sent = [{"id": "a", "type": "codec", "timestamp": tick * 1000, "payloadType": 96}]
        stream.sample("pc", sent)
        server.hear(stream.frames()[0])
    first, second = (sample.stats.codec[0] for sample in server.samples)
    assert (first.timestamp, second.timestamp) == (0, 1000)
    first.payloadType = None
    assert second.payloadType == 96
