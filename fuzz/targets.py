"""The decoders under test, each as a function of an option byte and a stream of frames.

Enters: an unpacked input. Leaves: a `Ledger` of what the decoder made of it; whatever the decoder raises goes through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import zstandard

from fuzz.checks import Broken, Ledger
from fuzz.sequence import Frame
from rtclens.model.codec import Codec, Hello
from rtclens.wire.files import open_file
from rtclens.wire.native import Native
from rtclens.wire.observertc.select import select
from rtclens.wire.peermetrics import App, PeerMetrics, Request
from rtclens.wire.rtcstats import negotiate
from rtclens.wire.rtcstats.current import BROWSER_DUMP, RtcStats
from rtclens.wire.unpack import Limits

T0 = 1_795_000_000_000.0
BODY_METHODS = ("POST", "PUT", "GET", "DELETE", "OPTIONS")
OBSERVERTC = [
    *({"format": kind} for kind in ("", "json", "json-delta", "protobuf", "base64")),
    *({"format": "protobuf", "schemaVersion": version} for version in ("2.1.8", "2.2.0", "3.0.0", "3.3.0", "3.5.0")),
    {"format": "protobuf", "schemaVersion": "3.5.0", "identifiers": "utf8"},
    {"schemaVersion": "3.0.0", "identifiers": "uuid"},
]
PATHS: list[dict[str, str]] = [{}, {"call": "c", "client": "p"}, {"media_unit": "m"}]
RTCSTATS = ("rtcstats#5.0", "rtcstats#4.0", BROWSER_DUMP, "rtcstats#5.0")
OLDER = ("2.0", "1.0", "3.1_STANDARD", "3.0_LEGACY", "3.1_JVB", "3.1_JICOFO", "")


@dataclass(frozen=True)
class Target:
    """A decoder; `run` feeds it a whole stream."""

    name: str
    run: Callable[[int, list[Frame]], Ledger]
    title: str = ""


def _size(frame: Frame) -> int:
    return len(frame.encode("utf-8", "surrogatepass")) if isinstance(frame, str) else len(frame)


def _stream(codec: Codec[Any], hello: Hello, frames: list[Frame], ledger: Ledger) -> Any:
    state, items = codec.open(hello)
    ledger.frame(0, items, answered=False)
    for number, frame in enumerate(frames):
        state, items = codec.feed(state, frame, T0 + 1000.0 * number)
        ledger.frame(_size(frame), items)
    return state


def observertc(option: int, frames: list[Frame]) -> Ledger:
    """Any generation: a socket may announce anything and carry anything."""
    query = OBSERVERTC[option % len(OBSERVERTC)]
    hello = Hello("app", "s", T0, path=PATHS[option // len(OBSERVERTC) % len(PATHS)], query=query)
    ledger, codec = Ledger(), select(hello)
    state = _stream(codec, hello, frames, ledger)
    ledger.frame(0, codec.close(state, T0 + 1e6, 1006), answered=False)
    return ledger


def rtcstats(option: int, frames: list[Frame]) -> Ledger:
    """Protocols 5.0 and 4.0, and the browser's own dump; in half of the inputs the socket breaks in the middle."""
    codec, ledger = RtcStats(), Ledger()
    hello = Hello("app", "s", T0, RTCSTATS[option % len(RTCSTATS)], path={"room": "r"})
    broken = len(frames) // 2 if option & 128 else len(frames)
    state = _stream(codec, hello, frames[:broken], ledger)
    if broken < len(frames):
        ledger.frame(0, codec.close(state, T0 + 3e4, 1006), answered=False)
        earlier, (state, _) = state, codec.open(msgspec.structs.replace(hello, stream="s2"))
        state = codec.carry(state, earlier)
        for number, frame in enumerate(frames[broken:]):
            state, items = codec.feed(state, frame, T0 + 3.1e4 + 1000.0 * number)
            ledger.frame(_size(frame), items)
    ledger.frame(0, codec.close(state, T0 + 1e6, 1000), answered=False)
    return ledger


def rtcstats_older(option: int, frames: list[Frame]) -> Ledger:
    """Protocols 1.0 and 2.0, Jitsi's variant with its servers, and a socket that offered nothing."""
    protocol, ledger = OLDER[option % len(OLDER)], Ledger()
    _, codec = negotiate([protocol] if protocol else [])
    hello = Hello("app", "s", T0, protocol, query={"statsSessionId": "s-1"} if option & 64 else {})
    state = _stream(codec, hello, frames, ledger)
    ledger.frame(0, codec.close(state, T0 + 1e6, 1000), answered=False)
    return ledger


