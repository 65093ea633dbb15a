"""Rules that need more than two ends: each in a call where it must speak, and in one where it must not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rtclens.model.events import AppReported, Client, ConnectionOpened, SessionOpened, StateChanged
from rtclens.model.facts import Evidence, Finding
from rtclens.model.stats import CandidatePair, LocalCandidate, OutboundRtp, Stats

from .synthetic import Scene, newest_findings
from .test_analysis_causes import Meeting, cause


class Around(Meeting):
    """A meeting of which it is known through which relay and from which address people take part."""

    def __init__(self, people: str, relays: dict[str, str] | None = None, addresses: dict[str, str] | None = None):
        self.relays, self.addresses = relays or {}, addresses or {}
        self.person = ""
        super().__init__(people)
        for person in people:
            client = Client(address=self.addresses.get(person, ""))
            self.send(person, SessionOpened(at=self.now, client=client))

    def published(self, person: str) -> Stats:
        self.person = person
        return super().published(person)

    def subscribed(self, person: str) -> Stats:
        self.person = person
        return super().subscribed(person)

    def common(self, name: str, sent: float) -> dict[str, Any]:
        members = super().common(name, sent)
        pair: CandidatePair = members["candidate_pair"][0]
        pair.localCandidateId = "L"
        relay = self.relays.get(self.person, "")
        kind = {"candidateType": "relay", "url": relay, "relayProtocol": "udp"} if relay else {"candidateType": "host"}
        return {**members, "local_candidate": [LocalCandidate(id="L", protocol="udp", **kind)]}

    def hurt(self, people: str) -> Around:
        """From now on, loss of everything that these people receive."""
        for receiver in people:
            for sender in self.people:
                if sender != receiver:
                    self.lost[(sender, receiver)] = 8.0
        return self


RELAYS = {"a": "turn:one:3478?transport=udp", "b": "turn:one:3478", "c": "turn:two:3478"}


def rules(facts: list[Any], detector: str) -> set[tuple[str, str]]:
    return {(f.cause_segment, f.cause_rule) for f in newest_findings(facts, detector)}


def test_r5_everybody_on_one_relay_suffers_and_the_others_do_not() -> None:
    meeting = Around("abcd", relays=RELAYS)
    meeting.run(25)
    meeting.hurt("ab").run(20)
    assert rules(meeting.facts, "in_loss_high") == {("relay", "R5")}


@pytest.mark.parametrize("hurt", ["a", "abd", "abcd"])
def test_r5_is_silent_where_one_user_alone_or_others_too_suffer(hurt: str) -> None:
    meeting = Around("abcd", relays=RELAYS)
    meeting.run(25)
    meeting.hurt(hurt).run(20)
    assert "relay" not in {segment for segment, _ in rules(meeting.facts, "in_loss_high")}


OFFICE = {"a": "192.0.2.7", "b": "192.0.2.7", "c": "198.51.100.9", "d": "203.0.113.4"}


def test_r31_two_behind_one_address_suffer_and_the_others_do_not() -> None:
    meeting = Around("abcd", addresses=OFFICE)
    meeting.run(25)
    meeting.hurt("ab").run(20)
    assert {segment for segment, _ in rules(meeting.facts, "in_loss_high")} == {"receiver_downlink"}
    assert "R31" in {rule for _, rule in rules(meeting.facts, "in_loss_high")} | spoke(meeting)


def spoke(meeting: Meeting) -> set[str]:
    """Rules that voted, whoever's vote was the strongest."""
    from rtclens.analysis.causes.votes import votes_for

    return {vote.rule for call in meeting.state.calls.values() for f in call.findings for vote in votes_for(f)}


@pytest.mark.parametrize("hurt", ["a", "abcd"])
def test_r31_is_silent_for_one_of_the_office_and_for_everybody(hurt: str) -> None:
    meeting = Around("abcd", addresses=OFFICE)
    meeting.run(25)
    meeting.hurt(hurt).run(20)
    assert "R31" not in spoke(meeting)


