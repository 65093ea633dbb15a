"""What a session description tells, read line by line.

Enters: SDP text. Leaves: `Sdp`; whatever cannot be read is absent.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

MAX_SDP = 200_000
MAX_CANDIDATES = 200
ORIGINS = (
    ("mozilla...THIS_IS_SDPARTA", "firefox"),
    ("thisisadapterortc", "adapter/edge"),
    ("jvb", "jitsi"),
    ("mediasoup", "mediasoup"),
    ("livekit", "livekit"),
    ("janus", "janus"),
)
RTPMAP = re.compile(r"^a=rtpmap:\d+ ([^/\s]+)/", re.M)


class Sdp(msgspec.Struct):
    """A description in the words of the features."""

    kinds: list[str]
    rejected: int
    mux: bool
    bundle: bool
    ice_lite: bool
    layers: int
    ufrag: str
    origin: str
    codecs: dict[str, list[str]]
    candidates: list[str]


def read(text: str) -> Sdp:
    """Read a description."""
    head, *sections = re.split(r"^(?=m=)", text[:MAX_SDP], flags=re.M)
    lines = text[:MAX_SDP].splitlines()
    heads = [section.split("\n", 1)[0].split() for section in sections]
    rejected = [len(words) > 1 and words[1] == "0" for words in heads]
    live = [section for section, gone in zip(sections, rejected, strict=True) if not gone]
    ufrag = next((line[12:].strip() for line in lines if line.startswith("a=ice-ufrag:")), "")
    return Sdp(
        kinds=[words[0][2:] for words in heads],
        rejected=sum(rejected),
        mux=bool(live) and all("a=rtcp-mux" in section for section in live if not section.startswith("m=application")),
        bundle="a=group:BUNDLE" in head,
        ice_lite="a=ice-lite" in text,
        layers=_layers(lines),
        ufrag=ufrag,
        origin=next((name for mark, name in ORIGINS if mark.lower() in _origin(lines).lower()), ""),
        codecs=_codecs(sections),
        candidates=[line[2:] for line in lines if line.startswith("a=candidate:")][:MAX_CANDIDATES],
    )


def _origin(lines: list[str]) -> str:
    return next((line for line in lines if line.startswith("o=")), "")


def _layers(lines: list[str]) -> int:
    """Simulcast layers: rids sent by `a=simulcast`, or SSRCs of a group SIM; the most of any section."""
    counts = [0]
    for line in lines:
        if line.startswith("a=simulcast:"):
            counts += [len(part.split(";")) for part in line[12:].split() if ";" in part or "," in part]
        elif line.startswith("a=ssrc-group:SIM"):
            counts.append(len(line.split()) - 1)
    return max(counts)


def _codecs(sections: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section in sections:
        kind = section[2:].split(" ", 1)[0].strip()
        for name in RTPMAP.findall(section):
            held = found.setdefault(kind, [])
            mime = intern(f"{kind}/{name}")  # the same few in every call
            if mime not in held and len(held) < 50:
                held.append(mime)
    return found
