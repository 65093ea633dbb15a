"""What the wire may look like: each test is named after the mistake that must not be made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rtclens.model import events as ev
from rtclens.wire.peermetrics import App, Request, Settings

from .player import APPS, KEY, START, Page, answer, sample, service


@pytest.fixture
def page() -> Page:
    return Page().join().connect()


def test_w1_every_success_has_a_json_body(page: Page) -> None:
    """An empty body makes the SDK send again, so every 200 holds JSON."""
    page.browser("custom", data={"eventName": "x"})
    page.stats(sample(1e12))
    page.tell("onicecandidate")
    for handled in page.handled:
        assert handled.response.status == 200
        assert handled.response.body
        json.loads(handled.response.body)


@pytest.mark.parametrize(
    "body",
    [b"", b"{bad", b"[]", b'"text"', b"null", b"5", b"\xff\xfe8", b"{" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500],
)
def test_w2_no_body_is_a_server_error(page: Page, body: bytes) -> None:
    """However malformed, a body is the client's error, told as JSON."""
    for path in ("/initialize", "/sessions", "/stats", "/connection", "/events/browser", "/tracks"):
        handled = page.send("POST", path, body)
        assert handled.response.status == 400
        assert set(answer(handled)) == {"error_code", "message", "hint"}
        assert handled.outcome == "refused"


def test_w3_errors_carry_cors_and_json(page: Page) -> None:
    """Without CORS headers the page sees a network error and repeats."""
    page.state, missing = page.service.handle(page.state, Request("POST", "/v1/nope"), START)
    page.state, method = page.service.handle(page.state, Request("GET", "/v1/stats"), START)
    page.state, options = page.service.handle(page.state, Request("OPTIONS", "/v1/tracks"), START)
    large = page.send("POST", "/stats", b" " * (Settings().max_body + 1))
    statuses = [handled.response.status for handled in (missing, method, options, large)]
    assert statuses == [404, 405, 204, 413]
    for handled in (missing, method, options, large):
        assert handled.response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in handled.response.headers
    for handled in (missing, method, large):
        assert answer(handled)["error_code"]


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "application/json", ""])
def test_w4_the_content_type_says_nothing(page: Page, kind: str) -> None:
    """A body is read for what it holds."""
    headers = {"content-type": kind} if kind else {}
    body = {"token": page.token, "eventName": "custom", "data": {"eventName": "x"}}
    assert page.send("POST", "/events/browser", body, **headers).outcome == "accepted"


def test_w5_removals_accept_both_ids(page: Page) -> None:
    """The SDK names the peer as the application does, other clients by our id."""
    assert page.say("/connection", eventName="removePeer", peerId="bob").response.status == 200
    assert [event.connection for event in page.of(ev.ConnectionClosed)] == [page.connection]
    page.connect("carol")
    page.say("/connection", eventName="removePeer", peerId=page.peer)
    assert page.of(ev.ConnectionClosed)[-1].connection == page.connection


def test_w6_any_event_accepts_both_peer_ids(page: Page) -> None:
    """`peerId` in the application's form or ours means the same."""
    page.tell("onconnectionstatechange", "connecting", peerId="bob")
    page.tell("onconnectionstatechange", "connected", peerId=page.peer)
    assert [event.state for event in page.of(ev.StateChanged)] == ["connecting", "connected"]


def test_w7_a_put_creates_an_unknown_track(page: Page) -> None:
    """The SDK loses announcements: an update of an unknown track is news, not an error."""
    handled = page.say("/tracks", "PUT", event="mute", trackId="t1", connectionId=page.connection, data={})
    assert handled.response.status == 200
    assert page.of(ev.TrackChanged)[0].change == "muted"


def test_w8_tracks_without_id_label_or_data(page: Page) -> None:
    """Missing parts of a track are unknown, not an error."""
    put = page.say("/tracks", "PUT", event="mute", trackId=None, data={})
    bare = page.say("/tracks", event="ontrack", trackId="t", connectionId=page.connection)
    unlabelled = page.say("/tracks", event="ontrack", trackId="u", connectionId=page.connection, data={"kind": "audio"})
    assert [handled.response.status for handled in (put, bare, unlabelled)] == [200, 200, 200]
    assert [(event.kind, event.label) for event in page.of(ev.TrackChanged)] == [("", ""), ("audio", "")]


