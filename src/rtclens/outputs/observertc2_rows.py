"""One getStats sample, or one sample of a media server, as rows of the second generation's reports.

Enters: W3C reports of one connection, the publishers of its inbound tracks; rows of a server. Leaves: (report type,
values by field name); what a field table does not have is left out by whoever fills the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from rtclens.model import events as ev
from rtclens.model.stats import InboundRtp, OutboundRtp, Report, Stats
from rtclens.outputs.moments import Peer

Found = Iterator[tuple[str, Mapping[str, Any]]]
_SERVER_ROWS = {
    "transports": "SFU_TRANSPORT",
    "inbound_pads": "SFU_INBOUND_RTP_PAD",
    "outbound_pads": "SFU_OUTBOUND_RTP_PAD",
    "sctp_channels": "SFU_SCTP_STREAM",
}
_META = {
    "CODEC": "codec",
    "CERTIFICATE": "certificate",
    "ICE_LOCAL_CANDIDATE": "local_candidate",
    "ICE_REMOTE_CANDIDATE": "remote_candidate",
    "MEDIA_SOURCE": "media_source",
}


def of_stats(stats: Stats, peers: Mapping[str, Peer]) -> Found:
    """Transports, pairs, data channels, tracks and what describes them."""
    for transport in stats.transport:
        yield "PEER_CONNECTION_TRANSPORT", {**_members(transport), "transportId": transport.id}
    for pair in stats.candidate_pair:
        yield "ICE_CANDIDATE_PAIR", {**_members(pair), "candidatePairId": pair.id}
    for channel in stats.data_channel:
        yield "PEER_CONNECTION_DATA_CHANNEL", _members(channel)
    for inbound in stats.inbound_rtp:
        kind = _kind("INBOUND", inbound.kind)
        if kind:
            yield kind, _inbound(inbound, stats, peers.get(inbound.trackIdentifier or ""))
    for outbound in stats.outbound_rtp:
        kind = _kind("OUTBOUND", outbound.kind)
        if kind:
            yield kind, _outbound(outbound, stats)
    for name, attribute in _META.items():
        for row in getattr(stats, attribute):
            yield "CALL_META_DATA", {"type": name, "payload": msgspec.json.encode(row).decode()}


def of_server(sample: ev.ServerSample) -> Found:
    """The rows of a media server that it did not mark as internal bookkeeping (`noReport`)."""
    for rows, kind in _SERVER_ROWS.items():
        for row in sample.rows.get(rows, ()):
            if row.get("noReport") is True:
                continue
            named = {"sfuId": sample.server, "rtpPadId": row.get("padId"), "sfuStreamId": row.get("streamId")}
            yield kind, {**row, **named, "sfuSinkId": row.get("sinkId")}


def _kind(direction: str, kind: str | None) -> str:
    return f"{direction}_{kind.upper()}_TRACK" if kind in ("audio", "video") else ""


def _members(report: Report | None) -> dict[str, Any]:
    if report is None:
        return {}
    known = {name: value for name, value in msgspec.structs.asdict(report).items() if value is not None}
    return {**(report.extra or {}), **known}


def _inbound(row: InboundRtp, stats: Stats, peer: Peer | None) -> dict[str, Any]:
    """The stream, what its sender says about it, how it is played, and whose it is."""
    far = next((report for report in stats.remote_outbound_rtp if report.ssrc == row.ssrc), None)
    playout = next((report for report in stats.media_playout if report.id == row.playoutId), None)
    values = {**_members(playout), **_members(far), **_members(row), "trackId": row.trackIdentifier}
    if peer is not None:
        values |= {
            "remoteTrackId": peer.track or None,
            "remoteUserId": peer.participant_name or peer.participant or None,
            "remoteClientId": peer.participant or peer.participant_id,
            "remotePeerConnectionId": peer.connection or None,
        }
    return values


def _outbound(row: OutboundRtp, stats: Stats) -> dict[str, Any]:
    """The stream, what its receiver says about it, and its source."""
    far = next((report for report in stats.remote_inbound_rtp if report.ssrc == row.ssrc), None)
    source = next((report for report in stats.media_source if report.id == row.mediaSourceId), None)
    values = {**_members(source), **_members(far), **_members(row)}
    limited = row.qualityLimitationDurations or {}
    for name, member in (("None", "none"), ("CPU", "cpu"), ("Bandwidth", "bandwidth"), ("Other", "other")):
        values[f"qualityLimitationDuration{name}"] = limited.get(member)
    values["trackId"] = source.trackIdentifier if source else None
    return values
