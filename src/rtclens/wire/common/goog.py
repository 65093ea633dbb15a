"""Chrome's statistics before the standard (`goog…` members, all values text) in the standard's words.

Enters: the rows of one poll, each a dict with `id` and `type`. Leaves: reports of the standard added to `Stats`.
Units are converted (ms to s, levels of 0–32767 to 0–1); what has no equal in the standard stays in `extra` under its
own name. A counter the old statistics did not have stays unknown.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.stats import Stats
from rtclens.wire.common.reports import ACCEPTED, add
from rtclens.wire.common.storable import repaired

Members = dict[str, Any]

KINDS = frozenset(
    {
        *("ssrc", "googCandidatePair", "googComponent", "googCertificate", "VideoBwe"),
        *("localcandidate", "remotecandidate", "candidate"),
    }
)
FULL_SCALE = 32767  # audio levels were 16-bit
TYPES = {"local": "host", "serverreflexive": "srflx", "stun": "srflx", "peerreflexive": "prflx", "relayed": "relay"}
COMMON = {
    "googTrackId": "trackIdentifier",
    "transportId": "transportId",
    "mediaType": "kind",
    "qpSum": "qpSum",
    "googContentType": "contentType",
}
SENT = {
    "bytesSent": "bytesSent",
    "packetsSent": "packetsSent",
    "framesEncoded": "framesEncoded",
    "googFirsReceived": "firCount",
    "googPlisReceived": "pliCount",
    "googNacksReceived": "nackCount",
    "googFrameWidthSent": "frameWidth",
    "googFrameHeightSent": "frameHeight",
    "googFrameRateSent": "framesPerSecond",
    "hugeFramesSent": "hugeFramesSent",
    "codecImplementationName": "encoderImplementation",
}
RECEIVED = {
    "bytesReceived": "bytesReceived",
    "packetsReceived": "packetsReceived",
    "packetsLost": "packetsLost",
    "framesDecoded": "framesDecoded",
    "googFirsSent": "firCount",
    "googPlisSent": "pliCount",
    "googNacksSent": "nackCount",
    "googFrameWidthReceived": "frameWidth",
    "googFrameHeightReceived": "frameHeight",
    "googFrameRateOutput": "framesPerSecond",
    "googInterframeDelayMax": "googInterframeDelayMax",
    "codecImplementationName": "decoderImplementation",
}
PAIR = {
    "bytesSent": "bytesSent",
    "bytesReceived": "bytesReceived",
    "packetsSent": "packetsSent",
    "requestsSent": "requestsSent",
    "requestsReceived": "requestsReceived",
    "responsesSent": "responsesSent",
    "responsesReceived": "responsesReceived",
    "consentRequestsSent": "consentRequestsSent",
    "localCandidateId": "localCandidateId",
    "remoteCandidateId": "remoteCandidateId",
    "googChannelId": "transportId",
}
COMPONENT = {
    "selectedCandidatePairId": "selectedCandidatePairId",
    "localCertificateId": "localCertificateId",
    "remoteCertificateId": "remoteCertificateId",
    "dtlsCipher": "dtlsCipher",
    "srtpCipher": "srtpCipher",
}
CANDIDATE = {
    "ipAddress": "address",
    "portNumber": "port",
    "transport": "protocol",
    "networkType": "networkType",
    "priority": "priority",
}
CERTIFICATE = {
    "googFingerprint": "fingerprint",
    "googFingerprintAlgorithm": "fingerprintAlgorithm",
    "googDerBase64": "base64Certificate",
    "googIssuerId": "issuerCertificateId",
}
TEXTS = frozenset(name for accepted in ACCEPTED.values() for name, kinds in accepted.items() if str in kinds) | {
    "id",
    "type",
}


def upgrade(rows: list[Members], stats: Stats) -> None:
    """Add what the rows of one poll say to `stats`."""
    pairs = [row for row in rows if row.get("type") == "googCandidatePair"]
    remote = {pair.get("remoteCandidateId") for pair in pairs}
    estimate = next((row for row in rows if row.get("type") == "VideoBwe"), None)
    for row in rows:
        kind = row.get("type")
        if kind == "ssrc":
            _stream(row, stats)
        elif kind == "googCandidatePair":
            _pair(row, estimate, stats)
        elif kind == "googComponent":
            _add(stats, "transport", _renamed(row, COMPONENT))
        elif kind == "googCertificate":
            _add(stats, "certificate", _renamed(row, CERTIFICATE))
        elif kind in ("localcandidate", "remotecandidate", "candidate"):
            far = kind == "remotecandidate" or (kind == "candidate" and row.get("id") in remote)
            _candidate(row, "remote-candidate" if far else "local-candidate", stats)


def number(value: Any) -> int | float | None:
    """A number that may be written as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        return None
    return repaired(found)  # type: ignore[no-any-return]


def _renamed(row: Members, names: dict[str, str]) -> Members:
    """The row with the standard's names; members without one keep theirs."""
    renamed: Members = {}
    for name, value in row.items():
        target = names.get(name, name)
        plain = value if target in TEXTS else number(value)
        renamed[target] = value if plain is None else plain
    return renamed


