"""Values of a webrtc-internals dump land at the instants they were taken."""

from __future__ import annotations

from typing import Any

import pytest
from internals_dumps import START, dump, of, polls, read, recorded, report, samples, series

from rtclens.model.events import Sample, SessionOpened
from rtclens.model.stats import Report

# The dump drops what getStats() says twice, and remote-outbound round-trip times come and go inside the series.
SAID_TWICE = {"type", "ip", "mediaType", "isRemote"}
GAPS = {("remote-outbound-rtp", "roundTripTime")}


def members(one: Report) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in one.__struct_fields__ if name != "extra"}
    return {name: value for name, value in (found | (one.extra or {})).items() if value is not None}


def reports(sample: Sample) -> dict[str, Report]:
    lists = (getattr(sample.stats, name) for name in sample.stats.__struct_fields__)
    return {one.id: one for found in lists for one in found}


@pytest.mark.parametrize("name", ["happy-a-closed", "icefail-live"])
def test_polls_equal_what_the_browser_returned(name: str) -> None:
    """Every member of every report at every poll equals the result of getStats() of the same run."""
    by_time = {sample.at: reports(sample) for sample in samples(read(recorded(name)))}
    for truth in polls(name):
        found = by_time[truth["P"]["timestamp"]]
        assert found.keys() == truth.keys()
        for known, said in truth.items():
            left_out = SAID_TWICE | {member for kind, member in GAPS if kind == said["type"]}
            wanted = {member: value for member, value in said.items() if member not in left_out}
            got = {member: value for member, value in members(found[known]).items() if member not in left_out}
            assert got == wanted
            assert found[known].type == said["type"]


def quality(items: list[Any]) -> dict[str, Any]:
    (opened,) = of(SessionOpened, items)
    return opened.client.extra["dump"]


def test_a_member_that_appears_late_stays_late() -> None:
    stamps = [START + 1000 * index for index in range(6)]
    stats = report("T1", "transport", stamps, bytesSent=[1, 2, 3, 4, 5, 6])
    stats["T1-tlsVersion"] = series(["FEFD"] * 2, stamps[4:], "transport")
    found = samples(read(dump(stats)))
    assert [sample.stats.transport[0].tlsVersion for sample in found] == [None] * 4 + ["FEFD"] * 2


def test_a_member_that_vanishes_is_not_carried_on() -> None:
    stamps = [START + 1000 * index for index in range(5)]
    stats = report("O1", "outbound-rtp", stamps, packetsSent=[1, 2, 3, 4, 5])
    stats["O1-framesPerSecond"] = series([30, 29], stamps[:2], "outbound-rtp")
    found = samples(read(dump(stats)))
    assert [sample.stats.outbound_rtp[0].framesPerSecond for sample in found] == [30, 29, None, None, None]


def test_remote_reports_repeat_their_stamp_and_stay_one_per_poll() -> None:
    """Six polls with three RTCP packets are six samples, each with one remote report."""
    stamps = [START + 1000 * index for index in range(6)]
    arrivals = [START + 900, START + 900, START + 2900, START + 2900, START + 4900]
    stats = report("P", "peer-connection", stamps, dataChannelsOpened=[0] * 6)
    stats |= report("O1", "outbound-rtp", stamps, ssrc=[5] * 6)
    stats |= report("R1", "remote-inbound-rtp", arrivals, localId=["O1"] * 5, packetsLost=[0, 0, 1, 1, 2])
    found = samples(read(dump(stats)))
    assert len(found) == 6
    lost = [
        sample.stats.remote_inbound_rtp[0].packetsLost if sample.stats.remote_inbound_rtp else None for sample in found
    ]
    assert lost == [None, 0, 0, 1, 1, 2]


def test_a_remote_report_ends_with_its_stream() -> None:
    """Counted back from the last poll of the RTP stream, not of the connection."""
    stamps = [START + 1000 * index for index in range(6)]
    stats = report("P", "peer-connection", stamps, dataChannelsOpened=[0] * 6)
    stats |= report("O1", "outbound-rtp", stamps[:4], ssrc=[5] * 4)
    stats |= report("R1", "remote-inbound-rtp", stamps[:3], ssrc=[5] * 3, jitter=[0.1, 0.2, 0.3])
    found = samples(read(dump(stats)))
    jitters = [[one.jitter for one in sample.stats.remote_inbound_rtp] for sample in found]
    assert jitters == [[], [0.1], [0.2], [0.3], [], []]


def test_gaps_inside_a_series_are_marked_approximate() -> None:
    stamps = [START + 1000 * index for index in range(5)]
    stats = report("T1", "transport", stamps, bytesSent=[1, 2, 3, 4, 5])
    stats["T1-iceState"] = series(["new", "checking", "connected"], stamps, "transport")
    items = read(dump(stats))
    states = [sample.stats.transport[0].iceState for sample in samples(items)]
    assert states == [None, None, "new", "checking", "connected"]
    assert quality(items)["approximate"] == 1


def test_more_values_than_stamps_keep_their_order() -> None:
    """A clock that stepped back leaves fewer candidates than values: they are paired from the first stamp on."""
    stamps = [START, START + 1000, START + 400, START + 1400]
    stats = report("T1", "transport", stamps, bytesSent=[1, 2, 3, 4])
    stats["T1-packetsSent"] = series([7, 8, 9], [START, START + 400], "transport")
    items = read(dump(stats))
    assert sorted(sample.at for sample in samples(items)) == sorted(stamps)
    assert quality(items)["approximate"] == 1


def test_without_stamps_values_are_spread_between_start_and_end() -> None:
    stamps = [START + 1003 * index for index in range(4)]
    stats = {
        "RTCTransport_0-bytesSent": series([1, 2, 3, 4], stamps),
        "RTCTransport_0-dtlsState": series(["connecting", "connected"], stamps[2:]),
    }
    items = read(dump(stats))
    found = samples(items)
    assert [sample.at for sample in found] == pytest.approx(stamps)
    assert [sample.stats.transport[0].dtlsState for sample in found] == [None, None, "connecting", "connected"]
    assert quality(items)["interpolated"] == 2


def test_a_series_of_one_thousand_values_that_starts_late_was_cut() -> None:
    stamps = [START + 1000 * index for index in range(1000)]
    stats = report("P", "peer-connection", stamps, dataChannelsOpened=[0] * 1000)
    early = [{"type": "onnegotiationneeded", "value": "", "timestamp": START - 61_000}]
    assert quality(read(dump(stats, early)))["stats_truncated"] is True
    just_before = [{"type": "onnegotiationneeded", "value": "", "timestamp": START - 59_000}]
    assert quality(read(dump(stats, just_before)))["stats_truncated"] is False
