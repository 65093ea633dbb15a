"""Features: right on recorded and on synthetic calls, whatever resets, splits or nonsense come."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.synthetic import START, Scene, newest
from analysis.test_analysis_recordings import analysed, batches, replay
from rtclens.analysis import finish, fold, new_state
from rtclens.analysis.features import sdp
from rtclens.analysis.features.series import Series
from rtclens.model import events as e
from rtclens.model.events import Batch, Origin
from rtclens.model.features import ClientFeatures, ConnectionFeatures, TrackFeatures

FEATURES = (ClientFeatures, ConnectionFeatures, TrackFeatures)
CATALOGUE = {
    ClientFeatures: "called_get_user_media_combined get_user_media_error web_socket_connection_time device_memory",
    ConnectionFeatures: "connection_time ice_connection_time number_of_negotiations pending_negotiation_at_end "
    "signaling_delay ice_restart using_ice_lite average_stun_round_trip_time first_candidate_pair_local_type "
    "configured_ice_servers_turn_udp gathered_turn_candidate added_null_candidate dtls_version pair_rtt_p95",
    TrackFeatures: "time_to_first_frame concealment_percentage has_periodic_jitter_buffer_flushes common_width "
    "cpu_quality_limitation_percentage has_null_video_decoder loss_p95 rtt_mean jitter_max bitrate_stddev fps_p5",
}
OFFER = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:{0}\r\n"
OFFER += "a=rtpmap:111 opus/48000/2\r\na=rtcp-mux\r\na=candidate:1 1 udp 2113937151 10.0.0.7 5000 typ host\r\n"


def rows(facts: list[Any], cls: type) -> list[Any]:
    return [row for row in newest(facts).values() if isinstance(row, cls)]


def _at(event: e.AnyEvent) -> float:
    return event.at


def peer(*events: e.AnyEvent) -> ConnectionFeatures:
    state = new_state()
    origin = Origin("app", "rtcstats", "c", "p", "s")
    facts = [f for event in events for f in fold(state, Batch(origin, event.at, [event])).facts]
    (row,) = rows(facts + finish(state, events[-1].at), ConnectionFeatures)
    return row


@pytest.mark.parametrize("cls", FEATURES)
def test_documented_features_have_their_columns(cls: type) -> None:
    assert set(CATALOGUE[cls].split()) <= set(cls.__struct_fields__)


def test_a_recorded_call_has_its_features() -> None:
    facts = analysed("rtcstats-impair")
    client = rows(facts, ClientFeatures)[0]
    assert client.called_get_user_media_combined is True
    assert client.get_user_media_success_count == 1 and client.get_user_media_error_count == 0
    for conn in rows(facts, ConnectionFeatures):
        assert conn.connected and conn.ice_connected and conn.bytes_received > 0
        assert conn.inbound_bitrate_mean > 0 and conn.pair_rtt_p95 >= conn.pair_rtt_p5
    received = [t for t in rows(facts, TrackFeatures) if (t.direction, t.kind) == ("inbound", "video")]
    assert received and all(t.frame_count > 0 and t.fps_mean > 0 and t.max_width >= t.min_width for t in received)


def test_a_refused_camera_is_told_by_name() -> None:
    found = rows(analysed("rtcstats-gum-notfound"), ClientFeatures)
    assert any(row.get_user_media_errors_by_name for row in found)


def test_a_replay_gives_the_same_features() -> None:
    again = replay(batches("rtcstats-freeze"))
    first = [f for f in analysed("rtcstats-freeze") if isinstance(f, FEATURES)]
    assert first and [f for f in again if isinstance(f, FEATURES)] == first


def test_batches_may_be_split() -> None:
    """Events of one batch in batches of their own: the same last rows."""
    whole = [batch for batch in batches("peermetrics-happy") if batch.events]
    parts = [
        msgspec.structs.replace(batch, events=[event]) for batch in whole for event in sorted(batch.events, key=_at)
    ]
    assert len(parts) > len(whole)
    for cls in (ClientFeatures, TrackFeatures):
        one, other = (
            [msgspec.structs.replace(row, revision=0) for row in rows(replay(some), cls)] for some in (whole, parts)
        )
        assert one and one == other


def test_totals_survive_a_reset() -> None:
    scene = Scene().run(30)
    before = dict(scene.a.totals["in_video"]) if "in_video" in scene.a.totals else None
    name = "in_video" if before else next(n for n in scene.a.totals if "bytesReceived" in scene.a.totals[n])
    counters = scene.a.totals[name]
    whole = counters["bytesReceived"]
    counters.update(dict.fromkeys(counters, 0.0))
    scene.run(30)
    whole += counters["bytesReceived"]
    scene.end()
    reset = [t for t in rows(scene.facts, TrackFeatures) if t.reset_count]
    assert reset and all(t.bytes == pytest.approx(whole, rel=0.2) for t in reset)


def test_an_ice_restart_is_a_new_local_fragment() -> None:
    events = [e.Described(at=START + i, connection="x", side="local", kind="offer", sdp=OFFER.format(u)) for i, u in
              enumerate("aab")]  # fmt: skip
    row = peer(e.ConnectionOpened(at=START, connection="x"), *events)
    assert row.ice_restart is True and row.ice_restart_count == 1
    assert row.gathered_private_10 is True and row.codecs_offered == {"audio": ["audio/opus"]}


def test_a_bare_turn_url_is_udp_and_what_was_not_told_is_unknown() -> None:
    config = {"iceServers": [{"urls": ["TURN:t.example"]}]}
    row = peer(e.ConnectionOpened(at=START, connection="x", config=config))
    assert row.configured_ice_servers_turn_udp is True and row.configured_ice_servers_turn_tcp is False
    assert row.connected is None and row.bytes_sent is None


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=200))
def test_series_keep_their_moments_however_long_they_are(values: list[float | None]) -> None:
    series = Series(2)
    for at, value in enumerate(values):
        series.add(1.0, (value, float(at)))
    columns = series.columns([("x", 1.0), ("place", 1000.0)])
    known = [value for value in values if value is not None]
    assert columns["place_samples"] == len(values) and columns["place_max"] == pytest.approx(1000 * (len(values) - 1))
    if not known:
        assert "x_mean" not in columns
        return
    assert columns["x_samples"] == len(known)
    assert columns["x_mean"] == pytest.approx(sum(known) / len(known), rel=1e-3, abs=2.0)
    assert columns["x_min"] == pytest.approx(min(known), rel=1e-5, abs=1e-3)
    assert columns["x_min"] <= columns["x_p5"] + 1 and columns["x_p5"] <= columns["x_p95"] + 1


def test_percentiles_of_a_short_series_are_exact() -> None:
    series = Series(1)
    for value in (5.0, 1.0, 4.0, 2.0, 3.0):
        series.add(1.0 if value > 1 else 10.0, (value,))
    columns = series.columns([("x", 1.0)])
    assert (columns["x_p5"], columns["x_p95"]) == (1.0, 5.0) and columns["x_mean"] == pytest.approx(24 / 14, rel=1e-5)


def test_percentiles_of_a_long_series_are_near() -> None:
    series = Series(1)
    for at in range(1000):
        series.add(5.0, (float(at * 7919 % 1000),))
    columns = series.columns([("x", 1.0)])
    assert columns["x_p5"] == pytest.approx(50, abs=40)
    assert columns["x_p95"] == pytest.approx(950, abs=40)
    assert columns["x_stddev"] == pytest.approx(288.7, rel=1e-3)


@pytest.mark.parametrize("nonsense", [float("inf"), float("nan"), 1e300, 10**400, -(10**20)])
def test_absurd_values_say_nothing(nonsense: float) -> None:
    series = Series(2)
    series.add(1.0, (nonsense, 1.0))
    series.add(nonsense, (1.0, 1.0))
    columns = series.columns([("x", 1.0), ("y", 1.0)])
    assert "x_mean" not in columns and columns["y_samples"] == 1


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), json)
def test_nonsense_never_raises(text: str, value: Any) -> None:
    sdp.read(text)
    config = value if isinstance(value, dict) else {"iceServers": value}
    row = peer(
        e.ConnectionOpened(at=START, connection="x", config=config),
        e.Described(at=START, connection="x", side="remote", kind="answer", sdp=text),
        e.ApiCalled(at=START, connection="x", name="addIceCandidate", value=value),
        e.ApiCalled(at=START, connection="x", name="createOffer", value=value),
        e.ApiCalled(at=START, connection="x", name="createOffer", phase="failure", error=text),
        e.MediaAccess(at=START, phase="requested", constraints=value),
        e.SessionUpdated(at=START, client=e.Client(extra=config)),
    )
    assert row.number_of_events == 5
