"""What can be said of a session description without understanding all of it.

Enters: SDP text. Leaves: sections, and words for what is wrong or missing in them.
"""

from __future__ import annotations

from collections import Counter

Sections = list[list[str]]
MOST_LINES = 5_000
OFTEN = ("a=candidate", "a=ssrc", "b=", "a=rtcp-fb", "a=remote-candidates")  # may be repeated as they are
REAL = ("m=audio", "m=video")


def sections(text: str) -> Sections:
    """The session's lines, then those of each media section."""
    found: Sections = [[]]
    for line in text.splitlines()[:MOST_LINES]:
        if line.startswith("m="):
            found.append([])
        if line:
            found[-1].append(line)
    return found


def order(read: Sections) -> tuple[str, ...]:
    """The mids in the order of their sections."""
    return tuple(_value(section, "a=mid:") for section in read[1:])


def wrong(read: Sections, before: tuple[str, ...]) -> str:
    """What looks wrong, in words; '' where nothing does."""
    for section in read:
        counted = Counter(line for line in section if not line.startswith(OFTEN))
        twice = next((line for line, count in counted.items() if count > 1), None)
        if twice is not None:
            return f"a line twice: {twice[:60]}"
    active = [section for section in read[1:] if _active(section)]
    if len(active) > 1 and not any(line.startswith("a=group:BUNDLE") for line in read[0]):
        return "several sections, and no BUNDLE"
    if any(section[0].startswith(REAL) and "a=rtcp-mux" not in section for section in active):
        return "a section without rtcp-mux"
    mids = order(read)
    common = min(len(mids), len(before))
    if all(before) and mids[:common] != before[:common]:
        return "the sections' order or ids changed"
    return ""


def unprotected(read: Sections) -> str:
    """Which means against loss an accepted section lacks, in words; '' where none."""
    for section in read[1:]:
        if not _active(section):
            continue
        codecs = [line.partition(" ")[2].lower() for line in section if line.startswith("a=rtpmap:")]
        if section[0].startswith("m=video") and codecs and not any(codec.startswith("rtx/") for codec in codecs):
            return "video without rtx"
        opus = any(codec.startswith("opus/") for codec in codecs)
        if section[0].startswith("m=audio") and opus and not any("useinbandfec=1" in line for line in section):
            return "Opus without in-band FEC"
    return ""


def _active(section: list[str]) -> bool:
    parts = section[0].split(" ")
    return len(parts) > 1 and parts[1] != "0" and "a=inactive" not in section


def _value(section: list[str], prefix: str) -> str:
    return next((line[len(prefix) :] for line in section if line.startswith(prefix)), "")
