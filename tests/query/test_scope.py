"""No question can read outside its scope, whatever it is asked with."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.query.world import T0, World, sample, state

import rtclens.query as room
from rtclens.model.codec import Refusal
from rtclens.query import (
    CallFilters,
    EventsQuestion,
    NotThereError,
    Reader,
    Scope,
    SeriesQuestion,
    Span,
    call_detail,
    calls,
    events,
    ingest,
    overview,
    reports,
    series,
)
from rtclens.query.scope import ask, scoped
from rtclens.store.store import Store

SPAN = Span(T0 - 60_000, T0 + 600_000)
QUESTIONS: dict[str, Callable[[Reader, Scope, str], Any]] = {
    "calls": lambda store, scope, _: calls(store, scope, CallFilters(span=SPAN, q="ann")),
    "series": lambda store, scope, call: series(store, scope, SeriesQuestion(call, SPAN)),
    "events": lambda store, scope, call: events(store, scope, EventsQuestion(call, SPAN)),
    "ingest": lambda store, scope, _: ingest(store, scope, SPAN),
    "overview": lambda store, scope, _: overview(store, scope, SPAN),
    "call_detail": lambda store, scope, call: call_detail(store, scope, call),
    "reports": lambda store, scope, call: reports(store, scope, call, f"c-{call}-ann", T0),
}


@pytest.fixture(scope="module")
def two(store: Store) -> tuple[str, str]:
    """Two apps with the same kind of call; names differ so that a leak shows."""
    world = World()
    for app_id, secret in (("scope-mine", "alpha"), ("scope-theirs", "omega")):
        call = world.call(app_id, f"call-{app_id}", name=secret)
        ann = world.person(call, "ann", external_id=secret)
        bob = world.person(call, "bob")
        world.slices(world.track(bob, "video", ann, impaired_s=1.0, external_id=secret), "gb", T0, loss_ratio=0.5)
        world.finding(bob, f"detector_{secret}", T0, 5)
        world.batch(ann, T0 + 100, [state(T0, secret), sample(T0, 7, decoderImplementation=secret)])
        world.refusals.append((app_id, Refusal("not_json", secret, "", "rtcstats", T0)))
    world.write(store)
    return "scope-mine", "scope-theirs"


def answer(name: str, store: Store, scope: Scope, call_id: str) -> str:
    try:
        return msgspec.json.encode(QUESTIONS[name](store, scope, call_id)).decode()
    except NotThereError:
        return ""


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_sees_its_own_app_and_nothing_of_another(store: Store, two: tuple[str, str], name: str) -> None:
    mine, theirs = two
    own = answer(name, store, Scope((mine,)), f"call-{mine}")
    assert "omega" not in own
    assert ("alpha" in own) or name == "series"
    foreign = answer(name, store, Scope((mine,)), f"call-{theirs}")
    assert "omega" not in foreign


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_empty_scope_sees_nothing(store: Store, two: tuple[str, str], name: str) -> None:
    for app_id in two:
        seen = answer(name, store, Scope(()), f"call-{app_id}")
        assert "alpha" not in seen and "omega" not in seen and "scope-" not in seen


@pytest.mark.parametrize(
    "attempt",
    [
        "') OR 1=1 --",
        "' UNION SELECT * FROM calls_versions --",
        "\\'",
        "{scope_apps:Array(String)}",
        "@calls",
        "%s%n",
        "\x00",
        "'; DROP TABLE calls_versions; --",
        "☃",
        "a" * 5000,
    ],
)
def test_text_of_a_filter_is_never_sql(store: Store, two: tuple[str, str], attempt: str) -> None:
    mine = Scope((two[0],))
    for filters in (CallFilters(q=attempt), CallFilters(detector=attempt)):
        assert calls(store, mine, filters).calls == []
    assert events(store, mine, EventsQuestion(attempt, SPAN, participant_id=attempt)).events == []
    assert series(store, mine, SeriesQuestion(attempt, SPAN, track_id=attempt)).tracks == {}
    with pytest.raises(NotThereError):
        call_detail(store, mine, attempt)
    with pytest.raises(NotThereError):
        reports(store, mine, attempt, attempt, T0)
    assert calls(store, mine, CallFilters()).total == 1


def test_an_app_id_with_quotes_stays_a_value(store: Store) -> None:
    assert calls(store, Scope(("') OR 1=1 --",)), CallFilters()).total == 0


def test_every_table_in_the_text_is_scoped() -> None:
    assert scoped("SELECT 1 FROM @calls AS x, @samples") == (
        "SELECT 1 FROM (SELECT * FROM calls_versions FINAL WHERE app_id IN {scope_apps:Array(String)}) AS x,"
        " (SELECT * FROM samples WHERE app_id IN {scope_apps:Array(String)})"
    )


def test_no_text_of_the_room_names_a_table_without_its_scope() -> None:
    bare = re.compile(r"\b(?:FROM|JOIN)\s+(?![(@{])(\S+)")
    folder = Path(room.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name == "scope.py":
            continue
        text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith(("from ", "import ")))
        assert bare.findall(text) == [], path.name


def test_the_scope_reaches_the_primary_key(store: Store, two: tuple[str, str]) -> None:
    """The subquery must not hide the key from the engine: a call is found without reading the table."""
    plan = ask(
        store,
        Scope((two[0],)),
        "EXPLAIN indexes = 1 SELECT * FROM @track_slices WHERE call_id = {call:String}",
        call="x",
    )
    text = "\n".join(str(row) for row in plan)
    assert "app_id" in text and "call_id in ['x', 'x']" in text
