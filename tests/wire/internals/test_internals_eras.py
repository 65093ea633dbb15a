"""Dumps of older browsers say the same in other words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from internals_dumps import START, dump, iso, of, read, samples, series

from rtclens.model.events import CandidateFailed, ConnectionOpened, Described, MediaAccess, SessionOpened, StateChanged
from rtclens.wire.internals import localtime, values

STAMPS = [START, START + 1000, START + 2000]
M86_CONFIGURATION = (
    "{ iceServers: [stun:s.example:19302, turn:t.example], iceTransportPolicy: all, bundlePolicy: balanced }"
)


def m86(reports: dict[str, dict[str, list[Any]]], log: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    stats = {
        f"{one}-{name}": series(said, STAMPS) for one, members in reports.items() for name, said in members.items()
    }
    return dump(stats, log, key="4242-1")


def test_types_are_told_by_ids() -> None:
    made = m86(
        {
            "RTCInboundRTPVideoStream_11": {"ssrc": [11] * 3, "packetsLost": [0, 1, 2], "mediaType": ["video"] * 3},
            "RTCOutboundRTPAudioStream_12": {"ssrc": [12] * 3},
            "RTCRemoteInboundRtpAudioStream_12": {"ssrc": [12] * 3, "roundTripTime": [0.1, 0.1, 0.2]},
            "RTCTransport_0_1": {"dtlsState": ["connected"] * 3},
            "RTCIceCandidatePair_a_b": {"nominated": [True] * 3},
            "RTCIceCandidate_a": {"isRemote": [False] * 3, "ip": ["10.0.0.1"] * 3, "port": [5] * 3},
            "RTCIceCandidate_b": {"isRemote": [True] * 3, "ip": ["10.0.0.2"] * 3},
            "RTCCodec_0_Inbound_96": {"mimeType": ["video/VP8"] * 3},
            "RTCPeerConnection": {"dataChannelsOpened": [0] * 3},
            "RTCVideoSource_1": {"trackIdentifier": ["t"] * 3},
            "RTCMediaStream_x": {"streamIdentifier": ["x"] * 3},
        }
    )
    stats = samples(read(made))[-1].stats
    assert (stats.inbound_rtp[0].ssrc, stats.inbound_rtp[0].packetsLost, stats.inbound_rtp[0].kind) == (11, 2, "video")
    assert stats.outbound_rtp[0].ssrc == 12
    assert stats.remote_inbound_rtp[0].roundTripTime == 0.2
    assert stats.transport[0].dtlsState == "connected"
    assert stats.candidate_pair[0].nominated is True
    assert (stats.local_candidate[0].address, stats.local_candidate[0].port) == ("10.0.0.1", 5)
    assert stats.remote_candidate[0].address == "10.0.0.2"
    assert stats.codec[0].mimeType == "video/VP8"
    assert (stats.peer_connection[0].dataChannelsOpened, stats.media_source[0].trackIdentifier) == (0, "t")


def test_media_values_of_track_reports_belong_to_their_stream() -> None:
    """Size, freezes and the jitter buffer sat on a track report that the stream names."""
    made = m86(
        {
            "RTCInboundRTPVideoStream_11": {
                "trackId": ["RTCMediaStreamTrack_receiver_2"] * 3,
                "framesDecoded": [1, 2, 3],
            },
            "RTCMediaStreamTrack_receiver_2": {
                "frameWidth": [640, 640, 320],
                "freezeCount": [0, 1, 1],
                "framesDecoded": [9, 9, 9],
                "trackIdentifier": ["abc"] * 3,
                "remoteSource": [True] * 3,
            },
        }
    )
    streams = [sample.stats.inbound_rtp[0] for sample in samples(read(made))]
    assert [(one.frameWidth, one.freezeCount) for one in streams] == [(640, 0), (640, 1), (320, 1)]
    assert [one.framesDecoded for one in streams] == [1, 2, 3]
    assert streams[0].trackIdentifier == "abc"


def test_loose_configuration_is_read_as_far_as_possible() -> None:
    made = m86({"RTCPeerConnection": {"dataChannelsOpened": [0] * 3}})
    made["PeerConnections"]["4242-1"]["rtcConfiguration"] = M86_CONFIGURATION
    (opened,) = of(ConnectionOpened, read(made))
    assert opened.config["iceServers"] == [{"urls": "stun:s.example:19302"}, {"urls": "turn:t.example"}]
    assert opened.config["iceTransportPolicy"] == "all"


def test_descriptions_and_errors_in_loose_text() -> None:
    log = [
        {"type": "setLocalDescription", "value": "type: offer, sdp: v=0\r\no=-, sdp: x", "timestamp": START},
        {"type": "setLocalDescriptionOnSuccess", "value": "", "timestamp": START + 1},
        {
            "type": "icecandidateerror",
            "value": "url: stun:s\nerror_text: timed out\nerror_code: 701",
            "timestamp": START,
        },
    ]
    items = read(m86({}, log))
    (described,) = of(Described, items)
    assert (described.kind, described.sdp) == ("offer", "v=0\r\no=-, sdp: x")
    (failed,) = of(CandidateFailed, items)
    assert (failed.url, failed.code, failed.text) == ("stun:s", 701, "timed out")


def test_transceivers_in_loose_text_name_their_tracks() -> None:
    text = """Caused by: addTrack

