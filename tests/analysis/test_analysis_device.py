"""Detectors whose reports the ordinary scenes do not carry: playout, pressure, collection time, send buffer."""

from __future__ import annotations

from typing import Any

from rtclens.model.events import Sample
from rtclens.model.stats import ComputePressure, MediaPlayout, Stats

from .synthetic import Scene


class Equipped(Scene):
    """A scene whose `a` also reports its devices."""

    pressure: int | None = None
    collect_ms: float | None = None
    glitch = 0.0
    played = 0.0
    synthesized = 0.0

    def send(self, person: str, *events: Any, at: float | None = None) -> Any:
        for event in events:
            if isinstance(event, Sample) and person == "a":
                event.collect_ms = self.collect_ms
                self._equip(event.stats)
        return super().send(person, *events, at=at)

    def _equip(self, stats: Stats) -> None:
        self.played += 1.0
        self.synthesized += self.glitch
        stats.media_playout = [
            MediaPlayout(id="AP", totalSamplesDuration=self.played, synthesizedSamplesDuration=self.synthesized)
        ]
        if self.pressure is not None:
            stats.compute_pressure = [ComputePressure(id="cpu", cpuState=self.pressure)]


def test_pressure_alone_is_a_risk() -> None:
    scene = Equipped().run(20)
    scene.pressure = 1
    scene.run(15)
    assert [f.severity for f in scene.findings("cpu_pressure")] == ["info"]


def test_pressure_with_harm_is_more_than_a_risk() -> None:
    scene = Equipped().run(20)
    scene.pressure = 1
    scene.a.set("out_video", totalEncodeTime=0.95)
    scene.run(30)
    found = scene.findings("cpu_pressure")[0]
    assert (found.severity, found.cause_segment) == ("medium", "sender_device")


def test_nominal_pressure_is_nothing() -> None:
    scene = Equipped().run(20)
    scene.pressure = 4
    scene.run(30)
    assert scene.names("info") == set()


def test_a_stuttering_output_is_the_listeners_device() -> None:
    scene = Equipped().run(20)
    scene.glitch = 0.05
    scene.run(15)
    found = scene.findings("audio_playout_glitch")[0]
    assert found.cause_segment == "receiver_device"


def test_slow_collection_is_a_slow_page() -> None:
    scene = Equipped().run(20)
    scene.collect_ms = 1500.0
    scene.run(15)
    assert scene.findings("main_thread_slow")
    assert {f.participant_id for f in scene.findings("main_thread_slow")} == {scene.findings()[0].participant_id}


def test_a_full_send_buffer_drops_packets() -> None:
    scene = Scene()
    for side in scene.sides.values():
        side.rates["pair"] |= {"packetsSent": 150.0, "packetsDiscardedOnSend": 0.0}
        side.totals["pair"] |= {"packetsSent": 0.0, "packetsDiscardedOnSend": 0.0}
    scene.run(20)
    scene.a.set("pair", packetsDiscardedOnSend=10.0)
    scene.run(8)
    assert scene.findings("socket_discard")


def test_another_limit_is_only_noted() -> None:
    scene = Scene().run(20)
    scene.a.set("limits", none=0.1, other=0.9)
    scene.run(20)
    assert [f.severity for f in scene.findings("video_limited_other")] == ["info"]
