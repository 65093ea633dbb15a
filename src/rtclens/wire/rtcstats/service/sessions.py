"""The list of stored analyses: what a query asks for and how the answer looks.

Enters: query parameters and abstracts of stored analyses. Leaves: a `Filter`, which abstracts it lets pass, and the
answer, newest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from rtclens.wire.rtcstats.service.answers import Answer, Observation, error, iso

MAX_VALUES = 20
LISTS = (
    "observationTypes",
    "observationTags",
    "os",
    "browser",
    "browserVersion",
    "userId",
    "conferenceId",
    "sessionId",
)
FLAGS = ("hasCritical", "hasHigh", "hasMedium", "hasLowScore", "hasMediumScore", "hasHighScore")
BANDS = {"hasLowScore": "low", "hasMediumScore": "medium", "hasHighScore": "high"}
_COUNTED = {
    "hasCritical": "observationsCritical",
    "hasHigh": "observationsHigh",
    "hasMedium": "observationsMedium",
}
_TOLD = frozenset(("critical", "high", "medium"))


class Abstract(msgspec.Struct):
    """One stored analysis in a few words. Times are ms since the epoch."""

    id: str
    created_at: float
    started_at: float
    ended_at: float
    title: str
    url: str
    embed_url: str | None = None
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    conference: str = ""
    session: str = ""
    user: str = ""
    experience: float | None = None
    connectivity: str | None = None
    observations: list[Observation] = []


class Filter(msgspec.Struct):
    """What a query asks for: all of these, any value within each."""

    name: str = ""
    lists: dict[str, list[str]] = {}
    flags: list[str] = []


def parse_filter(query: Sequence[tuple[str, str]]) -> Filter | Answer:
    """The filter of a query string; lists may be repeated or separated by commas."""
    found = Filter()
    for name, value in query:
        if name == "name":
            found.name = value
        elif name in LISTS:
            found.lists.setdefault(name, []).extend(part for part in value.split(",") if part)
        elif name in FLAGS and value.lower() in ("true", "1"):
            found.flags.append(name)
    too_long = [name for name, values in found.lists.items() if len(values) > MAX_VALUES]
    if too_long:
        return error("invalid_request", f"{too_long[0]} may hold at most {MAX_VALUES} values")
    return found


def band(score: float | None) -> str:
    """The score band of an experience score."""
    if score is None:
        return "unrated"
    return "low" if score < 60 else "medium" if score < 80 else "high"


def abstract(found: Abstract) -> dict[str, Any]:
    """The abstract as clients read it; the observations that matter, by type and tag."""
    told = [o for o in found.observations if o.severity in _TOLD]
    return {
        "observationTypes": sorted({o.type for o in told}),
        "observationTags": sorted({tag for o in told for tag in o.tags}),
        "browser": found.browser,
        "browserVersion": found.browser_version.partition(".")[0],
        "os": found.os,
        "osVersion": found.os_version,
        "conferenceId": found.conference,
        "sessionId": found.session,
        "userId": found.user,
        "experienceScore": found.experience,
        "connectivity": found.connectivity,
        "observationsCritical": sum(o.severity == "critical" for o in told),
        "observationsHigh": sum(o.severity == "high" for o in told),
        "observationsMedium": sum(o.severity == "medium" for o in told),
        "scoreBand": band(found.experience),
    }


def passes(wanted: Filter, title: str, told: Mapping[str, Any]) -> bool:
    """Whether an abstract is asked for."""
    if wanted.name and wanted.name.lower() not in title.lower():
        return False
    for name, values in wanted.lists.items():
        has = told[name] if isinstance(told[name], list) else [told[name]]
        if values and not set(values) & set(has):
            return False
    severities = [name for name in wanted.flags if name in _COUNTED]
    bands = [BANDS[name] for name in wanted.flags if name in BANDS]
    return all(told[_COUNTED[name]] for name in severities) and (not bands or told["scoreBand"] in bands)


def sessions_answer(found: Iterable[Abstract], wanted: Filter, limit: int = 100) -> Answer:
    """The abstracts that pass, newest first."""
    entries = []
    for entry in sorted(found, key=lambda entry: -entry.created_at):
        told = abstract(entry)
        if passes(wanted, entry.title, told):
            entries.append(_entry(entry, told))
    return Answer(200, msgspec.json.encode({"total": len(entries), "data": entries[:limit]}))


def _entry(entry: Abstract, told: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "rtcstatsId": entry.id,
        "createdAt": iso(entry.created_at),
        "sessionStart": iso(entry.started_at),
        "sessionEnd": iso(entry.ended_at),
        "title": entry.title,
        "rtcstatsUrl": entry.url,
        "abstract": told,
    }
    return shown | ({"embedUrl": entry.embed_url} if entry.embed_url else {})


def observations_answer(known: Iterable[tuple[str, str, Sequence[str], Sequence[str]]]) -> Answer:
    """The catalogue of observations: type, title, possible severities, tags; sorted by type."""
    entries = [
        {"type": name, "title": title, "severity": list(severities), "tags": list(tags)}
        for name, title, severities, tags in sorted(known, key=lambda entry: entry[0])
    ]
    return Answer(200, msgspec.json.encode({"total": len(entries), "data": entries}))
