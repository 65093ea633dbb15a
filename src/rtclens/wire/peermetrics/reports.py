"""From a stats body to the reports of the model.

Enters: a typed `Data`, or the same as plain JSON. Leaves: `Stats` with one report per W3C object: media rows, the
selected candidate pair (`selected` is true: no other is sent), its candidates, the codec each row names, the media
source behind each outbound row, and the data channel counts. What the SDK computed itself (`bitrate`, `packetRate`:
eight times too high in 2.7.2, `packetLossRate`) stays in `extra` as sent and is never a measurement.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from rtclens.model.stats import (
    CandidatePair,
    Codec,
    InboundRtp,
    LocalCandidate,
    MediaSource,
    OutboundRtp,
    PeerConnection,
    RemoteCandidate,
    RemoteInboundRtp,
    RemoteOutboundRtp,
    Report,
    Stats,
)
from rtclens.wire.common.reports import build
from rtclens.wire.peermetrics.payload import (
    Data,
    Inbound,
    Local,
    Outbound,
    Pair,
    Remote,
    RemoteInbound,
    RemoteOutbound,
)

Row = Inbound | Outbound | RemoteInbound | RemoteOutbound
AnyReport = TypeVar("AnyReport", bound=Report)
CODEC_MEMBERS = ("clockRate", "mimeType", "payloadType")
SDK_MEMBERS = ("bitrate", "packetRate", "packetLossRate")


def typed(data: Data) -> Stats:
    """The reports of a body that holds nothing unknown."""
    codecs: dict[str, Codec] = {}
    stats = Stats(
        inbound_rtp=[*data.audio.inbound, *data.video.inbound],
        outbound_rtp=[*data.audio.outbound, *data.video.outbound],
        remote_inbound_rtp=[*data.remote.audio.inbound, *data.remote.video.inbound],
        remote_outbound_rtp=[*data.remote.audio.outbound, *data.remote.video.outbound],
        media_source=[],
    )
    for kind, media, far in (
        ("audio", data.audio, data.remote.audio),
        ("video", data.video, data.remote.video),
    ):
        for inbound in media.inbound:
            _row(inbound, kind, codecs)
            _inbound(inbound)
        for outbound in media.outbound:
            _row(outbound, kind, codecs)
            _outbound(outbound, stats.media_source)
        for received in far.inbound:
            _row(received, kind, codecs)
        for sent in far.outbound:
            _row(sent, kind, codecs)
    stats.codec = list(codecs.values())
    _pair(data.connection, stats)
    return stats


def _row(row: Row, kind: str, codecs: dict[str, Codec]) -> None:
    if row.kind is None:
        row.kind = row.mediaType or kind
    codec_id = row.codecId
    if codec_id is not None and codec_id not in codecs and row.mimeType is not None:
        codecs[codec_id] = Codec(
            id=codec_id,
            timestamp=row.timestamp,
            transportId=row.transportId,
            mimeType=row.mimeType,
            clockRate=row.clockRate,
            payloadType=row.payloadType,
        )
    if row.bitrate is not None or row.packetRate is not None or row.packetLossRate is not None:
        extra = {name: getattr(row, name) for name in SDK_MEMBERS}
        row.extra = {name: value for name, value in extra.items() if value is not None}
        row.bitrate = row.packetRate = row.packetLossRate = None
    row.report_type = row.mediaType = row.mimeType = row.clockRate = row.payloadType = None


def _inbound(row: Inbound) -> None:
    if row.discardedPackets is not None:
        if row.packetsDiscarded is None:
            row.packetsDiscarded = row.discardedPackets
        row.discardedPackets = None
    if row.track is not None:
        if row.track.id:
            row.extra = (row.extra or {}) | {"track": msgspec.to_builtins(row.track)}
        row.track = None


def _outbound(row: Outbound, sources: list[MediaSource]) -> None:
    source = row.track
    row.track = None
    if source is not None and source.id:
        source.report_type = None
        sources.append(source)


def _pair(pair: Pair, stats: Stats) -> None:
    if pair.dataChannelsOpened is not None or pair.dataChannelsClosed is not None:
        stats.peer_connection = [
            PeerConnection(
                timestamp=pair.timestamp,
                dataChannelsOpened=pair.dataChannelsOpened,
                dataChannelsClosed=pair.dataChannelsClosed,
            )
        ]
        pair.dataChannelsOpened = pair.dataChannelsClosed = None
    local, remote = pair.local, pair.remote
    if local is not None:
        stats.local_candidate = [_candidate(local)]
    if remote is not None:
        stats.remote_candidate = [_candidate(remote)]
    if pair.id:
        pair.report_type = pair.local = pair.remote = None
        if pair.readable is not None:
            pair.extra = {"readable": pair.readable}
            pair.readable = None
        pair.selected = True
        stats.candidate_pair = [pair]


AnyCandidate = TypeVar("AnyCandidate", Local, Remote)


def _candidate(candidate: AnyCandidate) -> AnyCandidate:
    if candidate.address is None:
        candidate.address = candidate.ip
    candidate.ip = candidate.isRemote = candidate.report_type = None
    return candidate


def untyped(data: dict[str, Any]) -> Stats:
    """The reports of any JSON object; members and sections that no class knows are kept in `extra`."""
    stats = Stats()
    codecs: dict[str, Codec] = {}
    far = _section(data, "remote")
    for kind in ("audio", "video"):
        near, remote = _section(data, kind), _section(far, kind)
        stats.inbound_rtp += [_built(InboundRtp, row, kind, codecs) for row in _rows(near, "inbound")]
        for row in _rows(near, "outbound"):
            _add_source(row, stats)
            stats.outbound_rtp.append(_built(OutboundRtp, row, kind, codecs))
        stats.remote_inbound_rtp += [_built(RemoteInboundRtp, row, kind, codecs) for row in _rows(remote, "inbound")]
        stats.remote_outbound_rtp += [_built(RemoteOutboundRtp, row, kind, codecs) for row in _rows(remote, "outbound")]
    stats.codec = list(codecs.values())
    _untyped_pair(data.get("connection"), stats)
    _keep_unknown(data, stats)
    return stats


def _section(value: dict[str, Any], name: str) -> dict[str, Any]:
    section = value.get(name)
    return section if isinstance(section, dict) else {}


def _rows(section: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = section.get(name)
    return [dict(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _built(cls: type[AnyReport], row: dict[str, Any], kind: str, codecs: dict[str, Codec]) -> AnyReport:
    codec = _taken(row, CODEC_MEMBERS)
    computed = {name: value for name, value in _taken(row, SDK_MEMBERS).items() if value is not None}
    codec_id = row.get("codecId")
    if isinstance(codec_id, str) and codec_id not in codecs and codec.get("mimeType") is not None:
        named = {"id": codec_id, "timestamp": row.get("timestamp"), "transportId": row.get("transportId")}
        codecs[codec_id] = build(Codec, named | codec)
    if not row.get("track", True):
        del row["track"]
    media_type = row.pop("mediaType", None)
    if row.get("kind") is None:
        row["kind"] = media_type or kind
    if "packetsDiscarded" in row:
        row.pop("discardedPackets", None)
    row.pop("type", None)
    report = build(cls, row)
    if computed:
        report.extra = computed | (report.extra or {})
    return report


def _taken(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The members of these names, taken out of the row."""
    return {name: row.pop(name) for name in names if name in row}