def _add(stats: Stats, kind: str, members: Members) -> None:
    members.pop("type", None)
    add(stats, kind, members)


def _seconds(row: Members, name: str) -> float | None:
    value = number(row.get(name))
    return value / 1000 if value is not None and value >= 0 else None


def _level(row: Members, name: str) -> float | None:
    value = number(row.get(name))
    return value / FULL_SCALE if value is not None and value >= 0 else None


def _stream(row: Members, stats: Stats) -> None:
    sending = str(row.get("id", "")).endswith("_send") or "bytesSent" in row
    (_sent if sending else _received)(row, stats)
    codec = row.get("googCodecName")
    if isinstance(codec, str) and codec:
        media = "video" if row.get("mediaType") == "video" else "audio"
        known = {report.id for report in stats.codec}
        if _codec_id(row) not in known:
            _add(stats, "codec", {"id": _codec_id(row), "mimeType": f"{media}/{codec}"})


def _codec_id(row: Members) -> str:
    return f"codec-{row.get('googCodecName')}"


def _sent(row: Members, stats: Stats) -> None:
    members = _renamed(row, COMMON | SENT)
    source, track = f"source-{row.get('ssrc')}", members.pop("trackIdentifier", None)
    lost, rtt = number(members.pop("packetsLost", None)), _seconds(row, "googRtt")
    members |= {"mediaSourceId": source, **_codec_of(row), **_limitation(row)}
    _add(stats, "outbound-rtp", members)
    far = {"id": f"remote-{row.get('id')}", "localId": row.get("id"), "packetsLost": lost, "roundTripTime": rtt}
    if lost is not None or rtt is not None:
        stream = {
            "ssrc": members.get("ssrc"),
            "kind": members.get("kind"),
            "jitter": _seconds(row, "googJitterReceived"),
        }
        _add(stats, "remote-inbound-rtp", far | stream)
    media = {"id": source, "kind": members.get("kind"), "trackIdentifier": track}
    shown = {"width": number(row.get("googFrameWidthInput")), "height": number(row.get("googFrameHeightInput"))}
    moving = {"framesPerSecond": number(row.get("googFrameRateInput")), "audioLevel": _level(row, "audioInputLevel")}
    _add(stats, "media-source", media | shown | moving)


def _received(row: Members, stats: Stats) -> None:
    members = _renamed(row, COMMON | RECEIVED)
    members |= {"jitter": _seconds(row, "googJitterReceived"), "audioLevel": _level(row, "audioOutputLevel")}
    _add(stats, "inbound-rtp", members | _codec_of(row))


def _codec_of(row: Members) -> Members:
    return {"codecId": _codec_id(row)} if row.get("googCodecName") else {}


def _limitation(row: Members) -> Members:
    """What held the encoder back; the old statistics say so only for video."""
    cpu, bandwidth = row.get("googCpuLimitedResolution"), row.get("googBandwidthLimitedResolution")
    if cpu is None and bandwidth is None:
        return {}
    reason = "cpu" if cpu == "true" else "bandwidth" if bandwidth == "true" else "none"
    return {"qualityLimitationReason": reason}


def _pair(row: Members, estimate: Members | None, stats: Stats) -> None:
    members = _renamed(row, PAIR)
    members["selected"] = row.get("googActiveConnection") == "true"
    members["currentRoundTripTime"] = _seconds(row, "googRtt")
    members["writable"] = {"true": True, "false": False}.get(str(row.get("googWritable")))
    if members["selected"] and estimate is not None:
        members["availableOutgoingBitrate"] = number(estimate.get("googAvailableSendBandwidth"))
        members["availableIncomingBitrate"] = number(estimate.get("googAvailableReceiveBandwidth"))
        kept = {name: number(value) for name, value in estimate.items() if name.startswith("goog")}
        members |= {name: value for name, value in kept.items() if "Available" not in name}
    if not row.get("localCandidateId"):
        _endpoints(row, members, stats)
    _add(stats, "candidate-pair", members)


def _endpoints(row: Members, members: Members, stats: Stats) -> None:
    """Candidates of a pair that names only addresses (`host:port`, `[v6]:port`)."""
    for side, kind in (("Local", "local-candidate"), ("Remote", "remote-candidate")):
        address, _, port = str(row.get(f"goog{side}Address") or "").rpartition(":")
        if not address:
            continue
        named = f"{kind}-{row.get('id')}"
        members[f"{side.lower()}CandidateId"] = named
        said = str(row.get(f"goog{side}CandidateType") or "")
        known = {
            "id": named,
            "address": address.strip("[]"),
            "port": number(port),
            "candidateType": TYPES.get(said, said),
        }
        _add(stats, kind, known | {"protocol": row.get("googTransportType")})


def _candidate(row: Members, kind: str, stats: Stats) -> None:
    members = _renamed(row, CANDIDATE)
    said = members.get("candidateType")
    members["candidateType"] = TYPES.get(str(said), said)
    _add(stats, kind, members)
