"""Find again the references between reports that the client's encoder lost.

Enters: the reports of one connection and what was negotiated. Leaves: the same reports, with `selectedCandidatePairId`,
`codecId`, `remoteId`, `localId` and `mediaSourceId` filled where exactly one report can be meant. The encoder drops a
reference to a report it has not sent yet and never sends it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rtclens.wire.rtcstats.reports import Kept, ReportSet, set_reference

# Which report of the far end answers which of ours, and the member that points to it.
_ANSWERED = {"outbound-rtp": "remote-inbound-rtp", "inbound-rtp": "remote-outbound-rtp"}
_CODED = frozenset(("inbound-rtp", "outbound-rtp"))


class Negotiated(msgspec.Struct):
    """What the descriptions say about one media section: the preferred payload type, the track sent."""

    payload_type: int | None = None
    track: str = ""


Lookup = Callable[[], dict[str, Negotiated]]
_Found = dict[tuple[str, str], str]


def derive(reports: ReportSet, negotiated: Lookup) -> None:
    """Fill lost references; does nothing while the set has the same shape as last time."""
    if reports.full or (reports.structure == reports.derived_at and not reports.contested):
        return
    reports.derived_at = reports.structure
    by_type: dict[str, list[Kept]] = {}
    for kept in reports.reports.values():
        by_type.setdefault(kept.type if isinstance(kept.type, str) else "", []).append(kept)
    found: _Found = {}
    _pairs(reports, by_type, found)
    _answers(by_type, found)
    _codecs(by_type, found, negotiated)
    _sources(by_type, found, negotiated)
    _fill(reports, found)


def _fill(reports: ReportSet, found: _Found) -> None:
    for rid, name in reports.derived.keys() - found.keys():
        kept = reports.reports.get(rid)
        if kept is not None and name not in kept.members:
            set_reference(kept, name, None)
    for (rid, name), target in found.items():
        kept = reports.reports[rid]
        if getattr(kept.report, name, None) != target:
            set_reference(kept, name, target)
    reports.derived = found


def _pairs(reports: ReportSet, by_type: dict[str, list[Kept]], found: _Found) -> None:
    """The selected pair of each transport that does not name one: `selected` (Firefox), else nominated and working."""
    pairs = by_type.get("candidate-pair", [])
    reports.contested = False
    for transport in by_type.get("transport", []):
        if "selectedCandidatePairId" in transport.members:
            continue
        own = [pair for pair in pairs if pair.members.get("transportId", transport.id) == transport.id]
        chosen = [pair for pair in own if pair.members.get("selected") is True]
        if not chosen:
            chosen = [p for p in own if p.members.get("nominated") is True and p.members.get("state") == "succeeded"]
        if chosen:
            # Several work after a restart: the one whose counters move is the one the client keeps naming.
            reports.contested = len(chosen) > 1
            found[transport.id, "selectedCandidatePairId"] = max(chosen, key=lambda pair: pair.named_at).id


def _answers(by_type: dict[str, list[Kept]], found: _Found) -> None:
    for ours, theirs in _ANSWERED.items():
        for kept in by_type.get(ours, []):
            same = [other for other in by_type.get(theirs, []) if _same_stream(kept, other)]
            if len(same) != 1:
                continue
            if "remoteId" not in kept.members:
                found[kept.id, "remoteId"] = same[0].id
            if "localId" not in same[0].members:
                found[same[0].id, "localId"] = kept.id


def _same_stream(one: Kept, other: Kept) -> bool:
    ssrc = one.members.get("ssrc")
    kind, answered = one.members.get("kind"), other.members.get("kind")
    return ssrc is not None and ssrc == other.members.get("ssrc") and (kind == answered or None in (kind, answered))


def _codecs(by_type: dict[str, list[Kept]], found: _Found, negotiated: Lookup) -> None:
    codecs = by_type.get("codec", [])
    for kept in (kept for name in sorted(_CODED) for kept in by_type.get(name, [])):
        if "codecId" in kept.members or not codecs:
            continue
        possible = [codec for codec in codecs if _can_carry(codec, kept)]
        if len({_format(codec) for codec in possible}) > 1:
            section = negotiated().get(str(kept.members.get("mid")), Negotiated())
            possible = [codec for codec in possible if codec.members.get("payloadType") == section.payload_type]
        if possible and len({_format(codec) for codec in possible}) == 1:
            found[kept.id, "codecId"] = possible[0].id


def _can_carry(codec: Kept, kept: Kept) -> bool:
    mime = codec.members.get("mimeType")
    kind, transport = kept.members.get("kind"), kept.members.get("transportId")
    return (
        isinstance(mime, str)
        and isinstance(kind, str)
        and mime.lower().startswith(kind + "/")
        and codec.members.get("transportId", transport) in (transport, None)
    )


def _format(codec: Kept) -> tuple[Any, ...]:
    return str(codec.members.get("mimeType")), str(codec.members.get("payloadType"))


def _sources(by_type: dict[str, list[Kept]], found: _Found, negotiated: Lookup) -> None:
    sources = by_type.get("media-source", [])
    for kept in by_type.get("outbound-rtp", []):
        if "mediaSourceId" in kept.members or not sources:
            continue
        same = [source for source in sources if source.members.get("kind") == kept.members.get("kind")]
        if len(same) > 1:
            track = negotiated().get(str(kept.members.get("mid")), Negotiated()).track
            same = [source for source in same if track and source.members.get("trackIdentifier") == track]
        if len(same) == 1:
            found[kept.id, "mediaSourceId"] = same[0].id
