"""What several people of a call show together, and what two people or one fault alone must not be taken for."""

from __future__ import annotations

from typing import Any

from rtclens.model.events import ConnectionOpened, Sample, SessionOpened
from rtclens.model.stats import CandidatePair, Codec, InboundRtp, OutboundRtp, RemoteInboundRtp, Stats, Transport

from .synthetic import Scene


class Room(Scene):
    """People who each send one video to a server and receive those of all others."""

    def __init__(self, people: str = "abcd") -> None:
        super().__init__(people="")
        self.people = people
        self.sends = dict.fromkeys(people, 100.0)
        self.gets = {(me, other): 100.0 for me in people for other in people if me != other}
        self.watched = {other: set(people) - {other} for other in people}
        self.codecs = dict.fromkeys(people, "video/VP8")
        self.lost: dict[Any, float] = {}  # packets a second, of a receiver or of a receiver and a sender
        self.reported: dict[str, float] = {}  # the same as the server tells a sender
        self.totals: dict[Any, float] = {}
        for person in people:
            self.send(person, SessionOpened(at=self.now))
            self.send(person, ConnectionOpened(at=self.now, connection=f"pc-{person}", sfu=True))

    def _count(self, key: Any, rate: float) -> float:
        self.totals[key] = self.totals.get(key, 0.0) + rate
        return self.totals[key]

    def run(self, seconds: float) -> Room:
        for _ in range(round(seconds)):
            self.now += 1000.0
            for me in self.people:
                self.send(me, Sample(at=self.now, connection=f"pc-{me}", stats=self._stats(me)))
        return self

    def _stats(self, me: str) -> Stats:
        rate = self.sends[me]
        packets = self._count(me, rate)
        sent = OutboundRtp(id="O", timestamp=self.now, kind="video", ssrc=ord(me), mid="0", codecId="C")
        sent.packetsSent, sent.bytesSent, sent.active = packets, 1000.0 * packets, True
        sent.framesEncoded = sent.framesSent = 0.3 * packets
        got = []
        for other in self.people:
            if me == other or me not in self.watched[other]:
                continue
            arrived = self._count((me, other), self.gets[me, other] if self.sends[other] else 0.0)
            report = InboundRtp(id=f"I{other}", timestamp=self.now, kind="video", ssrc=ord(other), mid=other)
            report.packetsReceived, report.bytesReceived, report.codecId = arrived, 1000.0 * arrived, "C"
            report.framesReceived = report.framesDecoded = 0.3 * arrived
            lost = self.lost.get(me, self.lost.get((me, other), 0.0))
            report.packetsLost = self._count((me, other, "lost"), lost)
            got.append(report)
        told = RemoteInboundRtp(id="R", timestamp=self.now, kind="video", ssrc=ord(me), localId="O")
        told.packetsLost = self._count((me, "told"), self.reported.get(me, 0.0))
        return Stats(
            inbound_rtp=got,
            outbound_rtp=[sent],
            remote_inbound_rtp=[told],
            transport=[Transport(id="T", timestamp=self.now, dtlsState="connected", iceState="connected")],
            codec=[Codec(id="C", mimeType=self.codecs[me])],
        )


def test_a_healthy_room_is_calm() -> None:
    assert Room().run(90).names("info") == set()


def test_a_stream_that_reaches_nobody() -> None:
    room = Room().run(30)
    for other in "bcd":
        room.gets[other, "a"] = 0.0
    room.run(20)
    found = room.findings("track_not_delivered")
    assert [f.severity for f in found] == ["critical"]
    assert not room.findings("receiver_not_delivered")
    for other in "bcd":
        room.gets[other, "a"] = 100.0
    assert room.run(20).findings("track_not_delivered")[0].close_reason == "recovered"


def test_a_stream_that_reaches_not_everybody() -> None:
    room = Room().run(30)
    room.gets["b", "a"] = 0.0
    room.run(20)
    assert room.findings("receiver_not_delivered")
    assert not room.findings("track_not_delivered")


