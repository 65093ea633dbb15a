"""Tell which dialect of the family a dump is written in.

Enters: the first two lines of a file that is known to be of the family. Leaves: a `Dialect`; 'unknown' when nothing
matches. Which family a file is of at all, `wire.sniff` tells.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Dialect = Literal[
    "rtcstats",
    "rtcstats-2",
    "rtcstats-object",
    "legacy-lines",
    "jitsi",
    "jitsi-server",
    "unknown",
]
MAGIC = b"RTCStatsDump"


def dialect(first: bytes, second: bytes = b"") -> Dialect:
    """The dialect of a file that begins with these lines, without a byte-order mark."""
    first = first.strip()
    if first == MAGIC:
        return "rtcstats"
    if first.startswith(b'["connectionInfo"'):
        return "jitsi"
    value = _json(first)
    if isinstance(value, list):
        return "legacy-lines" if len(value) >= 3 and isinstance(value[0], str) else "unknown"
    if isinstance(value, dict):
        return _of_object(value, second)
    return "rtcstats-object" if b'"peerConnections"' in first else "unknown"


def _of_object(value: dict[str, Any], second: bytes) -> Dialect:
    if "statsSessionId" in value:
        return "jitsi-server"
    if "PeerConnections" not in value and second.lstrip().startswith(b"["):
        # Format 1 is format 2 without the number; format 3 has a magic line before its metadata.
        return "rtcstats-2" if value.get("fileFormat", 1) in (1, 2) else "unknown"
    return "rtcstats-object" if "peerConnections" in value else "unknown"


def _json(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
