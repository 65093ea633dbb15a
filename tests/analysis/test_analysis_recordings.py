"""Recorded calls of real SDKs with known faults: what was really wrong is found, and healthy calls stay calm."""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path

import msgspec
import pytest

from rtclens.analysis import finish, fold, new_state, tick
from rtclens.model.events import Batch
from rtclens.model.facts import AnyFact, Call, Finding, Participant, Session

from .synthetic import newest, newest_findings

DATA = Path(__file__).parents[1] / "data" / "analysis"
DECODER = msgspec.msgpack.Decoder(list[Batch])
SERIOUS = ("medium", "high", "critical")


@cache
def batches(name: str) -> list[Batch]:
    return DECODER.decode(lzma.decompress((DATA / f"{name}.msgpack.xz").read_bytes()))


@cache
def analysed(name: str) -> list[AnyFact]:
    return replay(batches(name))


def replay(recorded: list[Batch]) -> list[AnyFact]:
    state = new_state()
    facts: list[AnyFact] = []
    now = recorded[0].received_at
    for batch in recorded:
        while now + 1000.0 < batch.received_at:
            now += 1000.0
            facts += tick(state, now)
        facts += fold(state, batch).facts
    return facts + finish(state, now + 2000.0)


def call(name: str) -> Call:
    return next(row for row in newest(analysed(name)).values() if isinstance(row, Call))


def people(name: str) -> dict[str, str]:
    """Participant ids by the last letter of their external id (a, b, c)."""
    rows = newest(analysed(name)).values()
    return {row.external_id[-1]: row.participant_id for row in rows if isinstance(row, Participant) and row.external_id}


def serious(name: str) -> list[Finding]:
    return [f for f in newest_findings(analysed(name)) if f.severity in SERIOUS and not f.parent_id]


CALM = [
    "observertc-audio-only",
    "observertc-happy",
    "observertc-ice-restart",
    "observertc-mutevideo",
    "observertc-screen",
    "observertc-sfu",
    "observertc-sfu-simulcast",
    "observertc-turn",
    "peermetrics-happy",
    "peermetrics-sfu",
    "rtcstats-audio-only",
]


@pytest.mark.parametrize("name", CALM)
def test_calls_without_a_fault_stay_calm(name: str) -> None:
    """No finding of weight, a good verdict, and a sentence that says so."""
    assert [f.detector for f in serious(name)] == []
    assert call(name).verdict == "good"
    assert call(name).verdict_text == "No trouble was found."


# scenario: (detector, who, cause segments that are right)
EXPECTED = [
    ("gum-denied", "media_access_denied", "a", {"person"}),
    ("gum-notfound", "media_device_missing", "a", {"sender_device"}),
    ("ice-fail", "ice_failed", "a", {"signalling_config"}),
    ("ice-fail", "ice_failed", "b", {"signalling_config"}),
    ("no-answer", "negotiation_stuck", "a", {"signalling_config"}),
    ("no-answer", "negotiation_stuck", "b", {"signalling_config"}),
    ("turn-bad", "ice_no_candidates", "a", {"signalling_config"}),
    ("turn-bad", "ice_no_candidates", "b", {"signalling_config"}),
    ("blackout", "connection_dropped", "a", {"mixed"}),
    ("blackout", "connection_dropped", "b", {"mixed"}),
    ("impair", "in_loss_high", "a", {"mixed"}),
    ("impair", "in_loss_high", "b", {"mixed"}),
    ("impair", "audio_concealment_high", "b", {"mixed"}),
    ("impair", "uplink_congested", "a", {"sender_uplink", "mixed"}),
    ("impair", "video_limited_bandwidth", "a", {"sender_uplink", "mixed"}),
    ("cpu", "capture_fps_low", "a", {"sender_device"}),
    ("cpu", "capture_fps_low", "b", {"sender_device"}),
    ("cpu", "video_freeze", "a", {"sender_device"}),
    ("cpu", "video_freeze", "b", {"sender_device"}),
    ("leave-crash", "participant_vanished", "b", {""}),
]
SDKS = ("observertc", "peermetrics", "rtcstats")
CASES = [
    pytest.param(f"{sdk}-{scenario}", *rest, id=f"{sdk}-{scenario}-{'-'.join(rest[:2])}")
    for scenario, *rest in EXPECTED
    for sdk in SDKS
    if (DATA / f"{sdk}-{scenario}.msgpack.xz").exists()
]