class Pictures(Meeting):
    """A meeting in which pictures can stand still, key frames be asked for and sizes change."""

    def __init__(self, people: str) -> None:
        self.frozen: dict[str, list[float]] = {}  # receiver -> seconds frozen, requests sent
        self.stuck: set[str] = set()
        self.heard: dict[str, float] = {}
        self.sizes: dict[str, int] = {}
        self.layers = 1
        super().__init__(people)

    def published(self, person: str) -> Stats:
        stats = super().published(person)
        out: OutboundRtp = stats.outbound_rtp[0]
        self.heard.setdefault(person, 0.0)
        out.pliCount = self.heard[person]
        for layer in range(1, self.layers):
            more = OutboundRtp(id=f"O{layer}", timestamp=self.now, kind="video", ssrc=900 + ord(person), mid="0")
            more.packetsSent, more.bytesSent, more.active = out.packetsSent, out.bytesSent, True
            more.framesEncoded = more.framesSent = out.framesEncoded
            stats.outbound_rtp.append(more)
        return stats

    def subscribed(self, person: str) -> Stats:
        stats = super().subscribed(person)
        for report in stats.inbound_rtp:
            still = self.frozen.setdefault(person, [0.0, 0.0, 0.0])
            report.totalFreezesDuration, report.pliCount = still[0], still[1]
            report.freezeCount = round(still[0])
            report.frameWidth, report.frameHeight = self.sizes.get(person, 640), 360
            if person in self.stuck:
                report.framesDecoded = 750
        return stats


def test_r10_key_frames_asked_for_that_the_sender_never_hears_of() -> None:
    meeting = Pictures("abc")
    meeting.run(25)
    meeting.stuck.add("c")
    for _ in range(20):
        meeting.frozen["c"][1] += 1
        meeting.run(1)
    found = rules(meeting.facts, "video_stall")
    assert found == {("sfu", "R10")}


def test_r10_is_silent_where_the_sender_hears_the_requests() -> None:
    meeting = Pictures("abc")
    meeting.run(25)
    meeting.stuck.add("c")
    for _ in range(20):
        meeting.frozen["c"][1] += 1
        meeting.heard["a"] += 1
        meeting.heard["b"] += 1
        meeting.run(1)
    assert "R10" not in spoke(meeting)


def test_r10_a_direct_sender_that_hears_them_and_sends_none() -> None:
    scene = Scene().run(25)
    scene.b.set("in_video", framesDecoded=0, pliCount=1)
    scene.a.set("out_video", pliCount=1)
    scene.run(15)
    assert ("sender_device", "a") in {cause(scene, f.detector) for f in scene.findings() if f.cause_rule == "R10"}


def freeze_after_switches(meeting: Pictures) -> None:
    meeting.run(25)
    for second in range(24):
        if second % 8 == 0:
            meeting.sizes["c"] = 320 if meeting.sizes.get("c", 640) == 640 else 640
        meeting.frozen["c"][0] += 0.8
        meeting.run(1)


def test_r11_pictures_that_stand_still_where_the_server_changes_layers() -> None:
    meeting = Pictures("abc")
    meeting.layers = 2
    freeze_after_switches(meeting)
    assert rules(meeting.facts, "video_freeze") == {("sfu", "R11")}


def test_r11_is_silent_where_the_sender_has_one_layer() -> None:
    meeting = Pictures("abc")
    freeze_after_switches(meeting)
    assert newest_findings(meeting.facts, "video_freeze")
    assert "R11" not in spoke(meeting)


def apart(scene: Scene) -> Scene:
    """Sound plays half a second behind the picture at b, whose sound buffer grew."""
    scene.run(25)
    scene.b.set("in_audio", estimatedPlayoutTimestamp=999_500.0, jitterBufferDelay=24_000.0)
    return scene


def test_r28_a_buffer_that_grew_without_a_reason_in_the_network() -> None:
    scene = apart(Scene())
    scene.a.set("pair", availableOutgoingBitrate=8_000_000)
    scene.a.set("out_video", totalEncodeTime=0.95, framesEncoded=12, framesSent=12)
    scene.run(30)
    found = scene.findings("av_desync")[0]
    assert (found.cause_segment, found.cause_rule) in {("sender_device", "R28"), ("sender_device", "R7")}


def test_r28_leaves_it_open_where_nothing_else_speaks() -> None:
    scene = apart(Scene()).run(30)
    assert scene.findings("av_desync")[0].cause_segment == ""


