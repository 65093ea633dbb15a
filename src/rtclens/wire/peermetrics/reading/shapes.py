"""Facts in the shapes of this API.

Enters: rows of the port. Leaves: JSON objects; ids as UUIDs, times as ISO 8601 with zone, unknown as null.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rtclens.model.facts import Call, Connection, Fact, Finding, Participant, Session
from rtclens.wire.peermetrics.reading.events import told
from rtclens.wire.peermetrics.reading.ids import public
from rtclens.wire.peermetrics.reading.issues import ISSUES, code_of, level_of
from rtclens.wire.peermetrics.reading.library import Item, StoredEvent

CANDIDATE_TYPES = {"direct_host": "host", "direct_srflx": "srflx", "direct_prflx": "prflx"}
GEO = ("country_code", "region_code", "city", "latitude", "longitude")


def time(at: float | None) -> str | None:
    """A time in ms as text with zone; `None` stays unknown."""
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="microseconds")


def duration(start: float, end: float) -> int:
    """Whole seconds from `start` to `end` (ms), never negative."""
    return max(round((end - start) / 1000), 0)


def shape(item: Item, *, single: bool = False) -> dict[str, Any]:
    """The object of any row."""
    row = item.row
    if isinstance(row, Call):
        return conference(row, item, single)
    if isinstance(row, Participant):
        return participant(row)
    if isinstance(row, Session):
        return session(row, item)
    if isinstance(row, Connection):
        return connection(row, item)
    if isinstance(row, Finding):
        return issue(row)
    if isinstance(row, StoredEvent):
        return event(row)
    return _other(row)


def conference(call: Call, item: Item, single: bool) -> dict[str, Any]:
    """A call; alone it names its people and issues, in a list it counts them."""
    end = call.ended_at
    known: dict[str, Any] = {
        "id": public(call.call_id),
        "conference_id": call.external_id,
        "conference_name": call.name or None,
        "conference_info": {},
        "start_time": time(call.started_at),
        "call_start": time(call.started_at) if end is None else None,
        "end_time": time(end),
        "ongoing": end is None,
        "duration": duration(call.started_at, end or call.last_seen_at),
        "app": public(call.app_id),
        "created_at": time(call.started_at),
    }
    if single:
        links = {name: [public(link) for link in item.links.get(name, [])] for name in ("participants", "issues")}
        return links | known
    return known | {
        "has_errors": call.worst_severity in ("high", "critical"),
        "has_warnings": call.worst_severity in ("low", "medium"),
        "participants_count": call.participants or None,
    }


def participant(person: Participant) -> dict[str, Any]:
    """A participant."""
    return {
        "id": public(person.participant_id),
        "participant_id": person.external_id,
        "participant_name": person.name or None,
        "is_sfu": person.role == "sfu",
        "app": public(person.app_id),
        "created_at": time(person.first_seen_at),
    }


def session(visit: Session, item: Item) -> dict[str, Any]:
    """One join of a participant."""
    return {
        "issues": [public(link) for link in item.links.get("issues", [])],
        "id": public(visit.session_id),
        "conference": public(visit.call_id),
        "participant": public(visit.participant_id),
        "devices": item.more.get("devices", []),
        "platform": {
            "ua": visit.user_agent,
            "browser": _named(visit.browser, visit.browser_version),
            "os": _named(visit.os, visit.os_version),
            "device": {"type": visit.device_type} if visit.device_type else {},
        },
        "metadata": visit.tags or None,
        "geo_ip": {name: item.more.get(name) for name in GEO} | {"country_code": visit.country or None},
        "app_version": visit.app_version or None,
        "webrtc_sdk": item.more.get("webrtc_sdk"),
        "session_info": {},
        "duration": duration(visit.started_at, visit.ended_at or visit.last_seen_at),
        "end_time": time(visit.ended_at),
        "call_start": time(visit.started_at) if visit.ended_at is None else None,
        "created_at": time(visit.started_at),
    }


def _named(name: str, version: str) -> dict[str, str]:
    return {"name": name, "version": version} if name else {}


def connection(link: Connection, item: Item) -> dict[str, Any]:
    """One RTCPeerConnection."""
    path = link.path_type
    relayed = path.startswith("relay")
    return {
        "id": public(link.connection_id),
        "session": public(link.session_id),
        "conference": public(link.call_id),
        "participant": public(link.participant_id),
        "peer": public(link.peer_participant_id) or None,
        "type": "relay" if relayed else CANDIDATE_TYPES.get(path),
        "state": link.connection_state or ("connected" if link.connected_at is not None else "new"),
        "connection_info": {
            "detected_tcp": path in ("relay_tcp", "relay_tls", "ice_tcp"),
            "detected_turn": relayed,
            "negotiations": item.more.get("negotiations", _initial(link)),
        },
        "start_time": time(link.started_at),
        "end_time": time(link.ended_at),
        "duration": duration(link.started_at, link.ended_at or link.last_seen_at),
        "created_at": time(link.started_at),
    }


def _initial(link: Connection) -> list[dict[str, Any]]:
    """The first negotiation, as far as the connection itself tells of it."""
    if link.connected_at is None:
        return [{"type": "initial", "status": "connecting", "start_time": time(link.started_at)}]
    seconds = duration(link.started_at, link.connected_at)
    times = {"start_time": time(link.started_at), "end_time": time(link.connected_at), "duration": seconds}
    return [{"type": "initial", "status": "connected", **times}]


def issue(finding: Finding) -> dict[str, Any]:
    """A finding under the code this API has for it; its evidence and cause are in `data`."""
    code = code_of(finding.detector, finding.severity)
    known = ISSUES.get(code)
    return {
        "id": public(finding.finding_id),
        "session": public(finding.session_id) or None,
        "conference": public(finding.call_id) or None,
        "participant": public(finding.participant_id) or None,
        "connection": public(finding.connection_id) or None,
        "track": public(finding.track_id) or None,
        "type": level_of(finding.detector, finding.severity),
        "code": code,
        "data": {
            "detector": finding.detector,
            "severity": finding.severity,
            "end_time": time(finding.closed_at),
            "cause": finding.cause_segment or None,
            "evidence": [proof.text or proof.metric for proof in finding.evidence],
        },
        "created_at": time(finding.opened_at),
        "title": known.title if known else finding.detector.replace("_", " ").capitalize(),
        "explanation": finding.statement or (known.explanation if known else ""),
    }


def event(row: StoredEvent) -> dict[str, Any]:
    """One stored event."""
    name, category, data = told(row.name, row.payload)
    return {
        "id": public(row.event_id),
        "conference": public(row.call_id),
        "participant": public(row.participant_id) or None,
        "peer": row.peer or None,
        "session": public(row.session_id) or None,
        "connection": public(row.connection_id) or None,
        "track": public(row.track_id) or None,
        "app": public(row.app_id),
        "type": name,
        "category": category,
        "data": data,
        "created_at": time(row.at),
    }


def _other(row: Fact) -> dict[str, Any]:
    """A row of a kind this API has no shape for: where it belongs."""
    return {"conference": public(row.call_id), "app": public(row.app_id)}
