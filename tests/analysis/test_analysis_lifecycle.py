"""Calls, participants, sessions and connections over time."""

from __future__ import annotations

import msgspec

from rtclens.analysis import Settings, finish, fold, new_state, tick
from rtclens.model.events import (
    Batch,
    Candidate,
    CandidateFailed,
    CandidateGathered,
    ConnectionClosed,
    ConnectionOpened,
    Described,
    Heartbeat,
    LeaveAnnounced,
    MediaAccess,
    Origin,
    SessionClosed,
    SessionOpened,
    StateChanged,
    TelemetryClosed,
    TelemetryOpened,
)
from rtclens.model.facts import Call, Connection, Finding, Participant, Session, Track, TrackSlice

from .synthetic import START, Scene, newest


def rows(scene: Scene, cls: type) -> list:
    return [row for row in newest(scene.facts).values() if isinstance(row, cls)]


def test_ids_are_stable_and_label_the_raw_rows() -> None:
    first, second = Scene().run(5), Scene().run(5)
    folded = first.send("a", Heartbeat(at=first.now))
    assert folded.identity.call_id == rows(second, Call)[0].call_id
    assert folded.identity.participant_id in {p.participant_id for p in rows(second, Participant)}
    sample = first.batches[-2]
    assert fold(new_state(), sample).identity.connections.keys() == {sample.events[0].connection}


def test_a_whole_call() -> None:
    scene = Scene().run(30)
    for person in "ab":
        scene.send(person, ConnectionClosed(at=scene.now, connection=f"pc-{person}"))
        scene.send(person, SessionClosed(at=scene.now, reason="left"))
    scene.end()
    call = rows(scene, Call)[0]
    assert (call.participants, call.sessions, call.connections, call.tracks) == (2, 2, 2, 8)
    assert (call.topology, call.verdict, call.ended_at, call.participants_max) == ("p2p", "good", scene.now, 2)
    assert {s.end_reason for s in rows(scene, Session)} == {"left"}
    inbound = [t for t in rows(scene, Track) if t.direction == "inbound"]
    assert all(t.peer_track_id and t.codec and t.features["covered_s"] > 20 for t in inbound)
    assert {c.path_type for c in rows(scene, Connection)} == {"direct_host"}


def test_slices_carry_scores_that_fall_with_the_fault() -> None:
    healthy = Scene().run(30)
    broken = Scene().run(25)
    broken.a.set("in_audio", concealedSamples=7200)
    broken.a.set("in_video", totalFreezesDuration=0.6, freezeCount=1)
    broken.run(15)

    def least(scene: Scene, name: str) -> float:
        return min(getattr(f, name) for f in scene.facts if getattr(f, name, None) is not None)

    assert least(healthy, "audio_mos") > 3.5 > least(broken, "audio_mos")
    assert least(healthy, "video_mos") > 3.5 > least(broken, "video_mos")


def test_the_last_seconds_are_not_lost() -> None:
    scene = Scene().run(23).end()
    covered = sum(f.covered_s for f in scene.facts if isinstance(f, TrackSlice) and f.direction == "inbound")
    assert covered == 4 * 22.0


def test_two_strangers_are_two_people() -> None:
    state, facts = new_state(), []
    for session in ("one", "two"):
        origin = Origin("app", "test", "c", "", session)
        facts += fold(state, Batch(origin, START, [SessionOpened(at=START)])).facts
    assert len({f.participant_id for f in facts if isinstance(f, Participant)}) == 2
    assert not [f for f in facts if f.table == "findings"]


def test_somebody_only_named_is_a_participant_who_is_not_observed() -> None:
    scene = Scene(people="")
    scene.send("a", ConnectionOpened(at=scene.now, connection="pc", peer="zoe", peer_name="Zoe"))
    zoe = next(p for p in rows(scene, Participant) if p.external_id == "zoe")
    assert (zoe.observed, zoe.name, zoe.verdict) == (False, "Zoe", "unknown")


def test_silence_ends_a_session_and_is_a_vanishing() -> None:
    scene = Scene().run(20)
    scene.silent.add("b")
    scene.run(20)
    assert not scene.findings("participant_vanished")
    scene.run(15)
    found = scene.findings("participant_vanished")
    assert len(found) == 1 and found[0].severity == "medium"
    gone = next(s for s in rows(scene, Session) if s.end_reason)
    assert (gone.end_reason, gone.abrupt) == ("silence", True)