getTransceivers()[0]:{
  mid:null,
  kind:'audio',
  sender:{
    track:'s-1',
    streams:['m'],
  },
  receiver:{
    track:'r-1',
    streams:[],
  },
  direction:'sendrecv',
  currentDirection:null,
}"""
    said = values.transceiver(text)
    assert (said["reason"], said["kind"], said["sender"], said["receiver"]) == (
        "addTrack",
        "audio",
        {"track": "s-1"},
        {"track": "r-1"},
    )


# 2020-11-05 and 2020-11-08 in several zones and orders; the statistics began two seconds after the first entry.
@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("11/5/2020, 9:34:11 PM", "2020-11-06T05:34:11+00:00"),  # 8 hours behind UTC, month first
        ("08/11/2020, 10:58:45", "2020-11-08T10:58:45+00:00"),  # at UTC, day first
        ("8.11.2020, 11:58:45", "2020-11-08T10:58:45+00:00"),  # an hour ahead
        ("2020/11/8 16:43:45", "2020-11-08T10:58:45+00:00"),  # a zone of quarter hours
        ("11/8/2020, 12:00:05 AM", "2020-11-08T00:00:05+00:00"),
    ],
)
def test_local_times_find_their_instant_by_the_statistics(text: str, instant: str) -> None:
    from datetime import datetime

    at = datetime.fromisoformat(instant).timestamp() * 1000
    assert localtime.read([text], at + 2000, at + 60_000) == [at]


def test_local_times_that_no_zone_explains_stay_unknown() -> None:
    """Then only the order of the log is kept."""
    assert localtime.read(["11/5/2020, 9:34:11 PM"], START, START) is None
    made = m86(
        {"RTCPeerConnection": {"dataChannelsOpened": [0] * 3}},
        [{"type": "signalingStateChange", "value": f"State{n}", "time": "1/1/1999, 1:00:00 AM"} for n in range(3)],
    )
    items = read(made)
    assert [one.state for one in of(StateChanged, items)] == ["State0", "State1", "State2"]
    (opened,) = of(SessionOpened, items)
    assert opened.client.extra["dump"]["time_unknown"] is True


def test_media_requests_of_old_files_have_no_results() -> None:
    made = m86({"RTCPeerConnection": {"dataChannelsOpened": [0] * 3}})
    made["getUserMedia"] = [
        {
            "audio": "",
            "video": "{width: {exact: 640}}",
            "origin": "https://o",
            "pid": 4242,
            "rid": 3,
            "timestamp": START,
        }
    ]
    (requested,) = of(MediaAccess, read(made))
    assert (requested.phase, requested.source) == ("requested", "user")
    assert requested.constraints == {"audio": True, "video": "{width: {exact: 640}}"}
    assert len(of(SessionOpened, read(made))) == 1, "keys begin with the process: one client, not two"


GOOG: dict[str, dict[str, list[str]]] = {
    "ssrc_77_send": {
        "ssrc": ["77"] * 3,
        "mediaType": ["video"] * 3,
        "bytesSent": ["10", "20", "30"],
        "packetsLost": ["0", "1", "2"],
        "googRtt": ["40", "50", "60"],
        "googFrameWidthSent": ["640"] * 3,
        "googFrameRateInput": ["30"] * 3,
        "googTrackId": ["cam"] * 3,
        "googCodecName": ["VP8"] * 3,
        "googCpuLimitedResolution": ["false"] * 3,
        "googBandwidthLimitedResolution": ["true"] * 3,
        "googAvgEncodeMs": ["4"] * 3,
    },
    "ssrc_78_recv": {
        "ssrc": ["78"] * 3,
        "mediaType": ["audio"] * 3,
        "packetsReceived": ["50", "100", "150"],
        "packetsLost": ["0", "0", "4"],
        "googJitterReceived": ["12"] * 3,
        "audioOutputLevel": ["32767"] * 3,
        "googTrackId": ["voice"] * 3,
    },
    "Conn-audio-1-0": {
        "googActiveConnection": ["true"] * 3,
        "googRtt": ["41"] * 3,
        "googLocalAddress": ["10.0.0.1:5000"] * 3,
        "googRemoteAddress": ["[fe80::1]:6000"] * 3,
        "googLocalCandidateType": ["local"] * 3,
        "googRemoteCandidateType": ["relay"] * 3,
        "googTransportType": ["udp"] * 3,
    },
    "Channel-audio-1": {"selectedCandidatePairId": ["Conn-audio-1-0"] * 3, "dtlsCipher": ["AES"] * 3},
    "bweforvideo": {"googAvailableSendBandwidth": ["300000"] * 3, "googTransmitBitrate": ["250000"] * 3},
}


def test_statistics_before_the_standard_are_told_in_its_words() -> None:
    stats = samples(read(m86(GOOG)))[-1].stats
    sent, received = stats.outbound_rtp[0], stats.inbound_rtp[0]
    assert (sent.ssrc, sent.kind, sent.bytesSent, sent.frameWidth) == (77, "video", 30, 640)
    assert sent.qualityLimitationReason == "bandwidth"
    assert sent.framesSent is None, "a counter the old statistics did not have is unknown"
    assert sent.extra is not None
    assert sent.extra["googAvgEncodeMs"] == 4
    assert (stats.remote_inbound_rtp[0].packetsLost, stats.remote_inbound_rtp[0].roundTripTime) == (2, 0.06)
    assert (stats.media_source[0].trackIdentifier, stats.media_source[0].framesPerSecond) == ("cam", 30)
    assert (received.packetsReceived, received.packetsLost, received.jitter) == (150, 4, 0.012)
    assert (received.audioLevel, received.trackIdentifier) == (1.0, "voice")
    assert stats.codec[0].mimeType == "video/VP8"
    pair = stats.candidate_pair[0]
    assert (pair.selected, pair.currentRoundTripTime, pair.availableOutgoingBitrate) == (True, 0.041, 300000)
    assert (stats.local_candidate[0].candidateType, stats.local_candidate[0].port) == ("host", 5000)
    assert (stats.remote_candidate[0].address, stats.remote_candidate[0].candidateType) == ("fe80::1", "relay")
    assert stats.transport[0].selectedCandidatePairId == "Conn-audio-1-0"


@pytest.mark.parametrize(
    "data", [[{"brand": "Chromium", "version": "140"}], {"brands": [{"brand": "Chromium", "version": "140"}]}]
)
def test_brands_come_as_a_list_or_inside_an_object(data: Any) -> None:
    (opened,) = of(SessionOpened, read(dump({}, UserAgentData=data)))
    assert opened.client.browser_version == "140"


def test_local_times_place_a_whole_log() -> None:
    log = [
        {"type": "signalingStateChange", "value": "SignalingStateStable", "time": "14/11/2023, 23:13:18"},
        {"type": "iceConnectionStateChange", "value": "connected", "time": "14/11/2023, 23:13:20"},
    ]
    items = read(json.loads(json.dumps(m86({"RTCPeerConnection": {"dataChannelsOpened": [0] * 3}}, log))))
    assert [iso(one.at) for one in of(StateChanged, items)] == ["2023-11-14T22:13:18.000Z", "2023-11-14T22:13:20.000Z"]
