"""Features of one track: identity, picture, sound and transport, over its whole life.

Enters: nothing. Leaves: the row class; the annotation of a field is its unit and definition. `None` is unknown.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from rtclens.model.fact import Fact


class TrackSeries(Fact, kw_only=True):
    """Aggregates over the slices of a track, weighted by the time they cover."""

    bitrate_mean: Annotated[float | None, "bit/s: mean of payload over slices"] = None
    bitrate_min: Annotated[float | None, "bit/s: least of payload over slices"] = None
    bitrate_max: Annotated[float | None, "bit/s: greatest of payload over slices"] = None
    bitrate_p5: Annotated[float | None, "bit/s: 5th percentile of payload over slices"] = None
    bitrate_p95: Annotated[float | None, "bit/s: 95th percentile of payload over slices"] = None
    bitrate_stddev: Annotated[float | None, "bit/s: standard deviation of payload over slices"] = None
    bitrate_samples: Annotated[int | None, "slices with payload"] = None
    packet_rate_mean: Annotated[float | None, "1/s: mean of packets over slices"] = None
    packet_rate_min: Annotated[float | None, "1/s: least of packets over slices"] = None
    packet_rate_max: Annotated[float | None, "1/s: greatest of packets over slices"] = None
    packet_rate_p5: Annotated[float | None, "1/s: 5th percentile of packets over slices"] = None
    packet_rate_p95: Annotated[float | None, "1/s: 95th percentile of packets over slices"] = None
    packet_rate_stddev: Annotated[float | None, "1/s: standard deviation of packets over slices"] = None
    packet_rate_samples: Annotated[int | None, "slices with packets"] = None
    loss_mean: Annotated[float | None, "share: mean of 0..1 lost over slices"] = None
    loss_min: Annotated[float | None, "share: least of 0..1 lost over slices"] = None
    loss_max: Annotated[float | None, "share: greatest of 0..1 lost over slices"] = None
    loss_p5: Annotated[float | None, "share: 5th percentile of 0..1 lost over slices"] = None
    loss_p95: Annotated[float | None, "share: 95th percentile of 0..1 lost over slices"] = None
    loss_stddev: Annotated[float | None, "share: standard deviation of 0..1 lost over slices"] = None
    loss_samples: Annotated[int | None, "slices with 0..1 lost"] = None
    jitter_mean: Annotated[float | None, "ms: mean of interarrival jitter over slices"] = None
    jitter_min: Annotated[float | None, "ms: least of interarrival jitter over slices"] = None
    jitter_max: Annotated[float | None, "ms: greatest of interarrival jitter over slices"] = None
    jitter_p5: Annotated[float | None, "ms: 5th percentile of interarrival jitter over slices"] = None
    jitter_p95: Annotated[float | None, "ms: 95th percentile of interarrival jitter over slices"] = None
    jitter_stddev: Annotated[float | None, "ms: standard deviation of interarrival jitter over slices"] = None
    jitter_samples: Annotated[int | None, "slices with interarrival jitter"] = None
    rtt_mean: Annotated[float | None, "ms: mean of round trip time over slices"] = None
    rtt_min: Annotated[float | None, "ms: least of round trip time over slices"] = None
    rtt_max: Annotated[float | None, "ms: greatest of round trip time over slices"] = None
    rtt_p5: Annotated[float | None, "ms: 5th percentile of round trip time over slices"] = None
    rtt_p95: Annotated[float | None, "ms: 95th percentile of round trip time over slices"] = None
    rtt_stddev: Annotated[float | None, "ms: standard deviation of round trip time over slices"] = None
    rtt_samples: Annotated[int | None, "slices with round trip time"] = None
    fps_mean: Annotated[float | None, "1/s: mean of frames encoded or decoded over slices"] = None
    fps_min: Annotated[float | None, "1/s: least of frames encoded or decoded over slices"] = None
    fps_max: Annotated[float | None, "1/s: greatest of frames encoded or decoded over slices"] = None
    fps_p5: Annotated[float | None, "1/s: 5th percentile of frames encoded or decoded over slices"] = None
    fps_p95: Annotated[float | None, "1/s: 95th percentile of frames encoded or decoded over slices"] = None
    fps_stddev: Annotated[float | None, "1/s: standard deviation of frames encoded or decoded over slices"] = None
    fps_samples: Annotated[int | None, "slices with frames encoded or decoded"] = None
    mos_mean: Annotated[float | None, "1-5: mean of score of the slice (audio E-model or video) over slices"] = None
    mos_min: Annotated[float | None, "1-5: least of score of the slice (audio E-model or video) over slices"] = None
    mos_max: Annotated[float | None, "1-5: greatest of score of the slice (audio E-model or video) over slices"] = None
    mos_p5: Annotated[
        float | None, "1-5: 5th percentile of score of the slice (audio E-model or video) over slices"
    ] = None
    mos_p95: Annotated[
        float | None, "1-5: 95th percentile of score of the slice (audio E-model or video) over slices"
    ] = None
    mos_stddev: Annotated[
        float | None, "1-5: standard deviation of score of the slice (audio E-model or video) over slices"
    ] = None
    mos_samples: Annotated[int | None, "slices with score of the slice (audio E-model or video)"] = None
    jb_delay_mean: Annotated[float | None, "ms: mean of jitter buffer over slices"] = None
    jb_delay_min: Annotated[float | None, "ms: least of jitter buffer over slices"] = None
    jb_delay_max: Annotated[float | None, "ms: greatest of jitter buffer over slices"] = None
    jb_delay_p5: Annotated[float | None, "ms: 5th percentile of jitter buffer over slices"] = None
    jb_delay_p95: Annotated[float | None, "ms: 95th percentile of jitter buffer over slices"] = None
    jb_delay_stddev: Annotated[float | None, "ms: standard deviation of jitter buffer over slices"] = None
    jb_delay_samples: Annotated[int | None, "slices with jitter buffer"] = None
    audio_level_mean: Annotated[float | None, "0..1: mean of rms over slices"] = None
    audio_level_min: Annotated[float | None, "0..1: least of rms over slices"] = None
    audio_level_max: Annotated[float | None, "0..1: greatest of rms over slices"] = None
    audio_level_p5: Annotated[float | None, "0..1: 5th percentile of rms over slices"] = None
    audio_level_p95: Annotated[float | None, "0..1: 95th percentile of rms over slices"] = None
    audio_level_stddev: Annotated[float | None, "0..1: standard deviation of rms over slices"] = None
    audio_level_samples: Annotated[int | None, "slices with rms"] = None
    target_bitrate_mean: Annotated[float | None, "bit/s: mean of target of the encoder over slices"] = None
    target_bitrate_min: Annotated[float | None, "bit/s: least of target of the encoder over slices"] = None
    target_bitrate_max: Annotated[float | None, "bit/s: greatest of target of the encoder over slices"] = None
    target_bitrate_p5: Annotated[float | None, "bit/s: 5th percentile of target of the encoder over slices"] = None
    target_bitrate_p95: Annotated[float | None, "bit/s: 95th percentile of target of the encoder over slices"] = None
    target_bitrate_stddev: Annotated[float | None, "bit/s: standard deviation of target of the encoder over slices"] = (
        None
    )
    target_bitrate_samples: Annotated[int | None, "slices with target of the encoder"] = None
    send_delay_mean: Annotated[float | None, "ms: mean of pacer over slices"] = None
    send_delay_min: Annotated[float | None, "ms: least of pacer over slices"] = None
    send_delay_max: Annotated[float | None, "ms: greatest of pacer over slices"] = None
    send_delay_p5: Annotated[float | None, "ms: 5th percentile of pacer over slices"] = None
    send_delay_p95: Annotated[float | None, "ms: 95th percentile of pacer over slices"] = None
    send_delay_stddev: Annotated[float | None, "ms: standard deviation of pacer over slices"] = None
    send_delay_samples: Annotated[int | None, "slices with pacer"] = None


class TrackFeatures(TrackSeries, kw_only=True, tag="track_features"):
    """Features of one direction of one RTP stream set, layers together."""

    table: ClassVar[str] = "track_features"
    id_column: ClassVar[str] = "track_id"

    participant_id: str
    session_id: str
    connection_id: str
    track_id: str

    kind: Annotated[str, "audio or video"] = ""
    direction: Annotated[str, "inbound or outbound"] = ""
    track_identifier: Annotated[str, "id of the MediaStreamTrack"] = ""
    mid: Annotated[str, "media section"] = ""
    rid: Annotated[str, "simulcast layer, last seen"] = ""
    encoding_index: Annotated[int | None, "index of the layer, last seen"] = None
    ssrc: Annotated[int | None, "last seen"] = None
    rtx_ssrc: Annotated[int | None, "of retransmissions, last seen"] = None
    ssrc_changes: Annotated[int | None, "SSRCs after the first, layers included"] = None
    layers: Annotated[int | None, "RTP streams seen at the same time"] = None
    source_type: Annotated[str, "camera, microphone or screen"] = ""
    start_time: Annotated[float | None, "ms since the epoch: first event or report of the track"] = None
    duration: Annotated[int | None, "ms: last report minus start"] = None
    active_ms: Annotated[int | None, "ms of slices in which media flowed"] = None
    covered_ms: Annotated[int | None, "ms of slices"] = None
    muted_ms: Annotated[int | None, "ms muted by the far end or the system, or disabled by the application"] = None
    mute_count: Annotated[int | None, "times that began"] = None
    replaced_count: Annotated[int | None, "replaceTrack calls on its sender"] = None
    never_active: Annotated[bool | None, "media never flowed"] = None
    end_reason: Annotated[str, "why it ended"] = ""
    codec_mime_type: Annotated[str, "first codec"] = ""
    codec_sdp_fmtp_line: Annotated[str, "its parameters"] = ""
    codecs: Annotated[dict[str, Any], "MIME type to share of the time, 0..1"] = {}
    codec_switches: Annotated[int | None, "changes of the codec"] = None
    scalability_mode: Annotated[str, "last seen"] = ""
    content_type: Annotated[str, "last seen"] = ""
    verdict_good_ms: Annotated[int | None, "ms judged good"] = None
    verdict_degraded_ms: Annotated[int | None, "ms judged degraded"] = None
    verdict_bad_ms: Annotated[int | None, "ms judged bad"] = None
    reset_count: Annotated[int | None, "generations of counters after the first, by a new SSRC or a fall"] = None
    min_width: Annotated[int | None, "px over slices"] = None
    max_width: Annotated[int | None, "px over slices"] = None
    common_width: Annotated[int | None, "px of the size that lasted longest"] = None
    min_height: Annotated[int | None, "px over slices"] = None
    max_height: Annotated[int | None, "px over slices"] = None
    common_height: Annotated[int | None, "px of the size that lasted longest"] = None
    resolution_changes: Annotated[int | None, "changes of the size between slices"] = None
    hd_share: Annotated[float | None, "0..1 of the time with at least 720 lines"] = None
    md_share: Annotated[float | None, "0..1 with at least 360"] = None
    ld_share: Annotated[float | None, "0..1 with less"] = None
    frame_count: Annotated[int | None, "frames encoded or decoded"] = None
    key_frame_count: Annotated[int | None, "of them key frames"] = None
    huge_frames: Annotated[int | None, "frames above 2.5 times the mean size"] = None
    frames_received: Annotated[int | None, "frames that arrived complete"] = None
    frames_dropped: Annotated[int | None, "before decoding or after"] = None
    frames_dropped_share: Annotated[float | None, "0..1 of the received"] = None
    freeze_count: Annotated[int | None, "freezes"] = None
    total_freezes_duration: Annotated[float | None, "s frozen"] = None
    freeze_share: Annotated[float | None, "0..1 of the active time"] = None
    longest_freeze_ratio: Annotated[float | None, "0..1 frozen, of the worst slice"] = None
    pause_count: Annotated[int | None, "pauses"] = None
    total_pauses_duration: Annotated[float | None, "s paused"] = None
    time_to_first_frame: Annotated[
        int | None, "ms: track announced to its first unmute, else to the first sample with a frame"
    ] = None
    time_to_first_frame_source: Annotated[str, "unmute or sample"] = ""
    average_decode_time: Annotated[float | None, "s per frame"] = None
    average_encode_time: Annotated[float | None, "s per frame"] = None
    average_inter_frame_delay: Annotated[float | None, "s between frames"] = None
    inter_frame_delay_stddev: Annotated[float | None, "ms"] = None
    qp_sum: Annotated[int | None, "sum of the quantisers"] = None
    average_qp: Annotated[float | None, "per frame"] = None
    psnr_measurements: Annotated[int | None, "frames measured"] = None
    psnr_sum_y: Annotated[float | None, "dB"] = None
    psnr_sum_u: Annotated[float | None, "dB"] = None
    psnr_sum_v: Annotated[float | None, "dB"] = None
    bandwidth_quality_limitation_percentage: Annotated[float | None, "share 0..1 of the time limited by bandwidth"] = (
        None
    )
    cpu_quality_limitation_percentage: Annotated[float | None, "share 0..1 of the time limited by the processor"] = None
    other_quality_limitation_percentage: Annotated[float | None, "share 0..1 of the time limited otherwise"] = None
    none_quality_limitation_percentage: Annotated[float | None, "share 0..1 of the time not limited"] = None
    quality_limitation_reason_shares: Annotated[
        dict[str, Any], "reason to share 0..1 of the time, by the reason seen at slices"
    ] = {}
    quality_limitation_resolution_changes: Annotated[int | None, "changes of the size for such reasons"] = None
    encoder_implementation: Annotated[str, "last seen"] = ""
    decoder_implementation: Annotated[str, "last seen"] = ""
    power_efficient_encoder: Annotated[bool | None, "last seen"] = None
    power_efficient_decoder: Annotated[bool | None, "last seen"] = None
    implementation_changes: Annotated[int | None, "changes of encoder or decoder"] = None
    has_null_video_decoder: Annotated[bool | None, "ever NullVideoDecoder"] = None
    fir_count: Annotated[int | None, "full intra requests"] = None
    pli_count: Annotated[int | None, "picture loss indications"] = None
    nack_count: Annotated[int | None, "negative acknowledgements"] = None
    key_frame_requests_per_minute: Annotated[float | None, "1/min of active time"] = None
    frames_assembled_from_multiple_packets: Annotated[int | None, "frames"] = None
    total_assembly_time: Annotated[float | None, "s"] = None
    average_assembly_time: Annotated[float | None, "s per such frame"] = None
    corruption_probability_mean: Annotated[float | None, "0..1"] = None
    concealed_samples: Annotated[int | None, "samples invented"] = None
    silent_concealed_samples: Annotated[int | None, "of them silent"] = None
    concealment_events: Annotated[int | None, "runs of them"] = None
    total_samples_received: Annotated[int | None, "samples"] = None
    concealment_percentage: Annotated[float | None, "share 0..1 concealed"] = None
    audible_concealment_share: Annotated[float | None, "0..1 concealed and not silent"] = None
    inserted_samples_for_deceleration: Annotated[int | None, "samples"] = None
    removed_samples_for_acceleration: Annotated[int | None, "samples"] = None
    deceleration_percentage: Annotated[float | None, "share 0..1"] = None
    acceleration_percentage: Annotated[float | None, "share 0..1"] = None
    jitter_buffer_flushes: Annotated[int | None, "flushes"] = None
    has_periodic_jitter_buffer_flushes: Annotated[bool | None, "flushes in three slices that follow each other"] = None
    silence_share: Annotated[float | None, "0..1 of the slices' time below rms 0.001"] = None
    interruption_count: Annotated[int | None, "interruptions of at least 150 ms"] = None
    total_interruption_duration: Annotated[float | None, "s"] = None
    echo_return_loss: Annotated[float | None, "dB, last of the source"] = None
    echo_return_loss_enhancement: Annotated[float | None, "dB, last of the source"] = None
    dtx_share: Annotated[float | None, "0..1 of the time below 10 packets/s while not muted"] = None
    jitter_buffer_delay: Annotated[float | None, "s, total"] = None
    jitter_buffer_target_delay: Annotated[float | None, "s, total"] = None
    jitter_buffer_minimum_delay: Annotated[float | None, "s, total"] = None
    jitter_buffer_emitted_count: Annotated[int | None, "samples or frames"] = None
    average_jitter_buffer_delay: Annotated[float | None, "s per sample or frame"] = None
    total_processing_delay: Annotated[float | None, "s, total"] = None
    average_processing_delay: Annotated[float | None, "s per sample or frame"] = None
    total_packet_send_delay: Annotated[float | None, "s, total"] = None
    average_packet_send_delay: Annotated[float | None, "s per packet"] = None
    bytes: Annotated[int | None, "payload sent or received"] = None
    header_bytes: Annotated[int | None, "headers and padding"] = None
    packets_sent: Annotated[int | None, "packets"] = None
    packets_received: Annotated[int | None, "packets"] = None
    packets_lost: Annotated[int | None, "packets, here or by the far end's reports; late arrivals subtracted"] = None
    packets_discarded: Annotated[int | None, "too late or too early"] = None
    fec_packets_received: Annotated[int | None, "packets"] = None
    fec_packets_discarded: Annotated[int | None, "packets"] = None
    retransmitted_packets: Annotated[int | None, "packets"] = None
    retransmitted_bytes: Annotated[int | None, "bytes"] = None
    retransmit_share: Annotated[float | None, "0..1 of the bytes"] = None
    packets_sent_with_ect1: Annotated[int | None, "packets"] = None
    packets_received_with_ect1: Annotated[int | None, "here, or by the far end"] = None
    packets_received_with_ce: Annotated[int | None, "here, or by the far end"] = None
    packets_with_bleached_ect1_marking: Annotated[int | None, "by the far end"] = None
    loss_total: Annotated[float | None, "0..1: lost / (lost + received), or lost / sent"] = None
    loss_counter_broken: Annotated[bool | None, "packetsLost below -10^6, as one browser reports it"] = None
    burst_loss: Annotated[float | None, "0..1 of the slices with loss that lost above 5 %"] = None
    reports_received: Annotated[int | None, "RTCP round trip measurements of the far end's reports"] = None
