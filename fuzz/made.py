"""Streams and files of which no recording is small enough: made by hand from the formats' specifications.

Leaves: frames and documents for `seeds`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fuzz.sequence import Frame, pack

T0 = 1_700_000_000_000
STAMPS = [T0, T0 + 1_000, T0 + 2_000]

LEGACY: list[list[Any]] = [
    ["getUserMedia", None, {"audio": True}, T0],
    ["getUserMediaOnSuccess", None, {"id": "s", "tracks": [{"id": "m", "kind": "audio", "label": "Mic"}]}, T0 + 1],
    ["create", "PC_0", {"iceServers": [{"urls": "turn:t", "username": "u"}], "browserType": "moz"}, T0 + 2],
    ["constraints", "PC_0", {"optional": [{"rtcStatsPeerId": "p"}, {"rtcStatsClientId": "c"}]}, T0 + 2],
    ["addStream", "PC_0", "s audio:m,video:c", T0 + 3],
    ["createOffer", "PC_0", None, T0 + 3],
    ["createOfferOnSuccess", "PC_0", {"type": "offer", "sdp": "v=0\r\nm=audio 9 X 96\r\na=mid:0\r\n"}, T0 + 3],
    ["setLocalDescription", "PC_0", [{"type": "offer", "sdp": "v=0\r\nm=audio 9 X 96\r\na=mid:0\r\n"}], T0 + 3],
    ["setLocalDescriptionOnSuccess", "PC_0", None, T0 + 4],
    ["onicecandidate", "PC_0", {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0"}, T0 + 4],
    ["ontrack", "PC_0", "video:v stream:r;stream:q", T0 + 4],
    ["getstats", "PC_0", {"a": {"type": "inbound-rtp", "timestamp": 0, "ssrc": 7}, "timestamp": T0 + 4}, T0 + 5],
    ["getstats", "PC_0", {"a": {"timestamp": 0, "packetsReceived": 9}, "timestamp": T0 + 1004}, T0 + 1005],
    ["oniceconnectionstatechange", "PC_0", "failed", T0 + 1006],
    ["createAnswerOnFailure", "PC_0", "InvalidStateError: no", T0 + 1006],
    ["connectionTimes", None, {"session.initiate": 5.5}, T0 + 1007],
    ["dominantSpeaker", None, "e1", T0 + 1008],
    ["removeTrack", "PC_0", "audio:m", T0 + 1009],
    ["close", "PC_0", {"0": "hung up"}, T0 + 1010],
]
WHO = {
    "confName": "standup",
    "meetingUniqueId": "m-1",
    "endpointId": "e1",
    "displayName": "Ann",
    "applicationName": "J",
}
JITSI: list[Frame] = [
    json.dumps({"statsSessionId": "s-1", "type": "identity", "data": ["identity", None, WHO, T0, 1]}),
    json.dumps({"statsSessionId": "s-1", "type": "identity", "data": {**WHO, "endpoints": ["e1"], "timestamp": T0}}),
    json.dumps(
        {"statsSessionId": "s-1", "type": "stats-entry", "data": {"timestamp": T0, "bitrate": 5, "e": {"a": 1}}}
    ),
    json.dumps({"statsSessionId": "s-1", "type": "keepalive", "data": None}),
    json.dumps({"statsSessionId": "s-1", "type": "close", "data": None}),
]


def jitsi(lines: list[list[Any]]) -> list[Frame]:
    """The entries as Jitsi's client wraps them, numbered."""
    return [
        json.dumps({"statsSessionId": "s-1", "type": "stats-entry", "data": json.dumps([*line, number + 2])})
        for number, line in enumerate(lines)
    ]


