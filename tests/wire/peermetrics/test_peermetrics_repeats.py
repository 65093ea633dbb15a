"""What the SDK sends again, or several times, is stored once; what merely looks alike is not lost."""

from __future__ import annotations

import json

import msgspec
import pytest

from rtclens.model import events as ev
from rtclens.model.events import Batch
from rtclens.wire.peermetrics import Handled, Request

from .player import START, Page, Player, answer, recorded, sample, service


@pytest.fixture
def page() -> Page:
    return Page().join().connect()


def test_d1_a_stats_body_sent_twice_is_stored_once(page: Page) -> None:
    """The copy gets the same answer and changes nothing, 180 s later as well."""
    first = page.stats(sample(1e12))
    page.at += 179_000
    second = page.stats(sample(1e12), delta=179_000)
    assert (first.response, first.outcome) == (second.response, "accepted")
    assert (second.items, second.outcome) == ([], "duplicate")
    assert len(page.of(ev.Sample)) == 1


def test_d1_copies_are_recognised_after_a_restart(page: Page) -> None:
    """What was stored tells a new process which samples it has seen, whose clock runs how, and what has ended."""
    for n in range(4):
        page.at += 10_000
        page.stats(sample(1e12 + 10_000 * n, bitrate=3, discardedPackets=n))
    page.say("/tracks", "PUT", event="mute", trackId="t", connectionId=page.connection)
    candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.1 1 typ host", "sdpMid": "0", "usernameFragment": "u"}
    page.tell("onicecandidate", candidate)
    page.browser("tabFocus", focus=True)
    page.tell("onconnectionstatechange", "closed")
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(page.batches), type=list[Batch])
    before = len(page.events)
    page.service = service(instance="after")
    page.state = page.service.open()
    for batch in stored:
        page.state = page.service.remember(page.state, batch)
    for n in range(4):
        assert page.stats(sample(1e12 + 10_000 * n, bitrate=3, discardedPackets=n), delta=1_000).outcome == "duplicate"
    page.browser("tabFocus", focus=True)
    page.tell("onicecandidate", candidate)
    page.tell("onconnectionstatechange", "closed")
    page.say("/tracks", "PUT", event="mute", trackId="t", connectionId=page.connection, delta=10)
    kinds = [type(event).__name__ for event in page.events[before:]]
    assert kinds == ["StateChanged"]
    page.at += 60_000
    assert answer(page.stats(sample(1e12 + 90_000)))["error_code"] == "connection_ended"


@pytest.mark.parametrize("scenario", ["happy", "sfu", "lifecycle", "devices-datachannel-unload"])
def test_d1_a_restart_between_any_two_requests_doubles_no_sample(scenario: str) -> None:
    """Every sample of a recording is a copy to a process that took up the stored batches."""
    first = Player().play(recorded(scenario))
    again = Player()
    for batch in msgspec.msgpack.decode(msgspec.msgpack.encode(first.batches), type=list[Batch]):
        again.state = again.service.remember(again.state, batch)
    again.known = first.known
    stats = [exchange for exchange in recorded(scenario) if exchange.path == "/v1/stats"]
    outcomes = {again.send(exchange, exchange.at).outcome for exchange in stats}
    assert outcomes <= {"duplicate"}


def test_d10_what_could_not_be_stored_is_taken_when_it_comes_again(page: Page) -> None:
    """A request that was answered with 503 leaves no trace: its repeat is new."""
    candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.1 1 typ host"}
    track = {"trackId": "t", "connectionId": page.connection}

    def everything() -> list[Handled]:
        return [
            page.stats(sample(1e12), delta=0),
            page.say("/tracks", event="ontrack", delta=0, **track),
            page.say("/tracks", "PUT", event="mute", delta=0, **track),
            page.tell("onicecandidate", candidate),
            page.tell("removeConnection"),
            page.browser("tabFocus", focus=True),
            page.browser("endCall", delta=0),
        ]

    first = everything()
    assert {handled.outcome for handled in first} == {"accepted"}
    for handled in first:
        page.state = page.service.forget(page.state, handled)
    again = everything()
    assert [handled.outcome for handled in again] == ["accepted"] * 7
    assert {handled.outcome for handled in everything()} == {"duplicate"}
    page.state = page.service.forget(page.service.open(), again[0])
    assert page.stats(sample(1e12), delta=0).outcome == "accepted"


