"""Deletion leaves nothing of its subject and everything of the others."""

from __future__ import annotations

from rtclens.model.codec import Refusal
from rtclens.model.facts import Call, Participant
from rtclens.store import Rows, Store

from .samples import START, Named, batch, every_kind


def _fill(store: Store, app_id: str) -> None:
    rows = Rows()
    for call in ("call_1", "call_2"):
        for person in ("ann", "ben"):
            named = Named(call_id=call, participant_id=person)
            rows.add_batch(batch(app_id, 1, seq=1), named)
            rows.add_batch(every_kind(app_id, seq=2), named)
            rows.add_facts([Participant(app_id=app_id, call_id=call, participant_id=person)])
        rows.add_facts([Call(app_id=app_id, call_id=call)])
    rows.add_refusal(app_id, Refusal("not_json", "no", at=START, raw=b"{"))
    store.append(rows)


def test_a_participant_is_forgotten_and_the_others_kept(store: Store) -> None:
    """Raw rows and facts of one person go; the other person and the other call stay."""
    _fill(store, "er-person")
    before = store.remaining("er-person", "call_1", "ben")
    store.erase("er-person", "call_1", "ann")
    assert store.remaining("er-person", "call_1", "ann") == {}
    assert store.remaining("er-person", "call_1", "ben") == before
    assert store.query("SELECT count() FROM participants WHERE app_id = 'er-person'").rows[0] == (3,)


def test_a_call_is_forgotten(store: Store) -> None:
    """Nothing in any table names the call any more."""
    _fill(store, "er-call")
    store.erase("er-call", "call_1")
    assert store.remaining("er-call", "call_1") == {}
    assert set(store.remaining("er-call", "call_2")) > {"samples", "events", "inbound_rtp", "calls_versions"}


def test_an_app_is_forgotten_with_its_refused_input(store: Store) -> None:
    """Dead letters go with the app; other apps are untouched."""
    _fill(store, "er-app")
    _fill(store, "er-other")
    assert "refusals" in store.remaining("er-app")
    store.erase("er-app")
    assert store.remaining("er-app") == {}
    assert "refusals" in store.remaining("er-other")


def test_refused_frames_are_kept_as_long_as_wished(store: Store) -> None:
    """The engine forgets the bytes by itself; the reason stays."""
    old = Refusal("not_json", "no", at=START - 400 * 86_400_000, raw=b"{")
    store.insert_refusals("er-ttl", [Refusal("not_json", "no", at=START, raw=b"{"), old])
    store.keep_refused(3650)
    store.command("OPTIMIZE TABLE refusals FINAL")
    assert "toIntervalDay(3650)" in store.query("SHOW CREATE TABLE refusals").rows[0][0]
    assert [row[0] for row in store.query("SELECT raw FROM refusals WHERE app_id = 'er-ttl'").rows] == ["{"]
