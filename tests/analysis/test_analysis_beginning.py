"""How calls begin: late answers, slow joins, relays, media that never comes, restless sizes."""

from __future__ import annotations

import pytest

from rtclens.model.events import ConnectionOpened, Described, Sample, StateChanged
from rtclens.model.facts import Finding
from rtclens.model.stats import LocalCandidate, RemoteCandidate

from .synthetic import START, Scene

STUN = {"iceServers": [{"urls": "stun:stun.example.org"}]}
TURN = {"iceServers": [{"urls": ["turn:turn.example.org?transport=udp"]}]}
TURN_TCP = {"iceServers": [{"urls": "turns:turn.example.org"}], "iceTransportPolicy": "relay"}


def moved(machine: str, state: str, after: float) -> StateChanged:
    return StateChanged(at=START + 1000.0 * after, connection="pc-a", machine=machine, state=state)


def negotiated(offer: float, answer: float, up: float) -> Scene:
    """`a` offers, is answered and connected at these seconds; `b` is there from the start."""
    scene = Scene()
    scene.send("a", moved("signaling", "have-local-offer", offer), at=START + 1000.0 * offer)
    scene.send("a", moved("signaling", "stable", answer), at=START + 1000.0 * answer)
    scene.send("a", moved("ice", "checking", answer), moved("ice", "connected", up), at=START + 1000.0 * up)
    scene.now = START + 1000.0 * up
    return scene


def only(scene: Scene, detector: str) -> Finding:
    found = scene.findings(detector)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("wait", "severity"), [(0.9, ""), (1.0, ""), (1.1, "low"), (5.5, "medium"), (12.0, "")])
def test_a_late_answer(wait: float, severity: str) -> None:
    """From ten seconds on the offer counts as stuck: one statement, not two."""
    scene = negotiated(1.0, 1.0 + wait, 1.5 + wait)
    assert [f.severity for f in scene.findings("signalling_slow")] == ([severity] if severity else [])
    if severity:
        assert only(scene, "signalling_slow").evidence[0].observed == pytest.approx(wait)


@pytest.mark.parametrize(("up", "severity"), [(4.0, ""), (6.0, ""), (6.2, "medium"), (11.5, "high")])
def test_a_slow_join_names_its_phases(up: float, severity: str) -> None:
    scene = negotiated(1.0, 1.5, up)
    found = scene.findings("join_slow")
    assert [f.severity for f in found] == ([severity] if severity else [])
    if severity:
        assert found[0].evidence[0].observed == pytest.approx(up - 1.0)
        assert found[0].evidence[0].text == f"answer 0.0 s, path {up - 1.0:.1f} s"  # no description was reported
        assert found[0].closed_at == START + 1000.0 * up


def test_waiting_for_somebody_is_no_slow_join() -> None:
    """The offer was made into an empty room; the time counts from when the other came."""
    scene = Scene(people="a")
    scene.send("a", moved("signaling", "have-local-offer", 1.0), at=START + 1000.0)
    scene.now = START + 60_000.0
    scene.send("b", ConnectionOpened(at=scene.now, connection="pc-b", peer="a", sfu=False))
    scene.send("a", moved("signaling", "stable", 60.5), moved("ice", "connected", 61.0), at=START + 61_000.0)
    assert not scene.findings("join_slow")


def test_connections_seen_only_in_samples_are_not_timed() -> None:
    assert not Scene(interval=8.0).run(40).findings("join_slow")


def relayed(local: LocalCandidate, config: dict[str, object]) -> Scene:
    scene = Scene()
    scene.send("a", ConnectionOpened(at=scene.now, connection="pc-a", peer="b", sfu=False, config=config))
    remote = RemoteCandidate(id="M", candidateType="host", protocol="udp")
    for _ in range(3):
        scene.now += 1000.0
        scene.a.pass_time(1.0)
        stats = scene.a.stats(scene.now)
        stats.local_candidate, stats.remote_candidate = [local], [remote]
        scene.send("a", Sample(at=scene.now, connection="pc-a", stats=stats))
    return scene