@pytest.mark.parametrize(
    "data",
    [
        {"connection": {"inbound": [], "outbound": []}},
        {"connection": {}},
        {},
        None,
        {"connection": {"inbound": [], "outbound": [], "dataChannelsOpened": 0}},
    ],
)
def test_w9_stats_before_a_pair_is_selected(page: Page, data: Any) -> None:
    """A sample without any report is a sign of life, whatever parts of it are missing."""
    assert page.stats(data).response.status == 200
    assert not page.of(ev.Sample)
    assert len(page.of(ev.Heartbeat)) == 1


def test_w10_a_state_without_connection_goes_to_the_session(page: Page) -> None:
    """An event that names no connection is kept; where the session has one connection to the peer it is that one."""
    body = {"eventName": "onconnectionstatechange", "data": "connected"}
    assert page.say("/connection", peerId="nobody", **body).response.status == 200
    assert page.of(ev.Notified)[-1].connection == ""
    page.say("/connection", peerId="bob", **body)
    assert page.of(ev.StateChanged)[-1].connection == page.connection


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("brandNewEvent", 1),
        ("onconnectionstatechange", "weird"),
        ("oniceconnectionstatechange", None),
        ("onsignalingstatechange", None),
        ("onsignalingstatechange", {"signalingState": "weird"}),
        ("onicecandidate", "weird"),
        ("onicecandidateerror", None),
        ("peerDetails", None),
    ],
)
def test_w11_unknown_events_and_states_are_stored(page: Page, name: str, data: Any) -> None:
    """What has no canonical word is kept in the words it came with."""
    assert page.tell(name, data).response.status == 200
    kept = page.of(ev.Notified)[-1]
    assert (kept.name, kept.value, kept.connection) == (name, data, page.connection)


def test_w12_a_peer_may_be_sfu_and_not(page: Page) -> None:
    """`isSfu` is a hint on the connection, not on the peer."""
    page.connect("bob", isSfu=True)
    opened = page.of(ev.ConnectionOpened)
    assert [event.sfu for event in opened] == [False, True]
    assert opened[0].connection != opened[1].connection


def test_w13_a_connection_to_oneself_is_a_loopback(page: Page) -> None:
    """Loopback tests are accepted and marked."""
    page.connect("ada")
    assert page.of(ev.ConnectionOpened)[-1].label == "loopback"


def test_w14_focus_and_devices_of_the_top_level_are_kept(page: Page) -> None:
    """`focus: true` means hidden; device lists stand beside the event name."""
    page.browser("tabFocus", focus=True)
    page.browser("mediaDeviceChange", devices=[{"deviceId": "1", "kind": "audioinput", "label": "Mic", "groupId": "g"}])
    assert page.of(ev.VisibilityChanged)[0].hidden is True
    assert page.of(ev.DevicesChanged)[0].devices == [ev.Device("audioinput", "1", "Mic", "g")]


def test_w15_meta_of_every_scalar_type_is_taken() -> None:
    """Floats and null are values; what is merely long is cut, with a note."""
    page = Page().join(meta={"plan": "pro", "ratio": 1.5, "none": None, "on": True, "long": "x" * 500})
    tags = page.of(ev.SessionOpened)[0].tags
    assert tags == {"plan": "pro", "ratio": 1.5, "none": None, "on": True, "long": "x" * 128}
    assert [refusal.code for refusal in page.refusals] == ["bad_value"]


@pytest.mark.parametrize("meta", [{str(n): 1 for n in range(6)}, {"k" * 65: 1}, {"a": {}}, {"a": []}, "text", [1]])
def test_meta_of_another_shape_is_refused(meta: Any) -> None:
    """The limits of `meta` are those the SDK's documentation promises."""
    page = Page()
    token = answer(page.initialize())["token"]
    handled = page.send("POST", "/sessions", {"token": token, "meta": meta})
    assert (handled.response.status, answer(handled)["error_code"]) == (400, "invalid_meta")


@pytest.mark.parametrize("more", [{}, {"data": {}}, {"data": None}, {"data": []}, {"data": "x"}])
def test_w16_media_access_without_data_is_harmless(page: Page, more: dict[str, Any]) -> None:
    """It is kept, and the call can still end."""
    assert page.say("/events/get-user-media", eventName="getUserMedia", **more).response.status == 200
    assert page.browser("unload").response.status == 200
    assert len(page.of(ev.SessionClosed)) == 1
    assert not page.of(ev.MediaAccess)


