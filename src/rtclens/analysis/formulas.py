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
    ("packets", "", "Δ`packetsReceived`", ""),
    ("lost", "", "Δ`packetsLost`, falls carried", ""),
    ("expected_packets", "", "lost + Δ`packetsReceived` − Δ`retransmittedPacketsReceived`", ""),
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
    ("frames", "", "Δ`framesDecoded`", ""),
    ("fps_received", "", "Δ`framesReceived`/T", ""),
    ("fps_harmonic", "fps_harmonic", "Δ`totalInterFrameDelay`/Δ`totalSquaredInterFrameDelay`", "penalises pauses"),
    ("fps_low", "", "the lower of `fps` and `fps_harmonic`", ""),
    (
        "freeze_ratio",
        "freeze_ratio",
        "max(Δ`totalFreezesDuration`, Δ`totalPausesDuration`, running stall)/T, at most 1",
        "browsers count a freeze only when the next frame comes: the stall clock bridges that",
    ),
    ("freeze_s", "", "the same numerator, in seconds", ""),
    ("freezes", "", "Δ`freezeCount`", ""),
    ("freeze_single_s", "", "Δ`totalFreezesDuration` where Δ`freezeCount` = 1", ""),
    ("stall_s", "", "covered seconds since Δ`framesDecoded` > 0", "ongoing freezes count"),
    ("stuck_s", "", "the same while ≥ 10 kbit/s arrive", "of the first such interval at most 1 s counts"),
    ("av_offset_s", "", "|`estimatedPlayoutTimestamp` of video − of audio|", "same sender, same sample"),
    ("drop_ratio", "drop_ratio", "Δ`framesDropped`/Δ`framesReceived`", ""),
    ("decode_load", "codec_load", "Δ`totalDecodeTime`/T", ""),
    ("overload", "", "1 where `decode_load` > 0.8 or drops > 10 %, with loss ≤ 2 % and ≥ 10 frames", ""),
    ("qp", "qp_mean", "Δ`qpSum`/Δ`framesDecoded`", "scale depends on the codec"),
    ("width", "width_px", "`frameWidth`", ""),
    ("height", "height_px", "`frameHeight`", ""),
    ("nack_per_s", "nack_per_s", "Δ`nackCount`/T", ""),
    ("pli_per_s", "pli_per_min", "Δ`pliCount`/T", "per minute in slices"),
)
SENT = _rows(
    "Sent",
    ("bitrate_bps", "bitrate_bps", "8·ΣΔ`bytesSent`/T over layers", ""),
    ("source_frames", "", "Δ`frames` of media-source", ""),
    ("target_bps", "target_bps", "Σ`targetBitrate` of active layers", ""),
    ("pacer_s", "pacer_s", "Δ`totalPacketSendDelay`/Δ`packetsSent`", "the worst layer in an interval"),
    ("rtx_ratio", "rtx_ratio", "Δ`retransmittedPacketsSent`/Δ`packetsSent`", "with probes"),
    (
        "remote_loss",
        "loss_ratio",
        "Δ`packetsLost` of remote-inbound/packets sent between its reports",
        "of 50 packets or 7.5 s of reports; stands 7.5 s at most; behind a server: the way to the server",
    ),
    ("remote_jitter_s", "jitter_s", "`jitter` of remote-inbound", "as long as `remote_loss`"),
    ("rtt_s", "rtt_s", "Δ`totalRoundTripTime`/Δ`roundTripTimeMeasurements`, else `roundTripTime`", ""),
    ("fps", "fps", "Δ`framesEncoded`/T of the fastest layer", ""),
    ("fps_sent", "", "Δ`framesSent`/T of the fastest layer", ""),
    ("source_fps", "fps_source", "Δ`frames`/T of media-source", ""),
    ("source_share", "", "`source_fps`/the best this source kept, at least 8", ""),
    ("still_s", "", "covered seconds since the source's last frame", ""),
    ("encoder_still_s", "", "covered seconds with source frames and Δ`framesEncoded` = 0", ""),
    ("limit_stalled", "", "1 while limited and Δ`framesSent` = 0", ""),
    ("source_gap", "", "1 − `fps`/`source_fps`", ""),
    ("encode_load", "codec_load", "ΣΔ`totalEncodeTime`/T", ""),
    ("encode_slowdown", "", "encode time per pixel/the least seen", ""),
    ("limited_cpu", "limited_cpu_ratio", "Δ`qualityLimitationDurations.cpu`/ΣΔ", ""),
    ("limited_bandwidth", "limited_bandwidth_ratio", "Δ`qualityLimitationDurations.bandwidth`/ΣΔ", ""),
    ("limited_other", "limited_other_ratio", "Δ`qualityLimitationDurations.other`/ΣΔ", ""),
    ("source_level", "", "`audioLevel` of media-source", "one instant"),
    ("source_rms", "audio_rms", "√(Δ`totalAudioEnergy`/Δ`totalSamplesDuration`) of media-source", ""),
)
LINKED = _rows(
    "Connection",
    ("rtt_ice_s", "rtt_ice_s", "Δ`totalRoundTripTime`/Δ`responsesReceived` of the selected pair", ""),
    ("rtt_rtcp_s", "rtt_rtcp_s", "the longest of the sent tracks' `rtt_s`", ""),
    ("rtt_s", "rtt_s", "`rtt_rtcp_s` where fresh, else `rtt_ice_s`", "never averaged together"),
    ("rtt_rise", "", "(`rtt_s` − baseline)/max(0.05 s, 33 % of the baseline)", ""),
    ("bwe_bps", "bwe_out_bps", "`availableOutgoingBitrate`", ""),
    ("bwe_in_bps", "", "`availableIncomingBitrate`", "reported by few browsers"),
    ("bytes_in", "", "Δ`bytesReceived` of transport, else pair", ""),
    ("bytes_out", "", "Δ`bytesSent` of transport, else pair", ""),
    ("switches", "", "Δ`selectedCandidatePairChanges`", ""),
    ("utilisation", "bwe_utilisation", "8·Δ`bytesSent`/T/`bwe_bps`", ""),
    ("bitrate_in_bps", "bitrate_in_bps", "8·Δ`bytesReceived`/T of transport, else pair", ""),
    ("bitrate_out_bps", "bitrate_out_bps", "8·Δ`bytesSent`/T of transport, else pair", ""),
    ("one_way_s", "", "seconds with bytes out and none in", ""),
    (
        "congestion_votes",
        "",
        "of four: limited by bandwidth ≥ 0.5, pacer ≥ 20 ms, `rtt_rise` ≥ 1, estimate ≤ 0.7 × usual at use ≥ 0.9",
        "0 while half of the estimate is unused; without an estimate, what is sent stands for it",
    ),
    ("bandwidth_short", "", "100 kbit/s with video, 32 kbit/s without, over `bwe_bps`", "after 10 s"),
    ("collect_s", "", "how long collecting the sample took, as its sender says", ""),
    ("playout_delay_s", "", "Δ`totalPlayoutDelay`/Δ`totalSamplesCount` of media-playout", ""),
    ("discard_ratio", "", "Δ`packetsDiscardedOnSend`/(Δ`packetsSent` + Δ`packetsDiscardedOnSend`)", ""),
    ("cpu_pressure", "cpu_pressure", "4 − `cpuState`: 0 nominal to 3 critical", ""),
    ("playout_glitch_ratio", "", "Δ`synthesizedSamplesDuration`/Δ`totalSamplesDuration` of media-playout", ""),
)
LOOKED = "Received, a closer look"
CLOSER_IN = _rows(
    LOOKED,
    ("wire_bitrate_bps", "", "8·(Δ`bytesReceived` + Δ`headerBytesReceived`)/T", "without IP and UDP"),
    ("unusable_ratio", "", "(lost + Δ`packetsDiscarded`)/(lost + Δ`packetsReceived`)", "audio"),
    ("rtx_ratio", "", "Δ`retransmittedPacketsReceived`/Δ`packetsReceived`", "with padding probes"),
    ("fec_ratio", "", "(Δ`fecPacketsReceived` − Δ`fecPacketsDiscarded`)/Δ`packetsReceived`", ""),
    ("ce_ratio", "", "Δ`packetsReceivedWithCe`/(Δ`packetsReceivedWithCe` + Δ`packetsReceivedWithEct1`)", ""),
    ("processing_s", "", "Δ`totalProcessingDelay`/Δ`jitterBufferEmittedCount`, of video /Δ`framesDecoded`", ""),
    ("jb_floor_s", "", "Δ`jitterBufferMinimumDelay`/Δ`jitterBufferEmittedCount`", "what the network alone asks for"),
    (
        "jb_added_s",
        "",
        "(Δ`jitterBufferTargetDelay` − Δ`jitterBufferMinimumDelay`)/Δ`jitterBufferEmittedCount`",
        "added for lip sync, or by the application",
    ),
    (
        "loss_bursts",
        "",
        "times in the last minute that the loss of a look rose to ≥ 10 %",
        "0 where the minute's loss is ≥ 5 %",
    ),
    ("mos", "", "mean `audio_mos` or `video_mos` of the slices since the last look", "not on a provisional scale"),
    ("level", "", "√(Δ`totalAudioEnergy`/Δ`totalSamplesDuration`)", ""),
    ("level_dbov", "", "20·log10(`level`)", "at least −100"),
    ("level_share", "", "`level`/the sender's `level`", "while the sender's is ≥ 0.01"),
    ("concealment_events_per_min", "", "60·Δ`concealmentEvents`/T", ""),
    (
        "concealment_mean_s",
        "",
        "Δ`concealedSamples`/(Δ`concealmentEvents`·fs), fs = Δ`totalSamplesReceived`/Δ`totalSamplesDuration`",
        "",
    ),
    ("interruptions_per_min", "", "60·Δ`interruptionCount`/T", ""),
    ("flushes", "", "Δ`jitterBufferFlushes`", ""),
    (
        "mouth_to_ear_s",
        "",
        "0.02 + 0.02 + sender's `pacer_s` + half of each leg's `rtt_s` + `jb_delay_s` + `playout_delay_s` (else 0.03)",
        "assumes symmetric legs",
    ),
    ("fps_rendered", "", "Δ`framesRendered`/T", "no current browser reports it"),
    ("fps_unsteady", "", "median deviation/median of received over sent frame rate, six looks", ""),
    ("pacing_sigma_s", "", "√(Δ`totalSquaredInterFrameDelay`/n − (Δ`totalInterFrameDelay`/n)²)", "n ≥ 10 frames"),
    (
        "residual_loss_ratio",
        "",
        "(lost − min(lost, recovered))/(lost + Δ`packetsReceived`)",
        "recovered: FEC, and retransmissions where Δ`nackCount` > 0",
    ),
    ("keyframes_per_min", "", "60·Δ`keyFramesDecoded`/T", "sent: `keyFramesEncoded`"),
    ("fir_per_min", "", "60·Δ`firCount`/T", ""),
    ("decode_s", "", "Δ`totalDecodeTime`/Δ`framesDecoded`", ""),
    ("assembly_s", "", "Δ`totalAssemblyTime`/Δ`framesAssembledFromMultiplePackets`", ""),
    ("bppf", "", "8·Δ`bytesReceived`/(Δ`framesReceived`·width·height)", "bits per pixel and frame"),
    ("pause_ratio", "", "Δ`totalPausesDuration`/T", ""),
    (
        "backlog_frames",
        "",
        "Δ`framesReceived` − Δ`framesDecoded` − Δ`framesDropped`, at least 0",
        "while decoding goes on",
    ),
    ("blocky", "", "1 where Δ`qpSum`/Δ`framesDecoded` > 70 (VP8) or > 180 (VP9)", "null for other codecs"),
    ("corruption", "", "Δ`totalCorruptionProbability`/Δ`corruptionMeasurements`", "over ≥ 10 measurements"),
    (
        "pixel_share",
        "",
        "pixels received/pixels of the sender's source; sent: pixels sent/pixels of the source while limited",
        "1 where the source is below HD, or nothing limits",
    ),
    ("begged_s", "", "covered seconds without a frame while ≥ 10 kbit/s arrive, two PLI since and no key frame", ""),
)
CLOSER_OUT = _rows(
    "Sent, a closer look",
    ("wire_bitrate_bps", "", "8·Σ(Δ`bytesSent` + Δ`headerBytesSent`)/T over layers", ""),
    ("report_age_s", "", "the newest outbound-rtp's time − the newest remote-inbound-rtp's", "while packets are sent"),
    ("rtx_asked_ratio", "", "Δ`retransmittedPacketsSent`/Δ`packetsSent` where Δ`nackCount` > 0, else 0", ""),
    ("attainment", "", "`bitrate_bps`/`target_bps`", "content that stands still stays below, too"),
    ("undershoot", "", "1 − `attainment` while `source_gap` ≥ 0.2, else 0", ""),
    ("encode_s", "", "Δ`totalEncodeTime`/Δ`framesEncoded`", ""),
    ("huge_frame_ratio", "", "Δ`hugeFramesSent`/Δ`framesSent`", ""),
    ("limit_changes_per_min", "", "60·Δ`qualityLimitationResolutionChanges`/T", ""),
    ("psnr_y_db", "", "Δ`psnrSum.y`/Δ`psnrMeasurements`", ""),
    ("layers_active", "", "layers with Δ`framesSent` > 0", ""),
    ("layers_silent", "", "layers that are `active`, unlimited, with room in the uplink, and Δ`framesSent` = 0", ""),
    ("level_sigma", "", "standard deviation of the last ten `audioLevel`", "while the level is > 0.001"),
    ("level_p95", "", "95th percentile of the last 24 levels", "where the loudest is ≥ 4 × the quietest"),
    ("level_floor", "", "least of the last six levels", "0 from −30 dBov on"),
    ("clipped", "", "1 where `audioLevel` ≥ 0.98 at a level ≥ 0.25", ""),
    ("erl_db", "", "`echoReturnLoss`", ""),
    ("erle_db", "", "`echoReturnLossEnhancement`", ""),
)
CLOSER_LINK = _rows(
    "Connection, a closer look",
    ("sfu_hop_s", "", "max(0, `rtt_rtcp_s` − `rtt_ice_s`)", "what the media server adds"),
    ("stun_lost_ratio", "", "1 − Δ`responsesReceived`/Δ`requestsSent` of the selected pair", ""),
    ("bwe_headroom_bps", "", "`bwe_bps` − Σ`target_bps`", ""),
    ("bandwidth_in_short", "", "100 kbit/s with video, 32 kbit/s without, over `bwe_in_bps`", ""),
    ("rtt_down_s", "", "Δ`totalRoundTripTime`/Δ`roundTripTimeMeasurements` of remote-outbound-rtp", ""),
    ("glitches_per_min", "", "60·Δ`synthesizedSamplesEvents`/T of media-playout", ""),
    ("in_flips", "", "changes of the verdict on loss and jitter in the last minute", ""),
    ("out_flips", "", "changes of the verdict on remote loss and pacer in the last minute", ""),
    ("rtt_unsteady", "", "median deviation/median of `rtt_s` over the last minute", "0 below 20 ms of deviation"),
    ("blocked_s", "", "covered seconds with checks answered, others sending to here, and no packet of media", ""),
    ("idle_s", "", "seconds since it was connected, with neither streams nor data channels", ""),
    (
        "echo_correlation",
        "",
        "Pearson's coefficient of the own microphone's level and the loudest received one, over 12 to 20 looks",
        "0 where this person speaks, too",
    ),
)
PERSON = _rows(
    "A person's call",
    ("talk_s", "", "seconds of slices with √(Δ`totalAudioEnergy`/Δ`totalSamplesDuration`) of media-source ≥ 0.01", ""),
    ("talk_ratio", "", "`talk_s`/seconds in which the microphone's level is known", ""),
    (
        "double_talk_s",
        "",
        "Σ over slots of 5 s: min(`talk_s`, the longest talk of another)",
        "on the server's clock; an upper bound, for they may have taken turns within a slot",
    ),
    ("silent_s", "", "talk of others in slots whose loudest received level is < 0.001", ""),
    ("heard_s", "", "Σ covered seconds of received audio", "tracks add up"),
    ("impaired_audio_s", "", "of them with the verdict bad", ""),
    ("seen_s", "", "Σ covered seconds of received video", "tracks add up"),
    ("impaired_video_s", "", "of them with the verdict bad", ""),
    ("frozen_s", "", "Σ `freeze_ratio`·covered seconds", ""),
    ("hd_s", "", "seconds with width·height ≥ 960·540", ""),
    ("md_s", "", "seconds with 640·360 ≤ width·height < 960·540", ""),
    ("ld_s", "", "seconds with width·height < 640·360", ""),
    (
        "av_mos",
        "",
        "mean over slots of 1 + 4·√(A·V), A and V: (`audio_mos` − 1)/4, (`video_mos` − 1)/4",
        "at most 1.5 for a slot in which others talk and nothing is heard",
    ),
)
BUDGET = _rows(
    "A stream's loss budget",
    ("total", "", "`loss_ratio` of the received track over its life", ""),
    ("up", "", "`loss_ratio` of the sent track over its life", "of direct streams the same way, as the sender heard"),
    (
        "down",
        "",
        "max(0, 1 − (1 − `total`)/(1 − `up`))",
        "the least: the server passed on every hole; 0 for direct streams",
    ),
    ("down_most", "", "`total`", "the most: the server had everything sent again"),
    ("up_share", "", "ln(1 − `up`)/(ln(1 − `up`) + ln(1 − `down`))", ""),
    ("residual", "", "`residual_loss_ratio` over the life", ""),
    ("unusable", "", "`unusable_ratio` over the life", ""),
    ("concealed", "", "`audible_concealment_ratio` over the life", ""),
    ("frozen", "", "`frozen_s`/`covered_s` of the life", ""),
)
LIVES = _rows(
    "A track's life",
    ("frozen_s", "", "the sum of `freeze_s`", ""),
    ("freeze_longest_s", "", "the largest `freeze_single_s`", ""),
    (
        "mtbf_s",
        "",
        "(`covered_s` − `frozen_s`)/(`freezes` + 1)",
        "the mean smooth stretch; without a freeze the whole life, and then it is a lower bound",
    ),
)
OF_CALLS = (*LIVES, *PERSON, *BUDGET)
FORMULAS = (*RECEIVED, *HEARD, *SEEN, *SENT, *LINKED, *CLOSER_IN, *CLOSER_OUT, *CLOSER_LINK)
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
