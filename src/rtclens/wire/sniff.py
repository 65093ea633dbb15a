"""Tell the format of an uncompressed file from its first bytes.

Enters: the head of the file. Leaves: the name of a format in `FORMATS`, or '' with a sentence that says what it is.
Files are renamed freely by those who pass them on: only the content counts.
"""

from __future__ import annotations

import msgspec

from rtclens.model.stats import BY_TYPE
from rtclens.wire.internals.split import MalformedError, Splitter

HEAD = 64 * 1024
BOM = b"\xef\xbb\xbf"
# A format is recognised by any of these members at the top level of the file's first object; the first that fits wins.
MEMBERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("recording", frozenset({"kind", "seq", "ts"})),
    ("rtcstats", frozenset({"peerConnections", "url"})),
    ("rtcstats", frozenset({"fileFormat"})),
    ("rtcstats", frozenset({"statsSessionId"})),
    ("webrtc-internals", frozenset({"PeerConnections"})),
    ("webrtc-internals", frozenset({"getUserMedia"})),
    ("webrtc-internals", frozenset({"UserAgentData"})),
    ("firefox-webrtc", frozenset({"pcid"})),
    ("firefox-webrtc", frozenset({"reports"})),
    ("firefox-webrtc", frozenset({"iceCandidateStats"})),
    ("observertc", frozenset({"clientId", "timestamp"})),
    ("observertc", frozenset({"clientSamples"})),
    ("observertc", frozenset({"clientSample"})),
    ("observertc", frozenset({"peerConnections", "timestamp"})),
    ("rtcstats", frozenset({"origin", "userAgent", "time"})),
)
SAVED_PAGE = "a saved web page holds no data that can be read"
SAVED_HINT = "in Firefox's about:webrtc use Copy Report; in chrome://webrtc-internals use the download buttons"


def sniff(head: bytes) -> tuple[str, str]:
    """The format's name and '', or '' and what is known of the file."""
    text = head.removeprefix(BOM).lstrip()
    if not text:
        return "", "the file is empty"
    if text.startswith(b"RTCStatsDump"):
        return "rtcstats", ""
    if text.startswith(b"<"):
        return "", SAVED_PAGE
    if text.startswith(b"{"):
        return _by_members(_members(text))
    if text.startswith(b"["):
        return _by_element(text)
    return "", "the file begins like no known dump"


def _members(text: bytes) -> set[str]:
    """The members of the first object, as far as the head reaches."""
    found: set[str] = set()
    splitter = Splitter([text])
    try:
        for name in splitter.members():
            found.add(name)
            splitter.value()
    except MalformedError:
        return found
    return found


def _by_members(members: set[str]) -> tuple[str, str]:
    for name, wanted in MEMBERS:
        if wanted <= members:
            return name, ""
    return "", "JSON, but of no known dump: it has " + ", ".join(sorted(members)[:8]) if members else "broken JSON"


def _by_element(text: bytes) -> tuple[str, str]:
    """An array: a trace line of the rtcstats family, copied statistics of Firefox, or samples."""
    splitter = Splitter([text])
    try:
        first = next(splitter.items(), b"")
    except MalformedError:
        first = b""
    if first.startswith(b"{"):
        members = _members(first)
        if {"id", "type"} <= members and _stats_type(first) in BY_TYPE:
            return "firefox-webrtc", ""
        return _by_members(members)
    if first[:1] == b'"' or first.lstrip(b"-")[:1].isdigit():
        return "rtcstats", ""
    return "", "a JSON array, but of no known dump"


def _stats_type(raw: bytes) -> str:
    try:
        value = msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return str(value.get("type"))
