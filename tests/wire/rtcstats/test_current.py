"""Each thing the current SDK can say becomes the right event."""

import itertools

import pytest

from rtclens.model.events import (
    ApiCalled,
    AppReported,
    Candidate,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    ConnectionOpened,
    DevicesChanged,
    MediaAccess,
    Notified,
    Sample,
    SessionOpened,
    SessionUpdated,
    StateChanged,
    TelemetryClosed,
    TelemetryOpened,
    TrackChanged,
)
from rtclens.wire.rtcstats import RtcStats

from .support import T0, decode, events, feed, hello, of_type, play, recording, refusals

AUDIO = ["audio", "mic-1", "Headset", "stream-1"]


def one(frame, kind, **members):
    """The one event of `kind` that a frame gives on a stream that has begun."""
    found = of_type(decode([[":begin", None, None, T0], frame], **members)[1:], kind)
    assert len(found) == 1
    return found[0]


def test_the_first_frame_opens_the_session_with_what_create_tells():
    data = {"brands": [{"brand": "Not:A-Brand", "version": "8"}, {"brand": "Chromium", "version": "156"}]}
    value = {"hardwareConcurrency": 2, "deviceMemory": 0.5, "userAgentData": {**data, "platform": "Linux"}, "new": 1}
    opened = events(decode([[39, None, value, T0]], headers={"user-agent": "UA", "origin": "https://a.example"}))
    assert len(opened) == 1
    client = opened[0].client
    assert (client.browser, client.browser_version, client.os) == ("Chromium", "156", "Linux")
    assert (client.cores, client.memory_gib, client.extra["new"]) == (2, 0.5, 1)
    assert (client.user_agent, client.url) == ("UA", "https://a.example")


@pytest.mark.parametrize(
    "brands", [{"brands": [{"brand": "Google Chrome", "version": "1"}]}, [{"brand": "Google Chrome", "version": "1"}]]
)
def test_brands_come_as_object_or_as_array(brands):
    opened = events(decode([[39, None, {"userAgentData": brands}, T0]]))[0]
    assert opened.client.browser == "Google Chrome"


def test_create_may_come_late_twice_or_never():
    assert [type(e) for e in events(decode([[":a", None, 1, T0]]))] == [SessionOpened, AppReported]
    late = events(decode([[":a", None, 1, T0], [39, None, {"deviceMemory": 8}, 1], [39, None, {}, 1]]))
    assert [type(e) for e in late[2:]] == [SessionUpdated, SessionUpdated]
    assert late[2].client.memory_gib == 8


def test_who_speaks_is_told_by_the_token_else_by_the_path():
    claims = {"rtcStats": {"user": "u", "session": "x", "conference": "c"}}
    by_token = decode([[":a", None, 1, T0]], claims=claims, path={"room": "r"})[0].origin
    assert (by_token.call, by_token.participant, by_token.session) == ("c", "u", "s1")
    by_path = decode([[":a", None, 1, T0]], path={"room": "r"})[0].origin
    assert (by_path.call, by_path.participant) == ("r", "")


def test_a_connection_that_was_never_created_becomes_known_when_first_mentioned():
    for frame in (
        ["g", "PC_3", {"t": T0}, 1],
        [6, "PC_3", {"type": "offer", "sdp": "v=0\r\n"}, "6-0", 1],
        [20, "PC_3", None, 1],
    ):
        assert one(frame, ConnectionOpened).connection == "PC_3"


def test_turn_credentials_never_leave_the_decoder():
    config = {"iceServers": [{"urls": "turn:t", "username": "u", "credential": "c"}], "bundlePolicy": "balanced"}
    clean = {"iceServers": [{"urls": "turn:t"}], "bundlePolicy": "balanced"}
    assert one([39, "PC_0", config, 1], ConnectionOpened).config == clean
    assert one([38, "PC_0", config, 1], ApiCalled).value == clean


def test_states_are_the_w3c_names_quoted_or_not():
    assert one([25, "PC_0", "connected", 1], StateChanged).machine == "connection"
    assert one(["onconnectionstatechange", "PC_0", '"failed"', 1], StateChanged).state == "failed"
    assert one([24, "PC_0", "completed", 1], StateChanged).machine == "ice"
    assert one([26, "PC_0", "gathering", 1], StateChanged).machine == "ice_gathering"
    assert one([23, "PC_0", "stable", 1], StateChanged).machine == "signaling"


