"""A call's facts as the analysis that clients of the rtcstats service read.

Enters: facts of one call, its mean scores. Leaves: `service.Analysis`. Scores are ours: audio and video are mean
opinion scores; connectivity is 5 less what the worst finding about a connection takes, 1 where none ever came about;
experience is their mean from 0 to 100. What could not be judged is `None`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rtclens.analysis import ANALYSIS_VERSION
from rtclens.model.facts import Call, Connection, Finding, Session, Track
from rtclens.wire.peermetrics.reading.ids import public
from rtclens.wire.rtcstats.service import Abstract, Analysis, Observation, Scores
from rtclens.wire.rtcstats.service.answers import Category

TAKES = {"critical": 4.0, "high": 3.0, "medium": 2.0, "low": 1.0, "info": 0.0}
CATEGORIES: dict[str, Category] = {"track": "streams", "connection": "connections", "participant": "devices"}
PATHS = {"relay_udp": "TURN/UDP", "relay_tcp": "TURN/TCP", "relay_tls": "TURN/TLS", "ice_tcp": "DIRECT/TCP"}


class CallFacts(msgspec.Struct):
    """What is known of one call."""

    call: Call
    sessions: Sequence[Session]
    connections: Sequence[Connection]
    tracks: Sequence[Track]
    findings: Sequence[Finding]
    means: Mapping[str, float]


def report(
    known: CallFacts, file_name: str | None = None, size: int | None = None, at: float | None = None
) -> Analysis:
    """The analysis; `at` is when it was uploaded (ms), `size` the file's bytes."""
    call = known.call
    return Analysis(
        id=public(call.call_id),
        analysis_version=call.analysis_version or ANALYSIS_VERSION,
        started_at=call.started_at,
        ended_at=call.ended_at if call.ended_at is not None else call.last_seen_at,
        scores=scores(known),
        observations=observations(known),
        uploaded_at=at,
        file_name=file_name,
        file_size=size,
        user_agent=_user_agent(known.sessions),
        details={"title": call.name or call.external_id or None, **_details(known)},
    )


def scores(known: CallFacts) -> Scores:
    """The four scores."""
    audio, video, connectivity = known.means.get("audio"), known.means.get("video"), _connectivity(known)
    parts = [part for part in (audio, video, connectivity) if part is not None]
    experience = 25.0 * (sum(parts) / len(parts) - 1.0) if parts else None
    return Scores(experience, audio, video, connectivity)


def _connectivity(known: CallFacts) -> float | None:
    if not known.connections:
        return None
    if all(one.connected_at is None for one in known.connections):
        return 1.0 if any(one.ice_state == "failed" for one in known.connections) else None
    return 5.0 - max((TAKES[one.severity] for one in known.findings if one.scope == "connection"), default=0.0)


def observations(known: CallFacts) -> list[Observation]:
    """The findings, each with the coordinates that the client itself would name."""
    pids = {one.connection_id: one.external_id for one in known.connections}
    tracks = {one.track_id: one for one in known.tracks}
    return [_observation(one, pids, tracks) for one in known.findings]


def _observation(one: Finding, pids: Mapping[str, str], tracks: Mapping[str, Track]) -> Observation:
    track = tracks.get(one.track_id)
    source: dict[str, Any] = {"pid": pids.get(one.connection_id) or None}
    if track is not None:
        source |= {"sid": track.external_id or None, "ssrcId": track.ssrcs[0] if track.ssrcs else None}
    tags = [tag for tag in (track.kind if track else "", one.cause_segment) if tag]
    measures = {"meaning": one.statement}
    lasted = {"durationInMs": one.closed_at - one.opened_at} if one.closed_at is not None else {}
    category = CATEGORIES.get(one.scope, "logs")
    return Observation(one.detector, one.severity, category, tags, source, one.opened_at, measures | lasted)


def _details(known: CallFacts) -> dict[str, Any]:
    path = next((one.path_type for one in known.connections if one.path_type), "")
    details: dict[str, Any] = {"pConnectionsNumber": len(known.connections)}
    return details | ({"connectivity": PATHS.get(path, "DIRECT/UDP")} if path else {})


def _user_agent(sessions: Sequence[Session]) -> dict[str, Any]:
    first = next((one for one in sessions if one.browser or one.user_agent), None)
    if first is None:
        return {}
    browser = {"name": first.browser, "version": first.browser_version}
    return {"browser": browser, "os": {"name": first.os, "version": first.os_version}, "userAgent": first.user_agent}


def abstract(known: CallFacts, url: str, user: str) -> Abstract:
    """The call in the few words of the list."""
    told, call = report(known), known.call
    session = known.sessions[0] if known.sessions else None
    return Abstract(
        id=told.id,
        created_at=told.ended_at,
        started_at=told.started_at,
        ended_at=told.ended_at,
        title=call.name or call.external_id,
        url=url,
        browser=session.browser if session else "",
        browser_version=session.browser_version if session else "",
        os=session.os if session else "",
        os_version=session.os_version if session else "",
        conference=call.external_id,
        session=session.external_id if session else "",
        user=user,
        experience=told.scores.experience,
        connectivity=told.details.get("connectivity"),
        observations=told.observations,
    )