def test_whoever_comes_back_is_a_rejoin() -> None:
    scene = Scene().run(20)
    scene.silent.add("b")
    scene.run(40)
    scene.batches.append(Batch(Origin("app", "test", "c1", "b", "second"), scene.now, [SessionOpened(at=scene.now)]))
    scene.facts += fold(scene.state, scene.batches[-1]).facts
    assert scene.findings("participant_vanished")[0].close_reason == "recovered"
    assert len(scene.findings("rejoin")) == 1
    assert next(p for p in rows(scene, Participant) if p.external_id == "b").joins == 2


def test_an_announced_leave_is_no_vanishing() -> None:
    scene = Scene().run(20)
    scene.send("b", LeaveAnnounced(at=scene.now), TelemetryClosed(at=scene.now, code=1001))
    scene.silent.add("b")
    scene.run(20)
    assert not scene.findings("participant_vanished")
    assert {s.end_reason for s in rows(scene, Session)} == {"", "unload"}


def test_an_open_channel_with_nothing_to_report_is_not_silence() -> None:
    scene = Scene(people="a")
    scene.send("a", TelemetryOpened(at=scene.now, transport="websocket"))
    scene.wait(60)
    assert all(s.ended_at is None for s in rows(scene, Session))


def test_a_late_straggler_does_not_open_a_session_again() -> None:
    scene = Scene(people="a")
    origin = Origin("app", "test", "c1", "a", "s-a")
    scene.send("a", SessionClosed(at=scene.now, reason="left"))
    scene.facts += fold(scene.state, Batch(origin, scene.now + 100, [Heartbeat(at=scene.now - 50)])).facts
    assert len(rows(scene, Session)) == 1
    assert rows(scene, Session)[0].ended_at == scene.now


def test_sessions_without_a_key_are_told_apart_by_their_opening() -> None:
    state, origin, facts = new_state(), Origin("app", "test", "c1", "a"), []
    opened = SessionOpened(at=START)
    for event in (opened, opened, Heartbeat(at=START + 1000), SessionOpened(at=START + 9000)):
        facts += fold(state, Batch(origin, event.at, [event])).facts
    assert len({f.session_id for f in facts if isinstance(f, Session)}) == 2


def test_a_grossly_wrong_clock_is_moved_to_the_servers() -> None:
    state, origin = new_state(), Origin("app", "test", "c1", "a", "s")
    facts = fold(state, Batch(origin, START, [SessionOpened(at=START - 86_400_000)])).facts
    session = next(f for f in facts if isinstance(f, Session))
    assert session.started_at == START


def test_the_same_call_id_after_a_long_pause_is_another_call() -> None:
    state, origin = new_state(Settings(call_instance_gap_s=600)), Origin("app", "test", "daily", "a", "s")
    first = fold(state, Batch(origin, START, [Heartbeat(at=START)])).identity.call_id
    again = fold(state, Batch(origin, START + 60_000, [Heartbeat(at=START + 60_000)])).identity.call_id
    later = START + 2_000_000
    other = fold(state, Batch(origin, later, [Heartbeat(at=later)])).identity.call_id
    assert first == again != other


def test_a_finished_call_is_forgotten() -> None:
    state, origin = new_state(), Origin("app", "test", "c", "a", "s")
    fold(state, Batch(origin, START, [SessionOpened(at=START), SessionClosed(at=START + 1)]))
    facts = tick(state, START + 40_000)
    assert [f.ended_at for f in facts if isinstance(f, Call)] == [START + 1]
    tick(state, START + 4_000_000)
    assert not state.calls


def test_a_call_is_limited_in_participants() -> None:
    state = new_state(Settings(max_participants=2))
    for name in "abc":
        identity = fold(state, Batch(Origin("app", "t", "c", name, name), START, [Heartbeat(at=START)])).identity
    assert identity.participant_id == ""


