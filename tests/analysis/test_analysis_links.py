"""Who sends what, where a media server gives every stream new names: told by what is left, or not at all."""

from __future__ import annotations

from rtclens.model.events import ConnectionOpened, SessionOpened
from rtclens.model.facts import Participant, Track
from rtclens.model.stats import Stats

from .synthetic import newest, newest_findings
from .test_analysis_causes import Meeting
from .test_analysis_recordings import analysed


class Renamed(Meeting):
    """A meeting whose server rewrites all SSRCs."""

    def subscribed(self, person: str) -> Stats:
        stats = super().subscribed(person)
        for report in stats.inbound_rtp:
            report.ssrc = 1000 * ord(person) + int(report.ssrc or 0)
        return stats

    def join(self, person: str) -> None:
        self.people += person
        opened = [ConnectionOpened(at=self.now, connection=name, sfu=True) for name in ("pub", "sub")]
        self.send(person, SessionOpened(at=self.now), *opened)

    def senders(self, person: str) -> list[str]:
        """From whom this person's received tracks come, in the order of their mids; '' where it is not known."""
        return senders(self.facts, person)


def senders(facts: list, person: str) -> list[str]:
    rows = newest(facts).values()
    names = {row.participant_id: row.external_id for row in rows if isinstance(row, Participant)}
    tracks = [row for row in rows if isinstance(row, Track) and row.direction == "inbound"]
    mine = sorted((t for t in tracks if names[t.participant_id] == person), key=lambda t: int(t.mid))
    return [names.get(track.peer_participant_id, "") for track in mine]


def test_who_comes_later_is_the_one_that_is_left() -> None:
    meeting = Renamed("ab").run(30)
    assert meeting.senders("a") == ["b"]
    meeting.join("c")
    meeting.run(60)
    assert meeting.senders("a") == ["b", "c"]
    assert meeting.senders("b") == ["a", "c"]


def test_two_that_could_be_either_stay_unknown() -> None:
    """The third person receives both others from the same moment on: nothing tells them apart."""
    meeting = Renamed("ab").run(30)
    meeting.join("c")
    meeting.run(60)
    assert meeting.senders("c") == ["", ""]


def test_all_at_once_stay_unknown() -> None:
    meeting = Renamed("abc").run(60)
    assert [meeting.senders(person) for person in "abc"] == [["", ""]] * 3
    assert newest_findings(meeting.facts, "links_unresolved")


def test_somebody_unseen_forbids_the_conclusion() -> None:
    """A person whose page reports nothing may be the one that sends."""
    meeting = Renamed("ab").run(30)
    opened = ConnectionOpened(at=meeting.now, connection="direct", peer="x", sfu=False)
    meeting.send("a", opened)
    meeting.join("c")
    meeting.run(60)
    assert meeting.senders("b") == ["a", ""]


def test_the_cause_is_found_behind_a_renaming_server() -> None:
    meeting = Renamed("ab").run(30)
    meeting.join("c")
    meeting.run(40)
    meeting.uplink["c"] = 8.0
    meeting.lost[("c", "a")] = meeting.lost[("c", "b")] = 8.0
    meeting.run(20)
    assert meeting.causes("in_loss_high") == {("sender_uplink", "c")}


def test_a_recorded_call_through_janus() -> None:
    """Three browsers, the third eight seconds later; the server knows only its own names."""
    facts = analysed("observertc-sfu")
    assert senders(facts, "client-a") == ["client-b", "client-b", "client-c", "client-c"]
    assert senders(facts, "client-b") == ["client-a", "client-a", "client-c", "client-c"]
    assert senders(facts, "client-c") == ["client-a", "client-a", "client-b", "client-b"]  # by the loudness of both
