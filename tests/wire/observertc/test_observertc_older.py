"""Generations 1 and 2: flat rows become W3C reports, call events become canonical ones, servers are no people."""

import json

import pytest
from tests.wire.observertc.observertc_data import messages

from rtclens.model import events as ev
from rtclens.model.codec import Hello, Refusal
from rtclens.model.events import Batch
from rtclens.wire.observertc import sniff
from rtclens.wire.observertc.select import select

OLD_DOOR = Hello(app_id="app", path={"media_unit": "web"}, query={"format": "json", "schemaVersion": "2.2.0"})


def play(frames, hello=OLD_DOOR):
    codec = select(hello)
    state, items = codec.open(hello)
    for frame in frames:
        items += codec.feed(state, frame, 9.0)[1]
    return items


def one(sample, hello=OLD_DOOR):
    (batch,) = play([json.dumps(sample)], hello)
    assert isinstance(batch, Batch), batch
    return batch


def of(batch, cls):
    return [event for event in batch.events if isinstance(event, cls)]


@pytest.mark.parametrize(
    ("vector", "query"),
    [
        ("samples-2.2.plain-json", {"format": "json", "schemaVersion": "2.2.0-SNAPSHOT.1"}),
        ("samples-2.2.protobuf-full", {"format": "protobuf", "schemaVersion": "2.2.0"}),
        ("samples-2.2.protobuf-full", {}),
        ("samples-2.1.8.protobuf-full", {"format": "protobuf", "schemaVersion": "2.1.8"}),
    ],
)
def test_a_batch_holds_clients_sfus_and_turn_servers(vector, query):
    items = play(messages(vector), Hello(app_id="app", path={"media_unit": "web"}, query=query))
    assert all(isinstance(item, Batch) for item in items)
    roles = {(item.origin.role, item.origin.participant) for item in items}
    assert ("sfu", "93f7b6a1-0d4c-4e85-a2b9-7c1e58d03f46") in roles
    assert ("turn", "turn-1") in roles
    assert len([role for role, _ in roles if role == "client"]) == 2
    (first, *_) = items
    (sample,) = of(first, ev.Sample)
    assert sample.stats.outbound_rtp[1].qualityLimitationDurations == {"none": 5, "cpu": 0, "bandwidth": 0}
    assert {pair.state for pair in sample.stats.candidate_pair} == {"in-progress"}


def test_a_track_row_is_taken_apart():
    first = play(messages("samples-2.2.plain-json"))[0]
    (sample,) = of(first, ev.Sample)
    stats = sample.stats
    audio = next(row for row in stats.inbound_rtp if row.kind == "audio")
    far = next(row for row in stats.remote_outbound_rtp if row.id == audio.remoteId)
    assert (audio.packetsReceived, far.packetsSent, far.ssrc) == (248, 250, audio.ssrc)
    assert audio.extra["sfuSinkId"] == "d2905e8b-7a41-4c36-b0fd-84e6c3f91a27"
    layers = [row for row in stats.outbound_rtp if row.kind == "video"]
    assert [row.rid for row in layers] == ["l", "h"]
    assert {row.mediaSourceId for row in layers} == {"source-2d7f9b35-e160-4c8a-b7d4-5f3ea90c1867"}
    (camera,) = [row for row in stats.media_source if row.id == layers[0].mediaSourceId]
    assert (camera.width, camera.framesPerSecond) == (1280, 30)
    reported = next(row for row in stats.remote_inbound_rtp if row.id == layers[0].remoteId)
    assert (reported.packetsLost, reported.roundTripTime) == (0, 0.046)
    assert [codec.payloadType for codec in stats.codec] == [111, 96]
    assert [(c.id, c.relayProtocol) for c in stats.local_candidate] == [("I1", None), ("I3", "tls")]
    assert sample.stats.transport[0].id == "T01"
    assert of(first, ev.ConnectionOpened)[0].label == "send"


def test_truncated_audio_levels_are_unknown_in_protobuf_of_2_2():
    """0.3 arrives as the integer 0: that is no silence."""
    (by_json,) = of(play(messages("samples-2.2.plain-json"))[0], ev.Sample)
    (by_protobuf,) = of(play(messages("samples-2.2.protobuf-full"))[0], ev.Sample)
    audio = [next(row for row in s.stats.inbound_rtp if row.kind == "audio") for s in (by_json, by_protobuf)]
    assert [row.audioLevel for row in audio] == [0.1, None]
    assert [row.concealedSamples for row in audio] == [0, 0]


