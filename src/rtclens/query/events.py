"""What happened in a call, one row for each event that is not a sample.

Enters: a call and a span. Leaves: events in the order of the sender's clock, with a short text made of their members.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rtclens.query.scope import Reader, Scope, Span, ask, moment, span_params

LIMIT = 10_000
TEXT_LIMIT = 300
SHOWN_ELSEWHERE = frozenset({"type", "at", "name", "connection", "track", "sdp"})


class CallEvent(msgspec.Struct, frozen=True):
    """An event. `track_id` is ours where the track is known, `value` the members that have no column here."""

    at: float
    received_at: float
    type: str
    participant_id: str
    session_id: str
    connection_id: str
    track_id: str
    name: str
    text: str
    value: Any


class CallEvents(msgspec.Struct, frozen=True):
    """The events of a span; `truncated`: there are more, ask for a later span."""

    events: list[CallEvent]
    truncated: bool


class EventsQuestion(msgspec.Struct, frozen=True):
    """Which events; an empty participant means everybody."""

    call_id: str
    span: Span
    participant_id: str = ""
    limit: int = 2000


# Delivered at least once: the same position of the stream is one event.
EVENTS = f"""
SELECT event_row.at_ms AS at, toUnixTimestamp64Milli(event_row.received_at) AS received_at, type, name, payload,
    participant_id, session_id, connection_id
FROM
(
    SELECT * FROM @events
    WHERE call_id = {{call_id:String}} AND at >= {moment("from_at")} AND at < {moment("to_at")}
        AND ({{participant_id:String}} = '' OR participant_id = {{participant_id:String}})
    ORDER BY at_ms, seq, event LIMIT 1 BY seq, event LIMIT {{rows:UInt32}}
) AS event_row
ORDER BY event_row.at_ms, event_row.seq, event_row.event
"""
TRACKS = "SELECT connection_id, external_id, track_id FROM @tracks WHERE call_id = {call_id:String}"


def events(reader: Reader, scope: Scope, question: EventsQuestion) -> CallEvents:
    """The events of a call."""
    limit = max(1, min(question.limit, LIMIT))
    params = {"call_id": question.call_id, "participant_id": question.participant_id, **span_params(question.span)}
    rows = ask(reader, scope, EVENTS, rows=limit + 1, **params)
    known = {
        (row["connection_id"], row["external_id"]): row["track_id"]
        for row in ask(reader, scope, TRACKS, call_id=question.call_id)
    }
    return CallEvents([_event(row, known) for row in rows[:limit]], truncated=len(rows) > limit)


def _event(row: dict[str, Any], tracks: dict[tuple[str, str], str]) -> CallEvent:
    payload: dict[str, Any] = msgspec.json.decode(row.pop("payload") or "{}")
    track = tracks.get((row["connection_id"], str(payload.get("track", ""))), "")
    rest = {name: value for name, value in payload.items() if name not in SHOWN_ELSEWHERE}
    return CallEvent(**row, track_id=track, text=text_of(row["type"], payload)[:TEXT_LIMIT], value=rest or None)


def text_of(kind: str, payload: dict[str, Any]) -> str:
    """A short text of an event in the words of its members; '' where its name says it all."""
    words = WORDS.get(kind)
    return words(payload) if words else str(payload.get("reason", ""))


def _joined(*names: str) -> Callable[[dict[str, Any]], str]:
    def words(payload: dict[str, Any]) -> str:
        return " · ".join(str(payload[name]) for name in names if payload.get(name) not in (None, "", []))

    return words


def _candidate(payload: dict[str, Any]) -> str:
    candidate = payload.get("candidate")
    return _joined("type", "protocol", "address")(candidate) if isinstance(candidate, dict) else "end of candidates"


def _value(payload: dict[str, Any]) -> str:
    value = payload.get("value")
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "session_opened": _joined("participant_name", "call_name"),
    "session_updated": _joined("participant_name", "call_name"),
    "telemetry_opened": _joined("transport"),
    "telemetry_closed": _joined("code", "reason"),
    "connection_opened": _joined("label", "peer_name", "peer"),
    "state_changed": _joined("machine", "state"),
    "api_called": _joined("phase", "error"),
    "described": _joined("side", "kind"),
    "candidate_gathered": _candidate,
    "candidate_failed": _joined("code", "text", "url"),
    "media_access": _joined("phase", "source", "error", "message"),
    "track_changed": _joined("change", "direction", "kind", "label"),
    "visibility_changed": lambda payload: "hidden" if payload.get("hidden") else "visible",
    "notified": _value,
    "app_reported": _value,
    "client_issue": _joined("severity", "message"),
    "client_scored": _joined("scope", "score"),
    "server_sample": _joined("server"),
}
