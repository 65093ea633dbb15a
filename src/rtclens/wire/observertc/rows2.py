"""Rows of a 2.x ClientSample as canonical reports.

Enters: the flat lists of a 2.x sample. Leaves: `Stats` per connection, and the rows that belong to none. A track row of
2.x is several W3C reports in one (the stream, the far end's report on it, the source or the playout): it is taken apart
here. Rows carry no time of their own and ids are derived from their keys. Source: the mapping of 2.x to 3.x rows.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rtclens.model.stats import InboundRtp, OutboundRtp, Stats
from rtclens.wire.common import reports
from rtclens.wire.observertc import values
from rtclens.wire.observertc.tolerant import objects

Row = dict[str, Any]

REMOTE_OUTBOUND = (
    "packetsSent",
    "bytesSent",
    "remoteTimestamp",
    "reportsSent",
    "roundTripTime",
    "totalRoundTripTime",
    "roundTripTimeMeasurements",
)
REMOTE_INBOUND = (
    "packetsReceived",
    "packetsLost",
    "jitter",
    "roundTripTime",
    "totalRoundTripTime",
    "fractionLost",
    "roundTripTimeMeasurements",
)
PLAYOUT = ("synthesizedSamplesDuration", "synthesizedSamplesEvents", "totalPlayoutDelay", "totalSamplesCount")
SOURCE = (
    *("audioLevel", "totalAudioEnergy", "totalSamplesDuration", "echoReturnLoss", "echoReturnLossEnhancement"),
    *("droppedSamplesDuration", "droppedSamplesEvents", "totalCaptureDelay", "totalSamplesCaptured"),
    *("width", "height", "frames", "relayedSource"),
)
LIMITATIONS = {
    "qualityLimitationDurationNone": "none",
    "qualityLimitationDurationCPU": "cpu",
    "qualityLimitationDurationBandwidth": "bandwidth",
}
# Raw members that SDKs leak into a row made of several reports: nobody can say whose they are.
LEAKED = frozenset({"id", "type", "timestamp", "kind", "qualityLimitationDurationOther"})
# 2.2-full and earlier encode these as integers, so a level of 0.3 arrives as 0: such a zero says nothing.
TRUNCATED = ("audioLevel", "totalAudioEnergy", "synthesizedSamplesDuration", "totalSamplesDuration")


class Connections(msgspec.Struct):
    """The stats of a sample by connection, its connections' labels, and the rows that belong to none."""

    stats: dict[str, Stats] = msgspec.field(default_factory=dict)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    directions: dict[str, tuple[Literal["inbound", "outbound"], str]] = msgspec.field(default_factory=dict)
    sources: dict[tuple[str, str], Row] = msgspec.field(default_factory=dict)
    unassigned: dict[str, list[Row]] = msgspec.field(default_factory=dict)

    def of(self, row: Row) -> Stats | None:
        """The stats of the connection a row names; None when it names none."""
        name = values.text(row.get("peerConnectionId"))
        if not name:
            return None
        label = values.words(row.get("label"))
        if label and name not in self.labels:
            self.labels[name] = label
        return self.stats.setdefault(name, Stats())


def collect(sample: Row, truncated_audio: bool = False) -> Connections:
    """The connections of a 2.x ClientSample. `truncated_audio`: the encoding cut audio levels to integers."""
    found = Connections()
    for kind in ("audio", "video"):
        for row in objects(sample.get(f"inbound{kind.title()}Tracks")):
            _inbound(found, row, kind, truncated_audio)
        for row in objects(sample.get(f"outbound{kind.title()}Tracks")):
            _outbound(found, row, kind)
    for row in objects(sample.get("pcTransports")):
        _add(found, "pcTransports", row, "transport", _renamed(row, {"transportId": "id"}))
    for row in objects(sample.get("iceCandidatePairs")):
        _add(found, "iceCandidatePairs", row, "candidate-pair", _renamed(row, {"candidatePairId": "id"}))
    for side in ("Local", "Remote"):
        for row in objects(sample.get(f"ice{side}Candidates")):
            _add(found, f"ice{side}Candidates", row, f"{side.lower()}-candidate", _candidate(row))
    _add_loose(found, sample)
    return found


def _add(found: Connections, name: str, row: Row, type_name: str, members: Row) -> None:
    stats = found.of(row)
    if stats is None:
        found.unassigned.setdefault(name, []).append(row)
    else:
        reports.add(stats, type_name, members)


def _renamed(row: Row, names: dict[str, str]) -> Row:
    """The members under their W3C names, without what the connection says already."""
    return {names.get(name, name): value for name, value in row.items() if name not in ("peerConnectionId", "label")}


def _candidate(row: Row) -> Row:
    members = _renamed(row, {})
    priority = values.number(members.get("priority"))
    if priority is not None and priority < 0:  # how the delta encoder writes a missing priority
        del members["priority"]
    return members


def _take(row: Row, names: tuple[str, ...]) -> Row:
    return {name: row[name] for name in names if row.get(name) is not None}


def _rest(row: Row, *taken: tuple[str, ...]) -> Row:
    gone = {"peerConnectionId", "label", *LEAKED, *LIMITATIONS}.union(*taken)
    return {name: value for name, value in row.items() if name not in gone}