@pytest.mark.parametrize(("name", "detector", "who", "causes"), CASES)
def test_the_injected_fault_is_found_at_the_right_person(name: str, detector: str, who: str, causes: set[str]) -> None:
    """The detector speaks about the right participant and names a right segment, or honestly none."""
    wanted = people(name)[who]
    found = [f for f in newest_findings(analysed(name), detector) if f.participant_id == wanted]
    assert found, f"{detector} is missing at {who}"
    assert {f.cause_segment for f in found} & causes
    assert call(name).verdict in ("bad", "degraded")


def test_unroutable_candidates_are_a_connection_that_never_was() -> None:
    for name in ("observertc-ice-unroutable", "rtcstats-ice-unroutable"):
        found = {f.detector for f in serious(name)}
        assert found & {"ice_failed", "connection_never_established"}
        assert "negotiation_stuck" not in found


def test_a_still_source_is_blamed_on_the_sender_and_not_on_the_viewer() -> None:
    """`a` stops its canvas: that is found at `a`; what `b` sees of it is no finding of its own."""
    for name in ("observertc-freeze", "rtcstats-freeze", "peermetrics-freeze"):
        ids = people(name)
        assert {f.participant_id for f in serious(name)} == {ids["a"]}, name
        assert {f.detector for f in serious(name)} & {"camera_frozen", "capture_fps_low"}, name


def test_a_starved_machine_is_not_called_a_full_uplink() -> None:
    for name in ("observertc-cpu", "peermetrics-cpu"):
        assert "sender_uplink" not in {f.cause_segment for f in newest_findings(analysed(name))}, name
        assert "uplink_congested" not in {f.detector for f in newest_findings(analysed(name))}, name


def test_the_end_of_a_session_is_told_apart() -> None:
    def ends(name: str) -> dict[str, str]:
        names = {value: key for key, value in people(name).items()}
        rows = newest(analysed(name)).values()
        return {names[row.participant_id]: row.end_reason for row in rows if isinstance(row, Session)}

    assert ends("observertc-happy") == {"a": "left", "b": "left"}
    assert ends("observertc-leave-crash")["b"] == "silence"
    assert ends("peermetrics-leave-crash")["b"] == "silence"


def test_what_a_crash_breaks_at_the_other_end_is_a_part_of_the_crash() -> None:
    name = "peermetrics-leave-crash"
    gone = newest_findings(analysed(name), "participant_vanished")[0]
    dropped = newest_findings(analysed(name), "connection_dropped")[0]
    assert dropped.parent_id == gone.finding_id
    assert call(name).verdict == "degraded"


def test_a_reload_is_a_rejoin_with_two_sessions() -> None:
    name = "observertc-reload"
    assert [f.detector for f in serious(name)] == ["rejoin"]
    assert call(name).sessions == 3


def test_topology_is_recognised() -> None:
    assert call("observertc-happy").topology == "p2p"
    assert call("observertc-sfu").topology == "sfu"
    assert call("peermetrics-sfu").topology == "sfu"


@pytest.mark.parametrize("name", ["observertc-impair", "peermetrics-blackout", "rtcstats-freeze"])
def test_a_replay_gives_the_same_facts_byte_for_byte(name: str) -> None:
    again = replay(DECODER.decode(msgspec.msgpack.encode(batches(name))))
    assert msgspec.json.encode(again) == msgspec.json.encode(analysed(name))


@pytest.mark.parametrize("name", ["observertc-impair", "peermetrics-impair", "rtcstats-freeze"])
def test_batches_delivered_twice_change_no_conclusion(name: str) -> None:
    doubled = [batch for batch in batches(name) for _ in range(2)]
    assert conclusions(replay(doubled)) == conclusions(analysed(name))


@pytest.mark.parametrize("name", ["observertc-impair", "observertc-blackout", "rtcstats-freeze"])
def test_splitting_batches_changes_no_conclusion(name: str) -> None:
    split = [
        Batch(batch.origin, batch.received_at, [event])
        for batch in batches(name)
        for event in sorted(batch.events, key=lambda event: event.at)
    ]
    assert conclusions(replay(split)) == conclusions(analysed(name))


def conclusions(facts: list[AnyFact]) -> list[tuple[object, ...]]:
    """What findings say, without row bookkeeping."""
    return [
        (f.finding_id, f.detector, f.severity, f.opened_at, f.closed_at, f.cause_segment, f.cause_participant_id)
        for f in newest_findings(facts)
    ]


def test_the_sentence_of_a_call_names_its_top_cause() -> None:
    """Loss on the shared path leads, and the choked uplink is said besides."""
    row = call("rtcstats-impair")
    assert row.top_cause == "sender_uplink"
    assert "the sender's network of a" in row.verdict_text
