"""getStats deltas decode to what the browser had, apart from what the wire cannot say."""

import pytest

from rtclens.wire.rtcstats import delta, legacy_delta, references
from rtclens.wire.rtcstats.reports import MAX_MEMBERS, MAX_REPORTS, ReportSet, as_sent, stats
from rtclens.wire.rtcstats.tables import METHODS, PROPERTIES, TYPE_CODES, TYPES

from .support import vectors


def shown(reports):
    return {rid: as_sent(kept) for rid, kept in reports.reports.items()}


def outcome(reports, tick):
    result = {"reports": shown(reports), "touched": tick.touched, "removed": tick.removed}
    return result | ({"flags": tick.flags} if tick.flags else {})


@pytest.mark.parametrize("vector", vectors("stats_delta"), ids=lambda vector: vector["name"])
def test_the_current_protocols_vectors(vector):
    reports = ReportSet()
    for step in vector["steps"]:
        if step["wire"] is not None:
            assert outcome(reports, delta.apply(reports, step["wire"], 0)) == step["as_it_should_be"]


@pytest.mark.parametrize("vector", vectors("legacy_2_0_delta"), ids=lambda vector: vector["name"])
def test_the_old_sdks_vectors(vector):
    reports = ReportSet()
    for step in vector["steps"]:
        assert outcome(reports, legacy_delta.apply_legacy(reports, step["wire"], 0)) == step["as_it_should_be"]


@pytest.mark.parametrize("vector", vectors("jitsi_3_delta"), ids=lambda vector: vector["name"])
def test_jitsis_vectors(vector):
    reports = ReportSet()
    for step in vector["steps"]:
        assert outcome(reports, legacy_delta.apply_jitsi(reports, step["wire"], 0)) == step["as_it_should_be"]


def test_the_typed_reports_say_the_same_as_the_members():
    reports = ReportSet()
    delta.apply(reports, {"0": {"14": 5, "25": 30, "96": {"cpu": 1}, "new": [1], "type": 2}, "t": 1}, 0)
    delta.apply(reports, {"0": {"14": 6, "25": None, "96": {"none": 2}, "new": [2]}, "t": 2}, 0)
    report = stats(reports).outbound_rtp[0]
    assert report.framesPerSecond is None
    assert report.qualityLimitationDurations == {"cpu": 1, "none": 2}
    assert report.extra == {"packetsReceived": 6, "new": [2]}
    assert report.timestamp == 2


def test_a_handed_out_report_never_changes_again():
    reports = ReportSet()
    delta.apply(reports, {"0": {"79": 1, "type": 2}, "t": 1}, 0)
    before = stats(reports).outbound_rtp[0]
    delta.apply(reports, {"0": {"79": 2}, "t": 2}, 0)
    after = stats(reports).outbound_rtp[0]
    assert (before.packetsSent, before.timestamp) == (1, 1)
    assert (after.packetsSent, after.timestamp) == (2, 2)


def test_a_number_of_the_wrong_type_is_no_measurement_until_it_is_one():
    reports = ReportSet()
    delta.apply(reports, {"0": {"79": 1, "type": 2}, "t": 1}, 0)
    delta.apply(reports, {"0": {"79": "many"}, "t": 2}, 0)
    report = stats(reports).outbound_rtp[0]
    assert report.packetsSent is None
    assert report.extra == {"packetsSent": "many"}
    delta.apply(reports, {"0": {"79": 2**63}, "t": 4}, 0)
    report = stats(reports).outbound_rtp[0]
    assert (report.packetsSent, report.extra) == (2**63, None)


def test_a_remote_report_without_news_keeps_its_stamp_so_that_staleness_shows():
    reports = ReportSet()
    delta.apply(reports, {"0": {"75": 0.1, "type": 3, "t": 900}, "1": {"type": 5}, "t": 1000}, 0)
    delta.apply(reports, {"t": 9000}, 0)
    assert stats(reports).remote_inbound_rtp[0].timestamp == 900
    assert stats(reports).transport[0].timestamp == 9000


def test_a_member_named_like_a_code_and_the_boolean_true_are_no_type():
    reports = ReportSet()
    delta.apply(reports, {"0": {"type": True}, "t": 1}, 0)
    assert stats(reports).inbound_rtp == []


def test_a_browsers_computed_members_are_dropped():
    reports = ReportSet()
    full = {"A": {"id": "A", "type": "outbound-rtp", "timestamp": 1, "[codec]": "VP8 (96)", "packetsSent": 1}}
    delta.apply(reports, full, 0)
    assert shown(reports) == {"A": {"type": "outbound-rtp", "timestamp": 1, "packetsSent": 1}}


def test_reports_and_members_are_bounded():
    reports = ReportSet()
    tick = delta.apply(reports, {str(n): {"type": 5} for n in range(MAX_REPORTS + 5)}, 0)
    assert tick.overflow == 5
    assert len(reports.reports) == MAX_REPORTS
    delta.apply(reports, {"0": {f"p{n}": n for n in range(MAX_MEMBERS + 5)}}, 0)
    assert len(reports.reports["0"].members) == MAX_MEMBERS


def test_old_reports_that_stop_moving_are_hidden_until_they_move_again():
    reports = ReportSet()
    legacy_delta.apply_legacy(
        reports,
        {"a": {"type": "inbound-rtp", "timestamp": 0, "packetsReceived": 1}, "b": {"type": "codec"}, "timestamp": 10},
        1000,
    )
    legacy_delta.apply_legacy(reports, {"timestamp": None}, 40_000)
    assert stats(reports).inbound_rtp == []
    assert len(stats(reports).codec) == 1
    legacy_delta.apply_legacy(reports, {"a": {"packetsReceived": 2, "timestamp": 0}, "timestamp": 50_000}, 50_000)
    assert stats(reports).inbound_rtp[0].packetsReceived == 2


