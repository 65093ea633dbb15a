"""What Firefox's about:webrtc copies becomes samples and events, each told once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from internals_dumps import START, batches, of, read_firefox, refusals, samples

from rtclens.model.codec import Refusal
from rtclens.model.events import (
    ApiCalled,
    Batch,
    CandidateGathered,
    ClientIssue,
    ConnectionClosed,
    ConnectionOpened,
    Described,
    Notified,
    SessionOpened,
)

UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
PCID = f"{{{UUID}}} {int(START * 1000) - 3_000_000} (id=17 url=https://page.example/room)"
OFFER = "v=0\r\na=setup:actpass\r\n"
CANDIDATE = "candidate:0 1 UDP 2122252543 192.0.2.1 53123 typ host"


def stat(stats_id: str, kind: str, **members: Any) -> dict[str, Any]:
    return {"id": stats_id, "type": kind, "timestamp": START, **members}


def report(at: float = START, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "pcid": PCID,
        "browserId": 3,
        "timestamp": at,
        "closed": False,
        "offerer": True,
        "configuration": {"bundlePolicy": "max-bundle", "iceServers": []},
        "sdpHistory": [{"timestamp": START - 900, "isLocal": True, "sdp": OFFER, "errors": []}],
        "rawLocalCandidates": [CANDIDATE],
        "inboundRtpStreamStats": [stat("in", "inbound-rtp", ssrc=7, mediaType="video", packetsLost=1)],
        "iceCandidatePairStats": [stat("pair", "candidate-pair", selected=True, priority=2**63 - 5)],
        "iceCandidateStats": [stat("l", "local-candidate", address="192.0.2.1"), stat("r", "remote-candidate")],
        "bandwidthEstimations": [{"sendBandwidthBps": 300_000, "receiveBandwidthBps": 0, "trackIdentifier": "t"}],
    }
    return made | more


def test_a_report_is_one_sample() -> None:
    items = read_firefox(report())
    (sample,) = samples(items)
    assert (sample.at, sample.connection) == (START, UUID)
    assert (sample.stats.inbound_rtp[0].packetsLost, sample.stats.inbound_rtp[0].kind) == (1, "video")
    pair = sample.stats.candidate_pair[0]
    assert (pair.selected, pair.priority, pair.availableOutgoingBitrate) == (True, 2**63 - 5, 300_000)
    assert (len(sample.stats.local_candidate), len(sample.stats.remote_candidate)) == (1, 1)
    assert {batch.origin.participant for batch in batches(items)} == {"p"}


def test_a_connection_opens_when_its_name_says() -> None:
    (opened,) = of(ConnectionOpened, read_firefox(report()))
    assert (opened.at, opened.connection) == (START - 3000, UUID)
    assert opened.config == {"bundlePolicy": "max-bundle", "iceServers": []}
    (session,) = of(SessionOpened, read_firefox(report()))
    assert (session.client.browser, session.client.url) == ("Firefox", "https://page.example/room")


def test_descriptions_have_side_and_derived_type() -> None:
    said = [
        {"timestamp": START - 900, "isLocal": True, "sdp": OFFER, "errors": []},
        {"timestamp": START - 800, "isLocal": False, "sdp": "v=0\r\na=setup:active\r\n", "errors": []},
        {
            "timestamp": START - 700,
            "isLocal": False,
            "sdp": "broken",
            "errors": [{"lineNumber": 1, "error": "no origin"}],
        },
    ]
    items = read_firefox(report(sdpHistory=said))
    assert [(one.side, one.kind, one.at) for one in of(Described, items)] == [
        ("local", "offer", START - 900),
        ("remote", "answer", START - 800),
    ]
    failed = [one for one in of(ApiCalled, items) if one.phase == "failure"]
    assert [(one.name, one.error) for one in failed] == [("setRemoteDescription", "no origin")]


def test_a_history_repeats_nothing() -> None:
    """Four reports a second tell the same descriptions and candidates again and again."""
    reports = [report(START + 250 * index) for index in range(8)]
    items = read_firefox({"reports": reports, "sdpHistories": []})
    assert [sample.at for sample in samples(items)] == [START + 250 * index for index in range(8)]
    for kind in (ConnectionOpened, Described, CandidateGathered, SessionOpened):
        assert len(of(kind, items)) == 1


def test_a_history_may_keep_descriptions_apart() -> None:
    history = [{"timestamp": START - 5, "isLocal": False, "sdp": "v=0", "errors": []}]
    document = {"reports": [report(sdpHistory=[])], "sdpHistories": [{"pcid": PCID, "sdpHistory": history}]}
    (described,) = of(Described, read_firefox(document))
    assert (described.connection, described.side, described.kind) == (UUID, "remote", "answer")


def test_a_closed_report_closes_its_connection_once() -> None:
    items = read_firefox({"reports": [report(closed=True), report(START + 250, closed=True)], "sdpHistories": []})
    assert [(one.connection, one.at) for one in of(ConnectionClosed, items)] == [(UUID, START)]


def run(first: float, last: float, width: int = 640, frames: int = 30) -> dict[str, Any]:
    span = {"firstFrameTimestamp": START + first, "lastFrameTimestamp": START + last}
    return {"width": width, "height": 480, "consecutiveFrames": frames, **span}


def test_frame_histories_show_standing_pictures_and_changes_of_size() -> None:
    tracks = [{"trackIdentifier": "cam", "entries": [run(-9000, -8000), run(-5000, -4000), run(-3970, -3000, 320)]}]
    items = read_firefox(report(videoFrameHistories=tracks))
    (frozen,) = of(ClientIssue, items)
    assert (frozen.kind, frozen.track, frozen.value["gapMs"]) == ("video-freeze", "cam", 3000)
    (resized,) = of(Notified, items)
    assert (resized.name, resized.value, resized.at) == (
        "resize",
        {"videoWidth": 320, "videoHeight": 480},
        START - 3970,
    )


def test_a_copied_section_is_a_sample_of_an_unnamed_connection() -> None:
    (sample,) = samples(read_firefox([stat("in", "inbound-rtp", ssrc=7)]))
    assert (sample.connection, sample.at) == ("about:webrtc", START)
    ice = {"iceCandidateStats": [stat("l", "local-candidate")], "iceCandidatePairStats": []}
    (sample,) = samples(read_firefox(ice))
    assert len(sample.stats.local_candidate) == 1


@pytest.mark.parametrize("document", [{}, [], {"pcid": 7}, {"reports": [1, None]}, "text", None])
def test_other_json_is_refused(document: Any) -> None:
    (refused,) = read_firefox(document)
    assert isinstance(refused, Refusal)
    assert refused.code == "bad_shape"


def test_times_that_count_from_the_page_are_not_taken_for_dates() -> None:
    items = read_firefox(report(12_345.6))
    assert samples(items) == []
    assert not refusals(items), "the descriptions still have their own times"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
DESCRIPTION = {"timestamp": st.just(START) | JSON, "sdp": JSON, "isLocal": JSON, "errors": JSON}
STATS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["inbound-rtp", "codec", "x"])}, optional={"id": JSON, "timestamp": JSON, "ssrc": JSON}
    ),
    max_size=3,
)
REPORTS = st.fixed_dictionaries(
    {},
    optional={
        "pcid": st.sampled_from([PCID, "x", ""]) | JSON,
        "timestamp": st.sampled_from([START, START + 1]) | JSON,
        "closed": JSON,
        "configuration": JSON,
        "sdpHistory": st.lists(st.fixed_dictionaries(DESCRIPTION), max_size=2) | JSON,
        "rawLocalCandidates": st.lists(st.just(CANDIDATE) | JSON, max_size=2) | JSON,
        "inboundRtpStreamStats": STATS | JSON,
        "iceCandidatePairStats": STATS | JSON,
        "bandwidthEstimations": st.lists(JSON, max_size=2) | JSON,
        "videoFrameHistories": st.lists(st.fixed_dictionaries({"trackIdentifier": JSON, "entries": JSON}), max_size=2)
        | JSON,
    },
)


@given(REPORTS | st.fixed_dictionaries({"reports": st.lists(REPORTS, max_size=3), "sdpHistories": JSON}) | JSON)
@settings(max_examples=200, deadline=None)
def test_no_report_raises(document: Any) -> None:
    items = read_firefox(document)
    assert items
    for item in items:
        assert isinstance(item, Batch | Refusal)
