"""Read session descriptions and ICE candidates.

Enters: SDP text and candidates as browsers and SDKs send them, of unknown quality. Leaves: `events.Candidate`,
`Description` with its media sections. Nothing here raises: what cannot be read stays empty.
Sources: RFC 8866 (SDP), RFC 8839 (ICE attributes), RFC 6544 (TCP candidates), RFC 8122 (fingerprint).
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model.events import Candidate

DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
# `key value` pairs behind the fixed eight fields of a candidate, and the member each fills.
EXTENSIONS = {"raddr": "related_address", "tcptype": "tcp_type", "ufrag": "username_fragment"}


class MediaCodec(msgspec.Struct, omit_defaults=True):
    """One payload type of a media section (`rtpmap`, `fmtp`)."""

    payload_type: int
    name: str = ""
    clock_rate: int | None = None
    channels: int | None = None
    fmtp: str = ""


class Section(msgspec.Struct, omit_defaults=True):
    """One media section. `port` 0 in a section that is not bundled means: rejected. `msids` are stream, track pairs."""

    kind: str = ""
    port: int | None = None
    protocol: str = ""
    mid: str = ""
    direction: str = "sendrecv"
    ufrag: str = ""
    setup: str = ""
    fingerprints: list[str] = []
    codecs: list[MediaCodec] = []
    candidates: list[Candidate] = []
    msids: list[tuple[str, str]] = []
    ssrcs: list[int] = []
    rids: list[str] = []


class Description(msgspec.Struct, omit_defaults=True):
    """A parsed session description. `version` is the counter of the `o=` line, `bundles` the BUNDLE groups' mids."""

    user: str = ""
    session_id: str = ""
    version: int | None = None
    ice_lite: bool = False
    bundles: list[list[str]] = []
    sections: list[Section] = []


def split_sections(sdp: str) -> list[str]:
    """The session part and each media section, in order, trimmed, each starting with its `v=` or `m=` line."""
    parts = sdp.replace("\r\n", "\n").split("\nm=")
    return [parts[0].strip(), *("m=" + part.strip() for part in parts[1:])]


def attributes(section: str, name: str) -> list[str]:
    """The values of every `a=<name>:` line of a section."""
    prefix = f"a={name}:"
    return [line[len(prefix) :].strip() for line in section.splitlines() if line.startswith(prefix)]


def attribute(section: str, name: str) -> str:
    """The first `a=<name>:` value of a section; '' when it has none."""
    values = attributes(section, name)
    return values[0] if values else ""


def parse(sdp: str) -> Description:
    """The description as far as it can be read; session-level ICE and DTLS values are inherited by each section."""
    session, *media = split_sections(sdp)
    description = Description(
        ice_lite="a=ice-lite" in session.splitlines(),
        bundles=[group.split()[1:] for group in attributes(session, "group") if group.startswith("BUNDLE")],
        sections=[_section(text, session) for text in media],
    )
    for line in session.splitlines():
        fields = line[2:].split() if line.startswith("o=") else []
        if len(fields) >= 3:
            description.user, description.session_id, description.version = fields[0], fields[1], number(fields[2])
    return description


def _section(text: str, session: str) -> Section:
    lines = text.splitlines()
    head = lines[0][2:].split() if lines else []
    section = Section(
        kind=head[0] if head else "",
        port=number(head[1].partition("/")[0]) if len(head) > 1 else None,
        protocol=head[2] if len(head) > 2 else "",
        mid=attribute(text, "mid"),
        direction=next((name for name in DIRECTIONS if f"a={name}" in lines), "sendrecv"),
        ufrag=attribute(text, "ice-ufrag") or attribute(session, "ice-ufrag"),
        setup=attribute(text, "setup") or attribute(session, "setup"),
        fingerprints=attributes(text, "fingerprint") or attributes(session, "fingerprint"),
        candidates=[parse_candidate(f"candidate:{value}") for value in attributes(text, "candidate")],
        rids=[value.split()[0] for value in attributes(text, "rid") if value],
    )
    section.codecs = _codecs(text, head[3:])
    section.msids = [(parts[0], parts[2]) for parts in (v.partition(" ") for v in attributes(text, "msid"))]
    section.ssrcs = _ssrcs(text)
    return section


def _codecs(text: str, formats: list[str]) -> list[MediaCodec]:
    codecs = {payload: MediaCodec(payload) for payload in map(number, formats) if payload is not None}
    for value in attributes(text, "rtpmap"):
        payload, _, encoding = value.partition(" ")
        codec = _find(codecs, payload)
        if codec is not None:
            name, _, rest = encoding.partition("/")
            rate, _, channels = rest.partition("/")
            codec.name, codec.clock_rate, codec.channels = name.strip(), number(rate), number(channels)
    for value in attributes(text, "fmtp"):
        payload, _, parameters = value.partition(" ")
        codec = _find(codecs, payload)
        if codec is not None:
            codec.fmtp = parameters.strip()
    return list(codecs.values())


def _find(codecs: dict[int, MediaCodec], payload: str) -> MediaCodec | None:
    key = number(payload)
    return None if key is None else codecs.get(key)


def _ssrcs(text: str) -> list[int]:
    seen: dict[int, None] = {}
    for value in attributes(text, "ssrc"):
        ssrc = number(value.partition(" ")[0])
        if ssrc is not None:
            seen.setdefault(ssrc)
    return list(seen)


def parse_candidate(line: str) -> Candidate:
    """A candidate from its attribute text (`candidate:…`, also with `a=` before it); what is missing stays empty."""
    candidate = Candidate(line=line)
    fields = line.strip().removeprefix("a=").removeprefix("candidate:").split()
    if len(fields) < 8 or fields[6] != "typ":
        return candidate
    candidate.foundation = fields[0]
    candidate.protocol = fields[2].lower()
    candidate.priority = number(fields[3])
    candidate.address = fields[4]
    candidate.port = number(fields[5])
    candidate.type = fields[7]
    for key, value in zip(fields[8::2], fields[9::2], strict=False):
        if key in EXTENSIONS:
            setattr(candidate, EXTENSIONS[key], value)
        elif key == "rport":
            candidate.related_port = number(value)
    return candidate


def candidate(value: Any) -> Candidate | None:
    """A candidate from an `RTCIceCandidateInit`, its JSON form with named members, or bare text.

    `None`, '' and `{"candidate": ""}` are the end of candidates, and so is anything that is neither object nor text.
    """
    init = {"candidate": value} if isinstance(value, str) else value
    if not isinstance(init, dict):
        return None
    line = _text(init.get("candidate"))
    if not line:
        return None
    result = parse_candidate(line)
    result.mid = _text(init.get("sdpMid"))
    index = init.get("sdpMLineIndex")
    result.mline_index = index if isinstance(index, int) and not isinstance(index, bool) else None
    result.username_fragment = _text(init.get("usernameFragment")) or result.username_fragment
    result.url = _text(init.get("url"))
    result.relay_protocol = _text(init.get("relayProtocol"))
    return result


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number(text: str) -> int | None:
    """A decimal number of at most 18 digits; `None` for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
