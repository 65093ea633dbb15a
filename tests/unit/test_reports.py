"""Tolerant building of reports: nothing is lost, nothing wrong becomes a measurement."""

from rtclens.model.stats import InboundRtp, Stats
from rtclens.wire.common import reports


def test_unknown_members_are_kept_in_extra():
    report = reports.build(InboundRtp, {"id": "I", "packetsLost": -1, "newMember": {"a": [1]}})
    assert report.packetsLost == -1
    assert report.extra == {"newMember": {"a": [1]}}


def test_a_number_sent_as_text_is_no_measurement():
    report = reports.build(InboundRtp, {"id": 7, "jitter": "0.1", "packetsReceived": float("nan")})
    assert report.id == "7"
    assert report.jitter is None
    assert report.packetsReceived is None
    assert report.extra is not None and report.extra["jitter"] == "0.1"


def test_missing_is_none_and_zero_is_zero():
    report = reports.build(InboundRtp, {"id": "I", "packetsLost": 0})
    assert report.packetsLost == 0
    assert report.packetsReceived is None


def test_legacy_names_are_folded():
    report = reports.build(InboundRtp, {"id": "I", "mediaType": "audio", "type": "inbound-rtp", "isRemote": False})
    assert report.kind == "audio"
    assert report.extra is None


def test_reports_land_in_the_list_of_their_type():
    stats = Stats()
    assert reports.add(stats, "inbound-rtp", {"id": "a"})
    assert not reports.add(stats, "no-such-type", {"id": "b"})
    assert len(stats.inbound_rtp) == 1
    assert Stats().inbound_rtp == []
