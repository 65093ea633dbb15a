"""What each decoder is measured with: streams of real clients, from the bundled recordings and the data of the tests.

Leaves: `INPUTS`, in the order of the report. Formats of which there is no recording (the older rtcstats dialects, the
native protocol, about:webrtc) say the samples of a recorded call in their own words.
"""

from __future__ import annotations

import gzip
import json
import lzma
import sys
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from bench import parsers
from rtclens.demo.recording import load
from rtclens.model.codec import Codec, Hello, Item
from rtclens.model.events import Batch, Sample
from rtclens.wire.files import open_file
from rtclens.wire.native import Native
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.observertc.rows import DECODER
from rtclens.wire.peermetrics import App, PeerMetrics, Request
from rtclens.wire.peermetrics.payload import DECODER as STATS_BODY
from rtclens.wire.rtcstats import RtcStats, RtcStatsJitsi, RtcStatsLegacy

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
AT = 1_795_000_000_000.0
Frame = bytes | str
Streams = list[list[Frame]]
sys.path.insert(0, str(ROOT / "collectors" / "python"))


@dataclass(frozen=True)
class Input:
    """Frames of one format, our decoder of whole streams, and the bare parse of one frame (`None`: not to be had)."""

    title: str
    streams: Streams
    decode: Callable[[Streams], list[Item]]
    bare: Callable[[Frame], object] | None


def _sockets(codec: Codec[Any], query: dict[str, str] | None = None, protocol: str = "") -> Callable[..., list[Item]]:
    def decode(streams: Streams) -> list[Item]:
        items: list[Item] = []
        for number, stream in enumerate(streams):
            path = {"call": "bench", "client": str(number), "participant": str(number)}
            hello = Hello("bench", str(number), AT, protocol, path=path, query=query or {})
            state, more = codec.open(hello)
            items += more
            for frame in stream:
                state, more = codec.feed(state, frame, AT)
                items += more
        return items

    return decode


def _files(streams: Streams) -> list[Item]:
    hello = Hello("bench", "file", AT, path={"call": "bench", "participant": "0"})
    return [item for (file,) in streams for item in open_file([_raw(file)], hello).items]


def _raw(frame: Frame) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


@cache
def recorded(name: str) -> Streams:
    """The frames of each socket of a bundled recording."""
    streams: dict[int, list[Frame]] = {}
    for line in load(name).lines:
        if line["kind"] == "ws-msg":
            frame = line["data"] if "data" in line else b64decode(line["dataB64"])
            streams.setdefault(line["conn"], []).append(frame)
    return list(streams.values())


@cache
def _samples() -> list[list[Sample]]:
    """The samples of each participant of a recorded rtcstats call, forty of each."""
    told: list[list[Sample]] = []
    for stream in recorded("rtcstats-impair"):
        items = _sockets(RtcStats())([stream])
        events = [event for item in items if isinstance(item, Batch) for event in item.events]
        told.append([event for event in events if isinstance(event, Sample)][:40])
    return [samples for samples in told if samples]


def _reports(sample: Sample) -> Iterator[dict[str, Any]]:
    for table, rows in msgspec.to_builtins(sample.stats).items():
        for report, row in zip(getattr(sample.stats, table), rows, strict=True):
            yield {**row.pop("extra", {}), **row, "type": report.type}


def _legacy() -> list[list[list[Any]]]:
    """Entries of protocol 2.0: unchanged members left out, a report's timestamp 0 where it is the common one."""
    streams = []
    for samples in _samples():
        entries: list[list[Any]] = [["create", "PC_0", {}, samples[0].at]]
        last: dict[str, dict[str, Any]] = {}
        for sample in samples:
            delta: dict[str, Any] = {"timestamp": sample.at}
            for report in _reports(sample):
                known = last.get(report["id"], {})
                delta[report["id"]] = {n: v for n, v in report.items() if n != "id" and known.get(n) != v}
                delta[report["id"]]["timestamp"] = 0
                last[report["id"]] = report
            entries.append(["getstats", "PC_0", delta, sample.at])
        streams.append(entries)
    return streams


def _jitsi(entries: Iterable[list[Any]]) -> list[Frame]:
    numbered = (json.dumps([*entry, number + 1]) for number, entry in enumerate(entries))
    return [json.dumps({"statsSessionId": "s", "type": "stats-entry", "data": data}) for data in numbered]


def _native(binary: bool) -> Streams:
    from rtclens_sender import Stream

    streams: Streams = []
    for samples in _samples():
        sender = Stream(binary)
        frames: list[Frame] = []
        for sample in samples:
            sender.sample("pc", list(_reports(sample)))
            frames += sender.frames()
        streams.append(frames)
    return streams


ARRAYS = {
    "inbound-rtp": "inboundRtpStreamStats",
    "outbound-rtp": "outboundRtpStreamStats",
    "remote-inbound-rtp": "remoteInboundRtpStreamStats",
    "remote-outbound-rtp": "remoteOutboundRtpStreamStats",
    "candidate-pair": "iceCandidatePairStats",
    "local-candidate": "iceCandidateStats",
    "remote-candidate": "iceCandidateStats",
    "codec": "codecStats",
}


def _firefox() -> Streams:
    files: Streams = []
    for samples in _samples():
        reports = []
        for sample in samples:
            said: dict[str, Any] = {"pcid": "{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}", "timestamp": sample.at}
            for report in _reports(sample):
                if report["type"] in ARRAYS:
                    said.setdefault(ARRAYS[report["type"]], []).append(report)
            reports.append(said)
        files.append([json.dumps({"reports": reports})])
    return files


