"""The same samples in fewer bytes: recorded calls are decoded and sent again by the reference sender."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rtclens.demo.recording import load
from rtclens.model.codec import Codec, Hello
from rtclens.model.events import Batch, Sample
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.rtcstats.current import RtcStats

from .native_support import Server, Stream, expected, plain

GET_STATS = '["g",'  # how a frame with statistics begins in rtcstats 5.0


def frames_of(recording: str) -> list[str]:
    """The first participant's frames."""
    return [line["data"] for line in load(recording).lines if line["kind"] == "ws-msg" and line["conn"] == 0]


def samples_of(codec: Codec[Any], frames: list[str]) -> list[Sample]:
    state, items = codec.open(Hello("app", stream="s", path={"call": "c", "client": "a"}))
    for frame in frames:
        state, fed = codec.feed(state, frame, 1.8e12)
        items += fed
    return [event for item in items if isinstance(item, Batch) for event in item.events if isinstance(event, Sample)]


def reports_of(sample: Sample) -> list[dict[str, Any]]:
    """The sample's reports as the browser gave them."""
    reports = []
    for table, rows in msgspec.to_builtins(sample.stats).items():
        for report, row in zip(getattr(sample.stats, table), rows, strict=True):
            reports.append({**row.pop("extra", {}), **row, "type": report.type})
    return reports


def sent_again(samples: list[Sample], binary: bool) -> int:
    """Bytes of the native frames, one per sample; what arrives is what was in the recording."""
    stream, server, size = Stream(binary), Server(), 0
    for sample in samples:
        reports = reports_of(sample)
        stream.sample(sample.connection, reports)
        for frame in stream.frames():
            size += len(frame)
            assert stream.heard(server.hear(frame)) == []
        assert plain(server.samples[-1].stats) == expected(reports)
    return size


@pytest.mark.parametrize(("binary", "share"), [(False, 0.25), (True, 0.2)])
def test_against_the_json_of_observertc(binary: bool, share: float) -> None:
    frames = frames_of("observertc-happy")
    assert sent_again(samples_of(ObserveRtc(), frames), binary) < share * sum(map(len, frames))


@pytest.mark.parametrize(("binary", "share"), [(False, 0.7), (True, 0.5)])
def test_against_the_differences_of_rtcstats(binary: bool, share: float) -> None:
    frames = frames_of("rtcstats-impair")
    statistics = sum(len(frame) for frame in frames if frame.startswith(GET_STATS))
    samples = samples_of(RtcStats(), frames)
    assert len(samples) > 50
    assert sent_again(samples, binary) < share * statistics