def test_a_stream_that_others_wait_for() -> None:
    room = Room().run(30)
    room.sends["a"] = 0.0
    room.run(25)
    assert room.findings("sender_dry")
    assert not room.findings("track_not_delivered")


def test_two_people_are_told_by_their_own_findings() -> None:
    room = Room("ab").run(30)
    room.gets["b", "a"] = 0.0
    room.run(20)
    assert not {f.detector for f in room.findings()} & {"track_not_delivered", "receiver_not_delivered"}


def test_a_stream_that_nobody_receives() -> None:
    room = Room()
    room.watched["a"] = set()
    room.run(60)
    assert room.findings("track_unconsumed")
    room.watched["a"] = set("b")
    assert room.run(30).findings("track_unconsumed")[0].close_reason == "recovered"


def test_different_codecs_are_a_note() -> None:
    room = Room()
    room.codecs["b"] = "video/H264"
    assert [f.severity for f in room.run(30).findings("codec_inconsistent")] == ["info"]


def test_trouble_that_begins_at_once_has_one_reason() -> None:
    room = Room().run(30)
    for person in "abc":
        room.lost[person] = 30.0
    room.run(30)
    parent = room.findings("call_concurrent_issue")
    assert parent
    found = room.findings("call_onset_burst")
    assert {f.parent_id for f in found} == {parent[0].finding_id}


def test_trouble_that_spreads_is_no_burst() -> None:
    room = Room().run(30)
    for person in "abc":
        room.lost[person] = 30.0
        room.run(20)
    room.run(20)
    assert room.findings("call_concurrent_issue")
    assert not room.findings("call_onset_burst")


def test_a_senders_trouble_that_its_receivers_see() -> None:
    room = Room().run(30)
    for other in "bcd":
        room.lost[other, "a"] = 30.0
    room.reported["a"] = 30.0
    room.run(20)
    assert room.findings("out_loss_high")
    assert room.findings("publisher_fault_corroborated")
    assert room.findings("track_fan_out")


def test_a_receivers_trouble_is_not_the_senders() -> None:
    room = Room().run(30)
    for other in "acd":
        room.lost["b", other] = 30.0
    room.run(20)
    assert {f.detector for f in room.findings()} & {"publisher_fault_corroborated", "track_fan_out"} == set()
    assert room.findings("single_receiver_issue")


def test_a_stream_that_was_never_used() -> None:
    class Idle(Room):
        codec: str | None = None

        def _stats(self, me: str) -> Stats:
            stats = super()._stats(me)
            stats.outbound_rtp.append(
                OutboundRtp(id="X", timestamp=self.now, kind="audio", ssrc=1, mid="9", packetsSent=0, bytesSent=0)
            )
            stats.outbound_rtp[-1].codecId = self.codec
            return stats

    assert Idle("ab").run(45).findings("stream_unused")
    used = Idle("ab")
    used.codec = "C"
    assert not used.run(45).findings("stream_unused")


def test_a_codec_that_changes_on_the_way() -> None:
    class Changing(Room):
        now_codec = "C"

        def _stats(self, me: str) -> Stats:
            stats = super()._stats(me)
            stats.outbound_rtp[0].codecId = self.now_codec
            stats.codec.append(Codec(id="D", mimeType="video/H264"))
            return stats

    room = Changing("ab").run(20)
    assert not room.findings("codec_changed")
    room.now_codec = "D"
    assert {f.severity for f in room.run(5).findings("codec_changed")} == {"info"}


def test_a_path_that_changes_all_the_time() -> None:
    class Restless(Room):
        pair = 0

        def _stats(self, me: str) -> Stats:
            stats = super()._stats(me)
            stats.transport[0].selectedCandidatePairId = f"P{self.pair}"
            stats.candidate_pair = [CandidatePair(id=f"P{self.pair}", state="succeeded", nominated=True)]
            return stats

    room = Restless("ab").run(20)
    assert not room.findings("ice_path_unstable")
    for _ in range(4):
        room.pair += 1
        room.run(3)
    assert room.findings("ice_path_unstable")
    assert {f.close_reason for f in room.run(40).findings("ice_path_unstable")} == {"recovered"}