def test_a_state_that_is_no_text_is_refused():
    items = decode([[":a", None, 1, T0], [25, "PC_0", {"a": 1}, 1]])
    assert [r.code for r in refusals(items)] == ["bad_value"]


def test_candidates_and_every_spelling_of_their_end():
    line = "candidate:1 1 UDP 2122260223 192.0.2.1 5000 typ host"
    found = one([20, "PC_0", {"candidate": line, "sdpMid": "0", "sdpMLineIndex": 0}, 1], CandidateGathered).candidate
    assert (found.protocol, found.address, found.port, found.type, found.mid) == ("udp", "192.0.2.1", 5000, "host", "0")
    for end in (None, "", {"candidate": ""}):
        assert one([20, "PC_0", end, 1], CandidateGathered).candidate is None


def test_masked_and_mdns_candidates_are_read():
    masked = one([20, "PC_0", "candidate:1 1 udp 1 x.x.x.x 5 typ host", 1], CandidateGathered).candidate
    assert isinstance(masked, Candidate) and masked.address == "x.x.x.x"
    name = "candidate:1 1 udp 1 0-a.local 5 typ host"
    assert one([20, "PC_0", name, 1], CandidateGathered).candidate.address == "0-a.local"


def test_a_servers_silence_is_reported_in_both_spellings():
    value = {"address": "192.0.2.1", "port": 5, "url": "turn:t", "errorCode": 401, "errorText": "Unauthorized"}
    found = one([21, "PC_0", value, 1], CandidateFailed)
    assert (found.code, found.text, found.url, found.port) == (401, "Unauthorized", "turn:t", 5)
    other = {"url": "turn:t", "host_candidate": "192.0.2.1:9", "error_code": 701, "error_text": "timeout"}
    assert one([21, "PC_0", other, 1], CandidateFailed).address == "192.0.2.1:9"


def test_media_access_is_asked_for_granted_and_refused():
    asked = one([60, None, {"audio": True, "video": {"width": 640}}, "60-0", 1], MediaAccess)
    assert (asked.phase, asked.source, asked.audio, asked.video, asked.correlation) == (
        "requested",
        "user",
        True,
        True,
        "60-0",
    )
    granted = one([61, None, [AUDIO], "60-0", 1], MediaAccess)
    assert (granted.audio, granted.video) == (True, False)
    assert (granted.tracks[0].id, granted.tracks[0].label, granted.tracks[0].streams) == (
        "mic-1",
        "Headset",
        ["stream-1"],
    )
    failed = one([65, None, "NotAllowedError: Permission denied", "60-0", 1], MediaAccess)
    assert (failed.error, failed.message) == ("NotAllowedError", "Permission denied")
    chrome = one([68, None, {"error": "OverConstrainedError", "error_message": "m"}, 1], MediaAccess)
    assert (chrome.source, chrome.error, chrome.message) == ("display", "OverconstrainedError", "m")
    assert one([63, None, None, "63-0", 1], MediaAccess).audio is None


def test_tracks_of_4_0_have_no_label():
    frame = [61, None, [["audio", "t1", "8c1f2b1e-1111-4111-8111-123456789abc"]], "60-0", 1]
    track = one(frame, MediaAccess, protocol="rtcstats#4.0").tracks[0]
    assert (track.label, track.streams) == ("", ["8c1f2b1e-1111-4111-8111-123456789abc"])
    label = one(frame, MediaAccess).tracks[0]
    assert (label.label, label.streams) == ("8c1f2b1e-1111-4111-8111-123456789abc", [])


def test_a_senders_track_is_followed_from_adding_to_removing():
    frames = [
        [":a", None, 1, T0],
        [30, "PC_0", AUDIO, 1],
        [31, "PC_0", None, "sender-1", 1],
        [50, "PC_0", [{"encodings": []}], "sender-1", 1],
        [51, "PC_0", [AUDIO, ["audio", "mic-2", ""]], "sender-1", 1],
        [34, "PC_0", "sender-1", 1],
    ]
    items = decode(frames)
    changes = [(e.change, e.track, e.replaced_by, e.direction) for e in of_type(items, TrackChanged)]
    assert changes == [
        ("added", "mic-1", "", "outbound"),
        ("replaced", "mic-1", "mic-2", "outbound"),
        ("removed", "mic-2", "", "outbound"),
    ]
    assert [call.track for call in of_type(items, ApiCalled) if call.name == "setParameters"] == ["mic-1"]