def slowed(scene: Scene, name: str = "background-blur") -> list[Finding]:
    """a's application does something, and a's encoder takes longer from then on."""
    scene.run(40)
    scene.send("a", AppReported(at=scene.now, name=name))
    scene.a.set("out_video", totalEncodeTime=0.6, framesEncoded=15, framesSent=15)
    scene.a.set("limits", none=0.5, cpu=0.4, bandwidth=0.1)
    scene.b.set("in_video", framesDecoded=6, framesReceived=6, totalSquaredInterFrameDelay=0.3)
    scene.run(20)
    return scene.findings("video_fps_low")


def acts(found: Finding) -> list[Evidence]:
    return [one for one in found.evidence if one.metric == "app_event"]


def test_r32_names_what_the_application_did_just_before() -> None:
    found = slowed(Scene())[0]
    assert found.cause_segment == "sender_device"
    assert [one.text for one in acts(found)] == ["background-blur"]


def test_r32_is_silent_about_what_the_application_says_all_the_time() -> None:
    scene = Scene()
    for _ in range(5):
        scene.send("a", AppReported(at=scene.now, name="worker"))
        scene.run(5)
    assert not acts(slowed(scene, "worker")[0])


def test_r32_is_silent_about_an_act_long_before() -> None:
    scene = Scene().run(10)
    scene.send("a", AppReported(at=scene.now, name="background-blur"))
    scene.run(30)
    scene.a.set("out_video", totalEncodeTime=0.95, framesEncoded=12, framesSent=12)
    scene.b.set("in_video", framesDecoded=4, totalSquaredInterFrameDelay=0.3)
    scene.run(20)
    assert not acts(scene.findings("video_fps_low")[0])


def test_connections_of_a_direct_call_have_no_server() -> None:
    scene = Scene().run(5)
    scene.send("a", ConnectionOpened(at=scene.now, connection="other", sfu=False))
    scene.run(5)
    assert "sfu" not in {f.cause_segment for f in scene.findings()}


class Cut(Meeting):
    """A meeting in which one person's network is gone, while their page goes on reporting by another way."""

    def __init__(self, people: str) -> None:
        self.cut = ""
        super().__init__(people)

    def subscribed(self, person: str) -> Stats:
        stats = super().subscribed(person)
        for report in stats.inbound_rtp:
            if self.cut and self.cut in (person, chr(int(report.ssrc or 0))):
                report.packetsReceived = report.bytesReceived = report.framesDecoded = report.framesReceived = 2500
        return stats


def test_r20_what_others_miss_of_a_person_who_is_cut_off_is_not_the_servers_fault() -> None:
    meeting = Cut("abc")
    meeting.run(25)
    meeting.cut = "b"
    meeting.run(6)
    for conn in ("pub", "sub"):
        meeting.send("b", StateChanged(at=meeting.now, connection=conn, machine="ice", state="disconnected"))
    meeting.run(45)
    broken = newest_findings(meeting.facts, "ice_disconnected") + newest_findings(meeting.facts, "connection_dropped")
    assert {f.cause_segment for f in broken} == {"sender_uplink"}
    dry = newest_findings(meeting.facts, "in_stream_dry")
    assert {f.cause_segment for f in dry} == {"sender_uplink"}
    assert {f.parent_id for f in dry} <= {f.finding_id for f in broken}


class Renamed(Meeting):
    """A server that gives every stream a new SSRC, and people whose streams look alike: nobody can link them."""

    def subscribed(self, person: str) -> Stats:
        stats = super().subscribed(person)
        for report in stats.inbound_rtp:
            report.ssrc = 900 + (report.ssrc or 0)
        return stats


def test_r2_lost_after_the_server_whoever_sends_it() -> None:
    meeting = Renamed("abc").run(25)
    meeting.lost["a", "c"] = meeting.lost["b", "c"] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("receiver_downlink", "c")}
    assert meeting.causes("links_unresolved")


def test_r1_lost_by_the_only_one_who_can_have_sent_it() -> None:
    meeting = Renamed("abc").run(25)
    meeting.uplink["a"] = 8.0
    meeting.lost["a", "b"] = meeting.lost["a", "c"] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("sender_uplink", "a")}


