"""The shape of every answer of the analysis service and of the dump upload.

Enters: scores and observations as our analysis knows them. Leaves: `Answer`: a status and a JSON body. Every error
body is JSON, because a stock collector parses it without looking at the status. An answer to a collector carries the
scores flat (where it reads them) and nested (where other clients do).
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import isfinite
from typing import Any, Literal

import msgspec

Severity = Literal["critical", "high", "medium", "low", "info"]
Upload = Literal["dump", "html", "unknown"]
Category = Literal["connections", "streams", "devices", "datachannels", "logs", "pairs"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
# What an observation takes from the 40 points of a call without any.
PENALTIES: dict[Severity, int] = {"critical": 10, "high": 5, "medium": 2, "low": 1, "info": 0}
BEST = 40
SCHEMA_VERSION = "1.0.0"
STATUS = {
    "invalid_request": 400,
    "unauthorized": 401,
    "plan": 403,
    "not_found": 404,
    "too_large": 413,
    "parsing_issue": 415,
    "other_issue": 415,
    "reprocess_failed": 422,
    "internal": 500,
}
# Which coordinates each category of observation gives.
_SOURCES: dict[Category, tuple[str, ...]] = {
    "connections": ("pid",),
    "pairs": ("pid", "cpid"),
    "streams": ("pid", "sid", "ssrcId"),
    "datachannels": ("pid", "sid"),
    "devices": ("did", "rid", "timestamp", "labelId"),
    "logs": ("pid",),
}


class Answer(msgspec.Struct):
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"


class Scores(msgspec.Struct):
    """`experience` 0 to 100; audio, video and connectivity 1 to 5; `None` where there was nothing to judge."""

    experience: float | None = None
    audio: float | None = None
    video: float | None = None
    connectivity: float | None = None


class Observation(msgspec.Struct):
    """One thing that was noticed. `source` holds the coordinates (`pid`, `cpid`, `sid`, `did` …) that are known."""

    type: str
    severity: Severity
    category: Category = "connections"
    tags: list[str] = []
    source: dict[str, Any] = {}
    first_seen_at: float | None = None
    measures: dict[str, Any] = {}


class Analysis(msgspec.Struct):
    """What is known of one dump. Times are ms since the epoch."""

    id: str
    analysis_version: str
    started_at: float
    ended_at: float
    scores: Scores
    observations: list[Observation] = []
    uploaded_at: float | None = None
    file_name: str | None = None
    file_size: int | None = None
    user_agent: dict[str, Any] = {}
    details: dict[str, Any] = {}


def _json(status: int, value: Any) -> Answer:
    return Answer(status, msgspec.json.encode(value))


def error(code: str, text: str) -> Answer:
    """A refusal; `code` is one of `STATUS`."""
    return _json(STATUS[code], {"error": text, "errorCode": code})


def chunk_answer() -> Answer:
    """A chunk is stored."""
    return _json(200, {"success": True})


def quota_answer(account: str) -> Answer:
    """Nothing is metered here; the numbers only keep clients going that look at them."""
    credits = 2**31 - 1
    return _json(
        200,
        {
            "accountName": account,
            "accountPlan": "self-hosted",
            "allowedCredits": credits,
            "remainingCredits": credits,
        },
    )


def upload_answer(analysis: Analysis, url: str, embed_url: str | None = None) -> Answer:
    """A dump is stored and analysed."""
    told = {"success": True, "rtcstatsId": analysis.id, "rtcstatsUrl": url, "data": data(analysis)}
    return _json(200, told | ({"embedUrl": embed_url} if embed_url else {}))


def analyze_answer(analysis: Analysis, url: str | None = None, embed_url: str | None = None) -> Answer:
    """A dump is analysed; stored only where there is a `url`."""
    told: dict[str, Any] = {"data": data(analysis), "processorVersion": analysis.analysis_version}
    if url:
        told |= {"rtcstatsId": analysis.id, "rtcstatsUrl": url}
    return _json(200, told | ({"embedUrl": embed_url} if embed_url else {}))


def assembled_answer(analysis: Analysis, url: str, embed_url: str | None = None) -> Answer:
    """The answer a stock collector reads: both shapes in one."""
    told = {
        "success": True,
        "rtcstatsId": analysis.id,
        "rtcstatsUrl": url,
        "data": {**data(analysis), "scores": nested_scores(analysis)},
        "processorVersion": analysis.analysis_version,
    }
    return _json(200, told | ({"embedUrl": embed_url} if embed_url else {}))


def enrich_answer(analysis: Analysis, generated_at: float) -> Answer:
    """Scores and observations only; nothing is stored."""
    told = {
        "scores": nested_scores(analysis),
        "observationsCount": counts(analysis.observations),
        "observations": [_flat(observation) for observation in analysis.observations],
        "userAgentData": analysis.user_agent,
    }
    return _json(
        200,
        {"data": told, "processorVersion": analysis.analysis_version, "generatedAt": round(generated_at)},
    )


def counts(observations: list[Observation]) -> dict[Severity, int]:
    """Observations by severity."""
    return {name: sum(found.severity == name for found in observations) for name in SEVERITIES}


def observations_score(observations: list[Observation]) -> int:
    """40 points minus what the observations take, never below 0."""
    return max(0, BEST - sum(PENALTIES[found.severity] for found in observations))


def nested_scores(analysis: Analysis) -> dict[str, Any]:
    """The five scores as one object."""
    scores = analysis.scores
    return {
        "experienceScore": rounded(scores.experience),
        "audioScore": rounded(scores.audio),
        "videoScore": rounded(scores.video),
        "connectivityScore": rounded(scores.connectivity),
        "observationsScore": observations_score(analysis.observations),
    }


def data(analysis: Analysis) -> dict[str, Any]:
    """The `data` object of a whole analysis."""
    return {
        **{name: rounded(value) for name, value in analysis.details.items()},
        "id": analysis.id,
        "schemaVersion": SCHEMA_VERSION,
        "analysisVersion": analysis.analysis_version,
        "observationsVersion": analysis.analysis_version,
        "uploadTimestamp": iso(analysis.uploaded_at),
        "callStart": iso(analysis.started_at),
        "callEnd": iso(analysis.ended_at),
        "durationMs": round(max(0.0, analysis.ended_at - analysis.started_at)),
        "fileName": analysis.file_name,
        "fileSize": analysis.file_size,
        **nested_scores(analysis),
        "observationsCount": counts(analysis.observations),
        "observations": [_full(observation) for observation in analysis.observations],
        "userAgentData": analysis.user_agent,
        "aiSummary": None,
    }


def _full(found: Observation) -> dict[str, Any]:
    names = _SOURCES[found.category]
    seen = None if found.first_seen_at is None else round(found.first_seen_at)
    return {
        "type": found.type,
        "severity": found.severity,
        "category": found.category,
        "tags": found.tags,
        "source": {name: found.source[name] for name in names if found.source.get(name) is not None},
        "firstSeenAt": seen,
        **{name: rounded(value) for name, value in found.measures.items()},
    }


def _flat(found: Observation) -> dict[str, Any]:
    """An observation without anything that is not known."""
    return {name: value for name, value in _full(found).items() if value not in (None, [], {})}


def rounded(value: Any) -> Any:
    """Numbers with at most two decimals, in objects too; what is no number of JSON becomes null."""
    if isinstance(value, float):
        return round(value, 2) if isfinite(value) else None
    if isinstance(value, dict):
        return {name: rounded(member) for name, member in value.items()}
    return value


def iso(at: float | None) -> str | None:
    """A time as ISO text in UTC with milliseconds."""
    if at is None:
        return None
    return datetime.fromtimestamp(round(at) / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uploaded(kind: Upload, frames: int, client_id: str, **ours: Any) -> Answer:
    """The answer to a dump that came by HTTP upload: what it was, and how many frames it held."""
    if kind == "unknown":
        return Answer(400, b"the body is not a dump of a known kind", "text/plain")
    if kind == "html":
        return Answer(400, b"a saved page holds no data: download the dump instead", "text/plain")
    if not frames:
        return Answer(422, b"the dump holds no messages", "text/plain")
    return _json(200, {"message": "Upload successful", "clientId": client_id, **ours})
