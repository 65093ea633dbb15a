"""A media server's own counters: on which side of it a stream was hurt, who sends what, which of two servers it is."""

from __future__ import annotations

from typing import Any

import pytest

from rtclens.analysis import fold
from rtclens.model.events import Batch, ConnectionOpened, Origin, ServerSample, SessionOpened
from rtclens.model.stats import Stats

from .synthetic import newest_findings
from .test_analysis_causes import Meeting
from .test_analysis_links import senders


class Served(Meeting):
    """A meeting whose servers report their pads; `nodes` says on which server each person is, `dropped` what a server
    keeps back of a stream towards a receiver (packets a second), `told_lost` what receivers report lost to it.
    """

    def __init__(self, people: str, nodes: dict[str, str] | None = None) -> None:
        self.nodes = nodes or dict.fromkeys(people, "sfu1")
        self.dropped: dict[tuple[str, str], float] = {}
        self.held: set[tuple[str, str]] = set()  # nothing of these streams leaves the server
        self.cut: set[str] = set()  # nothing of these senders reaches the server
        self.pads: dict[str, list[float]] = {}
        self.reports = True
        super().__init__(people)

    def run(self, seconds: int) -> Served:
        for _ in range(seconds):
            super().run(1)
            for server in sorted(set(self.nodes.values())) if self.reports else ():
                rows: dict[str, list[dict[str, Any]]] = {"inbound_pads": [], "outbound_pads": []}
                for person in self.people:
                    self.pads_of(person, server, rows)
                sample = ServerSample(at=self.now, server=server, rows=rows)
                origin = Origin("app", "test", "m", server, f"s-{server}", role="sfu")
                self.facts += fold(self.state, Batch(origin, self.now, [sample])).facts
        return self

    def pads_of(self, person: str, server: str, rows: dict[str, list[dict[str, Any]]]) -> None:
        """One second more on the pads of a sender, in and out."""
        lost_in = 100.0 if person in self.cut else self.uplink.get(person, 0.0)
        if self.nodes[person] == server:
            rows["inbound_pads"].append(
                {**self.moved(f"in-{person}", 100.0 - lost_in, lost_in, "packetsReceived"), "ssrc": ord(person)}
            )
            rows["inbound_pads"][-1]["streamId"] = f"stream-{person}"
        for other in self.people:
            if other == person or self.nodes[other] != server:
                continue
            stopped = (person, other) in self.held or person in self.cut
            sent = 0.0 if stopped else 100.0 - lost_in - self.dropped.get((person, other), 0.0)
            lost = max(self.lost.get((person, other), 0.0) - lost_in - self.dropped.get((person, other), 0.0), 0.0)
            row = self.moved(f"out-{person}-{other}", sent, lost, "packetsSent")
            names = {"streamId": f"stream-{person}", "sinkId": f"sink-{person}-{other}", "clientId": other}
            rows["outbound_pads"].append({**row, **names, "ssrc": self.ssrc_at(other, person)})

    def ssrc_at(self, _receiver: str, sender: str) -> int:
        return ord(sender)

    def moved(self, pad: str, packets: float, lost: float, name: str) -> dict[str, Any]:
        held = self.pads.setdefault(pad, [0.0, 0.0])
        held[0] += packets
        held[1] += lost
        return {"padId": pad, name: held[0], "packetsLost": held[1], "internal": False}

    def published(self, person: str) -> Stats:
        stats = super().published(person)
        stats.remote_inbound_rtp = []  # this client says nothing of what the far end reports
        return stats

    def subscribed(self, person: str) -> Stats:
        stats = super().subscribed(person)
        for report in stats.inbound_rtp:
            sender = chr(int(report.ssrc or 0))
            if (sender, person) in self.held or sender in self.cut:
                report.packetsReceived = report.bytesReceived = report.framesDecoded = report.framesReceived = 2500
        return stats


def lossy(reports: bool) -> Served:
    meeting = Served("abc")
    meeting.reports = reports
    meeting.run(25)
    meeting.uplink["a"] = 8.0
    meeting.lost[("a", "b")] = meeting.lost[("a", "c")] = 8.0
    meeting.run(20)
    return meeting


def test_what_the_server_never_got_was_lost_on_the_senders_way() -> None:
    assert lossy(reports=True).causes("in_loss_high") == {("sender_uplink", "a")}


def test_without_the_server_the_same_loss_names_nobody() -> None:
    assert ("sender_uplink", "a") not in lossy(reports=False).causes("in_loss_high")


def test_what_the_server_got_and_sent_was_lost_on_the_receivers_way() -> None:
    """One stream only is bad: without the server's word it would be the server's leg."""
    meeting = Served("abc").run(25)
    meeting.lost[("a", "c")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("receiver_downlink", "c")}


