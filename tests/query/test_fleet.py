"""Shared fate over stored facts: one TURN server is bad, and the answer names it with its control."""

from __future__ import annotations

from typing import Any

from tests.query.world import MINUTE, T0, World

from rtclens.model.facts import Connection, Session
from rtclens.model.features import ConnectionFeatures
from rtclens.query import Scope, Span, fleet
from rtclens.store.store import Store

SPAN = Span(T0, T0 + 10 * MINUTE)
RELAYS = ("turn:one.example:3478?transport=udp", "turns:two.example:443?transport=tcp", "")


def many(world: World, app_id: str, bad: str = "", calls: int = 45) -> None:
    """Calls of two; their relays take turns. Everybody on `bad` loses packets, and one in ten of the others."""
    for number in range(calls):
        call = world.call(app_id, f"{app_id}-{number}", T0 + number * 1000)
        for name in "ab":
            relay = RELAYS[number % 3]
            person = world.person(call, name, external_id=f"user-{number}-{name}")
            _changed(world, person.participant_id, relay)
            if (bad and bad in relay) or number % 10 == 0:
                world.finding(person, "in_loss_high", T0 + number * 1000, 20)
            world.finding(person, "video_freeze", T0 + number * 1000, 20, parent_id="f")
            world.finding(person, "relay_used", T0 + number * 1000, 20, severity="info")


def _changed(world: World, participant: str, relay: str) -> None:
    for fact in world.facts:
        if isinstance(fact, Connection) and fact.participant_id == participant:
            fact.relay_url, fact.path_type = relay, "relay_udp" if relay else "direct_srflx"
        elif isinstance(fact, Session) and fact.participant_id == participant:
            fact.app_version = "7.2"


def asked(store: Store, world: World, scope: Scope, app_id: str, **how: Any) -> Any:
    many(world, app_id, **how)
    world.write(store)
    return fleet(store, scope, SPAN)


def test_a_bad_turn_server_is_named_with_its_control(store: Store, world: World, scope: Scope, app_id: str) -> None:
    found = asked(store, world, scope, app_id, bad="two.example")
    (one,) = found.findings
    assert (one.axis, one.value, one.issue, one.detector) == ("turn", "two.example", "network", "turn_degraded")
    assert (one.people, one.affected, one.control_people) == (30, 30, 30)
    assert one.control == "people with another TURN server"
    assert one.segment == "relay" and one.calls == 15
    assert found.people == 90 and found.calls == 45


def test_a_healthy_population_names_nobody(store: Store, world: World, scope: Scope, app_id: str) -> None:
    found = asked(store, world, scope, app_id)
    assert found.findings == [] and found.tests > 0


def test_few_calls_are_not_compared(store: Store, world: World, scope: Scope, app_id: str) -> None:
    found = asked(store, world, scope, app_id, bad="two.example", calls=9)
    assert found.findings == [] and found.tests == 0 and "too few" in found.sentence


def test_no_calls_at_all(store: Store, scope: Scope) -> None:
    found = fleet(store, scope, SPAN)
    assert (found.people, found.calls, found.findings) == (0, 0, [])


def test_others_calls_do_not_count(store: Store, world: World, app_id: str) -> None:
    many(world, app_id, bad="two.example")
    world.write(store)
    assert fleet(store, Scope(()), SPAN).people == 0


def test_the_media_server_of_a_call_is_an_axis(store: Store, world: World, scope: Scope, app_id: str) -> None:
    for number in range(60):
        call = world.call(app_id, f"{app_id}-{number}", T0 + number * 1000)
        world.person(call, "server", external_id=f"sfu-{number % 2}", role="sfu")
        person = world.person(call, "a", external_id=f"user-{number}")
        if number % 2:
            world.finding(person, "video_freeze", T0 + number * 1000, 20)
    world.write(store)
    found = fleet(store, scope, SPAN).findings
    assert [(one.axis, one.value, one.issue) for one in found] == [("sfu", "sfu-1", "video")]


def test_places_and_attributes_of_people_are_axes(store: Store, world: World, scope: Scope, app_id: str) -> None:
    for number in range(60):
        person = world.person(
            world.call(app_id, f"{app_id}-{number}", T0 + number * 1000), "a", external_id=f"u{number}"
        )
        tags = {"ASN": f"AS{number % 2}", "user": f"u{number}", "text": "x" * 100}
        _tagged(world, person.participant_id, tags)
        if number % 2:
            world.finding(person, "in_loss_high", T0 + number * 1000, 20)
    world.write(store)
    answer = fleet(store, scope, SPAN)
    assert [(one.axis, one.value, one.issue) for one in answer.findings] == [("network", "AS1", "network")]
    assert answer.findings[0].detector == "network_incident"


def test_the_moment_is_told_from_which_on_it_went_badly(store: Store, world: World, scope: Scope, app_id: str) -> None:
    for number in range(240):
        call = world.call(app_id, f"{app_id}-{number}", T0 + number * 2000, minutes=0.5)
        person = world.person(call, "a", external_id=f"u{number}")
        relay = RELAYS[number % 2]
        _changed(world, person.participant_id, relay)
        if number >= 120 and number % 2:
            world.finding(person, "ice_failed", T0 + number * 2000 + 500, 5)
    world.write(store)
    (found,) = fleet(store, scope, SPAN).findings
    assert (found.axis, found.value, found.issue) == ("turn", "two.example", "connect")
    assert found.since == T0 + 121 * 2000 + 500
    assert (found.before_affected, found.affected) == (0, 60)


def test_the_kind_of_access_is_an_axis(store: Store, world: World, scope: Scope, app_id: str) -> None:
    for number in range(60):
        at = T0 + number * 1000
        call = world.call(app_id, f"{app_id}-{number}", at)
        person = world.person(call, "a", external_id=f"u{number}")
        own = {"app_id": app_id, "call_id": call.call_id, "participant_id": person.participant_id}
        world.facts.append(
            ConnectionFeatures(
                **own, session_id="s", connection_id=f"c-{number}", start_time=at, revision=1,
                last_candidate_pair_local_network_type=("wifi", "cellular")[number % 2],
            )
        )  # fmt: skip
        if number % 2:
            world.finding(person, "in_loss_high", at, 20)
    world.write(store)
    (found,) = fleet(store, scope, SPAN).findings
    assert (found.axis, found.value, found.axis_title) == ("access", "cellular", "kind of access")


def _tagged(world: World, participant: str, tags: dict[str, str]) -> None:
    for fact in world.facts:
        if isinstance(fact, Session) and fact.participant_id == participant:
            fact.tags = tags
