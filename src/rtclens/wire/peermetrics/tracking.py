"""`POST /tracks` and `PUT /tracks`: what happens to MediaStreamTracks.

Enters: `ontrack`, and track events. Leaves: `TrackChanged` (`Notified` where no track is named). An event of a track
that was never announced creates it: the SDK loses announcements. A track is (connection, direction, id), since one id
occurs on both sides of a loopback.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal, cast

from rtclens.model.events import AnyEvent, Notified, TrackChange, TrackChanged
from rtclens.wire.peermetrics.answers import Refused
from rtclens.wire.peermetrics.body import text
from rtclens.wire.peermetrics.identity import derived_uuid
from rtclens.wire.peermetrics.visit import Visit

CHANGES: dict[str, TrackChange] = {"mute": "muted", "unmute": "unmuted", "ended": "ended"}
Direction = Literal["inbound", "outbound", ""]
DETAILS = ("muted", "enabled", "capabilities", "constraints", "settings", "readyState", "contentHint")


def announced(visit: Visit) -> list[AnyEvent]:
    """`POST /tracks`: a remote track arrived; empty for a copy."""
    event = visit.text("event") or "ontrack"
    if event != "ontrack":
        return changed(visit)
    connection, track, at = _connection(visit), visit.text("trackId"), visit.when()
    data = visit.body.get("data")
    if not track:
        return [Notified(at=at, name="track", connection=connection, value=data)]
    if visit.session.directions.get((connection, track)) == "inbound":
        return []
    visit.session.directions[connection, track] = "inbound"
    kind, label = _kind_and_label(data)
    return [
        TrackChanged(
            at=at,
            track=track,
            change="added",
            connection=connection,
            kind=kind,
            direction="inbound",
            label=label,
            value=_details(data) or None,
        )
    ]


def changed(visit: Visit) -> list[AnyEvent]:
    """`PUT /tracks`: a track was muted, unmuted or ended; empty for a copy."""
    name, connection, track = visit.text("event"), _connection(visit), visit.text("trackId")
    at, data = visit.when(), visit.body.get("data")
    if not track:
        return [Notified(at=at, name=f"track {name}".strip(), connection=connection, value=data)]
    if not visit.session.is_new(name, connection, track, at, repeat="delta" in visit.body):
        return []
    kind, label = _kind_and_label(data)
    return [
        TrackChanged(
            at=at,
            track=track,
            change=_change(name, data),
            connection=connection,
            kind=kind,
            direction=_direction(visit, connection, track),
            label=label,
            value={"event": name} | (data if isinstance(data, dict) else {}),
        )
    ]


def _connection(visit: Visit) -> str:
    given = visit.text("connectionId")
    if given and visit.connection(given) is None:
        raise Refused("connection_not_found")
    return visit.canonical(given)


def _change(name: str, data: Any) -> TrackChange:
    """The SDK finds by polling that a track was stopped: the browser fires no event for `track.stop()`."""
    if name == "ended" and isinstance(data, dict) and data.get("check") == "readyState":
        return "stopped"
    return CHANGES.get(name, "changed")


def _direction(visit: Visit, connection: str, track: str) -> Direction:
    """Seen from this client: announced on this connection, captured here, or not known."""
    known = visit.session.directions.get((connection, track)) or visit.session.directions.get(("", track)) or ""
    return cast("Direction", known)


def _kind_and_label(data: Any) -> tuple[str, str]:
    if not isinstance(data, dict):
        return "", ""
    return text(data.get("kind")) or "", text(data.get("label")) or ""


def _details(data: Any) -> dict[str, Any]:
    return {name: data[name] for name in DETAILS if name in data} if isinstance(data, dict) else {}


def reply(visit: Visit) -> dict[str, Any]:
    """The track as the reference shows it; the SDK does not read it."""
    data = visit.body.get("data")
    connection, track = visit.text("connectionId"), visit.text("trackId")
    direction = _direction(visit, connection, track)
    kind, label = _kind_and_label(data)
    return {
        "data": {
            "id": derived_uuid("track", visit.claims.session, connection, direction, track),
            "session": visit.claims.session,
            "connection": connection or None,
            "kind": kind or None,
            "direction": direction or None,
            "track_id": track or None,
            "label": label,
            "track_info": _details(data),
            "created_at": datetime.fromtimestamp(visit.at / 1000, UTC).isoformat(),
        }
    }
