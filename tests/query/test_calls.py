from __future__ import annotations

import pytest
from tests.query.world import MINUTE, T0, World

from rtclens.query import SORTS, BadQuestionError, CallFilters, CallItem, Scope, Span, call_detail, calls
from rtclens.query.calls import LIMIT
from rtclens.query.cursor import Cursor
from rtclens.query.narrative import duration_words, narrative
from rtclens.query.strips import layout
from rtclens.store.store import Store


def ids(found: list[CallItem]) -> list[str]:
    return [call.call_id.partition("-")[0] for call in found]


@pytest.fixture(scope="module")
def several(store: Store) -> Scope:
    return five_calls(store, "app-several")


def five_calls(store: Store, app_id: str) -> Scope:
    """Five calls: a (good), b (bad, uplink), c (live), d (degraded, unproved), e (long ago)."""
    world = World()
    a = world.call(app_id, f"a-{app_id}", T0, 2, participants=2, impaired_s=0.0)
    world.person(a, "Ann Ångström")
    b = world.call(app_id, f"b-{app_id}", T0 + 1000, 4, verdict="bad", impaired_s=30.0, participants=3)
    bob = world.person(b, "bob", verdict="bad")
    world.person(b, "carol")
    world.finding(bob, "in_loss_high", T0 + 2000, 30)
    world.finding(bob, "rtt_high", T0 + 2000, 5, cause_segment="relay", cause_participant_id="", cause_confidence=0.7)
    world.finding(bob, "noted", T0, 500, severity="info", cause_segment="app")
    world.call(app_id, f"c-{app_id}", T0 + 2000, 1, ended_at=None, participants=1, verdict="unknown")
    d = world.call(app_id, f"d-{app_id}", T0 + 3000, 3, verdict="degraded", impaired_s=5.0, name="Weekly 100%")
    world.finding(world.person(d, "dave"), "video_freeze", T0 + 3000, 5, cause_segment="", severity="low")
    world.call(app_id, f"e-{app_id}", T0 - 600 * MINUTE, 5)
    world.write(store)
    return Scope((app_id,))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (CallFilters(), "d c b a e"),
        (CallFilters(span=Span(T0 - MINUTE, T0 + 10 * MINUTE)), "d c b a"),
        (CallFilters(span=Span(T0 + 2.5 * MINUTE, T0 + 10 * MINUTE)), "d b"),
        (CallFilters(span=Span(T0, T0 + 500)), "a"),
        (CallFilters(verdict=("bad",)), "b"),
        (CallFilters(verdict=("bad", "degraded")), "d b"),
        (CallFilters(live=True), "c"),
        (CallFilters(live=False), "d b a e"),
        (CallFilters(cause=("sender_uplink",)), "b"),
        (CallFilters(cause=("relay",)), "b"),
        (CallFilters(cause=("unknown",)), "d"),
        (CallFilters(cause=("app",)), ""),
        (CallFilters(detector="video_freeze"), "d"),
        (CallFilters(detector="none_such"), ""),
        (CallFilters(q="ångström"), "a"),
        (CallFilters(q="USER-BOB"), "b"),
        (CallFilters(q="weekly 100%"), "d"),
        (CallFilters(q=" room-c "), "c"),
        (CallFilters(q="%"), "d"),
        (CallFilters(q="bob", verdict=("good",)), ""),
    ],
)
def test_each_filter_filters_the_rows_and_the_total(
    store: Store, several: Scope, filters: CallFilters, expected: str
) -> None:
    page = calls(store, several, filters)
    assert ids(page.calls) == expected.split()
    assert page.total == len(expected.split())


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("started", "d c b a e"),
        ("-started", "e a b c d"),
        ("duration", "e b d a c"),
        ("-duration", "c a d b e"),
        ("worst", "b d"),
        ("participants", "b a c"),
        ("impaired", "b d a"),
    ],
)
def test_sorts(store: Store, several: Scope, sort: str, expected: str) -> None:
    found = ids(calls(store, several, CallFilters(), sort).calls)
    assert found[: len(expected.split())] == expected.split()


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_of_any_size_show_every_call_once_in_the_order_of_the_whole_list(
    store: Store, several: Scope, sort: str
) -> None:
    whole = ids(calls(store, several, CallFilters(), sort).calls)
    for size in (1, 2, 5):
        paged: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = calls(store, several, CallFilters(), sort, size, cursor)
            assert len(page.calls) <= size
            assert page.total == 5
            paged += ids(page.calls)
            cursor = page.next
        assert paged == whole


