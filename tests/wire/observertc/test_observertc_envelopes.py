"""However an application wraps a sample, it is found, and the identity beside it wins."""

import gzip
import json
from base64 import b64encode, urlsafe_b64encode

import pytest
import zstandard
from tests.wire.observertc.observertc_data import messages

from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch
from rtclens.wire.observertc import codec, envelope
from rtclens.wire.observertc.select import select

SAMPLE = {"timestamp": 1_700_000_000_000, "callId": "c", "clientId": "p", "score": 4.5}
TEXT = json.dumps(SAMPLE)
RAW = TEXT.encode()
PROTOBUF = messages("client-sample-3.5.protobuf-delta.conference-uuid")[0]


def feed(frame, hello=None):
    hello = hello or Hello(app_id="app")
    reader = select(hello)
    state, _ = reader.open(hello)
    return reader.feed(state, frame, 5.0)[1]


@pytest.mark.parametrize(
    "frame",
    [
        TEXT,
        RAW,
        "\ufeff" + TEXT,
        b"\xef\xbb\xbf" + RAW,
        "  \n" + TEXT,
        json.dumps({"clientMonitor": {"a": [{}]}, "sample": SAMPLE}),
        json.dumps({"clientSample": SAMPLE, "elapsedSinceLastSampleInMs": 8000}),
        json.dumps({"data": b64encode(RAW).decode(), "metadata": {"x": 1}}),
        json.dumps({"type": "client-monitor-sample-notification", "sample": b64encode(RAW).decode()}),
        json.dumps({"samples": [SAMPLE]}),
        json.dumps([SAMPLE]),
        json.dumps([[SAMPLE]]),
        b64encode(RAW),
        b64encode(RAW).decode().rstrip("="),
        urlsafe_b64encode(RAW).decode(),
        gzip.compress(RAW),
        zstandard.compress(RAW),
        b64encode(gzip.compress(RAW)).decode(),
    ],
)
def test_one_sample_in_any_wrapping(frame):
    (batch,) = feed(frame)
    assert isinstance(batch, Batch), batch
    assert (batch.origin.call, batch.origin.participant) == ("c", "p")
    assert batch.events[0].score == 4.5


@pytest.mark.parametrize(
    "frame", [PROTOBUF, b64encode(PROTOBUF).decode(), json.dumps({"data": b64encode(PROTOBUF).decode()})]
)
def test_protobuf_in_any_wrapping(frame):
    (batch,) = feed(frame)
    assert isinstance(batch, Batch)


def test_several_samples_in_one_frame():
    other = json.dumps({**SAMPLE, "clientId": "q"})
    for frame in (f"[{TEXT}, {other}]", f"{TEXT}\n{other}\n", f"{TEXT}\r\n\r\n{other}"):
        assert [batch.origin.participant for batch in feed(frame)] == ["p", "q"]


def test_a_bad_line_costs_only_itself():
    items = feed(f"{TEXT}\n{{broken\n{TEXT}")
    assert [type(item) for item in items] == [Batch, Refusal, Batch]
    assert items[1].raw


@pytest.mark.parametrize(
    ("hello", "expected"),
    [
        (Hello(app_id="a"), ("beside", "ann")),
        (Hello(app_id="a", query={"callId": "asked", "clientId": "NULL"}), ("asked", "ann")),
        (Hello(app_id="a", claims={"clientId": "token"}, query={"clientId": "asked"}), ("beside", "token")),
        (Hello(app_id="a", path={"call": "path", "client": "path"}, claims={"callId": "token"}), ("path", "path")),
    ],
)
def test_identity_of_the_endpoint_wins_over_the_envelope_and_that_over_the_sample(hello, expected):
    frame = json.dumps({"callId": "beside", "clientId": "ann", "sampleInBase64": b64encode(RAW).decode()})
    (batch,) = feed(frame, hello)
    assert (batch.origin.call, batch.origin.participant) == expected


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_compressed_bomb_is_refused(compress, monkeypatch):
    monkeypatch.setattr(envelope, "MAX_INFLATED", 5_000)
    (item,) = feed(compress(b" " * 5_001))
    assert isinstance(item, Refusal)
    assert item.code == "too_large"


def test_a_frame_of_nothing_but_mistakes_is_not_echoed_a_thousand_times():
    items = feed(json.dumps([*[1] * 500, SAMPLE]))
    assert [type(item) for item in items].count(Batch) == 1
    assert len(items) == codec.MAX_REFUSALS + 2
    assert items[-1].code == "too_many"
    assert "480" in items[-1].message


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "bad_shape"),
        ("{}", "unknown_format"),
        ("hello world", "not_json"),
        ('{"timestamp": 1', "not_json"),
        ("[1, 2]", "bad_shape"),
        ('{"timestamp": -5, "clientEvents": []}', "missing_member"),
        (b"\x07\x07", "bad_protobuf"),
        (b"\xff" * 12, "bad_protobuf"),
        ("[" * 5000, "too_deep"),
        (gzip.compress(RAW)[:-9], "bad_compression"),
        ('{"iceStats": {}}', "missing_member"),
        ('{"sfuId": "", "timestamp": 4}', "missing_member"),
    ],
)
def test_refusals_say_what_is_wrong(frame, code):
    items = feed(frame)
    assert [item.code for item in items] == [code] * len(items)
    assert items[0].format == "observertc"
    assert items[0].raw or not frame
