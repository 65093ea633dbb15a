"""A file is recognised by what it holds, unpacked within limits, and never makes reading raise."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch, Sample, SessionOpened
from rtclens.wire import lines as lines_module
from rtclens.wire.files import READERS, open_file
from rtclens.wire.internals import FirefoxReader
from rtclens.wire.lines import SamplesReader
from rtclens.wire.sniff import sniff
from rtclens.wire.unpack import Limits, Unpacked

DATA = Path(__file__).parents[2] / "data" / "dumps"
HELLO = Hello(app_id="app", stream="s", opened_at=7.0)
DUMP = gzip.decompress((DATA / "webrtc-internals-icefail-live.json.gz").read_bytes())
SAMPLE = {"clientId": "c1", "callId": "room", "timestamp": 1_700_000_000_000, "peerConnections": []}


def read(raw: bytes, limits: Limits | None = None, step: int = 4096) -> tuple[str, list[Item]]:
    opened = open_file([raw[i : i + step] for i in range(0, len(raw), step)], HELLO, limits)
    return opened.format, list(opened.items)


def samples(items: list[Item]) -> int:
    return sum(isinstance(event, Sample) for item in items if isinstance(item, Batch) for event in item.events)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"RTCStatsDump\n{}\n", "rtcstats"),
        (b"\xef\xbb\xbfRTCStatsDump\r\n{}\r\n", "rtcstats"),
        (b'{"path":"/x","origin":"o","url":"u","userAgent":"a","time":1,"fileFormat":2}\n["publicIP"]', "rtcstats"),
        (b'{"PeerConnections":{},"peerConnections":{},"getUserMedia":[],"url":"","userAgent":""}', "rtcstats"),
        (b'{"statsSessionId":"x"}\n', "rtcstats"),
        (b'["connectionInfo",null,"{}"]', "rtcstats"),
        (b'["create",null,{},1]', "rtcstats"),
        (b'{"getUserMedia":[', "webrtc-internals"),
        (b' \n{"UserAgent":"x","PeerConnections":{"1-1":{"stats":{', "webrtc-internals"),
        (b'{"pcid":"{x} 1"}', "firefox-webrtc"),
        (b'{"reports":[],"sdpHistories":[]}', "firefox-webrtc"),
        (b'[{"id":"a","type":"inbound-rtp","timestamp":1}]', "firefox-webrtc"),
        (json.dumps(SAMPLE).encode(), "observertc"),
        (json.dumps([SAMPLE]).encode(), "observertc"),
        (b"", ""),
        (b"hello", ""),
        (b"<!DOCTYPE html><title>about:webrtc</title>", ""),
        (b'{"name":"something else"}', ""),
        (b"[]", ""),
        (b"{", ""),
    ],
)
def test_the_format_is_told_by_the_content(head: bytes, name: str) -> None:
    assert sniff(head)[0] == name


def test_every_format_that_is_sniffed_has_a_reader() -> None:
    from rtclens.wire.sniff import MEMBERS

    assert {name for name, _ in MEMBERS} | {"rtcstats"} <= READERS.keys()


def test_a_saved_page_is_refused_with_advice() -> None:
    _, (refused,) = read(b"<html>about:webrtc</html>")
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.at) == ("unknown_format", 7.0)
    assert "Copy Report" in refused.hint


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, zstandard.compress, lambda raw: gzip.compress(gzip.compress(raw))],
    ids=["plain", "gzip", "bzip2", "zstd", "twice"],
)
@pytest.mark.parametrize("step", [5, 100_000])
def test_packing_changes_nothing(pack: Any, step: int) -> None:
    name, items = read(pack(DUMP), step=step)
    assert (name, samples(items)) == ("webrtc-internals", 15)
    assert not [item for item in items if isinstance(item, Refusal)]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, zstandard.compress], ids=["gzip", "bzip2", "zstd"])
def test_parts_packed_one_after_the_other_are_one_file(pack: Any) -> None:
    name, items = read(pack(DUMP[:50_000]) + pack(DUMP[50_000:]))
    assert (name, samples(items)) == ("webrtc-internals", 15)


def test_a_cut_archive_keeps_what_was_unpacked() -> None:
    name, items = read(gzip.compress(DUMP)[:-40])
    assert name == "webrtc-internals"
    assert samples(items) == 15
    assert {item.code for item in items if isinstance(item, Refusal)} >= {"bad_compression"}


def test_a_broken_archive_is_refused() -> None:
    _, (refused,) = read(b"\x1f\x8b" + b"\xff" * 100)
    assert isinstance(refused, Refusal)
    assert refused.code == "bad_compression"


@pytest.mark.parametrize("layers", [1, 2])
def test_a_compression_bomb_stops_at_the_ratio(layers: int) -> None:
    """40 MB of nothing from a few kilobytes: unpacking ends once the ratio is past doubt."""
    bomb = b" " * 40_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    unpacked = Unpacked([bomb], Limits(ratio=100, ratio_from=1_000_000))
    size = sum(map(len, unpacked.chunks))
    assert unpacked.trouble is not None
    assert unpacked.trouble.code == "too_large"
    assert size <= max(1_000_000, 100 * len(bomb))


def test_a_file_over_the_size_limit_ends_there() -> None:
    _, items = read(gzip.compress(DUMP), Limits(max_bytes=20_000))
    assert [item.code for item in items if isinstance(item, Refusal)][-1] == "too_large"


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x1f\x8b\x08", b"BZh9", b"\x28\xb5\x2f\xfd", b"{", b"[", b"RTCStatsDump\n"]),
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(raw: bytes, begin: bytes) -> None:
    for item in read(begin + raw, step=7)[1]:
        assert isinstance(item, Batch | Refusal)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_damage_to_an_archive_raises(data: st.DataObject) -> None:
    packed = bytearray(gzip.compress(DUMP, 1))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    for item in read(bytes(packed))[1]:
        assert isinstance(item, Batch | Refusal)


def test_a_line_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "MAX_LINE", 40)
    assert list(lines_module.lines([b"a" * 30, b"b" * 30, b"c\r\nd"])) == [b"a" * 30 + b"b" * 11, b"d"]


def test_samples_come_one_a_line_and_one_bad_line_costs_only_itself() -> None:
    lines = [json.dumps(SAMPLE | {"timestamp": 1_700_000_000_000 + n}) for n in range(3)]
    name, items = read("\n".join([lines[0], lines[1], "{broken", lines[2]]).encode())
    assert name == "observertc"
    assert [type(item).__name__ for item in items] == ["Batch", "Batch", "Refusal", "Batch"]
    assert [item.origin.participant for item in items if isinstance(item, Batch)] == ["c1"] * 3


def test_samples_may_be_one_document_spread_over_lines() -> None:
    name, items = read(json.dumps([SAMPLE, SAMPLE | {"clientId": "c2"}], indent=2).encode())
    assert name == "observertc"
    assert [item.origin.participant for item in items if isinstance(item, Batch)] == ["c1", "c2"]


def test_readers_are_named_as_registered() -> None:
    assert {name: reader().name for name, reader in READERS.items()} == {name: name for name in READERS}
    assert FirefoxReader.name != SamplesReader.name


def test_a_trace_keeps_every_line_and_takes_its_speaker_from_the_token() -> None:
    """The claims inside a recorded URL name the person; a file's own word is enough for a file."""
    token = "e30.eyJydGNTdGF0cyI6eyJ1c2VyIjoiYW5uIiwiY29uZmVyZW5jZSI6InJvb20ifX0.x"
    head = f'RTCStatsDump\n{{"fileFormat":3,"startTime":1700000000000,"url":"/r?rtcstats-token={token}"}}\n'
    lines = '["create",null,{"hardwareConcurrency":8},1700000000000]\n[":greeting",null,"hi",5]\n'
    _, items = read((head + lines).encode())
    batches = [item for item in items if isinstance(item, Batch)]
    assert {(batch.origin.participant, batch.origin.call) for batch in batches} == {("ann", "room")}
    told = [event for batch in batches for event in batch.events]
    assert [type(event).__name__ for event in told][:2] == ["SessionOpened", "AppReported"]
    assert isinstance(told[0], SessionOpened)
    assert told[0].client is not None
    assert told[0].client.cores == 8


def test_a_trace_may_be_one_object_spread_over_lines() -> None:
    entries = [{"timestamp": 1_700_000_000_000, "type": "create", "value": {}}]
    document = {
        "PeerConnections": {},
        "peerConnections": {"PC_0": entries},
        "getUserMedia": [],
        "url": "",
        "userAgent": "",
    }
    name, items = read(json.dumps(document, indent=2).encode())
    assert name == "rtcstats"
    assert [event for item in items if isinstance(item, Batch) for event in item.events]
    assert not [item for item in items if isinstance(item, Refusal)]
