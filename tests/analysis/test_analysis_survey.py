"""Detectors of closer looks: found, over again, silent without input, and what they must not be taken in by."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any

import pytest

from rtclens.analysis.detectors import ALL
from rtclens.analysis.looked import Life
from rtclens.analysis.survey import inbound
from rtclens.analysis.survey.readings import again, moved, pack, total
from rtclens.model.events import AppReported, Sample
from rtclens.model.facts import Track
from rtclens.model.stats import DataChannel, MediaPlayout, RemoteOutboundRtp

from .synthetic import Scene, Side, newest

Change = Callable[[Side], None]
MORE: dict[str, dict[str, float]] = {
    "in_audio": {"jitterBufferFlushes": 0, "packetsReceivedWithCe": 0, "packetsReceivedWithEct1": 40},
    "in_video": {"keyFramesDecoded": 0.1, "corruptionMeasurements": 4, "totalCorruptionProbability": 0.0},
    "out_video": {"retransmittedPacketsSent": 0},
    "pair": {"requestsSent": 1},
}
GAUGES: dict[str, dict[str, Any]] = {
    "source_audio": {"audioLevel": 0.1},
    "source_video": {"width": 1280, "height": 720},
    "in_video": {"decoderImplementation": "dav1d", "powerEfficientDecoder": True},
    "pair": {"availableIncomingBitrate": 2_000_000},
    "out_video": {"encoderImplementation": "hw", "powerEfficientEncoder": True},
}


class Full(Scene):
    """A scene whose two people report everything that closer looks read, and speak by turns."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ticks = 0
        self.speech = True
        self.playout_delay = 0.02
        self.channel = "open"
        self.network = "wifi"
        self.told_at: float | None = None
        self.played = 0.0
        for side in self.sides.values():
            for part, rates in MORE.items():
                side.rates[part] |= rates
                side.totals[part] |= dict.fromkeys(rates, 0.0)
            for part, gauges in GAUGES.items():
                side.gauges.setdefault(part, {}).update(gauges)

    def reset(self, side: Side) -> None:
        """Healthy again, with all members."""
        side.reset()
        for part, rates in MORE.items():
            side.rates[part] |= rates
        for part, gauges in GAUGES.items():
            side.gauges.setdefault(part, {}).update(gauges)

    def send(self, person: str, *events: Any, at: float | None = None) -> Any:
        for event in events:
            if isinstance(event, Sample):
                self._complete(person, event)
        return super().send(person, *events, at=at)

    def _complete(self, person: str, event: Sample) -> None:
        stats = event.stats
        self.ticks += 1
        if self.speech:
            for source in stats.media_source:
                if source.kind == "audio":
                    source.audioLevel = (self.ticks % 7) / 10 if source.audioLevel == 0.1 else source.audioLevel
        for report in stats.remote_inbound_rtp:
            report.timestamp = self.told_at if self.told_at is not None else report.timestamp
        if person != "a":
            return
        self.played += 1
        stats.media_playout = [
            MediaPlayout(
                id="AP",
                totalSamplesDuration=self.played,
                synthesizedSamplesDuration=0.0,
                totalSamplesCount=48_000 * self.played,
                totalPlayoutDelay=48_000 * self.played * self.playout_delay,
            )
        ]
        stats.remote_outbound_rtp = [
            RemoteOutboundRtp(id="RO", totalRoundTripTime=self.played * 0.04, roundTripTimeMeasurements=self.played)
        ]
        stats.data_channel = [DataChannel(id="D", label="chat", state=self.channel)]
        stats.local_candidate[0].networkType = self.network


def level(side: Side, rms: float) -> None:
    side.set("source_audio", totalAudioEnergy=rms * rms)


def noise(side: Side, rms: float) -> None:
    """A steady sound: its peaks at any moment are of the same size."""
    side.set("source_audio", totalAudioEnergy=rms * rms, audioLevel=2 * rms)


