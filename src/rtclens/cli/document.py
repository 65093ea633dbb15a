"""The result of an analysis as one JSON document: the contract of `rtclens analyze --json`.

Enters: `Analysis`. Leaves: plain JSON values. Times are ISO-8601 in UTC with milliseconds, durations seconds, unknown
is null. Where a person is named, `participant` is the id the application gave and `participant_id` ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rtclens.analysis import ANALYSIS_VERSION
from rtclens.edge.offline import Analysis
from rtclens.edge.sources import FileRead
from rtclens.model import facts

Json = dict[str, Any]


def document(found: Analysis) -> Json:
    """The whole document."""
    return {
        "analysis_version": ANALYSIS_VERSION,
        "files": [_file(read) for read in found.files],
        "calls": [_call(call, found) for call in sorted(found.of(facts.Call), key=lambda call: call.started_at)],
    }


def instant(at: float | None) -> str | None:
    """A time as ISO-8601 text; 0 and `None` are unknown."""
    if not at:
        return None
    try:
        moment = datetime.fromtimestamp(round(at) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def names(found: Analysis) -> dict[str, str]:
    """What to call each participant: the application's id, else ours."""
    return {one.participant_id: one.external_id or one.participant_id for one in found.of(facts.Participant)}


def _file(read: FileRead) -> Json:
    return {
        "name": read.name,
        "format": read.format or None,
        "batches": read.batches,
        "refused": dict(read.refused),
        "first_refusal": read.first_refusal or None,
        "quality": read.quality,
    }


def _call(call: facts.Call, found: Analysis) -> Json:
    called = names(found)
    people = [one for one in found.of(facts.Participant) if one.call_id == call.call_id]
    findings = [one for one in found.of(facts.Finding) if one.call_id == call.call_id]
    scores = [one for one in found.of(facts.Score) if one.call_id == call.call_id]
    return {
        "id": call.call_id,
        "external_id": call.external_id,
        "name": call.name,
        "started": instant(call.started_at),
        "ended": instant(call.ended_at),
        "end_reason": call.end_reason,
        "topology": call.topology,
        "formats": call.formats,
        "verdict": call.verdict,
        "verdict_text": call.verdict_text,
        "top_cause": {
            "segment": call.top_cause,
            "participant": called.get(call.top_cause_participant_id),
            "participant_id": call.top_cause_participant_id or None,
            "confidence": call.top_cause_confidence,
        },
        "impaired_s": call.impaired_s,
        "good_participant_minutes_ratio": call.good_participant_minutes_ratio,
        "participants": [_participant(one, found) for one in sorted(people, key=_joined)],
        "findings": [_finding(one, called) for one in sorted(findings, key=_opened)],
        "scores": [_score(one, called) for one in scores],
    }


def _joined(one: facts.Participant) -> tuple[float, str]:
    return one.first_seen_at, one.participant_id


def _opened(one: facts.Finding) -> tuple[float, str]:
    return one.opened_at, one.finding_id


def _participant(one: facts.Participant, found: Analysis) -> Json:
    sessions = [session for session in found.of(facts.Session) if session.participant_id == one.participant_id]
    return {
        "id": one.participant_id,
        "external_id": one.external_id,
        "name": one.name,
        "role": one.role,
        "observed": one.observed,
        "first_seen": instant(one.first_seen_at),
        "last_seen": instant(one.last_seen_at),
        "joins": one.joins,
        "verdict": one.verdict,
        "verdict_text": one.verdict_text,
        "impaired_s": one.impaired_s,
        "caused_impairment_s": one.caused_impairment_s,
        "good_minute_ratio": one.good_minute_ratio,
        "sessions": [_session(session, found) for session in sorted(sessions, key=lambda session: session.started_at)],
    }


