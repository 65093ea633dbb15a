"""Read the values of `updateLog` entries: JSON text today, loose `key: value` text in older browsers.

Enters: the value of a log entry as text. Leaves: what it says, as far as it can be read; the text itself otherwise.
"""

from __future__ import annotations

import re
from typing import Any

from rtclens.wire.common.storable import kept
from rtclens.wire.internals.eras import loads

SETTING = re.compile(r'(\w+):\s*(\[[^\]]*\]|"[^"]*"|[^,{}\[\]]+)')
LINE = re.compile(r"^(\w+):\s*(.*)$", re.MULTILINE)
CANDIDATE = re.compile(r"sdpMid: (?P<mid>[^,]*), sdpMLineIndex: (?P<index>\d*), candidate: (?P<line>candidate:[^,]*)")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
STATE_PREFIXES = ("SignalingState", "IceConnectionState", "IceGatheringState", "ConnectionState")
TRANSCEIVER = re.compile(r"getTransceivers\(\)\[(?P<index>\d+)\]:\{(?P<body>.*)\}", re.DOTALL)
CAUSE = re.compile(r"Caused by: (\w+)")
QUOTED = {name: re.compile(rf"\b{name}:'([^']*)'") for name in ("mid", "kind", "direction", "currentDirection")}
SIDE = {name: re.compile(rf"\b{name}:\{{\s*track:'([^']*)'", re.DOTALL) for name in ("sender", "receiver")}


def plain(value: Any) -> Any:
    """The value behind a log entry's text; '' becomes `None`."""
    if not isinstance(value, str):
        return kept(value)
    return loads(value) if value else None


def state(value: Any) -> str:
    """A state's W3C name, also from the engine's own (`SignalingStateHaveLocalOffer`)."""
    read = plain(value)
    name = read if isinstance(read, str) else ""
    for prefix in STATE_PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            return CAMEL.sub("-", name.removeprefix(prefix)).lower()
    return name


def description(value: Any) -> tuple[str, str]:
    """Type and SDP of a session description, '' where unknown."""
    read = plain(value)
    if isinstance(read, dict):
        kind, sdp = read.get("type"), read.get("sdp")
        return kind if isinstance(kind, str) else "", sdp if isinstance(sdp, str) else ""
    if isinstance(read, str) and read.startswith("type: "):
        kind, _, sdp = read.removeprefix("type: ").partition(", sdp: ")
        return kind.strip(), sdp
    return "", ""


def candidate(value: Any) -> Any:
    """A candidate in the form of `RTCIceCandidateInit`."""
    read = plain(value)
    found = CANDIDATE.search(read) if isinstance(read, str) else None
    if found is None:
        return read
    index = int(found["index"]) if found["index"] else None
    return {"sdpMid": found["mid"], "sdpMLineIndex": index, "candidate": found["line"].strip()}


def members(value: Any) -> dict[str, Any]:
    """An object: JSON, or lines of `key: value`."""
    read = plain(value)
    if isinstance(read, dict):
        return read
    return dict(LINE.findall(read)) if isinstance(read, str) else {}


def settings(text: str) -> dict[str, Any] | None:
    """A configuration or constraints: JSON, or `{ key: value, … }` without quotes. `None` for an empty text."""
    read = plain(text)
    if read is None or isinstance(read, dict):
        return read
    if not isinstance(read, str):
        return {"text": text}
    found: dict[str, Any] = {name: said.strip().strip('"') for name, said in SETTING.findall(read)}
    servers = found.get("iceServers")
    if isinstance(servers, str):
        urls = [url.strip() for url in servers.strip("[]").split(",") if url.strip()]
        found["iceServers"] = [{"urls": url} for url in urls]
    return found or {"text": read}


def transceiver(value: Any) -> dict[str, Any]:
    """A transceiver's mid, kind, directions, sender and receiver track; missing members are absent."""
    read = plain(value)
    if isinstance(read, dict):
        return read
    found = TRANSCEIVER.search(read) if isinstance(read, str) else None
    if found is None:
        return {}
    body = found["body"]
    said: dict[str, Any] = {"transceiverIndex": int(found["index"])}
    cause = CAUSE.search(str(read))
    if cause is not None:
        said["reason"] = cause[1]
    said |= {name: match[1] for name, pattern in QUOTED.items() if (match := pattern.search(body))}
    said |= {side: {"track": match[1]} for side, pattern in SIDE.items() if (match := pattern.search(body))}
    return said