def test_what_the_server_got_and_did_not_send_is_the_servers() -> None:
    meeting = Served("abc").run(25)
    meeting.lost[("a", "c")] = meeting.dropped[("a", "c")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("sfu", "")}


def test_loss_that_came_in_already_is_not_the_receivers() -> None:
    """All of what the receiver misses was missing before."""
    meeting = Served("ab").run(25)
    meeting.uplink["a"] = meeting.lost[("a", "b")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("sender_uplink", "a")}


def test_a_stream_that_enters_and_does_not_leave_is_held_by_the_server() -> None:
    meeting = Served("abc").run(25)
    meeting.held.add(("a", "c"))
    meeting.run(15)
    assert meeting.causes("in_stream_dry") == {("sfu", "")}


def test_a_stream_that_is_sent_and_does_not_enter_was_lost_before() -> None:
    meeting = Served("abc").run(25)
    meeting.cut.add("a")
    meeting.run(15)
    assert meeting.causes("in_stream_dry") == {("sender_uplink", "a")}


def test_everybody_on_one_of_two_servers_suffers_by_that_server() -> None:
    nodes = {"a": "sfu1", "b": "sfu1", "c": "sfu1", "d": "sfu2", "e": "sfu2"}
    meeting = Served("abcde", nodes).run(25)
    for sender in "abcde":
        for receiver in "abc":
            if sender != receiver:
                meeting.lost[(sender, receiver)] = 8.0
    meeting.run(20)
    assert {segment for segment, _ in meeting.causes("in_loss_high")} == {"sfu"}
    assert {f.cause_rule for f in newest_findings(meeting.facts, "in_loss_high")} == {"R4"}


def test_one_bad_receiver_does_not_accuse_its_server() -> None:
    nodes = {"a": "sfu1", "b": "sfu1", "c": "sfu1", "d": "sfu2", "e": "sfu2"}
    meeting = Served("abcde", nodes).run(25)
    for sender in "bcde":
        meeting.lost[(sender, "a")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("receiver_downlink", "a")}


class Aliased(Served):
    """Its servers give streams other SSRCs towards every receiver."""

    def ssrc_at(self, receiver: str, sender: str) -> int:
        return 1000 * ord(receiver) + ord(sender)

    def subscribed(self, person: str) -> Stats:
        stats = super().subscribed(person)
        for report in stats.inbound_rtp:
            report.ssrc = self.ssrc_at(person, chr(int(report.ssrc or 0)))
        return stats


def test_the_servers_pads_tell_who_sends_what() -> None:
    meeting = Aliased("abc").run(30)
    assert [senders(meeting.facts, person) for person in "abc"] == [["b", "c"], ["a", "c"], ["a", "b"]]


@pytest.mark.parametrize("member", ["sfuStreamId", "remoteClientId"])
def test_names_that_clients_tell_link_streams(member: str) -> None:
    class Told(Aliased):
        def published(self, person: str) -> Stats:
            stats = super().published(person)
            stats.outbound_rtp[0].extra = {"sfuStreamId": f"stream-{person}"}
            return stats

        def subscribed(self, person: str) -> Stats:
            stats = super().subscribed(person)
            for report in stats.inbound_rtp:
                sender = chr(int(report.ssrc or 0) - 1000 * ord(person))
                report.extra = {member: f"stream-{sender}" if member == "sfuStreamId" else sender}
            return stats

    meeting = Told("abc")
    meeting.reports = False
    meeting.run(30)
    assert [senders(meeting.facts, person) for person in "abc"] == [["b", "c"], ["a", "c"], ["a", "b"]]


def test_a_servers_counters_begin_anew_without_harm() -> None:
    meeting = Served("abc").run(25)
    meeting.pads.clear()
    meeting.run(10)
    assert newest_findings(meeting.facts) == []


def test_nonsense_from_a_server_is_ignored() -> None:
    meeting = Served("ab").run(5)
    rows: dict[str, list[dict[str, Any]]] = {
        "inbound_pads": [
            {},
            {"padId": 7, "packetsReceived": "many", "ssrc": []},
            {"padId": "x", "packetsReceived": True},
        ],
        "outbound_pads": [{"padId": None, "packetsSent": -1.0}],
        "bridge": [{"stress_level": "high"}],
    }
    origin = Origin("app", "test", "m", "sfu1", "s-sfu1", role="sfu")
    opened = [SessionOpened(at=meeting.now), ConnectionOpened(at=meeting.now, connection="x")]
    fold(meeting.state, Batch(origin, meeting.now, [*opened, ServerSample(at=meeting.now, server="sfu1", rows=rows)]))
    meeting.run(5)
    assert newest_findings(meeting.facts) == []