def _inbound(found: Connections, row: Row, kind: str, truncated: bool) -> None:
    stats = found.of(row)
    if stats is None:
        found.unassigned.setdefault(f"inbound{kind.title()}Tracks", []).append(row)
        return
    if truncated:
        row = {name: value for name, value in row.items() if name not in TRUNCATED or value != 0}
    ssrc, track = values.integer(row.get("ssrc")), values.text(row.get("trackId"))
    found.directions[track] = ("inbound", values.text(row.get("peerConnectionId")))
    members = _rest(row, REMOTE_OUTBOUND, PLAYOUT, ("trackId", "ssrc"))
    members |= {"id": f"inbound-{ssrc}", "ssrc": ssrc, "kind": kind, "trackIdentifier": track or None}
    remote, playout = _take(row, REMOTE_OUTBOUND), _take(row, PLAYOUT)
    if remote:
        members["remoteId"] = f"remote-outbound-{ssrc}"
        remote |= {"id": members["remoteId"], "ssrc": ssrc, "kind": kind, "localId": members["id"]}
        reports.add(stats, "remote-outbound-rtp", remote)
    if playout:
        members["playoutId"] = f"playout-{ssrc}"
        reports.add(stats, "media-playout", playout | {"id": members["playoutId"], "kind": kind})
    stats.inbound_rtp.append(reports.build(InboundRtp, members))


def _outbound(found: Connections, row: Row, kind: str) -> None:
    stats = found.of(row)
    if stats is None:
        found.unassigned.setdefault(f"outbound{kind.title()}Tracks", []).append(row)
        return
    ssrc, track = values.integer(row.get("ssrc")), values.text(row.get("trackId"))
    found.directions[track] = ("outbound", values.text(row.get("peerConnectionId")))
    members = _rest(row, REMOTE_INBOUND, SOURCE, ("trackId", "ssrc"))
    members |= {"id": f"outbound-{ssrc}", "ssrc": ssrc, "kind": kind}
    remote, source = _take(row, REMOTE_INBOUND), _take(row, SOURCE)
    if remote:
        members["remoteId"] = f"remote-inbound-{ssrc}"
        remote |= {"id": members["remoteId"], "ssrc": ssrc, "kind": kind, "localId": members["id"]}
        reports.add(stats, "remote-inbound-rtp", remote)
    if track:
        members["mediaSourceId"] = f"source-{track}"
        source |= {"id": members["mediaSourceId"], "kind": kind, "trackIdentifier": track}
        found.sources.setdefault((found.directions[track][1], track), source)
    limits = {to: row[name] for name, to in LIMITATIONS.items() if values.number(row.get(name)) is not None}
    if limits:
        members["qualityLimitationDurations"] = limits
    stats.outbound_rtp.append(reports.build(OutboundRtp, members))


def _add_loose(found: Connections, sample: Row) -> None:
    """Rows that do not name their connection: certain only where there is one, or where a track tells."""
    name_of_only = next(iter(found.stats)) if len(found.stats) == 1 else ""
    only = found.stats.get(name_of_only)
    for row in objects(sample.get("mediaSources")):
        _media_source(found, row, name_of_only)
    for (connection, _), source in found.sources.items():
        reports.add(found.stats[connection], "media-source", source)
    for row in objects(sample.get("dataChannels")):
        _data_channel(found, row, only)
    for name, type_name, build in (("codecs", "codec", _codec), ("certificates", "certificate", _certificate)):
        rows = objects(sample.get(name))
        if only is None and rows:
            found.unassigned[name] = rows
            continue
        for members in {row["id"]: row for row in map(build, rows)}.values():
            assert only is not None
            reports.add(only, type_name, members)


def _media_source(found: Connections, row: Row, only: str) -> None:
    track = values.text(row.get("trackIdentifier"))
    known = found.directions.get(track)
    home = known[1] if known is not None and known[0] == "outbound" else only
    if home:
        found.sources[home, track] = {**row, "id": f"source-{track}"}
    else:
        found.unassigned.setdefault("mediaSources", []).append(row)


def _data_channel(found: Connections, row: Row, only: Stats | None) -> None:
    named = found.stats.get(values.text(row.get("peerConnectionId")))
    stats = named or (found.of({"peerConnectionId": row.get("peerConnectionId")}) or only)
    if stats is None:
        found.unassigned.setdefault("dataChannels", []).append(row)
        return
    members = {name: value for name, value in row.items() if name != "peerConnectionId"}
    for old, new in (("messageReceived", "messagesReceived"), ("messageSent", "messagesSent")):
        if old in members:
            members[new] = members.pop(old)
    key = values.text(row.get("dataChannelIdentifier")) or values.words(row.get("label"))
    reports.add(stats, "data-channel", {**members, "id": f"datachannel-{key}"})


def _codec(row: Row) -> Row:
    payload_type = values.integer(row.get("payloadType"))
    key = f"{values.words(row.get('mimeType'))}-{payload_type}-{values.words(row.get('codecType'))}"
    return {**row, "id": f"codec-{key}", "payloadType": payload_type}


def _certificate(row: Row) -> Row:
    return {**row, "id": f"certificate-{values.words(row.get('fingerprint'))}"}
