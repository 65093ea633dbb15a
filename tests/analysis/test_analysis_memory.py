"""What a live call is remembered by: little, not more the longer it lasts, and all of it read back as it was."""

from __future__ import annotations

from bench.held import held

from rtclens.analysis.features.notes import ClientNotes, Said, at_rest, awake
from rtclens.analysis.resting import packed
from rtclens.analysis.windows import Watch

from .synthetic import Scene

PEOPLE = 2
MOST = 20_000  # bytes for each person
KEPT_ROWS = 3_000  # of slices that are not settled yet, by which two moments may differ


def size(scene: Scene) -> float:
    return sum(held(scene.state).values()) / PEOPLE


def test_a_person_in_a_call_needs_little() -> None:
    assert size(Scene().run(300)) < MOST


def test_state_does_not_grow_with_the_call() -> None:
    scene = Scene().run(300)
    before = size(scene)
    assert size(scene.run(900)) < before + KEPT_ROWS


def test_a_condition_that_was_true_once_does_not_keep_all_that_follows() -> None:
    scene = Scene().run(20)
    scene.a.set("in_audio", packetsLost=10)
    scene.run(1)
    scene.a.reset()
    before = size(scene.run(120))
    assert size(scene.run(480)) < before + KEPT_ROWS


def test_a_watch_forgets_what_has_left_its_window() -> None:
    watch = Watch()
    watch.push(0.0, 1.0, 1.0)
    for second in range(1, 1000):
        watch.push(1000.0 * second, 1.0, None)
        watch.lapse(10.0, exact=False)
    assert not watch.any_true() and len(watch.spans) <= 4 * 11


def test_notes_are_read_back_as_they_were() -> None:
    known = {
        "ssrc": 2**62,
        "connected": True,
        "no column": [1, {"x": None}],
        "codecs_offered": {"audio": ["audio/opus"]},
    }
    said = Said(known=dict(known), first={"opened": 1.5, "srd calls": 2}, local={"1 10.0.0.7 5000 udp host"})
    rested = at_rest(said)
    assert isinstance(rested, bytes) and b"connected" not in rested
    assert awake(Said, rested) == Said(known=known, first=said.first, local=said.local)


def test_what_no_bytes_can_hold_stays_as_it_is() -> None:
    notes = ClientNotes(known={"create_extra": {"n": 2**70}})
    assert at_rest(notes) is notes and awake(ClientNotes, notes).known == {"create_extra": {"n": 2**70}}
    assert packed((2**64,)) == (2**64,)


def test_what_was_read_for_a_feature_row_rests_again() -> None:
    """Rows of features are written every five minutes."""
    scene = Scene().run(320)
    (call,) = scene.state.calls.values()
    (conn,) = call.sessions()[0].connections.values()
    assert isinstance(conn.held_said, bytes)