def poor_sound(side: Side) -> None:
    side.set("in_audio", bytesReceived=1900, concealedSamples=1300)


def poor_picture(side: Side) -> None:
    side.set("in_video", bytesReceived=800)


def begging(side: Side) -> None:
    side.set("in_video", framesDecoded=0, keyFramesDecoded=0, pliCount=1)


def shrunk(side: Side) -> None:
    side.set("limits", none=0.0, bandwidth=1.0)
    side.set("out_video", frameWidth=320, frameHeight=180)


FOUND: list[tuple[str, Change, float]] = [
    ("audio_score_low", poor_sound, 40),
    ("video_score_low", poor_picture, 40),
    ("audio_received_quiet", lambda side: side.set("in_audio", totalAudioEnergy=0.0004), 25),
    ("video_resolution_low", lambda side: side.set("in_video", frameWidth=320, frameHeight=180), 50),
    ("video_blocky", lambda side: side.set("in_video", qpSum=2700), 25),
    ("video_corruption", lambda side: side.set("in_video", totalCorruptionProbability=1.0), 12),
    ("video_backlog", lambda side: side.set("in_video", framesReceived=40), 25),
    ("keyframe_unanswered", begging, 15),
    ("send_resolution_low", shrunk, 50),
    ("target_not_reached", lambda side: side.set("out_video", bytesSent=40_000, framesEncoded=20, framesSent=20), 35),
    ("buffer_flush_periodic", lambda side: side.set("in_audio", jitterBufferFlushes=0.25), 30),
    ("ecn_congestion", lambda side: side.set("in_audio", packetsReceivedWithCe=2), 15),
    ("retransmission_high", lambda side: side.set("out_video", retransmittedPacketsSent=15, nackCount=2), 20),
    ("in_bandwidth_low", lambda side: side.set("pair", availableIncomingBitrate=50_000), 20),
    ("microphone_clipping", lambda side: (level(side, 0.5), side.set("source_audio", audioLevel=0.99))[0], 25),
    ("microphone_noise", lambda side: noise(side, 0.01), 100),
]


@pytest.mark.parametrize(("detector", "change", "seconds"), FOUND, ids=[name for name, _, _ in FOUND])
def test_found_and_over_again(detector: str, change: Change, seconds: float) -> None:
    """Not before the fault, about one person, with evidence; and recovered once it is over."""
    scene = Full().run(45)
    assert not scene.findings(detector), "found before it began"
    began = scene.now
    change(scene.a)
    scene.run(seconds)
    found = scene.findings(detector)
    assert found, scene.names("info")
    assert len({f.participant_id for f in found}) == 1
    assert all(f.opened_at >= began - 6_000 and f.evidence for f in found)
    scene.reset(scene.a)
    scene.run(90)
    assert {f.close_reason for f in scene.findings(detector)} == {"recovered"}


def test_ten_healthy_minutes_are_calm() -> None:
    assert Full().run(600).end().names("info") == set()


NEEDED = {
    "video_corruption": "in_video.totalCorruptionProbability",
    "video_blocky": "in_video.qpSum",
    "buffer_flush_periodic": "in_audio.jitterBufferFlushes",
    "retransmission_high": "out_video.nackCount",
    "video_backlog": "in_video.framesReceived",
    "microphone_noise": "source_audio.totalAudioEnergy",
}


@pytest.mark.parametrize("detector", sorted(NEEDED))
def test_without_its_input_nothing_is_claimed(detector: str) -> None:
    scene = Full()
    scene.a.without.add(NEEDED[detector])
    scene.run(45)
    next(change for name, change, _ in FOUND if name == detector)(scene.a)
    assert not scene.run(70).findings(detector)


def test_bursts_of_loss_below_the_threshold_of_lasting_loss() -> None:
    scene = Full().run(60)
    for _ in range(2):
        scene.a.set("in_video", packetsLost=30)
        scene.run(5)
        scene.reset(scene.a)
        scene.run(15)
    assert scene.findings("in_loss_bursty")
    assert not scene.findings("in_loss_high")