def test_a_transceiver_may_be_added_by_kind_or_with_a_track():
    assert of_type(decode([[32, "PC_0", ["audio"], T0]]), TrackChanged) == []
    added = one([32, "PC_0", [AUDIO, {"direction": "sendonly"}], 1], TrackChanged)
    assert (added.track, added.change) == ("mic-1", "added")


def test_replacing_nothing_adds_and_replacing_by_nothing_leaves_nothing():
    assert one([51, "PC_0", [None, AUDIO], "s", 1], TrackChanged).change == "added"
    gone = one([51, "PC_0", [AUDIO, None], "s", 1], TrackChanged)
    assert (gone.change, gone.replaced_by) == ("replaced", "")


def test_what_happens_to_local_and_remote_tracks():
    assert one([74, "PC_0", "t", 1], TrackChanged).change == "unmuted"
    muted = one([73, "PC_0", "t", 1], TrackChanged)
    assert (muted.change, muted.direction, muted.connection) == ("muted", "inbound", "PC_0")
    stopped = one([70, None, [], "mic-1", None, 1], TrackChanged)
    assert (stopped.change, stopped.track, stopped.direction) == ("stopped", "mic-1", "outbound")
    assert one([72, None, "mic-1", "60-0", 1], TrackChanged).track == "mic-1"
    assert one(["MediaStreamTrack.enabled", None, False, "mic-1", 1], TrackChanged).change == "disabled"
    hint = one(["MediaStreamTrack.contentHint", None, "motion", "mic-1", 1], TrackChanged)
    assert (hint.change, hint.value) == ("changed", {"contentHint": "motion"})


def test_a_remote_track_arrives_with_label_and_streams():
    track = one([22, "PC_0", ["video", "v", "remote video", "s"], 1], TrackChanged)
    assert (track.direction, track.kind, track.label, track.value) == (
        "inbound",
        "video",
        "remote video",
        {"streams": ["s"]},
    )


def test_a_tracks_kind_is_remembered_wherever_it_came_from():
    items = decode([[22, "PC_0", ["video", "v", "", "s"], T0], [73, "PC_0", "v", 1], [30, "PC_0", AUDIO, 1]])
    items += decode([[30, "PC_0", AUDIO, T0], [70, None, [], "mic-1", None, 1]])
    assert [(e.change, e.kind) for e in of_type(items, TrackChanged)] == [
        ("added", "video"),
        ("muted", "video"),
        ("added", "audio"),
        ("added", "audio"),
        ("stopped", "audio"),
    ]


def test_devices_channel_and_page_events():
    devices = one([66, None, [{"deviceId": "", "kind": "audioinput", "label": "", "groupId": ""}], 1], DevicesChanged)
    assert devices.devices[0].kind == "audioinput"
    assert one([67, None, None, 1], DevicesChanged).devices is None
    assert one([66, None, [], 1], DevicesChanged).devices == []
    assert one(["websocket", None, {"connectionTime": 28}, 1], TelemetryOpened).connect_ms == 28
    assert one([28, "PC_0", ["id", "chat"], 1], Notified).name == "datachannel"
    assert one([27, "PC_0", None, 1], Notified).name == "negotiationneeded"
    resize = one([80, "PC_0", {"width": 1}, "track-1", 1], Notified)
    assert (resize.name, resize.track) == ("resize", "track-1")


def test_calls_their_outcomes_and_custom_events():
    assert one([36, "PC_0", None, 1], ConnectionClosed).connection == "PC_0"
    assert one([37, "PC_0", None, 1], ApiCalled).name == "restartIce"
    failure = one([16, "PC_0", "OperationError: no", "10-0", 1], ApiCalled)
    assert (failure.name, failure.phase, failure.error, failure.correlation) == (
        "addIceCandidate",
        "failure",
        "OperationError: no",
        "10-0",
    )
    custom = one([":joined", "PC_0", {"a": 1}, 1], AppReported)
    assert (custom.name, custom.value, custom.connection) == ("joined", {"a": 1}, "PC_0")


def test_a_location_between_value_and_correlation_id_does_not_hide_it():
    value = {"candidate": "candidate:1 1 udp 1 198.51.100.1 5 typ host"}
    call = one([10, "PC_0", value, {"rtcstatsLocation": {"country": "X"}}, "10-0", 4], ApiCalled)
    assert call.correlation == "10-0"