def native(binary: bool) -> Iterator[list[Frame]]:
    """Frames of the reference sender: declarations, differences, a report that goes and comes back, events."""
    from rtclens_sender import Stream

    stream = Stream(binary)
    frames: list[Frame] = []
    for tick in range(8):
        reports: list[dict[str, Any]] = [
            {"id": "in", "type": "inbound-rtp", "timestamp": T0 + tick * 1000.25, "packetsReceived": tick * 50},
            {"id": "c", "type": "codec", "timestamp": T0 + tick * 1000, "mimeType": "audio/opus", "payloadType": 111},
        ]
        reports[0] |= {"jitter": 0.001 * (tick % 3), "kind": "audio", "ssrc": 4_000_000_000}
        reports[0] |= {"qualityLimitationDurations": {"cpu": 0.5 * tick}} if tick > 2 else {}
        stream.sample("pc", reports if tick != 4 else reports[1:])
        if tick % 3 == 0:
            stream.event({"type": "heartbeat", "at": float(T0 + tick)})
            stream.event({"type": "state_changed", "at": 5.0, "connection": "pc", "machine": "ice", "state": "failed"})
        frames += stream.frames()
        if len(frames) % 3 == 0:
            yield list(frames)
    yield frames


def _series(values: list[Any], kind: str) -> dict[str, Any]:
    stamps = {"startTime": "2023-11-14T22:13:20.000Z", "endTime": "2023-11-14T22:13:22.000Z"}
    return {**stamps, "values": json.dumps(values)} | ({"statsType": kind} if kind else {})


def _internals(reports: dict[str, dict[str, list[Any]]], kind: str, log: list[Any], key: str) -> dict[str, Any]:
    stats = {f"{one}-{name}": _series(said, kind) for one, row in reports.items() for name, said in row.items()}
    entry = {"pid": 99, "url": "https://page/", "rtcConfiguration": "{ iceServers: [stun:s], bundlePolicy: balanced }"}
    return {
        "getUserMedia": [{"audio": "", "video": "{width: {exact: 640}}", "origin": "o", "pid": 42, "timestamp": T0}],
        "PeerConnections": {key: entry | {"stats": stats, "updateLog": log, "constraints": "{}"}},
        "UserAgent": "Mozilla/5.0",
    }


def old_internals() -> Iterator[dict[str, Any]]:
    """Dumps as Chrome wrote them around versions 60, 86 and 100."""
    log = [
        {"type": "setLocalDescription", "value": "type: offer, sdp: v=0\r\no=-", "time": "11/5/2020, 9:34:11 PM"},
        {"type": "iceCandidateError", "value": "url: stun:s\nerror_text: timed out\nerror_code: 701", "timestamp": T0},
        {
            "type": "transceiverAdded",
            "value": "Caused by: addTrack\n\ngetTransceivers()[0]:{\n  mid:null,\n}",
            "time": "",
        },
        {"type": "icecandidate", "value": "sdpMid: 0, sdpMLineIndex: 0, candidate: candidate:1 1 udp 1 h 9 typ host"},
    ]
    by_id = {
        "RTCInboundRTPVideoStream_11": {"ssrc": [11] * 3, "packetsLost": [0, 1, 2], "trackId": ["T_2"] * 3},
        "RTCMediaStreamTrack_receiver_2": {"frameWidth": [640, 640, 320], "trackIdentifier": ["abc"] * 3},
        "RTCIceCandidatePair_a_b": {"nominated": [True] * 3},
        "RTCIceCandidate_a": {"isRemote": [False] * 3, "ip": ["10.0.0.1"] * 3},
    }
    yield _internals(by_id, "", log, "4242-1")
    goog = {
        "ssrc_77_send": {"ssrc": ["77"] * 3, "bytesSent": ["10", "20", "30"], "googRtt": ["40"] * 3},
        "ssrc_78_recv": {"ssrc": ["78"] * 3, "packetsLost": ["0", "0", "4"], "audioOutputLevel": ["32767"] * 3},
        "Conn-audio-1-0": {"googActiveConnection": ["true"] * 3, "googRtt": ["5"] * 3, "googLocalAddress": ["h:9"] * 3},
        "bweforvideo": {"googAvailableSendBandwidth": ["300000"] * 3},
    }
    yield _internals(goog, "", log, "4242-1")
    typed = {"IT01": {"ssrc": [5] * 3, "timestamp": STAMPS, "kind": ["audio"] * 3, "[codec]": ["opus (111)"] * 3}}
    yield _internals(typed, "inbound-rtp", log, "7-1")