@pytest.mark.parametrize(
    ("carrier", "config", "expected"),
    [
        ("udp", TURN, {"relay_used"}),
        ("tls", TURN, {"relay_used", "udp_blocked"}),
        ("tcp", TURN, {"relay_used", "udp_blocked"}),
        ("tls", TURN_TCP, {"relay_used", "relay_forced"}),  # nothing else was allowed: no network is to blame
    ],
)
def test_the_way_over_a_relay(carrier: str, config: dict[str, object], expected: set[str]) -> None:
    local = LocalCandidate(id="L", candidateType="relay", protocol="udp", relayProtocol=carrier)
    scene = relayed(local, config)
    assert scene.names("info") == expected
    assert scene.names("medium") == set()


def test_a_direct_way_is_not_worth_a_note() -> None:
    assert relayed(LocalCandidate(id="L", candidateType="host", protocol="udp"), TURN).findings() == []


def test_relay_ends_with_the_next_path() -> None:
    scene = relayed(LocalCandidate(id="L", candidateType="relay", protocol="udp", relayProtocol="udp"), TURN)
    stats = scene.a.stats(scene.now + 1000.0)
    stats.candidate_pair[0].id = stats.transport[0].selectedCandidatePairId = "P2"
    scene.send("a", Sample(at=scene.now + 1000.0, connection="pc-a", stats=stats), at=scene.now + 1000.0)
    assert only(scene, "relay_used").close_reason == "recovered"


@pytest.mark.parametrize(("config", "told"), [(STUN, True), (TURN, False), (None, False)])
def test_a_failure_without_a_relay_to_fall_back_on(config: dict[str, object] | None, told: bool) -> None:
    """A part of the failure, not a fault of its own; an unknown configuration says nothing."""
    scene = Scene()
    if config is not None:
        scene.send("a", ConnectionOpened(at=scene.now, connection="pc-a", peer="b", sfu=False, config=config))
    for side, kind in (("local", "offer"), ("remote", "answer")):
        scene.send("a", Described(at=scene.now, connection="pc-a", side=side, kind=kind))
    scene.send("a", moved("ice", "failed", 5.0), at=START + 5000.0)
    found = scene.findings("turn_not_configured")
    assert bool(found) is told
    if told:
        assert found[0].parent_id == only(scene, "ice_failed").finding_id
        assert found[0].cause_segment == "signalling_config"


def never(scene: Scene) -> None:
    scene.a.set("in_video", packetsReceived=0, bytesReceived=0, framesReceived=0, framesDecoded=0)


@pytest.mark.parametrize(("seconds", "expected"), [(9, False), (14, True)])
def test_media_that_never_comes(seconds: float, expected: bool) -> None:
    scene = Scene()
    never(scene)
    scene.run(seconds)
    assert bool(scene.findings("first_media_missing")) is expected
    if expected:
        scene.a.reset()
        scene.run(10)
        assert only(scene, "first_media_missing").close_reason == "recovered"


def test_media_that_nobody_sends_is_not_missing() -> None:
    scene = Scene()
    never(scene)
    scene.b.set("out_video", packetsSent=0, bytesSent=0, framesEncoded=0, framesSent=0)
    assert not scene.run(30).findings("first_media_missing")


def test_media_of_an_unknown_sender_is_not_missing() -> None:
    scene = Scene()
    never(scene)
    scene.silent.add("b")
    assert not scene.run(25).findings("first_media_missing")


@pytest.mark.parametrize(("changes", "expected"), [(5, False), (6, True)])
def test_a_picture_that_changes_its_size_all_the_time(changes: int, expected: bool) -> None:
    scene = Scene().run(20)
    for number in range(changes):
        scene.a.set("in_video", frameWidth=320 if number % 2 == 0 else 640, frameHeight=240 if number % 2 == 0 else 480)
        scene.run(5)
    assert bool(scene.findings("layer_switching_excess")) is expected
    if expected:
        scene.run(70)
        assert only(scene, "layer_switching_excess").close_reason == "recovered"