def test_batches_of_other_formats_are_not_remembered() -> None:
    """Only what this format produced says anything about it."""
    peermetrics = service()
    foreign = Batch(ev.Origin("app_1", "rtcstats", "c", "p", "s"), START, [ev.Heartbeat(at=START)])
    assert not peermetrics.remember(peermetrics.open(), foreign).sessions


def test_real_samples_are_never_taken_for_copies(page: Page) -> None:
    """Any counter or stamp that differs makes another sample."""
    page.stats(sample(1e12, packets=1))
    page.stats(sample(1e12, packets=2))
    page.stats(sample(1e12 + 1, packets=2))
    assert len(page.of(ev.Sample)) == 3


def test_the_memory_of_copies_is_bounded_but_deep(page: Page) -> None:
    """After hours, the last 32 samples of a connection are still known."""
    for n in range(200):
        page.at += 60_000
        page.stats(sample(1e12 + 60_000 * n))
    session = next(iter(page.state.sessions.values()))
    assert len(session.samples.seen) <= 34
    for n in range(169, 200):
        assert page.stats(sample(1e12 + 60_000 * n), delta=1_000).outcome == "duplicate"


def test_a_sample_with_nothing_but_a_pair_is_a_sample(page: Page) -> None:
    """A connection without media still has a path to tell of."""
    page.stats({"connection": {"id": "P", "timestamp": 1e12, "type": "candidate-pair", "bytesSent": 5}})
    assert page.of(ev.Sample)[0].stats.candidate_pair[0].bytesSent == 5


def test_repeated_signs_of_life_count_once(page: Page) -> None:
    """An empty report has only its time to tell it from its copies."""
    page.stats({})
    page.at += 4_000
    page.stats({}, delta=4_000)
    page.at += 6_000
    page.stats({})
    assert [event.at for event in page.of(ev.Heartbeat)] == [START, START + 10_000]


def test_d4_a_session_ends_once(page: Page) -> None:
    """`endCall`, `unload` and their repeats are one end; the first one counts."""
    page.browser("endCall")
    for name in ("unload", "endCall", "unload"):
        page.at += 700
        assert page.browser(name, delta=700).response.status == 200
    assert [(event.at, event.reason) for event in page.of(ev.SessionClosed)] == [(START, "left")]


def test_l3_beforeunload_ends_nothing(page: Page) -> None:
    """The user can still cancel."""
    page.browser("beforeunload")
    page.at += 10_000
    assert page.stats(sample(1e12)).outcome == "accepted"
    assert not page.of(ev.SessionClosed)
    assert len(page.of(ev.LeaveAnnounced)) == 1


def test_l4_a_session_that_goes_on_is_open_again(page: Page) -> None:
    """Whatever comes later is taken, never refused with a stop code, and the session can end anew."""
    page.browser("unload")
    page.at += 5_000
    assert page.stats(sample(1e12)).outcome == "accepted"
    page.at += 5_000
    page.browser("unload")
    assert [event.at for event in page.of(ev.SessionClosed)] == [START, START + 10_000]


def test_events_after_unload_are_normal(page: Page) -> None:
    """The page's last visibility change overtakes or follows its end in the same millisecond."""
    page.browser("unload")
    assert page.browser("tabFocus", focus=True).outcome == "accepted"
    page.browser("unload")
    assert len(page.of(ev.SessionClosed)) == 1


def test_d6_concurrent_joins_are_one_participant() -> None:
    """Sixteen initialize at once all succeed and name the same call and participant."""
    page = Page()
    tokens = [answer(page.initialize())["token"] for _ in range(16)]
    assert len(set(tokens)) == 16
    for token in tokens:
        page.token = token
        assert page.say("/sessions").response.status == 200
    assert {(batch.origin.call, batch.origin.participant) for batch in page.batches} == {("daily", "ada")}
    assert len({batch.origin.session for batch in page.batches}) == 16


def test_a_join_repeated_with_one_token_is_one_session() -> None:
    """Old SDKs repeat every request; the same join token opens the same session."""
    page = Page()
    page.token = answer(page.initialize())["token"]
    page.say("/sessions")
    page.say("/sessions")
    assert len({batch.origin.session for batch in page.batches}) == 1


def test_d7_one_visibility_change_is_one_event(page: Page) -> None:
    """Listeners pile up in the page; the state they report is the same."""
    for focus in (True, True, True, False, False, True):
        page.browser("tabFocus", focus=focus)
    assert [event.hidden for event in page.of(ev.VisibilityChanged)] == [True, False, True]


