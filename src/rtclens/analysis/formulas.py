"""The formulas behind derived metrics, as data: the documentation is generated from them.

Enters: nothing. Leaves: `FORMULAS` (members of the interval records and columns of the slices), `VERDICTS`.
"""

from __future__ import annotations

import msgspec


class Formula(msgspec.Struct, frozen=True):
    """One derived metric: its name in an interval, its column in the slices, how it comes about."""

    section: str
    metric: str
    column: str
    formula: str
    note: str = ""


def _rows(section: str, *rows: tuple[str, str, str, str]) -> tuple[Formula, ...]:
    return tuple(Formula(section, *row) for row in rows)


RECEIVED = _rows(
    "Received",
    ("bitrate_bps", "bitrate_bps", "8·Δ`bytesReceived`/T", "payload, with retransmissions"),
    ("packet_rate", "packet_rate_per_s", "Δ`packetsReceived`/T", ""),
    (
        "loss_ratio",
        "loss_ratio",
        "lost/(lost + Δ`packetsReceived` − Δ`retransmittedPacketsReceived`)",
        "`packetsLost` is signed: falls are carried; needs 20 expected packets",
    ),
    ("jitter_s", "jitter_s", "`jitter`", "RFC 3550; null below 10 packets/s"),
    ("jb_delay_s", "jb_delay_s", "Δ`jitterBufferDelay`/Δ`jitterBufferEmittedCount`", ""),
    ("jb_target_s", "", "Δ`jitterBufferTargetDelay`/Δ`jitterBufferEmittedCount`", ""),
    ("discard_ratio", "", "Δ`packetsDiscarded`/Δ`packetsReceived`", "only while something is played"),
    ("never_s", "", "covered seconds with Δ`bytesReceived` = 0", "before the first byte"),
    ("dry_s", "", "covered seconds since Δ`bytesReceived` > 0", "after the first byte"),
    ("not_playing_s", "", "covered seconds with packets and Δ`jitterBufferEmittedCount` = 0", ""),
)
HEARD = _rows(
    "Audio heard",
    ("concealment_ratio", "concealment_ratio", "Δ`concealedSamples`/Δ`totalSamplesReceived`", "with silence"),
    (
        "audible_ratio",
        "audible_concealment_ratio",
        "(Δ`concealedSamples` − Δ`silentConcealedSamples`)/Δ`totalSamplesReceived`",
        "after FEC, RED and lateness",
    ),
    (
        "stretch_ratio",
        "stretch_ratio",
        "(Δ`insertedSamplesForDeceleration` + Δ`removedSamplesForAcceleration`)/Δ`totalSamplesReceived`",
        "",
    ),
    ("rms", "audio_rms", "√(Δ`totalAudioEnergy`/Δ`totalSamplesDuration`)", ""),
    ("playout_rate", "", "Δ`totalSamplesDuration`/T", "below 0.95: the process is starved"),
    ("one_way_s", "", "covered seconds with the sender's level ≥ 0.01 and `rms` < 0.001", "needs both ends"),
    ("stress", "", "1 where target delay > 0.2 s and stretch > 2 %", ""),
)
SEEN = _rows(
    "Video seen",
    ("fps", "fps", "Δ`framesDecoded`/T", "32-bit counter: wraps are recognised"),
    ("fps_harmonic", "fps_harmonic", "Δ`totalInterFrameDelay`/Δ`totalSquaredInterFrameDelay`", "penalises pauses"),
    ("fps_low", "", "the lower of `fps` and `fps_harmonic`", ""),
    (
        "freeze_ratio",
        "freeze_ratio",
        "max(Δ`totalFreezesDuration`, Δ`totalPausesDuration`, running stall)/T, at most 1",
        "browsers count a freeze only when the next frame comes: the stall clock bridges that",
    ),
    ("stall_s", "", "covered seconds since Δ`framesDecoded` > 0", ""),
    ("stuck_s", "", "the same while ≥ 10 kbit/s arrive", "of the first such interval at most 1 s counts"),
    ("av_offset_s", "", "|`estimatedPlayoutTimestamp` of video − of audio|", "same sender, same sample"),
    ("drop_ratio", "drop_ratio", "Δ`framesDropped`/Δ`framesReceived`", ""),
    ("decode_load", "codec_load", "Δ`totalDecodeTime`/T", ""),
    ("qp", "qp_mean", "Δ`qpSum`/Δ`framesDecoded`", "scale depends on the codec"),
    ("nack_per_s", "nack_per_s", "Δ`nackCount`/T", ""),
    ("pli_per_s", "pli_per_min", "Δ`pliCount`/T", "per minute in slices"),
)
SENT = _rows(
    "Sent",
    ("bitrate_bps", "bitrate_bps", "8·ΣΔ`bytesSent`/T over layers", ""),
    ("target_bps", "target_bps", "Σ`targetBitrate` of active layers", ""),
    ("pacer_s", "pacer_s", "Δ`totalPacketSendDelay`/Δ`packetsSent`", "the worst layer in an interval"),
    ("rtx_ratio", "rtx_ratio", "Δ`retransmittedPacketsSent`/Δ`packetsSent`", "with probes"),
    (
        "remote_loss",
        "loss_ratio",
        "Δ`packetsLost` of remote-inbound/packets sent between its reports",
        "only when a new report came; behind a server: the way to the server",
    ),
    ("remote_jitter_s", "jitter_s", "`jitter` of remote-inbound", ""),
    ("rtt_s", "rtt_s", "Δ`totalRoundTripTime`/Δ`roundTripTimeMeasurements`, else `roundTripTime`", ""),
    ("fps", "fps", "Δ`framesEncoded`/T of the fastest layer", ""),
    ("source_fps", "fps_source", "Δ`frames`/T of media-source", ""),
    ("source_share", "", "`source_fps`/the best this source kept, at least 8", ""),
    ("still_s", "", "covered seconds since the source's last frame", ""),
    ("source_gap", "", "1 − `fps`/`source_fps`", ""),
    ("encode_load", "codec_load", "ΣΔ`totalEncodeTime`/T", ""),
    ("encode_slowdown", "", "encode time per pixel/the least seen", ""),
    ("limited_cpu", "limited_cpu_ratio", "Δ`qualityLimitationDurations.cpu`/ΣΔ", ""),
    ("limited_bandwidth", "limited_bandwidth_ratio", "Δ`qualityLimitationDurations.bandwidth`/ΣΔ", ""),
    ("limited_other", "limited_other_ratio", "Δ`qualityLimitationDurations.other`/ΣΔ", ""),
    ("source_rms", "audio_rms", "√(Δ`totalAudioEnergy`/Δ`totalSamplesDuration`) of media-source", ""),
)
LINKED = _rows(
    "Connection",
    ("rtt_ice_s", "rtt_ice_s", "Δ`totalRoundTripTime`/Δ`responsesReceived` of the selected pair", ""),
    ("rtt_rtcp_s", "rtt_rtcp_s", "the longest of the sent tracks' `rtt_s`", ""),
    ("rtt_s", "rtt_s", "`rtt_rtcp_s` where fresh, else `rtt_ice_s`", "never averaged together"),
    ("rtt_rise", "", "(`rtt_s` − baseline)/max(0.05 s, 33 % of the baseline)", ""),
    ("bwe_bps", "bwe_out_bps", "`availableOutgoingBitrate`", ""),
    ("utilisation", "bwe_utilisation", "8·Δ`bytesSent`/T/`bwe_bps`", ""),
    ("bitrate_in_bps", "bitrate_in_bps", "8·Δ`bytesReceived`/T of transport, else pair", ""),
    ("bitrate_out_bps", "bitrate_out_bps", "8·Δ`bytesSent`/T of transport, else pair", ""),
    ("one_way_s", "", "seconds with bytes out and none in", ""),
    (
        "congestion_votes",
        "",
        "of four: limited by bandwidth ≥ 0.5, pacer ≥ 20 ms, `rtt_rise` ≥ 1, estimate ≤ 0.7 × median at use ≥ 0.9",
        "0 while half of the estimate is unused",
    ),
    ("discard_ratio", "", "Δ`packetsDiscardedOnSend`/(Δ`packetsSent` + Δ`packetsDiscardedOnSend`)", ""),
    ("cpu_pressure", "cpu_pressure", "4 − `cpuState`: 0 nominal to 3 critical", ""),
    ("playout_glitch_ratio", "", "Δ`synthesizedSamplesDuration`/Δ`totalSamplesDuration` of media-playout", ""),
)
FORMULAS = (*RECEIVED, *HEARD, *SEEN, *SENT, *LINKED)
VERDICTS = (
    (
        "network in",
        "loss ≥ 1 %, jitter ≥ 30 ms, round trip ≥ 300 ms",
        "loss ≥ 5 %, jitter ≥ 60 ms, round trip ≥ 500 ms",
    ),
    (
        "network out",
        "remote loss ≥ 1 %, pacer ≥ 20 ms, round trip ≥ 300 ms",
        "remote loss ≥ 5 %, pacer ≥ 100 ms, round trip ≥ 500 ms",
    ),
    ("audio heard", "audible concealment ≥ 3 %, stretch ≥ 5 %", "audible concealment ≥ 7 %, stretch ≥ 25 %"),
    (
        "video seen",
        "freeze ratio ≥ 5 %, stall ≥ 1 s, harmonic rate ≤ 10 fps",
        "freeze ratio ≥ 30 %, stall ≥ 3 s, harmonic rate ≤ 7 fps",
    ),
    ("any", "no input for any rule: unknown; nothing expected: idle", ""),
)