def _session(one: facts.Session, found: Analysis) -> Json:
    connections = [each for each in found.of(facts.Connection) if each.session_id == one.session_id]
    return {
        "id": one.session_id,
        "external_id": one.external_id,
        "format": one.format,
        "started": instant(one.started_at),
        "ended": instant(one.ended_at),
        "end_reason": one.end_reason,
        "abrupt": one.abrupt,
        "browser": one.browser,
        "browser_version": one.browser_version,
        "os": one.os,
        "os_version": one.os_version,
        "sdk": one.sdk,
        "sdk_version": one.sdk_version,
        "connections": [_connection(each, found) for each in sorted(connections, key=lambda each: each.started_at)],
    }


def _connection(one: facts.Connection, found: Analysis) -> Json:
    tracks = [track for track in found.of(facts.Track) if track.connection_id == one.connection_id]
    return {
        "id": one.connection_id,
        "external_id": one.external_id,
        "started": instant(one.started_at),
        "connected": instant(one.connected_at),
        "ended": instant(one.ended_at),
        "end_reason": one.end_reason,
        "signaling_state": one.signaling_state,
        "ice_state": one.ice_state,
        "connection_state": one.connection_state,
        "path_type": one.path_type,
        "rtt_s": one.rtt_s,
        "tracks": [_track(track) for track in sorted(tracks, key=lambda track: (track.started_at, track.track_id))],
    }


def _track(one: facts.Track) -> Json:
    return {
        "id": one.track_id,
        "external_id": one.external_id,
        "kind": one.kind,
        "direction": one.direction,
        "content": one.content,
        "codec": one.codec,
        "ssrcs": one.ssrcs,
        "started": instant(one.started_at),
        "ended": instant(one.ended_at),
        "verdict": one.verdict,
        "impaired_s": one.impaired_s,
        "peer_track": one.peer_track_id or None,
    }


def _finding(one: facts.Finding, called: dict[str, str]) -> Json:
    return {
        "id": one.finding_id,
        "detector": one.detector,
        "detector_version": one.detector_version,
        "severity": one.severity,
        "scope": one.scope,
        "subject": one.subject,
        "peer_subject": one.peer_subject or None,
        "opened": instant(one.opened_at),
        "closed": instant(one.closed_at),
        "close_reason": one.close_reason,
        "participant": called.get(one.participant_id),
        "participant_id": one.participant_id or None,
        "session_id": one.session_id or None,
        "connection_id": one.connection_id or None,
        "track_id": one.track_id or None,
        "confidence": one.confidence,
        "statement": one.statement,
        "remedy": one.remedy,
        "parent": one.parent_id or None,
        "impact": one.impact,
        "cause": _cause(one, called),
        "evidence": [_evidence(evidence) for evidence in one.evidence],
    }


def _cause(one: facts.Finding, called: dict[str, str]) -> Json:
    """The cause; `segment` is '' where inconclusive, and `reason` says what is missing."""
    return {
        "segment": one.cause_segment,
        "participant": called.get(one.cause_participant_id),
        "participant_id": one.cause_participant_id or None,
        "confidence": one.cause_confidence,
        "rule": one.cause_rule,
        "reason": one.cause_reason,
        "alternatives": one.cause_alternatives,
    }


def _evidence(one: facts.Evidence) -> Json:
    return {
        "metric": one.metric,
        "subject": one.subject,
        "from": instant(one.from_at),
        "to": instant(one.to_at),
        "observed": one.observed,
        "threshold": one.threshold,
        "unit": one.unit,
        "n": one.n,
        "coverage": one.coverage,
        "source": one.source,
        "text": one.text,
    }


def _score(one: facts.Score, called: dict[str, str]) -> Json:
    return {
        "scope": one.scope,
        "subject": one.subject,
        "participant": called.get(one.participant_id),
        "participant_id": one.participant_id or None,
        "scorer": one.scorer,
        "from": instant(one.from_at),
        "to": instant(one.to_at),
        "value": one.value,
        "scale": one.scale,
        "confidence": one.confidence,
        "reasons": one.reasons,
    }
