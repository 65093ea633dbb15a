"""The endpoints for the customer's back end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from rtclens.model import events as ev
from rtclens.wire.peermetrics import App, Office

from .player import APPS, KEY, OTHER_KEY, START, Page, Player, answer, recorded, sample, service

SERVER_KEY = "s" * 32
CALLS = {("app_1", "daily"): "/calls/call_1", ("app_1", "conf-stopped"): "/calls/call_2", ("app_2", "x"): "/calls/c3"}


class Known:
    """A directory with one server key, one API token, three calls, one participant."""

    def __init__(self, sessions: Iterable[ev.Origin] = ()) -> None:
        self.sessions = list(sessions)

    def app_of_server_key(self, key: str) -> App | None:
        return APPS[KEY] if key == SERVER_KEY else None

    def app_of_bearer(self, token: str, key: str) -> App | None:
        return APPS.get(key) if token == "api-token" and key == KEY else None

    def call_path(self, app_id: str, call: str) -> str | None:
        return CALLS.get((app_id, call))

    def participant_path(self, app_id: str, participant: str) -> str | None:
        return "/participants/p1" if (app_id, participant) == ("app_1", "ada") else None

    def open_sessions(self, app_id: str, call: str) -> Iterable[ev.Origin]:
        return [origin for origin in self.sessions if (origin.app_id, origin.call) == (app_id, call)]


def page(directory: Known | None = None) -> Page:
    return Page(service(office=Office(directory or Known(), "https://rtc.example.org:8443/monitor/")))


def ask(asking: Page, name: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
    handled = asking.send("POST", f"/services/{name}", body, **headers)
    return handled.response.status, answer(handled)


def test_links_carry_the_public_base() -> None:
    """Scheme, port and prefix are those people use."""
    base = "https://rtc.example.org:8443/monitor"
    assert ask(page(), "get-url", {"apiKey": SERVER_KEY, "conferenceId": "daily"}) == (
        200,
        {"url": f"{base}/calls/call_1"},
    )
    assert ask(page(), "get-url", {"apiKey": SERVER_KEY, "userId": "ada"}) == (
        200,
        {"url": f"{base}/participants/p1"},
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"apiKey": SERVER_KEY}, 400, "missing_parameters"),
        ({}, 400, "missing_parameters"),
        ({"conferenceId": "daily"}, 400, "missing_parameters"),
        ({"apiKey": SERVER_KEY, "conferenceId": "nope"}, 400, "conference_not_found"),
        ({"apiKey": SERVER_KEY, "userId": "nope"}, 400, "participant_not_found"),
        ({"apiKey": SERVER_KEY, "conferenceId": "x"}, 400, "conference_not_found"),
        ({"apiKey": KEY, "conferenceId": "daily"}, 401, "invalid_api_key"),
        ({"apiKey": "0" * 32, "conferenceId": "daily"}, 401, "invalid_api_key"),
    ],
)
def test_s4_the_public_key_opens_nothing(body: dict[str, Any], status: int, code: str) -> None:
    """Only the server key does; calls of other apps are as unknown as those that never were."""
    got, said = ask(page(), "get-url", body)
    assert (got, said["error_code"]) == (status, code)


def test_an_api_token_acts_for_its_app() -> None:
    """A bearer token beside the public key is as good as the server key, for the apps in its scope."""
    body = {"apiKey": KEY, "conferenceId": "daily"}
    assert ask(page(), "get-url", body, authorization="Bearer api-token")[0] == 200
    assert ask(page(), "get-url", body, authorization="bearer  api-token")[0] == 200
    assert ask(page(), "get-url", body, authorization="Bearer other")[0] == 401
    assert ask(page(), "get-url", body | {"apiKey": OTHER_KEY}, authorization="Bearer api-token")[0] == 401


def test_a_stopped_call_ends_and_stays_ended() -> None:
    """Sessions and connections end; their later stats get the stop code; new joins are welcome."""
    running = page().join().connect()
    running.at += 10_000
    assert running.stats(sample(1e12)).outcome == "accepted"
    running.at += 1_000
    assert ask(running, "stop-conference", {"apiKey": SERVER_KEY, "conferenceId": "daily"}) == (200, {})
    assert [event.reason for event in running.of(ev.ConnectionClosed)] == ["ended_by_server"]
    assert [event.at for event in running.of(ev.SessionClosed)] == [START + 11_000]
    running.at += 9_000
    assert answer(running.stats(sample(1e12 + 19_000)))["error_code"] == "connection_ended"
    running.join().connect()
    running.at += 10_000
    assert running.stats(sample(1e12 + 30_000)).outcome == "accepted"


def test_d5_stopping_twice_leaves_the_first_end() -> None:
    """The second stop is answered and changes nothing."""
    running = page().join().connect()
    for _ in range(2):
        running.at += 1_000
        assert ask(running, "stop-conference", {"apiKey": SERVER_KEY, "conferenceId": "daily"}) == (200, {})
    assert [event.at for event in running.of(ev.SessionClosed)] == [START + 1_000]
    assert running.handled[-1].outcome == "answered"


def test_sessions_of_other_processes_end_too() -> None:
    """The directory knows sessions that this process has never seen."""
    far = ev.Origin("app_1", "peermetrics", "daily", "bob", "session-elsewhere")
    stopping = page(Known([far])).join()
    ask(stopping, "stop-conference", {"apiKey": SERVER_KEY, "conferenceId": "daily"})
    ended = [batch.origin.session for batch in stopping.batches if type(batch.events[-1]) is ev.SessionClosed]
    assert sorted(ended) == sorted([far.session, stopping.batches[0].origin.session])


def test_only_calls_of_the_app_can_be_stopped() -> None:
    """An unknown call, a foreign call and a missing id are errors that end nothing."""
    asking = page().join()
    for body, code in (
        ({"conferenceId": "nope"}, "conference_not_found"),
        ({"conferenceId": "x"}, "conference_not_found"),
        ({}, "missing_parameters"),
    ):
        assert ask(asking, "stop-conference", {"apiKey": SERVER_KEY, **body})[1]["error_code"] == code
    assert not asking.of(ev.SessionClosed)


def test_without_an_office_the_paths_do_not_exist() -> None:
    """A server that serves no back end says so."""
    assert ask(Page(), "get-url", {"apiKey": SERVER_KEY, "userId": "ada"})[0] == 404


def test_the_recorded_stop_gives_the_recorded_answers() -> None:
    """During the recorded call the back end stops it; stats get `connection_ended` from then on."""
    player = Player(service(office=Office(Known(), "https://rtc.example.org")))
    exchanges = recorded("server-stop")
    for exchange in exchanges:
        exchange.body = exchange.body.replace(f'"apiKey":"{KEY}","conferenceId":"conf-stopped"}}', "@")
        exchange.body = exchange.body.replace("@", f'"apiKey":"{SERVER_KEY}","conferenceId":"conf-stopped"}}')
    player.play(exchanges)
    assert [handled.response.status for handled in player.handled] == [exchange.status for exchange in exchanges]
    assert [refusal.code for refusal in player.refusals] == ["connection_ended"] * 2
