"""The old SDK: names in full, absolute stamps, tracks as text, and who speaks said by the page."""

import json

import pytest

from rtclens.model.events import (
    AppReported,
    Batch,
    ConnectionClosed,
    Heartbeat,
    MediaAccess,
    Sample,
    SessionOpened,
    SessionUpdated,
    TelemetryOpened,
    TrackChanged,
)
from rtclens.wire.rtcstats import RtcStatsLegacy

from .support import T0, events, feed, hello, of_type, refusals

TOKEN = {"rtcStats": {"user": "u", "conference": "c"}}


def decode(frames, **members):
    codec = RtcStatsLegacy()
    state, items = codec.open(hello(**{"protocol": "2.0", "claims": TOKEN, **members}))
    items = items + feed(codec, state, frames)
    return items + codec.close(state, T0 + 60_000, 1000)


def test_a_call_of_the_old_sdk():
    frames = [
        ["getUserMedia", None, {"audio": True}, T0],
        ["getUserMediaOnSuccess", None, {"id": "s", "tracks": [{"id": "m", "kind": "audio", "label": "Mic"}]}, T0 + 1],
        ["create", "PC_0", {"nullConfig": True, "browserType": "moz"}, T0 + 2],
        ["addStream", "PC_0", "s audio:m,video:c", T0 + 3],
        ["ontrack", "PC_0", "video:v stream:r;stream:q", T0 + 4],
        ["getstats", "PC_0", {"a": {"type": "inbound-rtp", "timestamp": 0, "ssrc": 7}, "timestamp": T0 + 4}, T0 + 5],
        ["removeTrack", "PC_0", "audio:m", T0 + 6],
        ["close", "PC_0", {"0": "hung up"}, T0 + 7],
    ]
    items = decode(frames)
    granted = of_type(items, MediaAccess)[1]
    assert (granted.tracks[0].label, granted.tracks[0].streams) == ("Mic", ["s"])
    changes = [(e.track, e.change, e.direction, e.kind) for e in of_type(items, TrackChanged)]
    assert changes == [
        ("m", "added", "outbound", "audio"),
        ("c", "added", "outbound", "video"),
        ("v", "added", "inbound", "video"),
        ("m", "removed", "outbound", "audio"),
    ]
    assert of_type(items, TrackChanged)[2].value == {"streams": ["r", "q"]}
    assert of_type(items, Sample)[0].stats.inbound_rtp[0].timestamp == T0 + 4
    assert of_type(items, ConnectionClosed)[0].reason == "hung up"
    assert refusals(items) == []


def test_a_failure_is_a_bare_name():
    failed = of_type(decode([["getUserMediaOnFailure", None, "NotFoundError", T0]]), MediaAccess)[0]
    assert (failed.error, failed.message) == ("NotFoundError", "")


def test_application_events():
    items = decode(
        [
            ["tags", None, {"a": 1}, T0],
            ["userfeedback", None, {"mediaType": "audio", "score": 2}, T0],
            ["wsconnect", None, 31, T0],
            ["wsconnecterror", None, "refused", T0],
        ]
    )
    assert of_type(items, SessionUpdated)[0].tags == {"a": 1}
    assert of_type(items, AppReported)[0].value["score"] == 2
    assert of_type(items, TelemetryOpened)[0].connect_ms == 31
    assert of_type(items, AppReported)[1].name == "wsconnecterror"


def test_native_sdks_are_put_right():
    items = decode(
        [
            ["createOfferOnError", "PC_0", "OperationError", T0],
            ["getstats", "PC_0", {"timestamp": T0, "values": [{"id": "t", "type": "transport"}]}, T0],
        ]
    )
    assert events(items)[2].phase == "failure"
    assert of_type(items, Sample)[0].stats.transport[0].id == "t"


def test_uncompressed_stats_replace_the_set():
    full = {"a": {"type": "transport", "timestamp": T0}}
    items = decode([["getStats", "PC_0", full, T0], ["getStats", "PC_0", {"b": full["a"]}, T0]])
    assert [s.stats.transport[0].id for s in of_type(items, Sample)] == ["a", "b"]


def test_the_oldest_clients_send_no_stamp():
    assert [event.at for event in events(decode([["tags", None, {}]]))[:2]] == [T0, T0]


@pytest.mark.parametrize(
    "frame", [["a"], [1, None, 2, T0], {"a": 1}, ["x", None, 1, "late"], "nonsense", ["getstats", "PC_0", 5, T0]]
)
def test_what_is_no_frame_is_refused(frame):
    assert len(refusals(decode([frame if isinstance(frame, str) else json.dumps(frame)]))) == 1


def origins(items):
    return [(b.origin.call, b.origin.participant) for b in items if isinstance(b, Batch) and b.events]


IDENTITY = ["identity", None, {"user": "ann", "conference": "standup"}, T0 + 1]


def test_the_pages_word_about_itself_outranks_the_path():
    items = decode([["wsconnect", None, 5, T0], IDENTITY], claims={}, path={"room": "page"})
    assert set(origins(items)) == {("standup", "ann")}
    assert len(of_type(items, SessionOpened)) == 1


def test_a_token_outranks_the_pages_word():
    assert set(origins(decode([IDENTITY]))) == {("c", "u")}


