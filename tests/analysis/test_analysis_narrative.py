"""The sentence of a call says each thing once."""

from __future__ import annotations

import pytest

from rtclens.analysis import catalogue
from rtclens.model.facts import Call

from .synthetic import Scene, newest
from .test_analysis_recordings import call


def sentence(scene: Scene) -> str:
    return next(row.verdict_text for row in newest(scene.facts).values() if isinstance(row, Call))


@pytest.mark.parametrize("name", ["observertc-cpu", "peermetrics-cpu"])
def test_the_same_trouble_at_two_people_is_said_once(name: str) -> None:
    """Two starved machines show the same: its title stands in the sentence once, the second cause beside it."""
    text = call(name).verdict_text
    said = [entry.title for entry in catalogue() if entry.title.lower() in text.lower()]
    assert said
    assert all(text.lower().count(title.lower()) == 1 for title in said), text


def test_a_score_never_leads_where_something_specific_was_found() -> None:
    assert "scores low" not in call("peermetrics-cpu").verdict_text


def test_another_trouble_with_a_named_cause_is_said_besides() -> None:
    scene = Scene().run(25)
    for side in scene.sides.values():
        side.set("in_video", packetsLost=20)
    scene.b.set("source_video", frames=0)
    scene.b.set("out_video", framesEncoded=0, framesSent=0, packetsSent=0, bytesSent=0)
    scene.run(20).end()
    assert "the camera gives no pictures" in sentence(scene).lower()