def test_w17_long_ids_stay_whole_and_apart() -> None:
    """Ids of up to 256 characters are never cut; longer ones are refused everywhere alike."""
    first, second = "x" * 255 + "1", "x" * 255 + "2"
    page = Page(user=first, call="c" * 256).join().connect(second, peerName="n" * 256)
    assert page.batches[0].origin.participant == first
    assert page.batches[0].origin.call == "c" * 256
    assert page.of(ev.ConnectionOpened)[0].peer == second
    assert len(page.token) <= 512
    for body in ({"userId": "u" * 257}, {"conferenceId": "u" * 257}, {"userName": "u" * 257}):
        assert answer(page.initialize(**body))["error_code"] == "invalid_parameters"
    handled = page.say("/connection", eventName="addConnection", peerId="u" * 257)
    assert answer(handled)["error_code"] == "invalid_parameters"


def test_numbers_are_text_where_ids_are_wanted() -> None:
    """An application that sends numbers as ids is understood."""
    page = Page(user=7, call=5).join().connect(9)  # type: ignore[arg-type]
    assert (page.batches[0].origin.participant, page.batches[0].origin.call) == ("7", "5")
    assert page.of(ev.ConnectionOpened)[0].peer == "9"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\ud83d\ude00", "𐍈"])
def test_w18_every_string_is_storable(page: Page, text: str) -> None:
    """NUL, lone surrogates and astral characters are taken; what no store can hold is replaced."""
    raw = json.dumps({"token": page.token, "eventName": "custom", "data": {"eventName": text}}).encode()
    assert page.send("POST", "/events/browser", raw).response.status == 200
    kept = page.of(ev.AppReported)[0].name
    assert kept.encode()
    assert kept == ("\ufffd" if text == "\ud800" else text.encode("utf-16", "surrogatepass").decode("utf-16"))


def test_w19_a_token_in_initialize_is_ignored() -> None:
    """The SDK sends the old token when it joins again."""
    for token in ("garbage", 5, None, Page().join().token):
        assert Page().initialize(token=token).response.status == 200


def test_w20_batches_have_ages_and_may_lack_ids(page: Page) -> None:
    """`timeDelta` is the age of an item; what has no name is skipped and counted."""
    items = [
        {"eventName": "onconnectionstatechange", "peerId": page.peer, "timeDelta": 400, "data": "connected"},
        {"eventName": "x"},
        {"peerId": "bob"},
        5,
    ]
    page.at += 1_000
    assert page.say("/connection/batch", data=items).response.status == 200
    state = page.of(ev.StateChanged)[0]
    assert (state.connection, state.at) == (page.connection, page.at - 400)
    assert page.of(ev.Notified)[0].name == "x"
    assert [refusal.code for refusal in page.refusals] == ["bad_shape", "bad_shape"]
    assert page.say("/connection/batch").response.status == 200
    assert page.handled[-1].outcome == "refused"


def test_a_batch_is_bounded(page: Page) -> None:
    """Of a hundred thousand items the first thousand are taken, and that is said."""
    page.say("/connection/batch", data=[{"eventName": "x"}] * 100_000)
    assert len(page.of(ev.Notified)) == 1_000
    assert [refusal.code for refusal in page.refusals] == ["too_many"]


def test_w21_w22_initialize_says_what_the_sdk_can_bear() -> None:
    """Never `urls`, never batching, and the app's own interval as an integer."""
    assert answer(Page().initialize())["getStatsInterval"] == 10_000
    own = service(lookup={KEY: App("a", stats_interval_ms=3_000)}.get)
    reply = answer(Page(own).initialize())
    assert reply["getStatsInterval"] == 3_000
    assert reply["batchConnectionEvents"] is False
    assert "urls" not in reply


def test_w23_unknown_members_survive(page: Page) -> None:
    """What nobody has specified is kept beside what is known."""
    data = sample(1e12, newMember=3) | {"news": {"a": 1}}
    data["connection"] = {"id": "P", "timestamp": 1e12, "brandNew": True, "local": {"id": "L", "odd": 1}}
    page.stats(data)
    stats = page.of(ev.Sample)[0].stats
    assert stats.inbound_rtp[0].extra == {"newMember": 3}
    assert stats.candidate_pair[0].extra == {"brandNew": True}
    assert stats.local_candidate[0].extra == {"odd": 1}
    assert stats.peer_connection[0].extra == {"news": {"a": 1}}
    page.browser("tabFocus", focus="odd", more=1)
    assert page.of(ev.Notified)[0].value == {"focus": "odd", "more": 1}


def test_w24_an_update_changes_what_it_names(page: Page) -> None:
    """A partial update says nothing about the rest."""
    page.say("/sessions", "PUT", webrtcSdk="mediasoup")
    update = page.of(ev.SessionUpdated)[-1]
    assert update.devices is None
    assert update.tags is None
    assert update.client == ev.Client(extra={"webrtcSdk": "mediasoup"})


