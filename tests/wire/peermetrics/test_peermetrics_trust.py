"""Who may say what: tokens, ids, keys, origins."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.model import events as ev
from rtclens.wire.peermetrics import App, Settings
from rtclens.wire.peermetrics.answers import Refused
from rtclens.wire.peermetrics.domains import allowed
from rtclens.wire.peermetrics.identity import ConnectionIds, derived_uuid
from rtclens.wire.peermetrics.tokens import JOIN, SESSION, Claims, Tokens

from .player import APPS, KEY, OTHER_KEY, SECRET, START, Page, answer, sample, service

NEW_SECRET = b"the next secret for tests, 32 b."
DAY = 86_400_000.0


def code(handled: Any) -> str:
    return str(answer(handled)["error_code"])


def joined() -> tuple[Page, str, str]:
    page = Page()
    first = answer(page.initialize())["token"]
    page.token = first
    return page, first, answer(page.say("/sessions"))["token"]


def test_kinds_of_tokens_are_not_interchangeable() -> None:
    """A join token speaks for no session, a session token opens none."""
    page, first, second = joined()
    page.token = first
    assert code(page.browser("custom")) == "invalid_token"
    page.token = second
    assert code(page.say("/sessions")) == "invalid_token"


@pytest.mark.parametrize("token", ["abc", 5, True, ["x"], {"a": 1}, "é" * 50, "x" * 10_000, "A" * 200])
def test_what_is_no_token_is_refused(token: Any) -> None:
    """Any value in the place of a token is an error of the client."""
    page = Page()
    handled = page.send("POST", "/events/browser", {"token": token, "eventName": "x"})
    assert (handled.response.status, code(handled)) == (401, "invalid_token")


def test_a_missing_token_is_named_so() -> None:
    """The SDK's users know the three codes apart."""
    for body in ({}, {"token": None}, {"token": ""}):
        handled = Page().send("POST", "/events/browser", {"eventName": "x", **body})
        assert (handled.response.status, code(handled)) == (401, "missing_token")


def test_tokens_expire() -> None:
    """A page may live for days; a token of last year is no token."""
    page = Page().join()
    page.at += 8 * DAY
    assert page.browser("custom").outcome == "accepted"
    page.at += 365 * DAY
    assert code(page.browser("custom")) == "expired_token"


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_bit_of_a_token_may_change(place: int, flip: int) -> None:
    """Every change of a token breaks its signature."""
    _, _, token = joined()
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[place % len(raw)] ^= flip
    tokens = Tokens([SECRET], DAY)
    with pytest.raises(Refused, match="invalid_token"):
        tokens.read(base64.urlsafe_b64encode(bytes(raw)).decode(), SESSION, START)


def test_signing_keys_rotate_with_overlap() -> None:
    """A token of the previous secret is read, a new one is signed with the new secret, a foreign one is refused."""
    page = Page(service(secrets=[SECRET])).join().connect()
    both = service(secrets=[NEW_SECRET, SECRET])
    page.service = both
    page.state = both.open()
    assert page.stats(sample(1e12)).outcome == "accepted"
    assert code(page.say("/connection", eventName="x", connectionId=derived_uuid("no"))) == "connection_not_found"
    page.service = service(secrets=[NEW_SECRET])
    assert code(page.browser("custom")) == "invalid_token"


def test_secrets_must_be_long() -> None:
    """A short secret is a mistake of the operator and found at once."""
    for secrets in ([], [b"short"], [SECRET, b""]):
        with pytest.raises(ValueError, match="secrets"):
            service(secrets=secrets)


@given(st.text(max_size=256), st.text(max_size=256), st.text(max_size=256), st.integers(0, 2**60))
def test_claims_come_back_as_they_were(call: str, participant: str, name: str, serial: int) -> None:
    """A token holds ids of any length and script whole."""
    call, participant, name = (text.encode("utf-8", "replace").decode() for text in (call, participant, name))
    tokens = Tokens([SECRET], DAY)
    claims = Claims(JOIN, "app", KEY, call, participant, "s", START, serial, name, name)
    assert tokens.read(tokens.issue(claims), JOIN, START) == claims


def test_ordinary_tokens_are_small() -> None:
    """Leave events travel in beacons, whose sum browsers limit."""
    page = Page(user="3f1c8a1e-9c1b-4a57-8d4e-1f0b8e7a2c11", call="https://meet.example.org/rooms/weekly-planning-42")
    assert len(page.join().token) <= 512
    assert len(answer(page.initialize(userName="Ada Lovelace", conferenceName="Planning"))["token"]) <= 512


def test_s3_a_session_cannot_write_to_another() -> None:
    """The id of a connection proves its session, also to a process that has never seen either."""
    ada = Page(user="ada").join().connect()
    bob = Page(ada.service, user="bob").join().connect()
    for _ in range(2):  # with and without what the process remembers
        bob.peer, bob.connection = ada.peer, ada.connection
        assert code(bob.stats(sample(1e12))) == "connection_not_found"
        assert code(bob.tell("onconnectionstatechange", "failed")) == "connection_not_found"
        assert code(bob.say("/tracks", event="ontrack", trackId="t", connectionId=ada.connection)) == (
            "connection_not_found"
        )
        bob.state = bob.service.open()
    assert not bob.of(ev.Sample)


@pytest.mark.parametrize("connection", ["", "zz", "39936930-8941-4928-bd37-8092ba77e6a9", None, 5, {}])
def test_stats_need_a_connection_of_the_session(connection: Any) -> None:
    """Unknown, malformed and missing ids get one answer."""
    page = Page().join()
    handled = page.say("/stats", data=sample(1e12), connectionId=connection)
    assert (handled.response.status, code(handled)) == (400, "connection_not_found")