def slim_internals(document: dict[str, Any], slim: Callable[..., Any]) -> dict[str, Any]:
    """The document with a few reports and short series."""
    for entry in document.get("PeerConnections", {}).values():
        few: dict[str, Any] = {}
        for name, series in entry["stats"].items():
            values = json.loads(series["values"]) if isinstance(series.get("values"), str) else []
            if len(few) < 48:
                few[name] = {**series, "values": json.dumps(values[:4])}
        entry["stats"] = few
        entry["updateLog"] = slim(entry["updateLog"], items=14)
    return document


def firefox() -> Iterator[Any]:
    """A copied report, a copied history, and a bare array of statistics."""
    uuid = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    report = {
        "pcid": f"{{{uuid}}} {T0 * 1000} (id=17 url=https://page.example/room)",
        "browserId": 3,
        "timestamp": T0,
        "closed": False,
        "offerer": True,
        "configuration": {"bundlePolicy": "max-bundle", "iceServers": [{"urls": ["turn:t"]}]},
        "sdpHistory": [{"timestamp": T0 - 900, "isLocal": True, "sdp": "v=0\r\na=setup:actpass\r\n", "errors": []}],
        "rawLocalCandidates": ["candidate:0 1 UDP 2122252543 192.0.2.1 53123 typ host"],
        "inboundRtpStreamStats": [{"id": "in", "type": "inbound-rtp", "timestamp": T0, "ssrc": 7, "packetsLost": 1}],
        "outboundRtpStreamStats": [{"id": "out", "type": "outbound-rtp", "timestamp": T0, "remoteId": "rem"}],
        "iceCandidatePairStats": [{"id": "p", "type": "candidate-pair", "selected": True, "priority": 2**63 - 5}],
        "iceCandidateStats": [{"id": "l", "type": "local-candidate", "address": "192.0.2.1", "timestamp": T0}],
        "bandwidthEstimations": [{"sendBandwidthBps": 300_000, "trackIdentifier": "t"}],
        "videoFrameHistories": [{"trackIdentifier": "t", "entries": [{"width": 640, "rotationAngle": 0}]}],
    }
    yield report
    yield {"reports": [report, {**report, "timestamp": T0 + 1000, "closed": True}], "sdpHistories": [report]}
    yield report["inboundRtpStreamStats"]
    yield {name: report[name] for name in ("iceCandidateStats", "iceCandidatePairStats")}


def recordings(data: Path, lined: Callable[..., str]) -> Iterator[bytes]:
    """Lines of recorded sockets and requests, as `rtclens analyze` reads them."""
    text = lined((gzip.decompress((data / "peermetrics" / "happy.jsonl.gz").read_bytes()).splitlines()[0]).decode())
    request = json.loads(text)
    lines: list[dict[str, Any]] = [
        {"kind": "meta", "ts": T0, "seq": 0},
        {"kind": "http", "ts": T0, "seq": 1, "method": "POST", "path": "/v1/initialize", "body": request["body"]},
        {"kind": "ws-open", "ts": T0, "seq": 2, "conn": 1, "path": "/rtcstats/room", "protocol": "rtcstats#5.0"},
        {"kind": "ws-msg", "ts": T0, "seq": 3, "conn": 1, "data": "[39,null,{},1700000000000]"},
        {"kind": "ws-msg", "ts": T0, "seq": 4, "conn": 1, "data": '[39,"PC_0",null,5]'},
        {"kind": "ws-close", "ts": T0, "seq": 5, "conn": 1, "code": 1006},
        {"kind": "ws-open", "ts": T0, "seq": 6, "conn": 2, "path": "/observertc/json?callId=c&clientId=p"},
        {"kind": "ws-msg", "ts": T0, "seq": 7, "conn": 2, "dataB64": "eyJ0aW1lc3RhbXAiOjUsImNhbGxJZCI6ImMifQ=="},
    ]
    yield pack(0, [json.dumps(line) for line in lines])
