"""Where fuzzing begins: streams of real clients, cut small, for each decoder.

Enters: recordings and vectors of `tests/data`, the bundled demo, the reference sender. Leaves: packed inputs. They are
made anew at each start, so none are kept in the repository.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import zstandard

from fuzz import made
from fuzz.sequence import Frame, pack

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
WINDOW = 12
MAX_BYTES = 12_000
sys.path.insert(0, str(ROOT / "collectors" / "python"))


def slim(value: Any, items: int = 3, members: int = 60) -> Any:
    """The value with short lists, short texts and few members."""
    if isinstance(value, dict):
        return {name: slim(inner, items, members) for name, inner in list(value.items())[:members]}
    if isinstance(value, list):
        return [slim(inner, items, members) for inner in value[:items]]
    return value[:600] if isinstance(value, str) and value[:1] not in "{[" else value


def windows(frames: list[Frame]) -> Iterator[list[Frame]]:
    """The beginning of a stream and some runs from its middle, each of a bounded size."""
    for start in range(0, len(frames), max(WINDOW, len(frames) // 4)):
        run: list[Frame] = []
        for frame in frames[start : start + WINDOW]:
            if sum(map(len, run)) + len(frame) > MAX_BYTES:
                break
            run.append(frame)
        if run:
            yield run


def _lined(text: str, **limits: int) -> str:
    return json.dumps(slim(json.loads(text), **limits), separators=(",", ":"))


def _xz(name: str) -> Any:
    return json.loads(lzma.decompress((DATA / "observertc" / f"{name}.json.xz").read_bytes()))


def _gz(path: str) -> Any:
    return json.loads(gzip.decompress((DATA / path).read_bytes()))


def _vectors(wanted: Callable[[str], bool], option: int = 0) -> Iterator[bytes]:
    for name, vector in _xz("vectors").items():
        if isinstance(vector, dict) and wanted(name):
            raw = [b64decode(message) for message in vector["messages"]]
            frames: list[Frame] = [one if one[:1] not in b"{[" else one.decode() for one in raw]
            for run in windows(frames):
                yield pack(option, run)


def observertc_1() -> Iterator[bytes]:
    """The generation of 2020."""
    return _vectors(lambda name: name.startswith("pc-sample"))


def observertc_2() -> Iterator[bytes]:
    """The generation of `Samples`."""
    return _vectors(lambda name: "-2." in name and not name.startswith("pc-sample"))


def observertc_3() -> Iterator[bytes]:
    """JSON, complete and as differences."""
    yield from _vectors(lambda name: "-3." in name and "json" in name)
    for capture in _xz("captures").values():
        for stream in capture["streams"]:
            frames: list[Frame] = [_lined(frame["text"], items=2) for frame in stream["frames"] if "text" in frame]
            for run in windows(frames[:4]):
                yield pack(1, run)


def observertc_3_protobuf() -> Iterator[bytes]:
    """Both generations of the protobuf encoder."""
    return _vectors(lambda name: "-3." in name and "protobuf" in name)


def rtcstats() -> Iterator[bytes]:
    """Recorded sockets and the vectors of the parts."""
    for path in sorted((DATA / "rtcstats").glob("*.json.gz")):
        if path.name == "vectors.json.gz":
            continue
        for socket in json.loads(gzip.decompress(path.read_bytes())):
            frames: list[Frame] = [_lined(text, items=5, members=8) for _, text in socket["frames"]]
            for run in windows(frames):
                yield pack(0, run)
    yield from (pack(0, run) for lines in _rtcstats_vectors() for run in windows(lines))


def _rtcstats_vectors() -> Iterator[list[Frame]]:
    vectors = _gz("rtcstats/vectors.json.gz")
    for sequence in vectors["sdp_sequences"]:
        yield [json.dumps(line) for line in sequence["lines"]]
    for case in vectors["reconnect"] + vectors["clock"]:
        yield [json.dumps(line) for socket in case["sockets"] for line in socket["lines"]]
    for case in vectors["stats_delta"]:
        yield [json.dumps(["g", "PC_0", step["wire"], 1_700_000_000_000 + n]) for n, step in enumerate(case["steps"])]


def rtcstats_older() -> Iterator[bytes]:
    """Frames of the old SDK and of Jitsi's."""
    vectors = _gz("rtcstats/vectors.json.gz")
    for option, group in ((0, "legacy_2_0_delta"), (2, "jitsi_3_delta")):
        for case in vectors[group]:
            lines = [["getstats", "PC_0", step["wire"], made.T0 + n] for n, step in enumerate(case["steps"])]
            frames: list[Frame] = made.jitsi(lines) if option else [json.dumps(line) for line in lines]
            yield pack(option, frames)
    yield pack(0, [json.dumps(line) for line in made.LEGACY])
    for option in (2, 4, 5):
        yield pack(option, made.jitsi(made.LEGACY))
        yield pack(option | 64, [*made.JITSI, *made.jitsi(made.LEGACY)])