def test_w26_one_connection_registered_twice_is_one(page: Page) -> None:
    """Two ids with the same report are one RTCPeerConnection; the second is closed and speaks for the first."""
    first = page.connection
    page.stats(sample(1e12))
    page.connect("livekit-inbound")
    second = page.connection
    for n in range(3):
        page.at += 5_000
        page.stats(sample(1e12 + 5_000 * n))
        page.say("/stats", data=sample(1e12 + 5_000 * n), connectionId=first)
    page.tell("onconnectionstatechange", "disconnected")
    page.tell("removeConnection")
    page.say("/connection", eventName="removePeer", peerId="livekit-inbound")
    page.at += 5_000
    assert page.say("/stats", data=sample(1e12 + 20_000), connectionId=first).outcome == "accepted"
    assert [event.connection for event in page.of(ev.ConnectionClosed)] == [second]
    assert [event.connection for event in page.of(ev.Sample)] == [first] * 4
    assert page.of(ev.StateChanged)[-1].connection == first


def test_w27_rates_of_the_sdk_are_no_measurements(page: Page) -> None:
    """`packetRate` is eight times too high in 2.7.2: kept as sent, outside of the measurements."""
    page.stats(sample(1e12, bitrate=-5, packetRate=399.2, packetLossRate=0))
    report = page.of(ev.Sample)[0].stats.inbound_rtp[0]
    assert report.extra == {"bitrate": -5, "packetRate": 399.2, "packetLossRate": 0}
    assert report.packetsReceived == 100


def test_w29_preflights_ask_nobody() -> None:
    """`OPTIONS` is answered before any key, token or session is looked at."""

    def fail(key: str) -> App | None:
        raise AssertionError(key)

    peermetrics = service(lookup=fail)
    state = peermetrics.open()
    state, handled = peermetrics.handle(state, Request("OPTIONS", "/v1/sessions"), START)
    assert handled.response.status == 204
    assert "PUT" in handled.response.headers["Access-Control-Allow-Methods"]
    assert handled.response.headers["Access-Control-Max-Age"] == "86400"
    assert not state.sessions


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"apiKey": None}, "missing_parameters", 400),
        ({"conferenceId": ""}, "missing_parameters", 400),
        ({"userId": None}, "missing_parameters", 400),
        ({"userId": {}}, "missing_parameters", 400),
        ({"userId": [1]}, "invalid_parameters", 400),
        ({"apiKey": "short"}, "invalid_api_key", 400),
        ({"apiKey": 5}, "invalid_api_key", 400),
    ],
)
def test_initialize_names_its_errors(change: dict[str, Any], code: str, status: int) -> None:
    """The codes and statuses are the ones the SDK and its users know."""
    handled = Page().initialize(**change)
    assert (answer(handled)["error_code"], handled.response.status) == (code, status)


def test_events_need_a_name(page: Page) -> None:
    """An event without name is refused as the reference does."""
    for path in ("/events/browser", "/connection"):
        assert answer(page.say(path))["error_code"] == "missing_parameters"
    assert answer(page.say("/connection", eventName="addConnection"))["error_code"] == "missing_parameters"


def test_a_path_prefix_is_allowed() -> None:
    """`apiRoot` may lie below a prefix; a slash at the end is another path."""
    body = json.dumps({"apiKey": KEY, "conferenceId": "c", "userId": "u"}).encode()
    peermetrics = service()
    _, below = peermetrics.handle(peermetrics.open(), Request("POST", "/metrics/v1/initialize", {}, body), START)
    _, slash = peermetrics.handle(peermetrics.open(), Request("POST", "/v1/initialize/", {}, body), START)
    assert (below.response.status, slash.response.status) == (200, 404)


def test_a_server_without_keys_takes_everyone() -> None:
    """Where the lookup has an app for no key, none is needed."""
    page = Page(service(lookup={"": APPS[KEY]}.get))
    assert page.initialize(apiKey=None).response.status == 200


def test_a_sample_is_bounded(page: Page) -> None:
    """A hundred thousand streams are not a sample."""
    row = {"id": "x"}
    handled = page.stats({"audio": {"inbound": [row] * 100_000, "outbound": []}})
    assert handled.response.status == 413


def test_numbers_beyond_64_bits_are_storable(page: Page) -> None:
    """A counter that no store can hold becomes a float, in a sample and in an event."""
    assert page.stats(sample(1e12, packetsReceived=2**80)).response.status == 200
    assert page.of(ev.Sample)[0].stats.inbound_rtp[0].packetsReceived == float(2**80)
    page.browser("custom", data={"n": 2**80})
    assert page.of(ev.AppReported)[0].value == {"n": float(2**80)}