@pytest.mark.parametrize("limit", [-260, 0])
def test_a_page_holds_a_call_at_least(store: Store, several: Scope, limit: int) -> None:
    page = calls(store, several, CallFilters(), limit=limit)
    assert len(page.calls) == 1
    assert page.next is not None


def test_a_page_of_more_than_the_limit_goes_on_behind_it(store: Store, app_id: str) -> None:
    world = World()
    for number in range(LIMIT + 5):
        world.call(app_id, f"many-{number}-{app_id}", T0 + number)
    world.write(store)
    first = calls(store, Scope((app_id,)), CallFilters(), limit=LIMIT * 5)
    assert len(first.calls) == LIMIT
    assert first.next is not None
    second = calls(store, Scope((app_id,)), CallFilters(), limit=LIMIT * 5, cursor=first.next)
    assert len(second.calls) == 5
    assert second.next is None


def test_a_call_that_begins_while_somebody_pages_neither_repeats_nor_hides_another(store: Store, app_id: str) -> None:
    scope = five_calls(store, app_id)
    first = calls(store, scope, CallFilters(), limit=2)
    later = World()
    later.call(app_id, f"f-{app_id}", T0 + 9000)
    later.write(store)
    assert first.next is not None
    second = calls(store, scope, CallFilters(), limit=3, cursor=first.next)
    assert ids(first.calls) + ids(second.calls) == ["d", "c", "b", "a", "e"]
    assert second.next is None


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "AAAA",
        "é",
        "bnVsbA",
        Cursor("worst", 1.0, "x").text(),
        Cursor("started", 1.0, "x").text()[:-2],
        "W10",
        "WyJzdGFydGVkIiwiMSBPUiAxPTEiLCJ4Il0",
    ],
)
def test_a_cursor_that_does_not_fit_is_refused(store: Store, scope: Scope, cursor: str) -> None:
    with pytest.raises(BadQuestionError):
        calls(store, scope, CallFilters(), "started", cursor=cursor)


def test_an_unknown_sort_is_refused_with_the_known_ones(store: Store, scope: Scope) -> None:
    with pytest.raises(BadQuestionError) as refused:
        calls(store, scope, CallFilters(), "started; DROP TABLE calls")
    assert "worst" in refused.value.hint


def test_an_item_shows_people_causes_and_how_long_it_lasted(store: Store, several: Scope) -> None:
    by_id = {call.call_id[0]: call for call in calls(store, several, CallFilters()).calls}
    bad = by_id["b"]
    assert bad.duration_s == 240.0
    assert [(person.name, person.verdict) for person in bad.people] == [("bob", "bad"), ("carol", "good")]
    assert [(cause.segment, cause.confidence) for cause in bad.causes] == [("sender_uplink", 0.8), ("relay", 0.7)]
    assert bad.causes[0].participant_id == bad.people[0].participant_id
    assert (by_id["c"].live, by_id["b"].live) == (True, False)
    assert by_id["d"].causes == []


