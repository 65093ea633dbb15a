"""Expand session descriptions whose unchanged sections were replaced by stubs (`v=` or `m=`).

Enters: a description as sent, and the texts it may refer to. Leaves: the full text and how sure it is. Also: the text
that a browser shows as its `localDescription` or `remoteDescription`, which holds the candidates known so far.
"""

from __future__ import annotations

import zlib
from typing import Any, Literal

import msgspec

from rtclens.wire.common.sdp import attribute, number, split_sections

Quality = Literal["exact", "approximate: base unknown", "unresolved"]
# Preferred address of a section: the kind of candidate first, then the family.
_KINDS = {"relay": 3, "srflx": 2, "prflx": 2, "host": 1}


class Known(msgspec.Struct):
    """A description: its type and its sections; `sections` is `None` when only the type is known."""

    type: str
    sections: list[str] | None = None

    @property
    def sdp(self) -> str:
        """The text with CRLF line ends; '' when unknown."""
        return "" if self.sections is None else joined(self.sections)


class Packed(msgspec.Struct, frozen=True):
    """A description at rest; descriptions are the largest thing a stream remembers, and rarely looked at."""

    type: str
    data: bytes | None = None

    @classmethod
    def of(cls, known: Known) -> Packed:
        """Pack."""
        if known.sections is None:
            return cls(known.type)
        return cls(known.type, zlib.compress("\n".join(known.sections).encode("utf-8", "surrogatepass")))

    def unpacked(self) -> Known:
        """Unpack."""
        if self.data is None:
            return Known(self.type)
        return Known(self.type, split_sections(zlib.decompress(self.data).decode("utf-8", "surrogatepass")))


class Expanded(msgspec.Struct):
    """The outcome of an expansion."""

    known: Known
    quality: Quality


def joined(sections: list[str]) -> str:
    """The sections as one text with CRLF line ends."""
    return "\r\n".join(section.replace("\n", "\r\n") for section in sections) + "\r\n"


def is_stub(section: str, index: int) -> bool:
    """Whether a section only stands for the base's section of the same index."""
    return section == ("v=" if index == 0 else "m=")


def has_stubs(sections: list[str]) -> bool:
    """Whether any section is a stub."""
    return any(is_stub(section, index) for index, section in enumerate(sections))


def expand(kind: str, sdp: str, base: Known | None, fallback: Known | None) -> Expanded:
    """Fill the stubs of `sdp` from `base` (if of the same type), else from `fallback`."""
    sections = split_sections(sdp)
    quality: Quality = "exact"
    for index, section in enumerate(sections):
        if not is_stub(section, index):
            continue
        found = _section(base, kind, index)
        if found is None:
            found = _section(fallback, kind, index)
            if quality == "exact":
                quality = "approximate: base unknown"
        if found is None:
            quality = "unresolved"
        else:
            sections[index] = found
    return Expanded(Known(kind, sections), quality)


def _section(known: Known | None, kind: str, index: int) -> str | None:
    if known is None or known.type != kind or known.sections is None or index >= len(known.sections):
        return None
    section = known.sections[index]
    return None if is_stub(section, index) else section


def with_candidates(known: Known, candidates: list[dict[str, Any]]) -> Known:
    """The description as libwebrtc shows it once these candidates (`RTCIceCandidateInit`) were gathered or added."""
    if known.sections is None:
        return known
    sections = list(known.sections)
    mids = {attribute(section, "mid"): index for index, section in enumerate(sections) if index}
    for candidate in candidates:
        index = _index(candidate, mids, len(sections))
        if index is not None:
            sections[index] = _inserted(sections[index], str(candidate.get("candidate")))
    return Known(known.type, sections)


def _index(candidate: dict[str, Any], mids: dict[str, int], count: int) -> int | None:
    mid, line = candidate.get("sdpMid"), candidate.get("sdpMLineIndex")
    if isinstance(mid, str):
        return mids.get(mid)
    if isinstance(line, int) and 0 <= line < count - 1:
        return line + 1
    return None


def _inserted(section: str, text: str) -> str:
    words = text.split()
    if "ufrag" in words[:-1]:
        place = words.index("ufrag")
        ufrag = attribute(section, "ice-ufrag")
        if ufrag and words[place + 1] != ufrag:
            return section
        words = words[:place] + words[place + 2 :]
    line = "a=" + " ".join(words)
    lines = section.split("\n")
    if line in lines:
        return section
    lines.insert(_place(lines), line)
    return "\n".join(_addressed(lines))


def _place(lines: list[str]) -> int:
    for prefix in ("a=candidate:", "a=rtcp:", "c="):
        places = [index for index, line in enumerate(lines) if line.startswith(prefix)]
        if places:
            return places[-1] + 1
    return len(lines)


def _addressed(lines: list[str]) -> list[str]:
    """The lines with port and connection address of the preferred UDP candidate of component 1."""
    best: tuple[int, str, str] | None = None
    for line in lines:
        words = line.split()
        if not line.startswith("a=candidate:") or len(words) < 8 or words[1] != "1" or words[2].lower() != "udp":
            continue
        address, port = (words[4], words[5]) if _is_address(words[4]) else ("0.0.0.0", "9")  # noqa: S104
        rank = _KINDS.get(words[7], 0) * 2 + (":" not in address)
        if best is None or rank > best[0]:
            best = rank, address, port
    if best is None:
        return lines
    _, address, port = best
    head = lines[0].split(" ")
    family = "IP6" if ":" in address else "IP4"
    result = [f"c=IN {family} {address}" if line.startswith("c=") else line for line in lines]
    result[0] = " ".join([head[0], port, *head[2:]]) if len(head) > 2 else lines[0]
    return result


def _is_address(text: str) -> bool:
    return ":" in text or all(number(part) is not None for part in text.split("."))
