"""The eight summaries of this API.

Enters: rows from the port, named as here, without empty ranges. Leaves: the answer, with every range in its place.
"""

from __future__ import annotations

from typing import Any

from rtclens.wire.peermetrics.reading.ids import public
from rtclens.wire.peermetrics.reading.issues import ISSUES, code_of

DURATIONS = (0, 60, 180, 300, 600, 900, 1200, 1500, 1800, 2400, 3000, 3600)  # s
SETUP_TIMES = (0, 250, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000)  # ms
Rows = list[dict[str, Any]]


def summarised(name: str, rows: Rows) -> dict[str, Any]:
    """The answer to the summary `name`."""
    if name == "conferences/duration-summary":
        return {"data": _ranges(rows, DURATIONS, "sec", 60, "m")}
    if name == "connections/setup-time-summary":
        data = _ranges(rows, SETUP_TIMES, "ms", 1, "ms")
        return {"data": [row | {"conference_ids": _public_ids(row)} for row in data]}
    if name == "conferences/participant-count-summary":
        return {"data": rows, "total_conferences": sum(row["conferences"] for row in rows)}
    if name == "issues/summary":
        return {"data": _issues(rows)}
    if name == "issues/gum-summary":
        return {"data": rows, "total": sum(row["count"] for row in rows)}
    if name == "connections/summary":
        counts = {row["name"]: row["count"] for row in rows}
        return {"data": [{"name": kind, "count": counts.get(kind, 0)} for kind in ("Direct", "Relayed")]}
    if name == "sessions/summary":
        return {part: _part(rows, part) for part in ("browsers", "os", "countries", "cities")}
    return {"data": rows}


def _ranges(rows: Rows, bounds: tuple[int, ...], unit: str, scale: int, label: str) -> Rows:
    """One row per range `[min, max)`; the port's rows give `min` and `count`."""
    found = {row["min"]: row for row in rows}
    answer: Rows = []
    for low, high in zip(bounds, (*bounds[1:], None), strict=True):
        row = found.get(low, {})
        rest = {name: value for name, value in row.items() if name not in ("min", "count")}
        ends = {f"min_{unit}": low, f"max_{unit}": high, "count": row.get("count", 0)}
        answer.append({"range": _label(low, high, scale, label), **ends, **rest})
    return answer


def _label(low: int, high: int | None, scale: int, unit: str) -> str:
    if high is None:
        return f"> {low // scale} {unit}"
    return f"< {high // scale} {unit}" if low == 0 else f"{low // scale} - {high // scale} {unit}"


def _public_ids(row: dict[str, Any]) -> list[str]:
    return [public(call) for call in row.get("conference_ids", [])]


def _issues(rows: Rows) -> Rows:
    """The port counts detectors by severity; several may stand behind one code."""
    counts: dict[str, int] = {}
    for row in rows:
        code = code_of(row["detector"], row["severity"])
        counts[code] = counts.get(code, 0) + row["count"]
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"code": code, "title": _title(code), "count": count} for code, count in ranked]


def _title(code: str) -> str:
    return ISSUES[code].title if code in ISSUES else code.replace("_", " ").capitalize()


def _part(rows: Rows, part: str) -> Rows:
    return [{name: value for name, value in row.items() if name != "part"} for row in rows if row.get("part") == part]