def test_streams_of_unknown_senders_stay_open_where_one_of_them_does_not_say() -> None:
    class Silent(Renamed):
        def published(self, person: str) -> Stats:
            stats = super().published(person)
            return msgspec.structs.replace(stats, remote_inbound_rtp=[]) if person == "a" else stats

    meeting = Silent("abc").run(25)
    meeting.lost["a", "c"] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("", "")}


def test_r34_a_path_that_gets_longer_is_nobodys_uplink() -> None:
    """Both ends of a direct call see the same: round trip up, estimate down, queue up."""
    scene = Scene().run(40)
    for side in scene.sides.values():
        side.set("pair", totalRoundTripTime=0.8, availableOutgoingBitrate=500_000)
        for kind in ("remote_audio", "remote_video"):
            side.set(kind, totalRoundTripTime=0.8)
        side.set("out_video", totalPacketSendDelay=3.0)
    scene.run(30)
    assert {found.cause_segment for found in scene.findings("rtt_high")} == {"mixed"}
    assert {found.cause_segment for found in scene.findings("uplink_congested")} == {"mixed"}


def test_r18_a_decoder_without_whole_frames_is_not_to_blame() -> None:
    def stuck(lost: float) -> set[str]:
        scene = Scene().run(25)
        scene.b.set("in_video", framesDecoded=0, framesReceived=0, totalInterFrameDelay=0.0, pliCount=1)
        scene.b.set("in_video", totalSquaredInterFrameDelay=0.0, packetsLost=lost)
        scene.run(20)
        return {found.cause_segment for found in scene.findings("decoder_stuck")}

    assert stuck(0.0) == {"receiver_device"}
    assert "receiver_device" not in stuck(60.0)


@pytest.mark.parametrize(("received", "blamed"), [(30.0, {"receiver_device"}), (14.0, {""})])
def test_r9_drops_are_the_receivers_where_frames_arrive_as_they_are_sent(received: float, blamed: set[str]) -> None:
    scene = Scene().run(25)
    scene.b.set("in_video", framesReceived=received, framesDecoded=11, framesDropped=received - 11)
    scene.b.set("in_video", totalSquaredInterFrameDelay=0.3)
    scene.run(20)
    assert {found.cause_segment for found in scene.findings("video_fps_low")} == blamed


def test_a_source_of_two_streams_is_nobodys_where_the_browser_does_not_say_whose() -> None:
    """Camera and screen: the camera's encoder stands, and the only source that moves may be the screen's."""
    scene = Scene(people="a")
    stats = scene.a.stats

    def two(at: float) -> Stats:
        made = stats(at)
        video = next(one for one in made.outbound_rtp if one.kind == "video")
        still = msgspec.structs.replace(video, id="Ostill", ssrc=99, mid="2", framesEncoded=5, framesSent=5)
        every = [*made.outbound_rtp, msgspec.structs.replace(still, packetsSent=at / 20, bytesSent=at)]
        made.outbound_rtp = [msgspec.structs.replace(one, mediaSourceId=None) for one in every]
        return made

    scene.a.stats = two  # type: ignore[method-assign]
    scene.run(40)
    assert scene.findings("encoder_stuck") == []


def test_r33_a_full_uplink_without_limits_and_estimates() -> None:
    """What Firefox tells: the round trip rises while much less is sent of every track."""
    scene = Scene()
    hidden = ("limits", "totalPacketSendDelay", "targetBitrate", "active")
    scene.a.without |= {f"out_video.{name}" for name in hidden} | {"pair.availableOutgoingBitrate", "out_audio.active"}
    scene.run(40)
    scene.a.set("out_video", bytesSent=15_000, packetsSent=30)
    for part in ("pair", "remote_video", "remote_audio"):
        scene.a.set(part, totalRoundTripTime=0.4)
    scene.run(30)
    assert cause(scene, "uplink_congested") == ("sender_uplink", "a")


def test_who_switches_the_camera_off_has_no_full_uplink() -> None:
    scene = Scene()
    scene.a.without |= {"out_video.limits", "out_video.totalPacketSendDelay", "pair.availableOutgoingBitrate"}
    scene.run(40)
    scene.a.set("out_video", bytesSent=0, packetsSent=0, framesEncoded=0, framesSent=0)
    scene.a.set("pair", totalRoundTripTime=0.4)
    scene.run(30)
    assert scene.findings("uplink_congested") == []
