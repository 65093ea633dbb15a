"""Attributes of a join keep their names, whatever shape they came in."""

from __future__ import annotations

from rtclens.analysis.tags import MOST, add
from rtclens.model.events import SessionUpdated
from rtclens.model.facts import Session

from .synthetic import Scene, newest


def test_members_of_an_attribute_are_attributes() -> None:
    scene = Scene(people="a")
    said = {"plan": "pro", "flags": {"new_layout": True, "codec": "av1"}, "beta": False, "seats": 5}
    scene.send("a", SessionUpdated(at=scene.now, tags=said))
    scene.end()
    (row,) = [row for row in newest(scene.facts).values() if isinstance(row, Session)]
    assert row.tags == {
        "plan": "pro",
        "flags.new_layout": "true",
        "flags.codec": "av1",
        "beta": "false",
        "seats": "5",
    }


def test_the_newest_word_counts_and_their_number_is_bounded() -> None:
    known = {"plan": "free"}
    add(known, {"plan": "pro"} | {f"n{number}": number for number in range(5 * MOST)})
    add(known, {"n0": "again"})
    assert known["plan"] == "pro" and known["n0"] == "again" and len(known) == MOST