def test_lasting_loss_is_no_burst() -> None:
    scene = Full().run(60)
    scene.a.set("in_video", packetsLost=12)
    assert not scene.run(60).findings("in_loss_bursty")


def test_losses_that_were_told_as_lasting_are_no_bursts_of_the_calm_after_them() -> None:
    scene = Full(interval=2.0).run(60)
    for lost in (4, 14, 4, 14, 8):
        scene.a.set("in_video", packetsLost=lost)
        scene.run(6)
    assert scene.findings("in_loss_high")
    scene.reset(scene.a)
    assert not scene.run(60).findings("in_loss_bursty")


def test_a_steady_loss_close_to_a_limit_is_no_wavering_network() -> None:
    scene = Full().run(60)
    for number in range(24):
        scene.a.set("in_video", packetsLost=6 if number % 2 else 4)
        scene.a.set("remote_video", packetsLost=6 if number % 2 else 4)
        scene.run(5)
    assert not {"network_in_unstable", "network_out_unstable"} & scene.names()


@pytest.mark.parametrize("every", [1, 2, 4])
def test_loss_on_the_way_out_is_found_however_often_the_far_end_reports(every: int) -> None:
    """Between two reports the last word stands: an interval without a report is not one without loss."""
    scene = Full().run(45)
    scene.a.set("remote_video", packetsLost=8)
    for number in range(24):
        if number % every == 0:
            scene.told_at = scene.now + 1000.0
        scene.run(1)
    assert scene.findings("out_loss_high")
    scene.reset(scene.a)
    scene.told_at = None
    assert {f.close_reason for f in scene.run(45).findings("out_loss_high")} == {"recovered"}


def test_few_packets_say_nothing_about_loss_on_the_way_out() -> None:
    """One of ten packets now and then is no tenth of all."""
    scene = Full()
    scene.a.set("out_video", packetsSent=10)
    for _ in range(12):
        scene.a.set("remote_video", packetsLost=1)
        scene.run(2)
        scene.a.set("remote_video", packetsLost=0)
        scene.run(8)
    assert not scene.findings("out_loss_high")


def test_a_score_is_silent_where_its_reason_is_known() -> None:
    scene = Full().run(45)
    poor_sound(scene.a)
    scene.a.set("in_audio", concealedSamples=4800)
    scene.run(40)
    assert scene.findings("audio_concealment_high")
    assert not scene.findings("audio_score_low")


def test_a_capped_stream_in_a_free_uplink_is_a_choice() -> None:
    scene = Full().run(45)
    scene.a.set("in_video", qpSum=2700)
    scene.b.set("pair", bytesSent=10_000)
    assert not scene.run(30).findings("video_blocky")


def test_a_wavering_rate_is_not_a_steady_low_one() -> None:
    scene = Full().run(45)
    for frames in (30, 12) * 7:
        scene.a.set("in_video", framesDecoded=frames, framesReceived=frames)
        scene.run(5)
    assert scene.findings("video_fps_unstable")
    steady = Full().run(45)
    steady.a.set("in_video", framesDecoded=12, framesReceived=12)
    assert not steady.run(40).findings("video_fps_unstable")


def test_a_network_that_wavers_each_way() -> None:
    scene = Full().run(45)
    for turn in range(8):
        bad = turn % 2 == 0
        scene.a.set("in_audio", jitter=0.04 if bad else 0.004)
        scene.a.set("out_video", totalPacketSendDelay=5.0 if bad else 0.1)
        scene.run(5)
    assert {"network_in_unstable", "network_out_unstable"} <= scene.names()
    assert not Full().run(90).names("info")


def test_reports_of_the_far_end_that_stopped() -> None:
    scene = Full().run(45)
    scene.told_at = scene.now
    scene.run(40)
    assert scene.findings("rtcp_feedback_lost")
    scene.told_at = None
    scene.run(15)
    assert {f.close_reason for f in scene.findings("rtcp_feedback_lost")} == {"recovered"}