def _dump_1_2(number: dict[str, Any]) -> Streams:
    head = {"origin": "https://o", "url": "/r", "userAgent": "", "time": "2026-11-20T00:00:00.000Z", **number}
    return [["\n".join(map(json.dumps, [head, *entries]))] for entries in _legacy()]


def _packed(pattern: str) -> Streams:
    return [[gzip.decompress(path.read_bytes())] for path in sorted((DATA / "dumps").glob(pattern))]


@cache
def _vectors() -> dict[str, Any]:
    vectors: dict[str, Any] = json.loads(lzma.decompress((DATA / "observertc" / "vectors.json.xz").read_bytes()))
    return vectors


def _vector(name: str) -> Streams:
    """The messages of one encoder, a stream of its own each time they begin anew."""
    return [[b64decode(message) for message in _vectors()[name]["messages"]]]


def _requests() -> tuple[Streams, Callable[[Streams], list[Item]]]:
    """Recorded requests with the tokens and ids that a fresh service hands out, which are the same each time."""
    lines = gzip.decompress((DATA / "peermetrics" / "happy.jsonl.gz").read_bytes()).splitlines()
    exchanges = [json.loads(line) for line in lines]
    known: dict[str, str] = {}
    bodies: list[Frame] = []
    service, state = _service()
    for exchange in exchanges:
        body = exchange.get("body", "")
        for old, new in known.items():
            body = body.replace(old, new)
        bodies.append(body.encode())
        state, handled = service.handle(state, _request(exchange, bodies[-1]), exchange["at"])
        answer = json.loads(handled.response.body or b"null")
        told = exchange.get("answer") or {}
        known |= {old: answer[name] for name, old in told.items() if isinstance(answer, dict) and name in answer}

    def decode(streams: Streams) -> list[Item]:
        service, state = _service()
        items: list[Item] = []
        for exchange, body in zip(exchanges, streams[0], strict=True):
            state, handled = service.handle(state, _request(exchange, body), exchange["at"])
            items += handled.items
        return items

    return [bodies], decode


def _service() -> tuple[PeerMetrics, Any]:
    service = PeerMetrics(b"a secret for benchmarks, 32 bytes", lambda _key: App("bench"))
    return service, service.open()


def _request(exchange: dict[str, Any], body: Frame) -> Request:
    return Request(exchange["method"], exchange["path"], exchange.get("headers", {}), _raw(body), "192.0.2.7")


def _body(frame: Frame) -> object:
    try:
        return STATS_BODY.decode(frame)
    except msgspec.DecodeError:
        return parsers.parsed(frame)


def inputs() -> Iterator[Input]:
    """Every format once."""
    requests, handle = _requests()
    yield Input("Peer Metrics 2.8", requests, handle, _body)
    yield Input("rtcstats 5.0", recorded("rtcstats-impair"), _sockets(RtcStats()), parsers.parsed)
    yield Input("rtcstats 4.0", recorded("rtcstats-impair"), _sockets(RtcStats(), None, "rtcstats#4.0"), parsers.parsed)
    legacy: Streams = [[json.dumps(entry) for entry in entries] for entries in _legacy()]
    yield Input("rtcstats 2.0", legacy, _sockets(RtcStatsLegacy(), None, "2.0"), parsers.parsed)
    jitsi = [_jitsi(entries) for entries in _legacy()]
    yield Input("rtcstats Jitsi 3", jitsi, _sockets(RtcStatsJitsi(), None, "3.1_STANDARD"), parsers.parsed)
    yield from _observertc()
    yield Input("native JSON", _native(binary=False), _sockets(Native()), parsers.parsed)
    yield Input("native MessagePack", _native(binary=True), _sockets(Native()), msgspec.msgpack.Decoder().decode)
    yield Input("webrtc-internals dump", _packed("webrtc-internals-impair-live.json.gz"), _files, parsers.parsed)
    yield Input("rtcstats dump 1", _dump_1_2({}), _files, parsers.lines)
    yield Input("rtcstats dump 2", _dump_1_2({"fileFormat": 2}), _files, parsers.lines)
    yield Input("rtcstats dump 3", _packed("impair-*.dump.gz"), _files, parsers.lines)
    yield Input("Firefox about:webrtc", _firefox(), _files, parsers.parsed)


def _observertc() -> Iterator[Input]:
    codec = ObserveRtc()
    yield Input("observertc 1 JSON", _vector("pc-sample-v20200114.plain-json"), _sockets(codec), parsers.parsed)
    yield Input("observertc 2.x JSON", _vector("samples-2.2.plain-json"), _sockets(codec), parsers.parsed)
    for kind, family in (("full", "2.2-full"), ("delta", "2.2-delta")):
        title = f"observertc 2.x protobuf{' delta' if kind == 'delta' else ''}"
        bare = parsers.protobuf(family, "Samples")
        announced = _sockets(codec, {"format": "protobuf", "schemaVersion": "2.2.0" if kind == "full" else "2.3.0"})
        yield Input(title, _vector(f"samples-2.2.protobuf-{kind}"), announced, bare)
    plain = _sockets(codec, {"format": "json"})
    yield Input("observertc 3.x JSON", recorded("observertc-happy"), plain, DECODER.decode)
    delta = _sockets(codec, {"format": "json-delta"})
    yield Input("observertc 3.x JSON delta", _vector("client-sample-3.5.json-delta.conference"), delta, parsers.parsed)
    bare = parsers.protobuf("3.4-3.5", "ClientSample")
    streams = _vector("client-sample-3.5.protobuf-delta.conference-uuid")
    protobuf = _sockets(codec, {"format": "protobuf", "schemaVersion": "3.5.0"})
    yield Input("observertc 3.x protobuf delta", streams, protobuf, bare)