def test_the_session_of_1_x_begins_at_sample_0():
    sample = {"timestamp": 1_700_000_000_000, "callId": "c", "clientId": "p", "browser": {"name": "Chrome"}}
    codec = select(OLD_DOOR)
    state, _ = codec.open(OLD_DOOR)
    batches = [
        codec.feed(state, json.dumps({"clientSamples": [{**sample, "sampleSeq": seq, "timestamp": at}]}), 1.0)[1][0]
        for seq, at in ((0, 1_700_000_000_000), (1, 1_700_000_001_000), (0, 1_700_000_002_000))
    ]
    assert [batch.origin.session for batch in batches] == ["1700000000000", "1700000000000", "1700000002000"]
    assert [len(of(batch, ev.SessionOpened)) for batch in batches] == [1, 0, 1]
    assert of(batches[0], ev.SessionOpened)[0].tags == {"mediaUnitId": "web"}


@pytest.mark.parametrize(("given", "minutes"), [(-120, 120), (2, 120), (300, -300)])
def test_time_zone_offsets_are_minutes_unless_they_can_be_hours(given, minutes):
    batch = one({"timestamp": 1, "clientId": "p", "sampleSeq": 1, "timeZoneOffsetInHours": given})
    assert of(batch, ev.SessionUpdated)[0].client.extra == {"utcOffsetMinutes": minutes}


def test_call_events_of_3_x():
    named = [
        {"name": "CLIENT_JOINED", "message": "Client joined", "timestamp": 1_700_000_000_000},
        {
            "name": "PEER_CONNECTION_STATE_CHANGED",
            "peerConnectionId": "pc",
            "attachments": '{"iceConnectionState":"failed","pcConnectionState":"failed"}',
        },
        {"name": "MEDIA_TRACK_ADDED", "peerConnectionId": "pc", "mediaTrackId": "t", "attachments": '{"kind":"audio"}'},
        {"name": "CLIENT_ISSUE", "value": "major", "message": "Congestion", "attachments": '{"a":1}'},
        {"name": "raised-hand", "value": "yes"},
    ]
    row = {"ssrc": 5, "trackId": "t", "peerConnectionId": "pc", "packetsReceived": 2}
    at = 1_700_000_000_500
    batch = one({"timestamp": at, "clientId": "NULL", "customCallEvents": named, "inboundAudioTracks": [row]})
    assert batch.events == [
        ev.SessionOpened(at=1_700_000_000_000, client=ev.Client(), tags={"mediaUnitId": "web"}),
        ev.ConnectionOpened(at=at, connection="pc"),
        ev.StateChanged(at=at, connection="pc", machine="connection", state="failed"),
        ev.TrackChanged(at=at, track="t", change="added", connection="pc", kind="audio", direction="inbound"),
        ev.ClientIssue(at=at, kind="Congestion", severity="major", message="Congestion", value={"a": 1}),
        ev.AppReported(at=at, name="raised-hand", value={"value": "yes"}),
        *of(batch, ev.Sample),
    ]


def test_the_word_null_is_no_identity():
    """R-07: all clients of 2.x and 3.x would be one client called NULL."""
    sample = {
        "timestamp": 1,
        "callId": "NULL",
        "clientId": "NULL",
        "roomId": "standup",
        "userId": "ada",
        "sampleSeq": 3,
    }
    origin = one(sample).origin
    assert (origin.call, origin.participant) == ("standup", "ada")


def test_one_bad_sample_does_not_spoil_the_batch():
    """R-08."""
    good = {"timestamp": 1, "clientId": "p", "sampleSeq": 1}
    items = play([json.dumps({"clientSamples": [good, {"clientId": "q"}, good], "turnSamples": [{}]})])
    assert [type(item) for item in items] == [Batch, Refusal, Batch, Refusal]
    assert {item.code for item in items if isinstance(item, Refusal)} == {"missing_member"}


def test_controls_close_ends_the_clients():
    """R-14: with its samples, or, sent alone, for the clients the stream knows."""
    sample = {"timestamp": 1_700_000_000_000, "callId": "c", "clientId": "p", "sampleSeq": 4}
    items = play([json.dumps({"clientSamples": [sample]}), json.dumps({"controls": {"close": True}})])
    assert items[1].events == [ev.SessionClosed(at=9.0, reason="closed")]
    assert items[1].origin == items[0].origin


def test_pads_keep_what_joins_them_to_tracks():
    items = play(messages("samples-2.2.plain-json"))
    sent = [item for item in items if item.origin.role == "sfu" and item.origin.call]
    assert {item.origin.call for item in sent} == {"7f3e5c10-2b84-4d6a-91c7-30e8f5a2d4b6"}  # which the pad names
    (server,) = of(sent[0], ev.ServerSample)
    assert server.server == "93f7b6a1-0d4c-4e85-a2b9-7c1e58d03f46"
    assert server.at == 1_700_000_000_012
    (pad,) = server.rows["outbound_pads"]
    assert (pad["sinkId"], pad["padId"]) == ("d2905e8b-7a41-4c36-b0fd-84e6c3f91a27", "pad-out-1")
    (turn,) = of(next(item for item in items if item.origin.role == "turn"), ev.ServerSample)
    assert turn.rows["allocations"][0]["sessionId"] == turn.rows["sessions"][0]["sessionId"] == "s1"