def connecting(*events: object) -> Scene:
    """One connection, its events, then half a minute of server time and the end."""
    scene = Scene(people="")
    scene.send("a", SessionOpened(at=scene.now), ConnectionOpened(at=scene.now, connection="pc"))
    for event in events:
        scene.send("a", event, at=event.at)
    scene.send("a", Heartbeat(at=START + 40_000), at=START + 40_000)
    return scene


def described(at: float) -> list[object]:
    return [
        Described(at=START + at, connection="pc", side="local", kind="offer"),
        CandidateGathered(at=START + at, connection="pc", candidate=Candidate(type="host", line="x")),
        Described(at=START + at, connection="pc", side="remote", kind="answer"),
    ]


def state(machine: str, name: str, at: float) -> StateChanged:
    return StateChanged(at=START + at, connection="pc", machine=machine, state=name)


def test_no_pair_after_both_descriptions_is_ice_failed() -> None:
    scene = connecting(*described(100))
    assert scene.findings("ice_failed")[0].severity == "critical"


def test_connecting_in_time_is_no_finding() -> None:
    scene = connecting(*described(100), state("ice", "checking", 200), state("ice", "connected", 900))
    assert scene.findings() == []


def test_connecting_late_closes_ice_failed() -> None:
    scene = connecting(*described(100), state("ice", "checking", 200), state("ice", "connected", 20_000))
    assert scene.findings("ice_failed")[0].close_reason == "recovered"
    assert scene.findings("ice_connect_slow")[0].severity == "medium"


def test_a_short_disconnect_is_nothing() -> None:
    """Judged on the events' own times: four seconds are four, however late they arrive."""
    scene = connecting(*described(100), state("ice", "connected", 900))
    scene.send("a", state("ice", "disconnected", 41_000), state("ice", "connected", 45_000), at=START + 60_000)
    assert scene.findings() == []


def test_a_long_disconnect_is_found_and_then_a_drop() -> None:
    scene = connecting(*described(100), state("ice", "connected", 900), state("ice", "disconnected", 2_000))
    assert [f.close_reason for f in scene.findings("ice_disconnected")] == ["superseded"]
    dropped = scene.findings("connection_dropped")[0]
    assert (dropped.opened_at, dropped.severity) == (START + 2_000, "critical")


def test_an_unanswered_offer_is_negotiation_stuck() -> None:
    scene = connecting(state("signaling", "have-local-offer", 100))
    found = scene.findings("negotiation_stuck")[0]
    assert (found.opened_at, found.cause_segment) == (START + 100, "signalling_config")


def test_an_answer_that_overtook_the_offer_still_counts() -> None:
    scene = connecting(
        state("signaling", "stable", 300),
        Described(at=START + 300, connection="pc", side="local", kind="answer"),
        state("signaling", "have-remote-offer", 800),
        state("ice", "connected", 900),
    )
    assert not scene.findings("negotiation_stuck")


def test_wrong_turn_credentials_are_configuration() -> None:
    scene = connecting(
        Described(at=START + 100, connection="pc", side="local", kind="offer"),
        CandidateFailed(at=START + 300, connection="pc", code=401, url="turn:turn.example.org"),
    )
    found = scene.findings("turn_auth_failed")[0]
    assert (found.severity, found.cause_segment) == ("high", "signalling_config")
    child = scene.findings("ice_no_candidates")[0]
    assert child.parent_id == found.finding_id


def test_a_relay_candidate_shows_that_turn_works() -> None:
    scene = connecting(
        CandidateFailed(at=START + 300, connection="pc", code=401, url="turn:one.example.org"),
        CandidateGathered(at=START + 600, connection="pc", candidate=Candidate(type="relay", line="x")),
        state("ice", "connected", 900),
    )
    assert scene.findings("turn_auth_failed")[0].close_reason == "recovered"


def test_a_failed_stun_server_alone_is_only_noted() -> None:
    scene = connecting(
        *described(100),
        CandidateFailed(at=START + 300, connection="pc", code=701, url="stun:stun.example.org"),
        CandidateFailed(at=START + 350, connection="pc", code=701, url="stun:stun.example.org"),
        state("ice", "connected", 900),
    )
    assert [(f.detector, f.severity) for f in scene.findings()] == [("ice_candidate_error", "info")]