def test_a_path_that_stands_and_carries_no_media() -> None:
    scene = Full().run(45)
    for part in ("in_audio", "in_video"):
        scene.a.set(part, packetsReceived=0, bytesReceived=0)
    scene.a.set("in_video", framesReceived=0, framesDecoded=0)
    scene.a.set("pair", bytesReceived=150)
    scene.run(25)
    blocked = scene.findings("transport_blocked")
    assert blocked
    dry = scene.findings("in_stream_dry")
    assert {f.parent_id for f in dry} == {blocked[0].finding_id}


def test_a_path_on_which_nobody_sends_is_not_blocked() -> None:
    scene = Full().run(45)
    for part in ("in_audio", "in_video"):
        scene.a.set(part, packetsReceived=0, bytesReceived=0)
        scene.b.set(part.replace("in", "out"), packetsSent=0, bytesSent=0)
    scene.a.set("pair", bytesReceived=150)
    assert not scene.run(25).findings("transport_blocked")


def test_a_simulcast_layer_that_is_on_and_silent() -> None:
    """Two layers; the upper has a target, room, no limit, and sends nothing."""

    class Layered(Full):
        target: float | None = 300_000

        def _complete(self, person: str, event: Sample) -> None:
            super()._complete(person, event)
            low = next(one for one in event.stats.outbound_rtp if one.kind == "video")
            high = type(low)(id="Ohigh", timestamp=low.timestamp, kind="video", ssrc=900 + ord(person), mid=low.mid)
            high.active, high.framesSent, high.packetsSent, high.framesEncoded = True, 0, 0, 0
            high.qualityLimitationReason, high.targetBitrate = "none", self.target
            event.stats.outbound_rtp.append(high)

    scene = Layered().run(30)
    for side in scene.sides.values():
        side.set("pair", availableOutgoingBitrate=5_000_000)
    assert scene.run(40).findings("simulcast_layer_missing")
    unknown = Layered()
    unknown.target = None
    for side in unknown.sides.values():
        side.set("pair", availableOutgoingBitrate=5_000_000)
    assert not unknown.run(70).findings("simulcast_layer_missing")


def test_a_microphone_that_is_too_quiet_and_one_that_only_listens() -> None:
    quiet = Full()
    for number in range(36):
        level(quiet.a, 0.008 if number % 3 == 0 else 0.0005)
        quiet.run(5)
    assert quiet.findings("microphone_quiet")
    listening = Full()
    level(listening.a, 0.002)
    assert not listening.run(180).findings("microphone_quiet")


def test_a_level_that_never_changes() -> None:
    scene = Full()
    scene.speech = False
    scene.run(70)
    assert {f.severity for f in scene.findings("microphone_constant")} == {"info"}
    assert not Full().run(70).findings("microphone_constant")


@pytest.mark.parametrize("moment", [0.0, 0.015, 0.9])
def test_a_sound_that_comes_and_goes_with_the_looks_is_neither_constant_nor_noise(moment: float) -> None:
    """Every look falls on the same moment of it: what there is then is not what there is between the looks."""
    scene = Full()
    scene.a.set("source_audio", totalAudioEnergy=0.15, audioLevel=moment)
    assert not scene.run(120).findings("microphone_constant")


def test_one_quiet_look_and_pauses_without_a_sound_are_no_noise() -> None:
    scene = Full()
    for number in range(40):
        level(scene.a, 0.02 if number % 12 == 0 else 0.2)
        scene.run(5)
    assert not scene.findings("microphone_noise")
    silent = Full()
    silent.a.set("source_audio", totalAudioEnergy=0.01 * 0.01, audioLevel=0.001)
    assert not silent.run(150).findings("microphone_noise")