@pytest.mark.parametrize("vector", ["client-sample-2.2.protobuf-delta.uuid", "sfu-sample-2.2.protobuf-delta.utf8"])
def test_bare_deltas_of_2_2(vector):
    items = play(messages(vector), Hello(app_id="app"))
    assert all(isinstance(item, Batch) for item in items)
    assert len({(item.origin.role, item.origin.participant) for item in items}) == 1
    assert all(of(item, ev.Sample) or of(item, ev.ServerSample) for item in items)


@pytest.mark.parametrize(
    ("version", "family"),
    [
        ("2.0.0", "2.0.0"),
        ("2.0.3", "2.0.1-2.0.4"),
        ("2.1.2", "2.1.0-2.1.3"),
        ("2.1.5", "2.1.4-2.1.7"),
        ("v2.1.8", "2.1.8"),
        ("2.1.9-beta.1", "2.1.9"),
        ("2.2.0-SNAPSHOT.af", "2.2-full"),
        ("3.1.0", "3.0"),
        ("3.3", "3.2-3.3"),
        ("3.5.0", "3.4-3.5"),
    ],
)
def test_every_announced_version_has_its_own_numbers(version, family):
    """R-01, R-02."""
    assert sniff.announced_families(version)[0] == family


@pytest.mark.parametrize("version", ["", "x", "9.9", "2", "2.²", "9" * 5000])
def test_versions_nobody_wrote_announce_nothing(version):
    assert sniff.announced_families(version) == ()


def test_generation_1():
    batches = play(messages("pc-sample-v20200114.plain-json"), Hello(app_id="app", path={"media_unit": "tokbox"}))
    first, second, _, failure = batches
    assert (first.origin.call, first.origin.participant) == ("weekly-sync", "bf-77aa31")
    (update, details, devices) = of(first, ev.SessionUpdated)
    assert (update.call_name, update.participant_name) == ("weekly-sync", "ada")
    assert (details.client.browser, details.client.os_version) == ("Chrome", "10.15.7")
    assert details.client.extra["utcOffsetMinutes"] == 60
    assert update.tags == {"marker": "pilot", "mediaUnitId": "tokbox"}
    assert [device.kind for device in devices.devices] == ["audioinput", "videoinput"]
    (sample,) = of(first, ev.Sample)
    assert sample.at == 1_605_000_000_000
    assert sample.stats.candidate_pair[0].state == "in-progress"
    assert sample.stats.local_candidate[0].address == "198.51.100.23"
    assert sample.stats.remote_candidate[0].protocol == "udp"
    assert (sample.stats.inbound_rtp[0].kind, sample.stats.inbound_rtp[0].totalSamplesReceived) == ("audio", 48000)
    assert sample.stats.outbound_rtp[0].hugeFramesSent == 0
    assert sample.stats.media_source[0].trackIdentifier == "cam-1"
    assert of(second, ev.AppReported)[0].value == {"zoom": 1}
    assert of(second, ev.SessionUpdated) == []
    assert [type(event) for event in failure.events] == [ev.SessionUpdated, ev.MediaAccess]


@pytest.mark.parametrize("state", ["in-progress", "IN_PROGRESS", "inProgress", "inprogress"])
def test_enumerations_of_generation_1_in_any_spelling(state):
    """R-05."""
    sample = {"peerConnectionId": "pc", "timestamp": 5, "iceStats": {"candidatePairs": [{"id": "P", "state": state}]}}
    assert of(one(sample), ev.Sample)[0].stats.candidate_pair[0].state == "in-progress"


def test_gauges_that_may_have_fallen_to_zero_are_marked():
    """R-37: the 2.2 delta never writes a zero, so a gauge that was not repeated is unchanged or gone."""
    hello = Hello(app_id="app")
    first, second, *_ = play(messages("client-sample-2.2.protobuf-delta.utf8"), hello)
    rows = [
        {row.id: row.extra or {} for row in of(batch, ev.Sample)[0].stats.inbound_rtp if row.kind == "video"}
        for batch in (first, second)
    ]
    assert all("possiblyStale" not in extra for extra in rows[0].values())
    assert any("framesPerSecond" in extra.get("possiblyStale", ()) for extra in rows[1].values())