def test_unknown_methods_are_kept_under_their_number_or_name():
    assert one([69, None, {"a": 1}, 1], Notified).name == "69"
    assert one(["brandNew", "PC_0", 7, 1], Notified).value == 7


def test_names_are_as_good_as_codes():
    assert one(["getStats", "PC_0", {"0": {"type": 10, "113": 0}}, 1], Sample).stats.peer_connection[0].id == "0"
    assert one([1, "PC_0", {"0": {"type": 10}}, 1], Sample).connection == "PC_0"


def test_cpu_pressure_is_a_report_of_its_own():
    value = {"9": {"type": "compute-pressure", "cpuState": 2}, "t": T0}
    assert one(["g", "PC_0", value, 1], Sample).stats.compute_pressure[0].cpuState == 2


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "7",
        "{}",
        "[]",
        "[39,null,{}]",
        '[39,null,{},"now"]',
        "[39,null,{},true]",
        "[[],null,1,2]",
        "[1.5,null,1,2]",
        '[25,{"a":1},"x",5]',
        '["g","PC_0",5,1]',
        '["g",',
        "[" * 100_000,
        b"\xff\xfe",
        "[39,null,1,1e999]",
    ],
)
def test_what_is_no_frame_is_refused_and_harms_nobody(frame):
    codec = RtcStats()
    state, _ = codec.open(hello())
    items = feed(codec, state, [[":a", None, 1, T0]])
    state, bad = codec.feed(state, frame, T0)
    assert len(refusals(bad)) == 1
    assert bad[0].raw or not frame
    state, good = codec.feed(state, '[":b",null,2,5]', T0)
    assert len(events(items + good)) == 3


def test_connections_of_one_stream_are_bounded():
    items = decode([[39, f"PC_{n}", None, T0] for n in range(520)])
    assert [r.code for r in refusals(items)] == ["too_many"] * 8


def test_the_end_of_the_socket_is_reported_with_its_code_at_the_clients_time():
    codec = RtcStats()
    state, _ = codec.open(hello())
    state, _ = codec.feed(state, f'[":a",null,1,{T0 - 7000}]', T0)
    closed = events(codec.close(state, T0 + 500, 1001))
    assert closed == [TelemetryClosed(at=T0 - 6500, code=1001)]


def test_a_socket_without_a_frame_says_nothing():
    codec = RtcStats()
    state, items = codec.open(hello())
    assert items == []
    assert codec.close(state, T0, 1006) == []


def test_labels_are_kept_for_the_redactor_and_correlations_for_the_analysis():
    items = decode([[2, "PC_0", None, "2-0", T0], [12, "PC_0", "TypeError: x", "2-0", 1]])
    assert [(c.phase, c.correlation) for c in of_type(items, ApiCalled)] == [("call", "2-0"), ("failure", "2-0")]


@pytest.mark.parametrize(
    "name", ["audio-only", "ws-drop", "firefox", "ice-restart", "reload", "freeze", "turn-bad", "gum-denied"]
)
def test_recordings_decode_without_a_refusal(name):
    for number, socket in enumerate(recording(name)):
        state, items = play(socket, f"s{number}")
        assert refusals(items) == []
        assert state.frames == len(socket["frames"])
        assert state.bad_frames == 0
        assert len([item for item in items if of_type([item], object)]) >= state.frames
        assert items[0].origin.call == socket["room"]
        assert items[0].origin.participant == socket["claims"]["rtcStats"]["user"]


def test_recorded_samples_hold_what_the_browser_measured():
    socket = recording("audio-only")[0]
    _, items = play(socket)
    samples = of_type(items, Sample)
    first, last = samples[3].stats, samples[-1].stats
    assert last.inbound_rtp[0].packetsReceived > first.inbound_rtp[0].packetsReceived > 0
    assert last.transport[0].selectedCandidatePairId in {pair.id for pair in last.candidate_pair}
    assert {report.timestamp for report in last.inbound_rtp + last.transport + last.candidate_pair} == {
        last.peer_connection[0].timestamp
    }
    gaps = [after.at - before.at for before, after in itertools.pairwise(samples)]
    assert all(500 < gap < 2000 for gap in gaps[1:])