def test_constraints_may_tell_too_in_both_spellings():
    told = [{"rtcStatsClientId": "bob"}, {"rtcStatsConferenceId": "retro"}]
    plain = ["constraints", "PC_0", {"optional": told}, T0]
    native = ["constraints", "PC_0", {"constraintsOptional": told[0] | told[1]}, T0]
    for frame in (plain, native):
        assert set(origins(decode([["create", "PC_0", None, T0], frame], claims={}))) == {("retro", "bob")}


def test_while_nobody_knows_who_speaks_every_frame_still_yields_a_batch():
    codec = RtcStatsLegacy()
    state, _ = codec.open(hello(claims={}, path={"room": "page"}))
    for n in range(40):
        state, items = codec.feed(state, json.dumps(["x", None, n, T0 + n]), T0)
        assert items
    assert state.waiting.done
    assert len(state.waiting.events) == 0


def test_what_waits_goes_out_at_the_first_word_about_a_connection_and_at_the_end():
    early = decode([["tags", None, {"a": 1}, T0]], claims={}, path={"room": "page"})
    assert origins(early)[0] == ("page", "")
    talk = decode([["x", None, 1, T0], ["onicecandidate", "PC_0", None, T0]], claims={})
    assert len(talk[-2].events) > 0


def test_a_late_hint_goes_on_under_its_name():
    frames = [["onicecandidate", "PC_0", None, T0], IDENTITY, ["onicecandidate", "PC_0", None, T0 + 2]]
    items = decode(frames, claims={}, path={"room": "page"})
    assert origins(items)[0] == ("page", "")
    assert origins(items)[-1] == ("standup", "ann")
    assert len(of_type(items, SessionOpened)) == 2


def test_events_before_any_connection_have_a_place():
    items = decode([["oniceconnectionstatechange", None, "checking", T0], ["keepalive", None, None, T0]])
    assert of_type(items, Heartbeat)
    assert events(items)[1].connection == "before-call"


def goog(second, **members):
    """A poll of Chrome's statistics before the standard, as the old SDK sends it: all values text, what is the same as
    before left out.
    """
    sent = {"type": "ssrc", "bytesSent": str(10 * second), "googRtt": "60", "timestamp": 0}
    received = {"type": "ssrc", "packetsReceived": str(50 * second), "timestamp": 0}
    reports = {"ssrc_77_send": sent, "ssrc_78_recv": received, "timestamp": T0 + 1000 * second}
    for name, more in members.items():
        reports[name] = {**reports.get(name, {"timestamp": 0}), **more}
    return ["getstats", "PC_0", reports, T0 + 1000 * second]


GOOG = {
    "ssrc_77_send": {
        "ssrc": "77",
        "mediaType": "video",
        "packetsLost": "2",
        "googTrackId": "cam",
        "googCodecName": "VP8",
        "googFrameWidthSent": "640",
        "googFrameRateInput": "30",
        "googBandwidthLimitedResolution": "true",
        "googAvgEncodeMs": "4",
    },
    "ssrc_78_recv": {"ssrc": "78", "mediaType": "audio", "googJitterReceived": "12", "audioOutputLevel": "32767"},
    "Conn-audio-1-0": {
        "type": "googCandidatePair",
        "googActiveConnection": "true",
        "googRtt": "41",
        "googLocalAddress": "10.0.0.1:5000",
        "googRemoteAddress": "[fe80::1]:6000",
        "googLocalCandidateType": "local",
        "googRemoteCandidateType": "relay",
        "googTransportType": "udp",
    },
    "bweforvideo": {"type": "VideoBwe", "googAvailableSendBandwidth": "300000", "googTransmitBitrate": "250000"},
    "googTrack_cam": {"type": "googTrack", "googTrackId": "cam"},
}


def test_statistics_before_the_standard_are_told_in_its_words():
    items = decode([["create", "PC_0", {}, T0], goog(1, **GOOG), goog(2)])
    stats = of_type(items, Sample)[-1].stats
    (sent,), (received,) = stats.outbound_rtp, stats.inbound_rtp
    assert (sent.ssrc, sent.kind, sent.bytesSent, sent.frameWidth) == (77, "video", 20, 640)
    assert (sent.qualityLimitationReason, sent.timestamp) == ("bandwidth", T0 + 2000)
    assert sent.extra["googAvgEncodeMs"] == 4, "what has no equal keeps its name"
    assert (stats.remote_inbound_rtp[0].packetsLost, stats.remote_inbound_rtp[0].roundTripTime) == (2, 0.06)
    assert (stats.media_source[0].trackIdentifier, stats.media_source[0].framesPerSecond) == ("cam", 30)
    assert (received.packetsReceived, received.jitter, received.audioLevel) == (100, 0.012, 1.0)
    assert stats.codec[0].mimeType == "video/VP8"
    (pair,) = stats.candidate_pair
    assert (pair.selected, pair.currentRoundTripTime, pair.availableOutgoingBitrate) == (True, 0.041, 300000)
    (far,) = stats.remote_candidate
    assert (far.address, far.port, far.candidateType) == ("fe80::1", 6000, "relay")
    assert refusals(items) == []


def test_an_old_stream_that_stands_still_is_gone():
    polls = [goog(second, **(GOOG if second == 1 else {})) for second in range(1, 40)]
    for poll in polls[5:]:
        poll[2].pop("ssrc_77_send")
    items = decode([["create", "PC_0", {}, T0], *polls])
    last = of_type(items, Sample)[-1].stats
    assert (len(last.outbound_rtp), len(last.inbound_rtp)) == (0, 1)
