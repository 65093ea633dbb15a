"""Big dump files for benchmarks: bundled recordings of one minute, continued for as long as it takes.

Enters: a size. Leaves: a file of that size. Counters go on counting from one repetition to the next, gauges repeat.
A webrtc-internals file holds at most 1,000 values of anything, so a long one is one connection after another.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import msgspec

DUMPS = Path(__file__).parent.parent / "tests" / "data" / "dumps"
CYCLES = 16  # of the recorded minute, until a webrtc-internals connection holds what a browser keeps
HUNG_UP_MS = 5_000
EARLIEST, LATEST = 1e12, 4.1e12  # numbers between are times: ms since the epoch


def written(format_name: str, folder: Path, size: int) -> Path:
    """A file of that format of at least `size` bytes."""
    path = folder / f"{format_name}.big"
    done = 0
    with path.open("wb") as file:
        for piece in FORMATS[format_name](size):
            done += file.write(piece)
    assert done >= size
    return path


def _loaded(name: str) -> bytes:
    return gzip.decompress((DUMPS / name).read_bytes())


def _lines(size: int) -> Iterator[bytes]:
    """A dump of format 3: one long call. Its reports are differences, whose counters hold absolute numbers."""
    lines = _loaded("impair-a.dump.gz").splitlines(keepends=True)
    polls = [msgspec.json.decode(line) for line in lines if line.startswith(b'["g","PC_0"')][1:]
    until = max(number for number, line in enumerate(lines) if line.startswith(b'["g"'))
    yield from lines[: until + 1]
    steps, done = _steps(polls), sum(map(len, lines[: until + 1]))
    for cycle in count(1):
        for poll in polls:
            line = msgspec.json.encode([*poll[:2], _continued(poll[2], steps, cycle), *poll[3:]]) + b"\n"
            done += len(line)
            yield line
        if done >= size:
            return


def _steps(polls: list[list[Any]]) -> dict[tuple[str, str], float]:
    """By how much each member of each report that only grows is to be raised with every repetition."""
    seen: dict[tuple[str, str], list[float]] = {}
    for poll in polls:
        for report, members in poll[2].items():
            for name, value in members.items() if isinstance(members, dict) else ():
                if isinstance(value, int | float):
                    seen.setdefault((report, name), []).append(value)
    return {key: _growth(values) for key, values in seen.items() if _growth(values)}


def _growth(values: list[float]) -> float:
    """What one repetition adds to a counter; 0 for what is none."""
    if len(values) < 3 or any(later < before for before, later in pairwise(values)):
        return 0
    span = values[-1] - values[0]
    return span + type(span)(span / (len(values) - 1))


def _continued(reports: dict[str, Any], steps: dict[tuple[str, str], float], cycle: int) -> dict[str, Any]:
    return {
        report: {name: _raised(value, steps.get((report, name), 0) * cycle) for name, value in members.items()}
        if isinstance(members, dict)
        else members
        for report, members in reports.items()
    }


def _raised(value: Any, by: float) -> Any:
    return value + by if by and isinstance(value, int | float) else value


def _document(size: int) -> Iterator[bytes]:
    """A webrtc-internals dump: connections of one renderer, a quarter of an hour each, that follow each other."""
    whole = msgspec.json.decode(_loaded("webrtc-internals-impair-live.json.gz"))
    ((_, recorded),) = whole.pop("PeerConnections").items()
    yield msgspec.json.encode(whole)[:-1] + b',"PeerConnections":{'
    recorded["stats"] = {key: _stretched(series) for key, series in recorded["stats"].items()}
    ends_at = max(_ms(series["endTime"]) for series in recorded["stats"].values())
    recorded["updateLog"].append({"type": "close", "value": "", "timestamp": ends_at})
    lasted = ends_at - recorded["updateLog"][0]["timestamp"] + HUNG_UP_MS
    done = 0
    for number in count():
        moved = msgspec.json.format(msgspec.json.encode(_moved(recorded, round(lasted) * number)), indent=1)
        done += len(moved)
        yield b'%s"9-%d":%s' % (b"," if number else b"", number + 1, moved)
        if done >= size:
            break
    yield b"}}"


def _stretched(series: dict[str, Any]) -> dict[str, Any]:
    """A series that goes on until the end of the recording, `CYCLES` times; one that came late begins with its first
    value where it is repeated. Series that ended stay as they are.
    """
    values = msgspec.json.decode(series["values"])
    if len(values) < 40:
        return series
    growth = _growth(values) if all(isinstance(one, int | float) for one in values) else 0
    late = max(0, 59 - len(values))
    again = [values[0]] * late + values
    longer = values + [_raised(one, growth * cycle) for cycle in range(1, CYCLES) for one in again]
    ends = _ms(series["endTime"]) + (CYCLES - 1) * 59 * 1000
    return series | {"endTime": _wall(ends), "values": msgspec.json.encode(longer).decode()}


def _moved(connection: dict[str, Any], by: int) -> dict[str, Any]:
    log = [entry | {"timestamp": entry["timestamp"] + by} for entry in connection["updateLog"]]
    return connection | {
        "updateLog": log,
        "stats": {key: _later(series, by) for key, series in connection["stats"].items()},
    }


def _later(series: dict[str, Any], by: int) -> dict[str, Any]:
    values = msgspec.json.decode(series["values"])
    told = {name: _wall(_ms(series[name]) + by) for name in ("startTime", "endTime")}
    if isinstance(values[0], int | float) and EARLIEST < values[0] < LATEST:
        told["values"] = msgspec.json.encode([one + by for one in values]).decode()
    return series | told


def _ms(wall: str) -> float:
    return datetime.fromisoformat(wall).timestamp() * 1000


def _wall(at: float) -> str:
    moment = datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(milliseconds=at)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


FORMATS: dict[str, Callable[[int], Iterator[bytes]]] = {"rtcstats": _lines, "webrtc-internals": _document}
