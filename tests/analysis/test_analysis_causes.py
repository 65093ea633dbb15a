"""Attribution: the right end is named where the evidence decides, and nobody where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from rtclens.analysis import finish, fold, new_state
from rtclens.model.events import ApiCalled, Batch, ConnectionOpened, Origin, Sample, SessionOpened, TrackChanged
from rtclens.model.facts import AnyFact, Finding, Participant
from rtclens.model.stats import CandidatePair, InboundRtp, OutboundRtp, RemoteInboundRtp, Stats, Transport

from .synthetic import START, Scene, newest, newest_findings


def cause(scene: Scene, detector: str) -> tuple[str, str]:
    """(segment, external id of the person blamed) of the newest finding of a detector."""
    found = scene.findings(detector)[-1]
    people = {p.participant_id: p.external_id for p in newest(scene.facts).values() if isinstance(p, Participant)}
    return found.cause_segment, people.get(found.cause_participant_id, "")


def test_loss_both_ways_on_a_direct_path_is_the_path() -> None:
    scene = Scene().run(25)
    for side in scene.sides.values():
        side.set("in_video", packetsLost=10)
        side.set("remote_video", packetsLost=10)
    scene.run(20)
    assert cause(scene, "in_loss_high") == ("mixed", "")


def test_a_full_uplink_is_the_senders() -> None:
    scene = Scene().run(25)
    scene.a.set("limits", none=0.0, bandwidth=1.0)
    scene.a.set("out_video", totalPacketSendDelay=5.0)
    scene.a.set("pair", totalRoundTripTime=0.4)
    scene.b.set("in_video", framesDecoded=4, totalSquaredInterFrameDelay=0.3)
    scene.run(30)
    assert cause(scene, "video_limited_bandwidth") == ("sender_uplink", "a")
    assert cause(scene, "uplink_congested") == ("sender_uplink", "a")
    assert cause(scene, "video_fps_low") == ("sender_uplink", "a")


def test_a_limit_with_room_to_spare_is_the_machine() -> None:
    """Bandwidth-limited with most of the estimate unused: timing on the sender, not the network."""
    scene = Scene().run(25)
    scene.a.set("limits", none=0.0, bandwidth=1.0)
    scene.a.set("pair", availableOutgoingBitrate=8_000_000)
    scene.run(30)
    assert cause(scene, "video_limited_bandwidth") == ("sender_device", "a")
    assert not scene.findings("uplink_congested")


def test_a_busy_encoder_is_the_senders_device() -> None:
    scene = Scene().run(25)
    scene.a.set("out_video", totalEncodeTime=0.95, framesEncoded=12, framesSent=12)
    scene.b.set("in_video", framesDecoded=4, totalSquaredInterFrameDelay=0.3)
    scene.run(20)
    assert cause(scene, "encoder_overloaded") == ("sender_device", "a")
    assert cause(scene, "video_fps_low") == ("sender_device", "a")
    assert scene.findings("video_fps_low")[0].parent_id == scene.findings("encoder_overloaded")[0].finding_id


def test_a_busy_decoder_is_the_receivers_device() -> None:
    scene = Scene().run(25)
    scene.b.set("in_video", totalDecodeTime=0.95, totalFreezesDuration=0.5, freezeCount=1)
    scene.run(15)
    assert cause(scene, "video_freeze") == ("receiver_device", "b")


def test_freezes_without_any_sign_name_nobody() -> None:
    scene = Scene().run(25)
    scene.b.set("in_video", totalFreezesDuration=0.5, freezeCount=1)
    scene.run(15)
    found = scene.findings("video_freeze")[0]
    assert found.cause_segment == "" and found.cause_reason


def test_a_frozen_camera_explains_what_the_viewer_sees() -> None:
    scene = Scene().run(25)
    scene.a.set("source_video", frames=0)
    scene.a.set("out_video", framesEncoded=0, framesSent=0, packetsSent=0, bytesSent=0)
    scene.b.set("in_video", framesDecoded=0, framesReceived=0, packetsReceived=0, bytesReceived=0)
    scene.run(15)
    assert cause(scene, "camera_frozen") == ("sender_device", "a")
    assert not [f for f in scene.findings() if f.detector.startswith(("video_", "in_"))]


def test_a_removed_track_is_the_application() -> None:
    scene = Scene().run(25)
    scene.send("a", TrackChanged(at=scene.now, track="a-video", change="replaced", connection="pc-a", kind="video"))
    scene.send("a", ApiCalled(at=scene.now, name="replaceTrack", connection="pc-a"))
    scene.a.without.add("source_video")
    scene.a.set("out_video", framesEncoded=0, framesSent=0, packetsSent=0, bytesSent=0)
    scene.run(10)
    assert cause(scene, "out_stream_dry") == ("app", "a")


def test_without_the_sender_nobody_is_blamed() -> None:
    """Only the receiver reports: loss is found, its side is not guessed."""
    scene = Scene(people="a")
    scene.silent.add("b")
    scene.run(25)
    scene.a.set("in_video", packetsLost=10)
    scene.run(20)
    found = scene.findings("in_loss_high")[0]
    assert (found.cause_segment, found.cause_reason) == ("", "it is not known which sent stream this is")


@pytest.mark.parametrize("confidence", [0.6, 0.75, 0.9, 0.97])
def test_words_never_say_certain(confidence: float) -> None:
    from rtclens.analysis.narrative import surely

    assert "certain" not in surely(confidence)


class Meeting:
    """People behind a media server: each sends one video stream and receives those of the others."""

    def __init__(self, people: str) -> None:
        self.people = people
        self.state = new_state()
        self.facts: list[AnyFact] = []
        self.now = START
        self.batches: list[Batch] = []
        self.lost: dict[tuple[str, str], float] = {}
        self.uplink: dict[str, float] = {}
        self.counters: dict[tuple[str, str], list[float]] = {}
        for person in people:
            opened = [ConnectionOpened(at=self.now, connection=name, sfu=True) for name in ("pub", "sub")]
            self.send(person, SessionOpened(at=self.now), *opened)

    def send(self, person: str, *events: Any) -> None:
        batch = Batch(Origin("app", "test", "m", person, f"s-{person}"), self.now, list(events))
        self.batches.append(batch)
        self.facts += fold(self.state, batch).facts

    def run(self, seconds: int) -> Meeting:
        for _ in range(seconds):
            self.now += 1000.0
            for person in self.people:
                self.send(person, Sample(at=self.now, connection="pub", stats=self.published(person)))
            for person in self.people:
                self.send(person, Sample(at=self.now, connection="sub", stats=self.subscribed(person)))
        return self

    def count(self, key: tuple[str, str], lost: float) -> list[float]:
        held = self.counters.setdefault(key, [0.0, 0.0])
        held[0] += 100
        held[1] += lost
        return held

    def common(self, name: str, sent: float) -> dict[str, Any]:
        pair = CandidatePair(
            id="P", timestamp=self.now, state="succeeded", nominated=True, bytesSent=sent, bytesReceived=sent
        )
        return {
            "candidate_pair": [pair],
            "transport": [Transport(id="T", timestamp=self.now, selectedCandidatePairId="P", iceState="connected")],
        }

    def published(self, person: str) -> Stats:
        packets, lost = self.count((person, ""), self.uplink.get(person, 0.0))
        frames = packets * 0.3
        ssrc = ord(person)
        out = OutboundRtp(
            id="O",
            timestamp=self.now,
            kind="video",
            ssrc=ssrc,
            mid="0",
            packetsSent=packets,
            bytesSent=packets * 1000,
            framesEncoded=frames,
            framesSent=frames,
            active=True,
        )
        heard = RemoteInboundRtp(id="R", timestamp=self.now, kind="video", ssrc=ssrc, packetsLost=lost)
        return Stats(outbound_rtp=[out], remote_inbound_rtp=[heard], **self.common("pub", packets * 1000))

    def subscribed(self, person: str) -> Stats:
        got = []
        for mid, other in enumerate(p for p in self.people if p != person):
            packets, lost = self.count((other, person), self.lost.get((other, person), 0.0))
            got.append(
                InboundRtp(
                    id=f"I{other}",
                    timestamp=self.now,
                    kind="video",
                    ssrc=ord(other),
                    mid=str(mid),
                    packetsReceived=packets,
                    packetsLost=lost,
                    bytesReceived=packets * 1000,
                    framesDecoded=packets * 0.3,
                    framesReceived=packets * 0.3,
                )
            )
        return Stats(inbound_rtp=got, **self.common("sub", 1000.0))

    def causes(self, detector: str) -> set[tuple[str, str]]:
        people = {p.participant_id: p.external_id for p in newest(self.facts).values() if isinstance(p, Participant)}
        found: list[Finding] = newest_findings(self.facts, detector)
        return {(f.cause_segment, people.get(f.cause_participant_id, "")) for f in found}


def test_all_receivers_of_one_sender_suffer_by_its_uplink() -> None:
    meeting = Meeting("abc").run(25)
    meeting.uplink["a"] = 8.0
    meeting.lost[("a", "b")] = meeting.lost[("a", "c")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("sender_uplink", "a")}
    assert meeting.causes("out_loss_high") == {("sender_uplink", "a")}


def test_one_receiver_suffers_from_all_senders_by_its_downlink() -> None:
    meeting = Meeting("abc").run(25)
    meeting.lost[("a", "c")] = meeting.lost[("b", "c")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("receiver_downlink", "c")}


def test_one_person_with_trouble_from_everybody_is_a_call_finding() -> None:
    meeting = Meeting("abc").run(25)
    meeting.lost[("a", "c")] = meeting.lost[("b", "c")] = 8.0
    meeting.run(25)
    assert newest_findings(meeting.facts, "single_receiver_issue")
    assert not newest_findings(meeting.facts, "call_concurrent_issue")


def test_streams_without_a_known_sender_are_noted() -> None:
    scene = Scene(people="abc")
    for call in scene.state.calls.values():
        for session in call.sessions():
            for conn in session.connections.values():
                conn.peer = ""
    scene.a.stats = blind(scene.a.stats)  # type: ignore[method-assign]
    scene.run(40)
    assert [f.severity for f in scene.findings("links_unresolved")] == ["info"]


def blind(stats: Any) -> Any:
    """A's received streams under other SSRCs and ids than they were sent with, as a media server may do."""

    def changed(at: float) -> Stats:
        made: Stats = stats(at)
        for index, report in enumerate(made.inbound_rtp):
            report.ssrc = 900 + index
            report.trackIdentifier = f"x{index}"
        return made

    return changed


def test_three_people_with_one_trouble_at_once_is_a_call_finding() -> None:
    meeting = Meeting("abc").run(25)
    for pair in (("a", "b"), ("b", "c"), ("c", "a")):
        meeting.lost[pair] = 8.0
    meeting.run(25)
    meeting.facts += finish(meeting.state, meeting.now)
    found = newest_findings(meeting.facts, "call_concurrent_issue")
    assert len(found) == 1 and found[0].scope == "call"


def test_advice_follows_the_cause() -> None:
    scene = Scene().run(25)
    scene.a.set("limits", none=0.0, bandwidth=1.0)
    scene.run(30)
    found = scene.findings("video_limited_bandwidth")[0]
    assert "RED or FEC" in found.remedy
    assert found.impact["seconds"] > 10
