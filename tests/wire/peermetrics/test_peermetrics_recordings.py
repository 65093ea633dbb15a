"""Recorded traffic of the unmodified SDK 2.7.2 in Chromium and Firefox."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import msgspec
import pytest

from rtclens.model import events as ev

from .player import SCENARIOS, Exchange, Player, recorded

REFUSED = {"bad-api-key": ["unknown_key"]}
JOINING = ("/v1/initialize", "/v1/sessions")
FIRST_IN_ORDER = ("addConnection",)


def is_served_here(exchange: Exchange) -> bool:
    return not exchange.path.startswith("/v1/services")


def load(scenario: str) -> list[Exchange]:
    return [exchange for exchange in recorded(scenario) if is_served_here(exchange)]


def is_retryable(exchange: Exchange) -> bool:
    return exchange.path in ("/v1/stats", "/v1/tracks") or '"endCall"' in exchange.body


def is_ordered(exchange: Exchange) -> bool:
    """Requests whose reply the SDK needs before it can send the next ones."""
    return exchange.path in JOINING or any(name in exchange.body for name in FIRST_IN_ORDER)


def aged(exchange: Exchange, delta: float) -> Exchange:
    """The same request as the SDK repeats it after `delta` ms."""
    body = json.loads(exchange.body)
    age = {"delta": body.get("delta", 0) + delta}
    return msgspec.structs.replace(exchange, at=exchange.at + delta, body=json.dumps(body | age))


def overtaking(exchanges: list[Exchange], order: random.Random) -> list[Exchange]:
    """Requests that left within half a second arrive in any order; only the steps of joining wait for each other."""
    arranged: list[Exchange] = []
    held: list[Exchange] = []
    for exchange in [*exchanges, None]:
        waits = exchange is not None and not is_ordered(exchange)
        if held and (exchange is None or not waits or exchange.at - held[0].at > 500):
            order.shuffle(held)
            arrival = max(earlier.at for earlier in held)
            arranged += [msgspec.structs.replace(earlier, at=arrival) for earlier in held]
            held = []
        if exchange is not None:
            (held if waits else arranged).append(exchange)
    return arranged


def facts(player: Player) -> list[str]:
    """What was told, without the times at which it was told and the numbers that pair requests with outcomes."""
    told = []
    for batch in player.batches:
        for event in batch.events:
            content = msgspec.to_builtins(event) | {"at": 0, "correlation": "", "audio": 0, "video": 0, "reason": ""}
            content["direction"] = ""  # known only after the track was announced
            told.append(json.dumps([batch.origin.session, content], sort_keys=True))
    return sorted(told)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_recordings_are_taken_without_refusal(scenario: str) -> None:
    """Every request of the real SDK is answered 200 with a JSON body; nothing of it is refused."""
    player = Player().play(load(scenario))
    assert [refusal.code for refusal in player.refusals] == REFUSED.get(scenario, [])
    for handled in player.handled:
        assert handled.response.body
        assert handled.response.headers["Access-Control-Allow-Origin"]
        assert handled.response.status == (400 if handled.outcome == "refused" else 200)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_d2_doubled_requests_change_nothing(scenario: str) -> None:
    """All retryable requests sent again, as the SDK repeats them, give byte-identical events."""
    exchanges = load(scenario)
    repeats = [aged(exchange, delay) for exchange in exchanges for delay in (1_000, 33_000) if is_retryable(exchange)]
    once = Player().play(exchanges)
    twice = Player().play(sorted([*exchanges, *repeats], key=lambda exchange: exchange.at))
    assert msgspec.json.encode(twice.batches) == msgspec.json.encode(once.batches)


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name not in REFUSED])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_d2_order_of_arrival_does_not_matter(scenario: str, seed: int) -> None:
    """Requests that overtake each other tell the same facts: only the order of joining is given."""
    exchanges = load(scenario)
    straight = Player().play(exchanges)
    shuffled = Player().play(overtaking(exchanges, random.Random(seed)))
    assert not shuffled.refusals
    assert facts(shuffled) == facts(straight)


@pytest.mark.parametrize("scenario", ["happy", "sfu", "reload", "simulcast"])
@pytest.mark.parametrize("speed", [1.0, 10.0, 100_000.0])
def test_a_recording_played_fast_keeps_its_timeline(scenario: str, speed: float) -> None:
    """Samples stay as far apart as they were taken, and no event falls before the samples that went ahead of it."""
    played = Player().play(load(scenario), speed)
    truth = Player().play(load(scenario))
    assert _gaps(played) == pytest.approx(_gaps(truth), abs=2_100)
    for session, events in _by_session(played).items():
        last = max((event.at for event in events if isinstance(event, ev.Sample)), default=0)
        ends = [event.at for event in events if isinstance(event, ev.SessionClosed)]
        assert all(end >= last for end in ends), session


def _by_session(player: Player) -> dict[str, list[ev.AnyEvent]]:
    sessions: dict[str, list[ev.AnyEvent]] = {}
    for batch in player.batches:
        sessions.setdefault(batch.origin.session, []).extend(batch.events)
    return sessions


def _gaps(player: Player) -> list[float]:
    gaps = []
    for events in _by_session(player).values():
        times: dict[str, list[float]] = {}
        for event in events:
            if isinstance(event, ev.Sample):
                times.setdefault(event.connection, []).append(event.at)
        gaps += [later - earlier for ats in times.values() for earlier, later in pairwise(ats)]
    return gaps


def test_a_call_of_two_is_told_whole() -> None:
    """The healthy call: who, with what, from when to when."""
    player = Player().play(load("happy"))
    assert {batch.origin.participant for batch in player.batches} == {"a", "b"}
    assert {batch.origin.call for batch in player.batches} == {load("happy")[0].body.split('"')[3]}
    opened = player.of(ev.SessionOpened)
    assert [event.participant_name for event in opened] == ["User a", "User b"]
    assert opened[0].client is not None
    assert (opened[0].client.browser, opened[0].client.os) == ("Chrome Headless", "Linux")
    samples = player.of(ev.Sample)
    assert len(samples) == 10
    assert all(len(sample.stats.inbound_rtp) == 2 and len(sample.stats.outbound_rtp) == 2 for sample in samples)
    assert all(sample.stats.candidate_pair[0].selected for sample in samples)
    assert all(len(sample.stats.codec) >= 2 and len(sample.stats.media_source) == 2 for sample in samples)
    assert len(player.of(ev.SessionClosed)) == 2
    assert {event.name for event in player.of(ev.AppReported)} == {"mute", "unmute", "hangup-pressed"}


def test_w25_a_connection_without_early_events_keeps_its_samples() -> None:
    """A connection whose events the SDK lost is known by addConnection and its stats alone."""
    player = Player().play(load("two-peers-at-once"))
    opened = [event for event in player.of(ev.ConnectionOpened) if event.config is None]
    told = {event.connection for event in player.of(ev.StateChanged)}
    silent = [event for event in opened if event.connection not in told]
    assert [event.peer for event in silent] == ["user-C"]
    assert [sample.connection for sample in player.of(ev.Sample)].count(silent[0].connection) == 1


def test_an_outage_loses_and_doubles_nothing() -> None:
    """Stats refused by an overloaded server and repeated later are stored once, at the time they were taken."""
    exchanges = [exchange for exchange in load("api-trouble") if exchange.status == 200]
    refused = [exchange for exchange in load("api-trouble") if exchange.status == 503]
    samples = Player().play(exchanges).of(ev.Sample)
    every = Player().play(load("api-trouble")).of(ev.Sample)
    assert refused
    assert len(every) == len(samples)
    stamps = sorted(sample.at for sample in samples)
    assert max(b - a for a, b in pairwise(stamps)) < 6_000


def test_w5_removals_name_peers_as_the_application_does() -> None:
    """removeConnection and removePeer as the SDK sends them are answered 200 and end the connections once."""
    player = Player().play(load("lifecycle"))
    closed = player.of(ev.ConnectionClosed)
    assert len({event.connection for event in closed}) == len(closed) == 2


def test_ended_media_of_firefox_is_read_as_well() -> None:
    """Firefox sends other members; they reach the same reports."""
    sample = Player().play(load("firefox")).of(ev.Sample)[0]
    assert {report.kind for report in sample.stats.inbound_rtp} == {"audio", "video"}
    assert sample.stats.candidate_pair[0].extra == {"readable": True}