def test_a_person_without_a_name_is_shown_by_the_applications_id_and_infrastructure_is_not_people(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    world.person(call, "ann", name="")
    world.person(call, "bridge", role="sfu")
    world.write(store)
    (item,) = calls(store, scope, CallFilters()).calls
    assert [person.name for person in item.people] == ["user-ann"]


def test_the_newest_version_of_a_call_counts(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call_id = f"call-{app_id}"
    world.call(app_id, call_id, verdict="good")
    world.write(store)
    newer = World()
    fact = newer.call(app_id, call_id, verdict="bad")
    fact.revision = 2
    newer.write(store)
    page = calls(store, scope, CallFilters())
    assert [call.verdict for call in page.calls] == ["bad"]
    assert calls(store, scope, CallFilters(verdict=("good",))).total == 0


def test_a_strip_has_the_worst_verdict_of_each_part(store: Store, world: World, scope: Scope, app_id: str) -> None:
    call = world.call(app_id, f"call-{app_id}", minutes=1)
    ann, bob = world.person(call, "ann"), world.person(call, "bob")
    world.slices(world.track(bob, "video", ann), "ggdbui__", T0)
    world.slices(world.track(bob, "audio", ann, kind="audio"), "ggggg_g_", T0)
    world.write(store)
    (item,) = calls(store, scope, CallFilters()).calls
    assert item.strip[:8] == ["good", "good", "degraded", "bad", "good", "idle", "good", "unknown"]
    assert item.strip[8:] == ["unknown"] * 4


def test_what_was_sent_speaks_only_where_nobody_told_what_arrived(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}", minutes=0.25)
    ann = world.person(call, "ann")
    world.slices(world.track(ann, "sent", direction="outbound"), "bbb", T0)
    world.slices(world.track(ann, "heard", direction="inbound"), "gu_", T0)
    world.write(store)
    (item,) = calls(store, scope, CallFilters()).calls
    assert item.strip == ["good", "bad", "bad"]


@pytest.mark.parametrize(
    ("seconds", "parts"), [(0, 1), (3, 1), (5, 1), (12, 2), (60, 12), (300, 60), (301, 60), (86_400, 60)]
)
def test_a_strip_is_as_long_as_the_call_allows(seconds: float, parts: int) -> None:
    count, width = layout(T0, T0 + seconds * 1000)
    assert count == parts
    assert count * width >= seconds * 1000


def test_the_detail_has_every_row_of_the_call_and_of_no_other(store: Store, several: Scope) -> None:
    found = call_detail(store, several, "b-app-several")
    assert found.call.call_id == "b-app-several"
    assert [person.name for person in found.participants] == ["bob", "carol"]
    assert len(found.sessions) == len(found.connections) == 2
    assert found.sessions[0].tags == {"plan": "pro"}
    assert found.connections[0].features == {"candidates": 3}
    assert [finding.severity for finding in found.findings] == ["high", "high", "info"]
    assert found.findings[0].evidence[0].observed == 0.2
    assert found.connections[0].connected_at == T0 + 1800


def test_facts_come_back_equal(store: Store, world: World, scope: Scope, app_id: str) -> None:
    """Columns, times, maps and documents survive the way through the tables."""
    call = world.call(app_id, f"call-{app_id}", formats=["a", "b"], top_cause_confidence=0.25)
    ann = world.person(call, "ann")
    track = world.track(ann, "video", ssrcs=[1, 2], features={"x": {"y": [1, None, "z"]}}, impaired_s=None)
    finding = world.finding(ann, "in_loss_high", T0 + 0.0, 1, cause_alternatives={"sfu": 0.5}, impact={"people": 2})
    world.score(ann, 4.2)
    world.write(store)
    found = call_detail(store, scope, call.call_id)
    assert found.call.formats == ["a", "b"]
    assert found.call.top_cause_confidence == 0.25
    for got, put in ((found.tracks[0], track), (found.findings[0], finding), (found.scores[0], world.facts[-1])):
        assert all(getattr(got, name) == getattr(put, name) for name in put.__struct_fields__ if name != "evidence")


def test_impact_adds_the_tracks_of_a_pair_and_keeps_unjudged_apart(
    store: Store, world: World, scope: Scope, app_id: str
) -> None:
    call = world.call(app_id, f"call-{app_id}")
    ann, bob = world.person(call, "ann"), world.person(call, "bob")
    world.track(bob, "one", ann, impaired_s=1.5)
    world.track(bob, "two", ann, impaired_s=2.0)
    world.track(bob, "three", ann, impaired_s=None)
    world.track(ann, "voice", bob, kind="audio", impaired_s=None)
    world.track(ann, "unlinked", impaired_s=9.0)
    world.track(ann, "sent", direction="outbound", impaired_s=9.0)
    world.write(store)
    cells = call_detail(store, scope, call.call_id).impact
    assert {(c.from_participant[-3:], c.to_participant[-3:], c.kind): c.impaired_s for c in cells} == {
        ("ann", "bob", "video"): 3.5,
        ("bob", "ann", "audio"): None,
    }


def test_the_narrative_rests_on_findings_and_says_when_no_cause_is_proved(world: World) -> None:
    call = world.call("app", "call", verdict_text="Bob was hard to hear.")
    bob = world.person(call, "bob")
    proved = world.finding(bob, "in_loss_high", T0, 65)
    folded = world.finding(bob, "video_freeze", T0, 30, parent_id=proved.finding_id)
    unproved = world.finding(bob, "rtt_high", T0, 90, cause_segment="", cause_reason="one side seen")
    told = narrative(call, [bob], [proved, folded, unproved])
    assert [sentence.finding_ids for sentence in told] == [
        [proved.finding_id, unproved.finding_id],
        [proved.finding_id],
        [unproved.finding_id],
    ]
    assert told[0].text == "Bob was hard to hear."
    assert told[1].text == "Likely the sender's network of bob: packets are lost on the way here, for up to 1 min 05 s."
    assert told[2].text == "Without a provable cause (one side seen): the round trip is long, for up to 1 min 30 s."
    assert narrative(world.call("app", "quiet"), [], []) == []


def test_durations_in_words() -> None:
    words = [duration_words(seconds) for seconds in (0, 59.4, 59.6, 3599.4, 3600, 7325)]
    assert words == ["0 s", "59 s", "1 min 00 s", "59 min 59 s", "1 h 00 min", "2 h 02 min"]