def test_the_oldest_protocol_dates_its_reports_with_text():
    reports = ReportSet()
    legacy_delta.apply_legacy(
        reports, {"a": {"type": "inbound-rtp", "packetsReceived": 1}, "timestamp": "2018-03-01T10:00:00.500Z"}, 0
    )
    assert stats(reports).inbound_rtp[0].timestamp == 1519898400500.0


def derived(*deltas, negotiated=None):
    reports = ReportSet()
    for value in deltas:
        delta.apply(reports, value, 0)
        references.derive(reports, lambda: negotiated or {})
    return stats(reports)


PAIR = {"type": 6, "118": "succeeded", "150": True}


def test_the_selected_pair_is_found_where_the_reference_was_lost():
    found = derived({"T": {"type": 5}, "1": PAIR, "2": {"type": 6, "118": "failed", "150": True}, "t": 1})
    assert found.transport[0].selectedCandidatePairId == "1"
    firefox = derived({"T": {"type": 5}, "1": PAIR, "2": {**PAIR, "selected": True}, "t": 1})
    assert firefox.transport[0].selectedCandidatePairId == "2"


def test_of_several_working_pairs_the_one_whose_counters_move_is_selected():
    first = {"T": {"type": 5}, "1": PAIR, "2": PAIR, "t": 1}
    assert derived(first, {"2": {"80": 9}, "t": 2}).transport[0].selectedCandidatePairId == "2"
    moved = derived(first, {"2": {"80": 9}, "t": 2}, {"1": {"80": 9}, "t": 3})
    assert moved.transport[0].selectedCandidatePairId == "1"


def test_a_reference_that_was_sent_is_never_overruled():
    found = derived({"T": {"type": 5, "125": "2"}, "1": {**PAIR, "selected": True}, "2": PAIR, "t": 1})
    assert found.transport[0].selectedCandidatePairId == "2"


def test_remote_reports_are_joined_by_ssrc():
    found = derived({"o": {"type": 2, "10": 7, "11": "audio"}, "r": {"type": 3, "10": 7, "11": "audio"}, "t": 1})
    assert found.outbound_rtp[0].remoteId == "r"
    assert found.remote_inbound_rtp[0].localId == "o"


def test_the_codec_is_found_by_kind_else_by_negotiation_else_not_at_all():
    rtp = {"type": 1, "11": "video", "18": "1"}
    vp8 = {"type": 14, "6": "video/VP8", "4": 96}
    h264 = {"type": 14, "6": "video/H264", "4": 102}
    opus = {"type": 14, "6": "audio/opus", "4": 111}
    assert derived({"i": rtp, "o": opus, "v": vp8, "t": 1}).inbound_rtp[0].codecId == "v"
    assert derived({"i": rtp, "v": vp8, "h": h264, "t": 1}).inbound_rtp[0].codecId is None
    told = {"1": references.Negotiated(payload_type=102)}
    assert derived({"i": rtp, "v": vp8, "h": h264, "t": 1}, negotiated=told).inbound_rtp[0].codecId == "h"


def test_a_guess_is_taken_back_when_it_no_longer_holds():
    found = derived(
        {"o": {"type": 2, "11": "audio"}, "s": {"type": 12, "11": "audio", "17": "x"}, "t": 1},
        {"s2": {"type": 12, "11": "audio", "17": "y"}, "t": 2},
    )
    assert found.outbound_rtp[0].mediaSourceId is None
    told = {"None": references.Negotiated(track="y")}
    both = {"o": {"type": 2, "11": "audio"}, "s": {"type": 12, "11": "audio", "17": "x"}}
    named = derived(both | {"s2": {"type": 12, "11": "audio", "17": "y"}, "t": 1}, negotiated=told)
    assert named.outbound_rtp[0].mediaSourceId == "s2"


def test_a_candidate_without_a_type_is_told_by_the_pair_that_names_it():
    reports = ReportSet()
    delta.apply(reports, {"p": {"148": "l", "149": "r", "152": 0.1}, "l": {"134": "192.0.2.1"}, "t": 1}, 0)
    delta.apply(reports, {"r": {"134": "192.0.2.2"}, "t": 2}, 0)
    found = stats(reports)
    assert found.local_candidate[0].address == "192.0.2.1"
    assert found.remote_candidate[0].address == "192.0.2.2"


def test_psnr_comes_as_object_or_as_text():
    reports = ReportSet()
    delta.apply(reports, {"0": {"168": {"y": 70}, "type": 2}, "1": {"168": "y:70", "type": 2}, "t": 1}, 0)
    as_object, as_text = stats(reports).outbound_rtp
    assert as_object.psnrSum == {"y": 70}
    assert (as_text.psnrSum, as_text.extra) == (None, {"psnrSum": "y:70"})


def test_every_name_of_the_tables_is_ascii_and_stands_for_one_code():
    for table in (METHODS, TYPES, PROPERTIES):
        assert all(name.isascii() for name in table.values())
        assert len(set(table.values())) == len(table)
    assert {"inbound-rtp": 1, "codec": 14}.items() <= TYPE_CODES.items()
    assert (PROPERTIES["t"], PROPERTIES["125"], METHODS[65]) == (
        "timestamp",
        "selectedCandidatePairId",
        "navigator.mediaDevices.getUserMediaOnFailure",
    )