def test_d8_two_equal_custom_events_are_two(page: Page) -> None:
    """Two clicks are two events."""
    page.browser("custom", data={"eventName": "click"})
    page.browser("custom", data={"eventName": "click"})
    assert [event.name for event in page.of(ev.AppReported)] == ["click", "click"]


def test_old_sdks_name_custom_events_directly(page: Page) -> None:
    """A name nobody knows is a custom event; what came with it is its value."""
    page.browser("checkout", data={"step": 2})
    page.browser("custom", data="text")
    page.browser("custom", data={"description": "no name"})
    told = [(event.name, event.value) for event in page.of(ev.AppReported)]
    assert told == [("checkout", {"step": 2}), ("custom", "text"), ("custom", {"description": "no name"})]


def test_candidates_and_descriptions_are_told_once(page: Page) -> None:
    """A candidate is (candidate, mid, ufrag); every signaling change repeats both descriptions."""
    candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "usernameFragment": "u"}
    for data in (candidate, candidate, candidate | {"usernameFragment": "v"}, None):
        page.tell("onicecandidate", data)
    gathered = page.of(ev.CandidateGathered)
    assert [event.candidate and event.candidate.username_fragment for event in gathered] == ["u", "v", None]
    offer, answered = {"type": "offer", "sdp": "v=0"}, {"type": "answer", "sdp": "v=1"}
    page.tell("onsignalingstatechange", _signaling("have-local-offer", offer, None))
    page.tell("onsignalingstatechange", _signaling("stable", offer, answered))
    assert [(event.side, event.kind) for event in page.of(ev.Described)] == [("local", "offer"), ("remote", "answer")]
    assert [event.state for event in page.of(ev.StateChanged)] == ["have-local-offer", "stable"]


def _signaling(state: str, local: object, remote: object) -> dict[str, object]:
    return {"signalingState": state, "localDescription": local, "remoteDescription": remote}


def test_track_events_repeat_within_a_moment_only(page: Page) -> None:
    """The key is track, event and time; a track that mutes again later, or in between, did mute again."""
    track = {"trackId": "t", "connectionId": page.connection, "data": {}}
    page.say("/tracks", "PUT", event="mute", **track)
    page.at += 2_000
    page.say("/tracks", "PUT", event="mute", delta=2_000, **track)
    page.say("/tracks", "PUT", event="unmute", **track)
    page.at += 300
    page.say("/tracks", "PUT", event="mute", **track)
    page.at += 5_000
    page.say("/tracks", "PUT", event="mute", **track)
    assert [event.change for event in page.of(ev.TrackChanged)] == ["muted", "unmuted", "muted", "muted"]


def test_a7_a_track_is_its_connection_direction_and_id(page: Page) -> None:
    """In a loopback one id is captured here and received here; events tell them apart by connection."""
    tracks = {"audio": [{"id": "t", "kind": "audio", "label": "Mic", "_track": {}}], "video": []}
    page.say("/events/get-user-media", eventName="getUserMedia", data=tracks)
    page.say("/tracks", event="ontrack", trackId="t", connectionId=page.connection, data={"kind": "audio"})
    page.say("/tracks", event="ontrack", trackId="t", connectionId=page.connection, data={"kind": "audio"})
    page.say("/tracks", "PUT", event="ended", trackId="t", data={"check": "readyState"})
    page.say("/tracks", "PUT", event="unmute", trackId="t", connectionId=page.connection, data={})
    told = [(event.change, event.direction) for event in page.of(ev.TrackChanged)]
    assert told == [("added", "inbound"), ("stopped", "outbound"), ("unmuted", "inbound")]


def test_media_access_pairs_by_order(page: Page) -> None:
    """Outcomes have no id: each belongs to the oldest open request, also when it overtook it."""

    def access(data: object) -> None:
        page.say("/events/get-user-media", eventName="getUserMedia", data=data)

    access({"constraints": {"audio": True, "video": False}})
    access({"constraints": {"video": {"width": 1}}})
    access({"error": {"name": "NotFoundError", "message": ""}})
    access({"audio": [], "video": [{"id": "v"}]})
    access({"error": {"name": "NotAllowedError", "message": "no"}})
    access({"constraints": {"audio": True}})
    told = [(event.correlation, event.phase, event.audio, event.video) for event in page.of(ev.MediaAccess)]
    assert told == [
        ("getUserMedia-1", "requested", True, False),
        ("getUserMedia-2", "requested", False, True),
        ("getUserMedia-1", "failed", True, False),
        ("getUserMedia-2", "granted", False, True),
        ("getUserMedia-3", "failed", None, None),
        ("getUserMedia-3", "requested", True, False),
    ]


