"""Tell from its beginning what kind of file it is.

Enters: the first bytes, unpacked. Leaves: a `Kind`; 'unknown' when nothing matches.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.wire.common.frames import BOM

Kind = Literal[
    "rtcstats",
    "rtcstats-2",
    "rtcstats-object",
    "legacy-lines",
    "jitsi",
    "jitsi-server",
    "webrtc-internals",
    "firefox",
    "html",
    "unknown",
]
MAGIC = b"RTCStatsDump"
HEAD = 64 * 1024  # bytes worth looking at


def sniff(head: bytes) -> Kind:
    """The kind of file that begins with `head`."""
    text = head[:HEAD].removeprefix(BOM).lstrip()
    first, _, rest = text.partition(b"\n")
    if first.strip() == MAGIC:
        return "rtcstats"
    if text.startswith((b"<!", b"<html", b"<HTML", b"<?xml")):
        return "html"
    if text.startswith(b"["):
        return _of_array(first)
    return _of_object(text, first, rest) if text.startswith(b"{") else "unknown"


def _of_array(first: bytes) -> Kind:
    if first.startswith(b'["connectionInfo"'):
        return "jitsi"
    value = _json(first)
    return "legacy-lines" if isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str) else "unknown"


def _of_object(text: bytes, first: bytes, rest: bytes) -> Kind:
    if b'"pcid"' in text or b'"sdpHistories"' in text:
        return "firefox"
    value = _json(first)
    if isinstance(value, dict):
        if "statsSessionId" in value:
            return "jitsi-server"
        if "PeerConnections" not in value and rest.lstrip().startswith(b"["):
            # Format 1 is format 2 without the number; format 3 has a magic line before its metadata.
            return "rtcstats-2" if value.get("fileFormat", 1) in (1, 2) else "unknown"
    if b'"peerConnections"' in text:
        return "rtcstats-object"
    return "webrtc-internals" if b'"PeerConnections"' in text or b'"getUserMedia"' in text else "unknown"


def _json(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