def echoing(own_speech: bool) -> Scene:
    """`a` hears `b` by turns; what `a` sends is loud exactly then, or also when `b` is quiet."""
    scene = Full()
    for number in range(24):
        speaks = number % 2 == 0
        scene.a.set("in_audio", totalAudioEnergy=0.01 if speaks else 1e-8)
        level(scene.a, 0.05 if speaks or own_speech else 0.0005)
        scene.run(10)
    return scene


def test_echo_is_a_microphone_that_follows_the_others() -> None:
    found = echoing(own_speech=False).findings("echo_suspected")
    assert found
    assert (found[0].cause_segment, found[0].cause_rule) == ("sender_device", "R29")
    assert found[0].cause_participant_id == found[0].participant_id
    assert "R29" not in {one.cause_rule for one in echoing(own_speech=True).findings()}
    assert not echoing(own_speech=True).findings("echo_suspected")


def test_howling_is_the_device_of_the_person_whose_application_heard_it() -> None:
    scene = Full().run(30)
    scene.send("a", AppReported(at=scene.now, name="howling"))
    (found,) = scene.run(5).findings("howling")
    assert (found.cause_segment, found.cause_rule) == ("sender_device", "R29")
    assert found.cause_participant_id == found.participant_id
    dark = Full().run(30)
    dark.send("a", AppReported(at=dark.now, name="camera_dark"))
    assert {one.cause_rule for one in dark.run(5).findings()} == {""}


def test_a_lagging_output() -> None:
    scene = Full()
    scene.playout_delay = 0.3
    assert scene.run(40).findings("audio_playout_delay_high")
    assert not Full().run(40).findings("audio_playout_delay_high")


def test_a_decoder_that_falls_back_and_comes_back() -> None:
    scene = Full().run(20)
    scene.a.set("in_video", decoderImplementation="libvpx", powerEfficientDecoder=False)
    scene.run(10)
    assert [f.severity for f in scene.findings("decoder_fallback")] == ["info"]
    scene.a.set("in_video", decoderImplementation="dav1d", powerEfficientDecoder=True)
    scene.run(10)
    assert scene.findings("decoder_fallback")[0].close_reason == "recovered"


def test_a_decoder_that_is_none() -> None:
    scene = Full().run(20)
    scene.a.set("in_video", decoderImplementation="NullVideoDecoder", powerEfficientDecoder=None)
    assert [f.severity for f in scene.run(10).findings("decoder_fallback")] == ["high"]


def test_an_encoder_that_falls_back() -> None:
    scene = Full().run(20)
    scene.a.set("out_video", encoderImplementation="libvpx", powerEfficientEncoder=False)
    assert scene.run(10).findings("encoder_fallback")


def test_the_way_out_changes_its_network() -> None:
    scene = Full().run(20)
    scene.network = "cellular"
    scene.run(10)
    assert scene.findings("network_switched")
    scene.network = "vpn"
    scene.run(10)
    assert scene.findings("vpn_in_use")[0].closed_at is None
    scene.network = "wifi"
    scene.run(10)
    assert scene.findings("vpn_in_use")[0].close_reason == "recovered"


def test_a_data_channel_that_closes() -> None:
    scene = Full().run(20)
    scene.channel = "closed"
    scene.run(10)
    assert scene.findings("data_channel_lost")


def test_impossible_numbers_are_told_once() -> None:
    scene = Full().run(20)
    scene.a.totals["in_video"]["packetsLost"] = -5_000_000.0
    scene.run(20)
    assert len(scene.findings("stats_impossible")) == 1


def test_outdated_encryption() -> None:
    class Old(Full):
        def _complete(self, person: str, event: Sample) -> None:
            super()._complete(person, event)
            event.stats.transport[0].tlsVersion = "FEFF"

    assert len(Old().run(20).findings("tls_outdated")) == 2