def test_ended_connections_refuse_only_what_came_after(page: Page) -> None:
    """A sample taken before the end and delivered after it is stored; the next one gets the stop code."""
    page.at += 10_000
    page.stats(sample(START + 10_000))
    page.at += 10_000
    page.tell("onconnectionstatechange", "closed")
    page.at += 8_000
    assert page.stats(sample(START + 15_000), delta=13_000).outcome == "accepted"
    assert page.stats(sample(START + 20_000), delta=8_000).outcome == "accepted"
    late = page.stats(sample(START + 28_000))
    assert (late.response.status, answer(late)["error_code"]) == (400, "connection_ended")
    assert page.tell("onicecandidate").response.status == 200
    assert answer(page.stats({}))["error_code"] == "connection_ended"


def test_stats_right_after_the_end_are_refused(page: Page) -> None:
    """The next request of a connection that was removed gets the stop code, with or without a report in it."""
    page.tell("removeConnection", peerId="bob")
    page.at += 1
    for data in (sample(1e12), {}):
        assert answer(page.stats(data))["error_code"] == "connection_ended"


def test_silence_ends_no_connection(page: Page) -> None:
    """`connection_ended` is never the answer to a page that merely slept."""
    page.at += 6 * 3_600_000
    assert page.stats(sample(1e12)).outcome == "accepted"


def test_two_processes_never_mint_one_id() -> None:
    """Equal joins in the same millisecond at two processes are two sessions."""
    pages = [Page(service(instance=name)).join().connect() for name in ("edge-1", "edge-2")]
    assert pages[0].batches[0].origin.session != pages[1].batches[0].origin.session
    assert pages[0].connection != pages[1].connection


def test_the_answer_to_a_track_has_the_known_shape(page: Page) -> None:
    """The SDK does not read it, scripts may."""
    body = {"event": "ontrack", "trackId": "t", "connectionId": page.connection}
    reply = answer(page.say("/tracks", **body, data={"kind": "video", "label": "Cam", "muted": True}))["data"]
    assert reply["created_at"].endswith("+00:00")
    assert {reply[name] for name in ("kind", "direction", "track_id", "label")} == {"video", "inbound", "t", "Cam"}
    assert reply["track_info"] == {"muted": True}


def test_requests_are_the_unit_of_a_batch() -> None:
    """Events of one request share origin and arrival; the page's address and browser come with the first."""
    page = Page().join(platform={"ua": "", "browser": {"name": "Firefox", "version": "153"}}, appVersion="1.2")
    batch = page.batches[0]
    assert (batch.origin.app_id, batch.origin.format, batch.received_at) == ("app_1", "peermetrics", START)
    opened = page.of(ev.SessionOpened)[0]
    assert (opened.call_name, opened.participant_name) == ("Daily", "Ada")
    client = opened.client
    assert (client.browser, client.browser_version, client.app_version) == ("Firefox", "153", "1.2")
    assert (client.address, client.user_agent, client.sdk) == ("192.0.2.7", "Browser/1", "@peermetrics/sdk")


def test_the_page_address_holds_no_query() -> None:
    """Query strings hold secrets; a referer that is no address is not kept."""
    page = Page()
    for referer, url in (("https://u:p@a.example/x?token=1#f", "https://a.example/x"), ("http://[::1", ""), ("x", "")):
        page.headers["referer"] = referer
        page.join()
        assert page.of(ev.SessionOpened)[-1].client.url == url


def test_an_initialize_alone_stores_nothing() -> None:
    """A call exists from its first session on."""
    page = Page()
    handled = page.initialize()
    assert (handled.items, handled.outcome, page.state.sessions) == ([], "answered", {})


def test_bodies_may_be_marked_and_repeated_members_win_last() -> None:
    """A byte-order mark and duplicate keys are read as every JSON parser reads them."""
    page = Page().join()
    body = json.dumps({"token": page.token, "eventName": "custom", "data": {}}).encode()
    raw = b"\xef\xbb\xbf" + body[:-1] + b',"data":{"eventName":"last"}}'
    page.state, handled = page.service.handle(page.state, Request("POST", "/v1/events/browser", {}, raw), START)
    assert handled.outcome == "accepted"
    assert handled.items[0].events[0].name == "last"  # type: ignore[union-attr]