def test_access_refused_and_later_granted() -> None:
    scene = Scene(people="a")
    scene.send("a", MediaAccess(at=scene.now, phase="failed", error="NotAllowedError", message="denied"))
    found = scene.findings("media_access_denied")[0]
    assert (found.severity, found.cause_segment, found.closed_at) == ("high", "person", None)
    scene.send("a", MediaAccess(at=scene.now + 5_000, phase="granted", audio=True))
    assert scene.findings("media_access_denied")[0].close_reason == "recovered"


def test_no_access_at_all_is_critical_and_has_the_cause_of_the_refusal() -> None:
    scene = Scene(people="a")
    scene.send("a", MediaAccess(at=scene.now, phase="failed", error="NotAllowedError"))
    scene.send("a", SessionClosed(at=scene.now + 4_000, reason="left"))
    found = scene.findings("media_access_none")[0]
    assert (found.severity, found.cause_segment) == ("critical", "person")


def test_a_connection_given_up_early_is_only_noted() -> None:
    scene = Scene(people="")
    scene.send("a", SessionOpened(at=START), ConnectionOpened(at=START, connection="pc"), *described(100))
    scene.send("a", ConnectionClosed(at=START + 2_000, connection="pc"))
    assert [(f.detector, f.severity) for f in scene.findings()] == [("connection_aborted", "info")]


def test_a_gap_is_noted_and_concludes_nothing() -> None:
    scene = Scene().run(20)
    scene.silent.update("ab")
    scene.run(12)
    scene.silent.clear()
    scene.run(3)
    assert {(f.detector, f.severity) for f in scene.findings()} == {("telemetry_gap", "info")}


def test_coarse_sampling_is_noted() -> None:
    scene = Scene(interval=15.0).run(90)
    assert {f.detector for f in scene.findings()} == {"sampling_too_coarse"}


def test_a_cancelled_screen_picker_is_no_fault() -> None:
    scene = Scene(people="a")
    scene.send("a", MediaAccess(at=scene.now, phase="failed", source="display", error="NotAllowedError"))
    assert scene.findings() == []


def test_the_end_of_a_file_ends_everything() -> None:
    scene = Scene().run(20)
    scene.facts += finish(scene.state, scene.now)
    assert all(call.ended_at is not None for call in rows(scene, Call))
    assert all(session.ended_at is not None for session in rows(scene, Session))
    assert not scene.state.calls


def test_minutes_of_a_long_call_are_counted_and_not_kept() -> None:
    scene = Scene(interval=5.0).run(900)
    person = next(iter(next(iter(scene.state.calls.values())).participants.values()))
    assert len(person.minutes.newest) <= 4
    assert sum(person.minutes.past) >= 10
    assert next(p for p in rows(scene.end(), Participant)).good_minute_ratio == 1.0


def test_the_name_of_a_media_server_is_no_person() -> None:
    scene = Scene(people="")
    scene.send("a", ConnectionOpened(at=scene.now, connection="pc", peer="janus", sfu=True))
    assert [p.external_id for p in rows(scene, Participant)] == ["a"]
    assert rows(scene, Call)[0].topology == "sfu"


def test_what_was_written_of_a_finding_stays_as_it_was() -> None:
    """An open finding goes on measuring; rows that left before are not touched by that."""
    scene = Scene().run(20)
    scene.a.set("in_video", packetsLost=20)
    told: dict[int, bytes] = {}
    for _ in range(40):
        before = len(scene.facts)
        scene.run(1)
        told |= {place: msgspec.msgpack.encode(scene.facts[place]) for place in range(before, len(scene.facts))}
    rows = [fact for fact in scene.facts if isinstance(fact, Finding) and fact.detector == "in_loss_high"]
    counts = [row.evidence[0].n for row in rows]
    assert len(rows) > 2 and counts == sorted(set(counts))
    assert all(msgspec.msgpack.encode(scene.facts[place]) == was for place, was in told.items())


def test_a_finding_that_only_goes_on_writes_no_row_of_its_call() -> None:
    scene = Scene(settings=Settings(row_every_s=1e6)).run(20)
    scene.a.set("in_video", packetsLost=20)
    scene.run(20)
    before = len(scene.facts)
    scene.run(30)
    fresh = scene.facts[before:]
    assert any(isinstance(fact, Finding) for fact in fresh) and not any(isinstance(fact, Call) for fact in fresh)
