"""Our events under the names of this API.

Enters: tags and members of `model.events`, or a type of this API. Leaves: type, category and data; or the tags to ask
for.
"""

from __future__ import annotations

from typing import Any

MACHINES = {
    "ice": "oniceconnectionstatechange",
    "connection": "onconnectionstatechange",
    "ice_gathering": "onicegatheringstatechange",
    "signaling": "onsignalingstatechange",
}
TYPES: dict[str, tuple[str, str]] = {
    "connection_opened": ("addConnection", "connection"),
    "connection_closed": ("removeConnection", "connection"),
    "described": ("onsignalingstatechange", "connection"),
    "candidate_gathered": ("onicecandidate", "connection"),
    "candidate_failed": ("onicecandidateerror", "connection"),
    "media_access": ("getUserMedia", "getUserMedia"),
    "app_reported": ("custom", "browser"),
    "visibility_changed": ("tabFocus", "browser"),
    "devices_changed": ("mediaDeviceChange", "browser"),
    "leave_announced": ("beforeunload", "browser"),
    "session_closed": ("unload", "browser"),
    "sample": ("stats", "stats"),
    "track_changed": ("ontrack", "track"),
}
TRACK_TYPES = {"muted": "mute", "unmuted": "unmute", "ended": "ended", "stopped": "ended", "added": "ontrack"}
NOTIFIED = {"negotiationneeded": "onnegotiationneeded", "datachannel": "ondatachannel"}
TAGS: dict[str, tuple[str, ...]] = {
    **{name: (tag,) for tag, (name, _) in TYPES.items()},
    "onsignalingstatechange": ("state_changed", "described"),
    "peerDetails": ("connection_opened",),
    "endCall": ("session_closed",),
    **dict.fromkeys(TRACK_TYPES.values(), ("track_changed",)),
    **dict.fromkeys(NOTIFIED.values(), ("notified",)),
    **{name: ("state_changed",) for machine, name in MACHINES.items() if machine != "signaling"},
}


def told(tag: str, payload: dict[str, Any]) -> tuple[str, str, Any]:
    """Type, category and data of an event."""
    if tag == "state_changed":
        return MACHINES.get(payload.get("machine", ""), tag), "connection", payload.get("state")
    if tag == "notified":
        name = str(payload.get("name", ""))
        category = "connection" if payload.get("connection") else "browser"
        return NOTIFIED.get(name, name), category, payload.get("value")
    name, category = TYPES.get(tag, (tag, "connection" if payload.get("connection") else "browser"))
    return _named(tag, name, payload), category, _data(tag, payload)


def _named(tag: str, name: str, payload: dict[str, Any]) -> str:
    if tag == "connection_opened" and payload.get("config") is not None:
        return "peerDetails"
    if tag == "session_closed" and payload.get("reason") == "left":
        return "endCall"
    if tag == "track_changed":
        return TRACK_TYPES.get(payload.get("change", ""), str(payload.get("change", "")))
    return name


def _data(tag: str, payload: dict[str, Any]) -> Any:
    if tag == "app_reported":
        return payload.get("value")
    if tag == "candidate_gathered":
        return payload.get("candidate")
    if tag == "visibility_changed":
        return {"focus": payload.get("hidden")}
    return {name: value for name, value in payload.items() if name not in ("at", "type", "connection")} or None


def tags_of(name: str) -> tuple[tuple[str, ...], str]:
    """The tags behind a type of this API, and the state machine where it is about one."""
    machine = next((machine for machine, known in MACHINES.items() if known == name), "")
    return TAGS.get(name, (name,)), machine