def test_a_session_that_insists_on_strangers_is_silenced() -> None:
    """The stop code ends the repeats of a client that will never get it right."""
    page = Page().join()
    codes = [code(page.say("/stats", data=sample(1e12), connectionId="zz")) for _ in range(7)]
    assert codes == ["connection_not_found"] * 5 + ["connection_ended"] * 2


def test_a_lost_state_costs_no_request() -> None:
    """A process that was restarted, or another one, serves running sessions."""
    page = Page().join().connect()
    page.stats(sample(1e12))
    page.state = page.service.open()
    page.at += 10_000
    page.service = service()
    assert page.stats(sample(1e12 + 10_000)).outcome == "accepted"
    assert page.tell("onconnectionstatechange", "connected").outcome == "accepted"
    assert page.say("/tracks", "PUT", event="ended", trackId="t", connectionId=page.connection).outcome == "accepted"
    assert {sample.connection for sample in page.of(ev.Sample)} == {page.connection}
    assert len({batch.origin for batch in page.batches}) == 1


def test_refusals_name_their_app_as_soon_as_it_is_known() -> None:
    """The app's owner sees what was refused, wherever in the request it failed."""
    apps = dict(APPS)
    page = Page(service(lookup=apps.get)).join().connect()
    refused = [page.say("/stats", data={}, connectionId="zz"), page.say("/connection")]
    apps[KEY] = App("app_1", paused=True)
    refused.append(page.browser("custom"))
    assert [(handled.outcome, handled.app_id) for handled in refused] == [("refused", "app_1")] * 3


def test_l10_a_paused_app_refuses_running_sessions() -> None:
    """Pausing shows with the next request; resuming takes the session up again."""
    apps = dict(APPS)
    page = Page(service(lookup=apps.get)).join().connect()
    apps[KEY] = App("app_1", paused=True)
    for handled in (page.stats(sample(1e12)), page.browser("custom"), page.initialize()):
        assert (handled.response.status, code(handled)) == (400, "app_not_recording")
    apps[KEY] = App("app_1")
    assert page.stats(sample(1e12)).outcome == "accepted"
    del apps[KEY]
    assert code(page.browser("custom")) == "invalid_api_key"


def test_a_session_can_be_revoked() -> None:
    """A revoked session is told that its token is void."""
    apps = dict(APPS)
    page = Page(service(lookup=apps.get)).join()
    apps[KEY] = App("app_1", revoked=frozenset({page.batches[0].origin.session}))
    assert code(page.browser("custom")) == "invalid_token"


def test_a_token_belongs_to_its_app() -> None:
    """A key that now names another app does not carry its sessions along."""
    apps = dict(APPS)
    page = Page(service(lookup=apps.get)).join()
    apps[KEY] = APPS[OTHER_KEY]
    assert code(page.browser("custom")) == "invalid_token"


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        ("https://app.example.org", True),
        ("https://APP.Example.org:8443", True),
        ("https://app.example.org.", True),
        ("https://sub.app.example.org", False),
        ("https://x.wild.example", True),
        ("https://a.b.wild.example", True),
        ("https://wild.example", False),
        ("https://evilwild.example", False),
        ("https://xn--bcher-kva.example", True),
        ("https://app.example.org.evil.net", False),
        ("http://[::1", False),
        ("null", False),
        ("", False),
    ],
)
def test_s13_domains_lock_every_request(origin: str, fits: bool) -> None:
    """A list with wildcards, without case and port, in IDNA form; no origin is no match."""
    domains = ("app.example.org", "*.wild.example", "bücher.example")
    assert allowed(origin, domains) is fits
    apps = dict(APPS)
    page = Page(service(lookup=apps.get)).join().connect()
    apps[KEY] = App("app_1", domains=domains)
    page.headers = {"origin": origin} if origin else {}
    for handled in (page.initialize(), page.stats(sample(1e12)), page.browser("unload")):
        assert handled.response.status == (200 if fits else 403)
        assert fits or code(handled) == "domain_not_allowed"


def test_nobody_can_read_from_an_answer_whether_an_id_exists() -> None:
    """The id of another app's connection and one that never was get the same answer."""
    ada = Page().join().connect()
    bob = Page(ada.service, user="bob").join()
    answers = [
        bob.say("/stats", data=sample(1e12), connectionId=connection).response
        for connection in (ada.connection, ConnectionIds([NEW_SECRET]).mint("x"))
    ]
    assert answers[0] == answers[1]


def test_s18_refused_bodies_hold_no_token() -> None:
    """What is kept of a refused request is readable by operators, so its token is taken out."""
    page = Page().join().connect()
    page.say("/stats", data={}, connectionId="zz")
    page.browser("custom", delta="bad")
    assert [refusal.code for refusal in page.refusals] == ["unknown_connection", "bad_value"]
    assert all(refusal.raw and page.token.encode() not in refusal.raw for refusal in page.refusals)


def test_sessions_are_bounded() -> None:
    """The oldest sessions are forgotten first; forgetting costs nobody a request."""
    peermetrics = service(settings=Settings(max_sessions=3))
    pages = [Page(peermetrics, user=f"u{n}").join().connect() for n in range(5)]
    state = pages[0].state
    for page in pages[1:]:
        page.state = state
        page.browser("custom")
    assert len(state.sessions) == 3
    state.session("late", START + 2 * Settings().session_idle, Settings())
    assert list(state.sessions) == ["late"]