def peermetrics() -> Iterator[bytes]:
    """Recorded requests; the recorded tokens and ids become names."""
    for path in sorted((DATA / "peermetrics").glob("*.jsonl.gz")):
        requests = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        names: dict[str, str] = {}
        frames: list[Frame] = []
        for request in requests[:60]:
            body = _lined(request["body"], items=2) if request.get("body", "")[:1] == "{" else request.get("body", "")
            for old, name in names.items():
                body = body.replace(old, f"<{name}>")
            names |= {value: name for name, value in request.get("answer", {}).items() if isinstance(value, str)}
            frames.append(f"{request['method']} {request['path']}\n{body}")
        connected = next((n for n, one in enumerate(requests) if "connection_id" in one.get("answer", {})), 1)
        opening = [*frames[:2], *frames[max(2, connected) : connected + 1]]
        for run in windows(frames):
            yield pack(0, run if run[:1] == frames[:1] else [*opening, *run])


def native() -> Iterator[bytes]:
    """What the reference sender says, and the examples of the specification."""
    page = (ROOT / "docs" / "native-protocol.md").read_text()
    blocks = [part.split("```")[0] for part in page.split("```json\n")[1:]]
    yield pack(0, [line for line in "".join(blocks).splitlines() if line])
    for binary in (False, True):
        yield from (pack(0, run) for run in made.native(binary))


def _text_dumps(*names: str) -> Iterator[dict[str, Any]]:
    for name in names:
        yield json.loads(gzip.decompress((DATA / "dumps" / f"{name}.json.gz").read_bytes()))


def webrtc_internals() -> Iterator[bytes]:
    """Dumps of today's Chromium cut to a few series, and older ones."""
    live = "webrtc-internals-%s-live"
    for document in (*_text_dumps(live % "icefail", live % "impair", live % "gum"), *made.old_internals()):
        yield pack(0, [json.dumps(made.slim_internals(document, slim))])


def rtcstats_dump() -> Iterator[bytes]:
    """Files of all three formats, and the browser's own."""
    for case in _gz("rtcstats/vectors.json.gz")["reader"]:
        yield pack(0, case["file"].split("\n"))
    for path in (*sorted((DATA / "rtcstats").glob("chrome-*.gz")), *sorted((DATA / "dumps").glob("*.dump.gz"))):
        lines = gzip.decompress(path.read_bytes()).decode().split("\n")
        cut: list[Frame] = [_lined(line, items=5, members=8) if line[:1] in ("[", "{") else line for line in lines]
        for run in windows(cut):
            yield pack(0, run if run[:2] == cut[:2] else [*cut[:2], *run])


def firefox() -> Iterator[bytes]:
    """Both shapes in which about:webrtc gives its reports."""
    return (pack(0, [json.dumps(document)]) for document in made.firefox())


def files() -> Iterator[bytes]:
    """Small files of every kind, plain and packed."""
    everything = [*webrtc_internals(), *rtcstats_dump(), *firefox(), *made.recordings(DATA, _lined)]
    for number, packed in enumerate(everything[::3]):
        raw = b"\n".join(part[1:] for part in packed[1:].split(b"\n\xf5\n"))
        yield packed
        yield pack(0, [(gzip.compress, bz2.compress, zstandard.compress)[number % 3](raw)])


SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "peermetrics": peermetrics,
    "rtcstats": rtcstats,
    "rtcstats-older": rtcstats_older,
    "observertc-1": observertc_1,
    "observertc-2": observertc_2,
    "observertc-3": observertc_3,
    "observertc-3-protobuf": observertc_3_protobuf,
    "native": native,
    "webrtc-internals": webrtc_internals,
    "rtcstats-dump": rtcstats_dump,
    "firefox": firefox,
    "files": files,
}