def _add_source(row: dict[str, Any], stats: Stats) -> None:
    source = row.get("track")
    if isinstance(source, dict) and source.get("type") == "media-source" and source.get("id"):
        del row["track"]
        stats.media_source.append(build(MediaSource, {name: source[name] for name in source if name != "type"}))


def _untyped_pair(connection: Any, stats: Stats) -> None:
    if not isinstance(connection, dict):
        return
    pair = {name: value for name, value in connection.items() if name != "type" and value != []}
    channels = {name: pair.pop(name) for name in ("dataChannelsOpened", "dataChannelsClosed") if name in pair}
    if channels:
        stats.peer_connection = [build(PeerConnection, {"timestamp": pair.get("timestamp")} | channels)]
    local, remote = pair.pop("local", None), pair.pop("remote", None)
    if isinstance(local, dict):
        stats.local_candidate = [build(LocalCandidate, _plain(local))]
    if isinstance(remote, dict):
        stats.remote_candidate = [build(RemoteCandidate, _plain(remote))]
    if pair.get("id"):
        stats.candidate_pair = [build(CandidatePair, pair | {"selected": True})]


def _plain(candidate: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in candidate.items() if name not in ("type", "isRemote")}


def _keep_unknown(data: dict[str, Any], stats: Stats) -> None:
    unknown = {name: value for name, value in data.items() if name not in ("audio", "video", "remote", "connection")}
    if unknown:
        report = stats.peer_connection[0] if stats.peer_connection else PeerConnection()
        report.extra = (report.extra or {}) | unknown
        stats.peer_connection = [report]


def newest_timestamp(stats: Stats) -> float | None:
    """When the sample was taken by the client's clock (ms): the newest local report; far reports are older."""
    stamps = [
        report.timestamp
        for reports in (stats.inbound_rtp, stats.outbound_rtp, stats.candidate_pair)
        for report in reports
        if report.timestamp is not None and report.timestamp > 0
    ]
    return max(stamps, default=None)


def is_empty(stats: Stats) -> bool:
    """Whether the sample holds no report at all: a sign of life, nothing to store."""
    media = stats.inbound_rtp or stats.outbound_rtp or stats.remote_inbound_rtp or stats.remote_outbound_rtp
    return not (media or stats.candidate_pair or any(report.extra for report in stats.peer_connection))


_ENCODE = msgspec.msgpack.Encoder().encode


def fingerprint(stats: Stats) -> bytes:
    """What tells this sample from any other: a repeated body has the same, two real samples never do.

    It depends on members only, not on the class that holds them, so a sample read back from disk has it too. The
    reports that masking may change on the way there are left out.
    """
    return _ENCODE(
        (
            stats.inbound_rtp,
            stats.outbound_rtp,
            stats.remote_inbound_rtp,
            # Small classes are written with another map header than their larger wire twins.
            [_values(report) for report in stats.remote_outbound_rtp],
            stats.candidate_pair,
            stats.peer_connection,
        )
    )


def _values(report: RemoteOutboundRtp) -> tuple[Any, ...]:
    return (
        report.id,
        report.timestamp,
        report.ssrc,
        report.packetsSent,
        report.bytesSent,
        report.remoteTimestamp,
        report.reportsSent,
        report.totalRoundTripTime,
        report.roundTripTimeMeasurements,
        report.roundTripTime,
        report.extra,
    )


def check_numbers(stats: Stats) -> None:
    """Raise `OverflowError` when a number outside the fingerprint does not fit 64 bits."""
    _ENCODE((stats.codec, stats.media_source, stats.local_candidate, stats.remote_candidate))