def native(option: int, frames: list[Frame]) -> Ledger:
    """The native protocol, resumed in the middle in half of the inputs."""
    codec, ledger = Native(), Ledger()
    hello = Hello("app", "s", T0, path={"call": "c", "participant": "p"})
    state, items = codec.open(hello)
    ledger.frame(0, items, answered=False)
    for number, frame in enumerate(frames):
        if option & 1 and number == len(frames) // 2:
            ledger.frame(0, codec.resume(state, hello), answered=False)
        state, items = codec.feed(state, frame, T0 + 1000.0 * number)
        ledger.frame(_size(frame), items)
    ledger.frame(0, codec.close(state, T0 + 1e6, 1000), answered=False)
    return ledger


def peermetrics(option: int, frames: list[Frame]) -> Ledger:
    """Requests, each `METHOD path` on a line of its own before its body; `<token>` stands for our answer."""
    ledger = Ledger()
    service = PeerMetrics(b"a secret for fuzzing, 32 bytes!!", lambda key: App("app") if key != "no" else None)
    state, known = service.open(), {}
    for number, frame in enumerate(frames):
        request = _request(frame, known)
        state, handled = service.handle(state, request, T0 + 1000.0 * number)
        answered = handled.outcome in ("accepted", "refused")
        ledger.frame(_size(frame), handled.items, answered=answered)
        if not answered and handled.items:
            raise Broken(f"outcome: {handled.outcome} with {len(handled.items)} items")
        if handled.response.status >= 500:
            raise Broken(f"status: {handled.response.status}")
        answer = msgspec.json.decode(handled.response.body) if handled.response.body else None
        if isinstance(answer, dict):
            known |= {name: value for name, value in answer.items() if isinstance(value, str) and name in PLACES}
        if option & 1 and number % 3 == 2:
            state = service.forget(state, handled)
    return ledger


PLACES = ("token", "peer_id", "connection_id")


def _request(frame: Frame, known: dict[str, str]) -> Request:
    raw = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
    head, _, body = raw.partition(b"\n")
    method, _, path = head.decode("utf-8", "replace").partition(" ")
    for name, value in known.items():
        body = body.replace(f"<{name}>".encode(), value.encode())
    return Request(method, path, {"user-agent": "Browser/1"}, body, "192.0.2.7")


def dump(option: int, frames: list[Frame]) -> Ledger:
    """A file of any kind, read whole by its content; its lines are the frames, and some are compressed."""
    raw = b"\n".join(frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame for frame in frames)
    raw = raw.removesuffix(b"\n")
    if option % 8 == 1:
        raw = zstandard.compress(raw)
    step = (65_536, 997, 65_536, 64)[option // 8 % 4]
    chunks = [raw[at : at + step] for at in range(0, len(raw), step)]
    hello = Hello("app", "s", T0, path={"call": "c", "participant": "p"})
    ledger = Ledger()
    opened = open_file(iter(chunks), hello, Limits(max_bytes=8_000_000, ratio_from=1_000_000))
    size = len(raw) + _unpacked_size(opened.layers)
    ledger.frame(size, _counted(opened.items), answered=raw.count(b"\n") > 1)  # a heading alone says nothing
    return ledger


def _unpacked_size(layers: list[str]) -> int:
    """Compressed bytes say more than their number: the limits on unpacking have tests of their own."""
    return 1_000_000 if layers else 0


def _counted(items: Iterator[Any]) -> Iterator[Any]:
    for number, item in enumerate(items):
        if number > 100_000:
            raise Broken("items: more than 100000 out of one file")
        yield item


TARGETS = {
    target.name: target
    for target in (
        Target("peermetrics", peermetrics, "Peer Metrics"),
        Target("rtcstats", rtcstats, "rtcstats 5.0 and 4.0"),
        Target("rtcstats-older", rtcstats_older, "rtcstats 1.0, 2.0 and Jitsi 3"),
        Target("observertc-1", observertc, "ObserveRTC PeerConnectionSample (2020)"),
        Target("observertc-2", observertc, "ObserveRTC Samples 2.x: JSON, protobuf, protobuf delta"),
        Target("observertc-3", observertc, "ObserveRTC ClientSample 3.x: JSON, JSON delta"),
        Target("observertc-3-protobuf", observertc, "ObserveRTC ClientSample 3.x: protobuf delta"),
        Target("native", native, "native: JSON and MessagePack"),
        Target("webrtc-internals", dump, "dumps of chrome://webrtc-internals"),
        Target("rtcstats-dump", dump, "dumps of the rtcstats family, formats 1 to 3"),
        Target("firefox", dump, "dumps of Firefox about:webrtc"),
        Target("files", dump, "any file: packed, recorded, unrecognisable"),
    )
}