def test_statistics_that_stand_still() -> None:
    """Samples arrive, and their time does not move."""
    scene = Full().run(20)
    stats = scene.a.stats(scene.now)
    for second in range(15):
        at = scene.now + 1000.0 * second
        scene.send("a", Sample(at=scene.now, connection="pc-a", stats=stats), at=at)
    assert scene.findings("stats_frozen")
    scene.now += 15_000.0
    scene.run(8)
    assert scene.findings("stats_frozen")[0].close_reason == "recovered"


def test_a_device_that_slept() -> None:
    scene = Full().run(20)
    scene.now += 60_000.0
    scene.run(8)
    assert scene.findings("suspend_detected")


def test_a_gap_of_the_telemetry_alone_is_no_sleep() -> None:
    """Meanwhile media went on."""
    scene = Full().run(20)
    scene.silent.update("ab")
    scene.run(25)
    scene.now += 10_000.0
    scene.silent.clear()
    assert not scene.run(8).findings("suspend_detected")


def test_a_clock_that_jumps_and_a_batch_that_is_late() -> None:
    scene = Full().run(30)
    late = scene.a.stats(scene.now + 1000.0)
    scene.send("a", Sample(at=scene.now + 1000.0, connection="pc-a", stats=late), at=scene.now + 9000.0)
    scene.run(20)
    assert not scene.findings("client_clock_step")

    class Jumped(Full):
        ahead = 0.0

        def send(self, person: str, *events: Any, at: float | None = None) -> Any:
            for event in events:
                if isinstance(event, Sample) and person == "a":
                    event.at += self.ahead
            return super().send(person, *events, at=at or self.now)

    jumped = Jumped().run(30)
    jumped.ahead = 20_000.0
    assert jumped.run(30).findings("client_clock_step")


def test_lives_keep_what_closer_looks_count() -> None:
    """A track's row has the ratios of its whole life, of sums of counters; what was never reported is absent."""
    scene = Full()
    scene.a.without.add("in_audio.packetsReceivedWithCe")
    scene.run(60).end()
    rows = [row for row in newest(scene.facts).values() if isinstance(row, Track)]
    shown = next(row for row in rows if row.direction == "inbound" and row.kind == "video")
    assert shown.features["keyframes_per_min"] == pytest.approx(6.0, rel=0.01)
    assert shown.features["decode_s"] == pytest.approx(0.1 / 30, rel=0.1)
    heard = [row for row in rows if row.direction == "inbound" and row.kind == "audio"]
    assert sum("ce_ratio" in row.features for row in heard) == 1
    assert all("fps_rendered" not in row.features for row in rows)


def test_missing_is_never_zero() -> None:
    empty = pack([None] * len(inbound.VIDEO))
    iv = inbound.video(moved(empty, empty), 0.0, 5000.0, 5.0)
    measured = {getattr(iv, name) for name in iv.__struct_fields__}
    assert measured == {0.0, 5000.0, 5.0, None}  # times, and clocks that never started


def test_a_counter_that_began_anew_says_nothing() -> None:
    assert isnan(moved(pack([5]), pack([9]))[0])
    assert isnan(moved(pack([10**400]), pack([9]))[0])


def test_a_life_goes_on_where_counters_begin_anew() -> None:
    life = Life((10, None), (15, None))
    again(life, (2, 7))
    life.newest = (6, 9)
    assert total(life) == [9.0, 2.0]


ELSEWHERE = {
    "audio_playout_delay_high",
    "connection_empty",
    "echo_suspected",
    "in_loss_bursty",
    "microphone_constant",
    "microphone_quiet",
    "network_in_unstable",
    "network_out_unstable",
    "rtcp_feedback_lost",
    "simulcast_layer_missing",
    "transport_blocked",
    "video_fps_unstable",
}


def test_every_detector_of_a_closer_look_has_its_cases() -> None:
    """In the table above, or in a test of its own."""
    looked = {one.id for one in ALL if any(kind.endswith("_survey") for kind in one.kinds)}
    assert looked - {name for name, _, _ in FOUND} == ELSEWHERE - {"audio_playout_delay_high"}
