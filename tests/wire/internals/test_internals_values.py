"""Each value arrives in the type the standard gives its member; nothing unknown is lost or invented."""

from __future__ import annotations

import pytest
from internals_dumps import START, dump, of, read, report, samples, series

from rtclens.model.events import Notified, SessionOpened
from rtclens.wire.internals.series import split_key

STAMPS = [START, START + 1000, START + 2000]


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("CIT01_125_packetization-mode=1-clockRate", ("CIT01_125_packetization-mode=1", "clockRate")),
        ("IT01-[a-b-c]", ("IT01", "[a-b-c]")),
        ("IT01-[bytesReceived_in_bits/s]", ("IT01", "[bytesReceived_in_bits/s]")),
        ("RTCPeerConnection-dataChannelsOpened", ("RTCPeerConnection", "dataChannelsOpened")),
        ("nothing", ("nothing", "")),
    ],
)  # fmt: skip
def test_a_series_key_is_cut_behind_the_id(key: str, parts: tuple[str, str]) -> None:
    assert split_key(key) == parts


def test_numbers_that_stand_for_texts_become_texts_again() -> None:
    """The page parses a mid "0" into the number 0 before it writes the file."""
    found = samples(read(dump(report("I1", "inbound-rtp", STAMPS, mid=[0, 0, 0], rid=["1", 2, None]))))
    assert [sample.stats.inbound_rtp[0].mid for sample in found] == ["0", "0", "0"]


def test_texts_that_stand_for_numbers_become_numbers() -> None:
    found = samples(read(dump(report("I1", "inbound-rtp", STAMPS, packetsLost=["1", "2", "-3"], jitter=["0.5", 1, 2]))))
    assert [sample.stats.inbound_rtp[0].packetsLost for sample in found] == [1, 2, -3]
    assert [sample.stats.inbound_rtp[0].jitter for sample in found] == [0.5, 1, 2]


def test_a_value_that_does_not_fit_is_missing_not_zero() -> None:
    items = read(dump(report("I1", "inbound-rtp", STAMPS, packetsLost=[1, {"a": 1}, None])))
    assert [sample.stats.inbound_rtp[0].packetsLost for sample in samples(items)] == [1, None, None]
    (opened,) = of(SessionOpened, items)
    assert opened.client.extra["dump"]["unparsed_values"] == 1


def test_members_without_a_place_are_kept_aside() -> None:
    found = samples(read(dump(report("I1", "inbound-rtp", STAMPS, newThing=[1, 2, 3]))))
    assert [sample.stats.inbound_rtp[0].extra for sample in found] == [{"newThing": value} for value in (1, 2, 3)]


def test_a_known_member_of_another_kind_is_kept_aside() -> None:
    found = samples(read(dump(report("I1", "inbound-rtp", STAMPS, jitter=[{"a": 1}, {"a": 2}, {"a": 3}]))))
    assert found[0].stats.inbound_rtp[0].jitter is None
    assert found[0].stats.inbound_rtp[0].extra == {"jitter": {"a": 1}}


def test_whole_numbers_keep_their_64_bits() -> None:
    big = 2**53 + 1
    found = samples(
        read(dump(report("C1", "candidate-pair", STAMPS, priority=[big, big + 1, 2**63 + 5], bytesSent=[1, 1.5, 2])))
    )
    assert [sample.stats.candidate_pair[0].priority for sample in found] == [big, big + 1, 2**63 + 5]


def test_limitation_durations_stay_tables() -> None:
    durations = [{"none": 1, "cpu": 0.5}, {"none": 2, "cpu": 0.5}, {"none": 3, "cpu": 0.5}]
    found = samples(read(dump(report("O1", "outbound-rtp", STAMPS, qualityLimitationDurations=durations))))
    assert [sample.stats.outbound_rtp[0].qualityLimitationDurations for sample in found] == durations


def test_computed_series_are_dropped() -> None:
    stats = report("I1", "inbound-rtp", STAMPS, bytesReceived=[1, 2, 3])
    stats["I1-[bytesReceived_in_bits/s]"] = series([8, 8, 8], STAMPS, "inbound-rtp")
    assert all(sample.stats.inbound_rtp[0].extra is None for sample in samples(read(dump(stats))))


def test_a_report_of_an_unknown_type_is_kept_once() -> None:
    items = read(dump(report("X1", "sctp-transport", STAMPS, smoothedRoundTripTime=[0.1, 0.2, 0.3])))
    (kept,) = of(Notified, items)
    assert kept.name == "sctp-transport"
    assert kept.value["smoothedRoundTripTime"] == 0.3


def test_one_bad_series_spoils_nothing_else() -> None:
    stats = report("I1", "inbound-rtp", STAMPS, bytesReceived=[1, 2, 3])
    stats["I1-packetsLost"] = {"values": "[1, 2"}
    stats["I1-jitter"] = 17
    stats["I1-"] = None
    items = read(dump(stats))
    assert [sample.stats.inbound_rtp[0].bytesReceived for sample in samples(items)] == [1, 2, 3]
    (opened,) = of(SessionOpened, items)
    assert opened.client.extra["dump"]["bad_series"] == 3
