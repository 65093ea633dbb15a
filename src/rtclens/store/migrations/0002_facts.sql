-- What the analysis concludes. A fact is a whole row that replaces its earlier version, so every version is appended to
-- <table>_versions and the view <table> shows the newest: SELECT ... FROM calls has one row for each call.

CREATE TABLE IF NOT EXISTS calls_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `external_id` String CODEC(ZSTD(3)),
    `name` String CODEC(ZSTD(3)),
    `started_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(3)),
    `end_reason` String CODEC(ZSTD(3)),
    `participants` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participants_max` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `sessions` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `connections` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `tracks` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `topology` LowCardinality(String) CODEC(ZSTD(3)),
    `verdict` LowCardinality(String) CODEC(ZSTD(3)),
    `verdict_text` String CODEC(ZSTD(3)),
    `top_cause` LowCardinality(String) CODEC(ZSTD(3)),
    `top_cause_participant_id` String CODEC(ZSTD(3)),
    `top_cause_confidence` Nullable(Float64) CODEC(ZSTD(3)),
    `findings` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `worst_severity` LowCardinality(String) CODEC(ZSTD(3)),
    `impaired_s` Nullable(Float64) CODEC(ZSTD(3)),
    `good_participant_minutes_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `formats` Array(String) CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id)
COMMENT 'One call: people who met under one id, or whose streams were linked. (every version)';

{{distributed calls_versions}}

CREATE VIEW IF NOT EXISTS calls{{on_cluster}} AS SELECT * FROM calls_versions FINAL
COMMENT 'One call: people who met under one id, or whose streams were linked.';

CREATE TABLE IF NOT EXISTS participants_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(3)),
    `external_id` String CODEC(ZSTD(3)),
    `name` String CODEC(ZSTD(3)),
    `role` LowCardinality(String) CODEC(ZSTD(3)),
    `first_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `joins` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `observed` Bool CODEC(ZSTD(3)),
    `verdict` LowCardinality(String) CODEC(ZSTD(3)),
    `verdict_text` String CODEC(ZSTD(3)),
    `impaired_s` Nullable(Float64) CODEC(ZSTD(3)),
    `caused_impairment_s` Nullable(Float64) CODEC(ZSTD(3)),
    `good_minute_ratio` Nullable(Float64) CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, participant_id)
COMMENT 'One person in one call, with everything known of them over all their sessions. (every version)';

{{distributed participants_versions}}

CREATE VIEW IF NOT EXISTS participants{{on_cluster}} AS SELECT * FROM participants_versions FINAL
COMMENT 'One person in one call, with everything known of them over all their sessions.';

CREATE TABLE IF NOT EXISTS sessions_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `external_id` String CODEC(ZSTD(3)),
    `format` LowCardinality(String) CODEC(ZSTD(3)),
    `started_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(3)),
    `end_reason` String CODEC(ZSTD(3)),
    `abrupt` Bool CODEC(ZSTD(3)),
    `browser` LowCardinality(String) CODEC(ZSTD(3)),
    `browser_version` LowCardinality(String) CODEC(ZSTD(3)),
    `os` LowCardinality(String) CODEC(ZSTD(3)),
    `os_version` LowCardinality(String) CODEC(ZSTD(3)),
    `device_type` LowCardinality(String) CODEC(ZSTD(3)),
    `user_agent` String CODEC(ZSTD(3)),
    `sdk` LowCardinality(String) CODEC(ZSTD(3)),
    `sdk_version` LowCardinality(String) CODEC(ZSTD(3)),
    `app_version` LowCardinality(String) CODEC(ZSTD(3)),
    `country` LowCardinality(String) CODEC(ZSTD(3)),
    `clock_offset_ms` Nullable(Float64) CODEC(ZSTD(3)),
    `clock_uncertainty_ms` Nullable(Float64) CODEC(ZSTD(3)),
    `tags` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `features` String CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, session_id)
COMMENT 'One join of a participant: one page visit in one call. (every version)';

{{distributed sessions_versions}}

CREATE VIEW IF NOT EXISTS sessions{{on_cluster}} AS SELECT * FROM sessions_versions FINAL
COMMENT 'One join of a participant: one page visit in one call.';

CREATE TABLE IF NOT EXISTS connections_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `connection_id` String CODEC(ZSTD(3)),
    `external_id` String CODEC(ZSTD(3)),
    `peer_external_id` String CODEC(ZSTD(3)),
    `peer_participant_id` String CODEC(ZSTD(3)),
    `sfu` Nullable(Bool) CODEC(ZSTD(3)),
    `started_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `connected_at` Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(3)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(3)),
    `end_reason` String CODEC(ZSTD(3)),
    `signaling_state` LowCardinality(String) CODEC(ZSTD(3)),
    `ice_state` LowCardinality(String) CODEC(ZSTD(3)),
    `connection_state` LowCardinality(String) CODEC(ZSTD(3)),
    `path_type` LowCardinality(String) CODEC(ZSTD(3)),
    `relay_url` String CODEC(ZSTD(3)),
    `rtt_s` Nullable(Float64) CODEC(ZSTD(3)),
    `features` String CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, connection_id)
COMMENT 'One RTCPeerConnection. (every version)';

{{distributed connections_versions}}

CREATE VIEW IF NOT EXISTS connections{{on_cluster}} AS SELECT * FROM connections_versions FINAL
COMMENT 'One RTCPeerConnection.';

CREATE TABLE IF NOT EXISTS tracks_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `connection_id` String CODEC(ZSTD(3)),
    `track_id` String CODEC(ZSTD(3)),
    `external_id` String CODEC(ZSTD(3)),
    `kind` LowCardinality(String) CODEC(ZSTD(3)),
    `direction` LowCardinality(String) CODEC(ZSTD(3)),
    `content` LowCardinality(String) CODEC(ZSTD(3)),
    `mid` LowCardinality(String) CODEC(ZSTD(3)),
    `ssrcs` Array(Int64) CODEC(ZSTD(3)),
    `codec` LowCardinality(String) CODEC(ZSTD(3)),
    `peer_track_id` String CODEC(ZSTD(3)),
    `peer_participant_id` String CODEC(ZSTD(3)),
    `started_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(3)),
    `end_reason` String CODEC(ZSTD(3)),
    `verdict` LowCardinality(String) CODEC(ZSTD(3)),
    `impaired_s` Nullable(Float64) CODEC(ZSTD(3)),
    `features` String CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, track_id)
COMMENT 'One direction of one RTP stream set; simulcast layers are one track. (every version)';

{{distributed tracks_versions}}

CREATE VIEW IF NOT EXISTS tracks{{on_cluster}} AS SELECT * FROM tracks_versions FINAL
COMMENT 'One direction of one RTP stream set; simulcast layers are one track.';

CREATE TABLE IF NOT EXISTS findings_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `finding_id` String CODEC(ZSTD(3)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `connection_id` String CODEC(ZSTD(3)),
    `track_id` String CODEC(ZSTD(3)),
    `scope` LowCardinality(String) CODEC(ZSTD(3)),
    `subject` String CODEC(ZSTD(3)),
    `peer_subject` String CODEC(ZSTD(3)),
    `detector` LowCardinality(String) CODEC(ZSTD(3)),
    `detector_version` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `severity` LowCardinality(String) CODEC(ZSTD(3)),
    `opened_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `closed_at` Nullable(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(3)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `close_reason` String CODEC(ZSTD(3)),
    `confidence` Float64 CODEC(ZSTD(3)),
    `statement` String CODEC(ZSTD(3)),
    `cause_segment` LowCardinality(String) CODEC(ZSTD(3)),
    `cause_participant_id` String CODEC(ZSTD(3)),
    `cause_confidence` Nullable(Float64) CODEC(ZSTD(3)),
    `cause_rule` LowCardinality(String) CODEC(ZSTD(3)),
    `cause_reason` String CODEC(ZSTD(3)),
    `cause_alternatives` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `parent_id` String CODEC(ZSTD(3)),
    `impact` String CODEC(ZSTD(3)),
    `remedy` String CODEC(ZSTD(3)),
    `evidence` String CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, finding_id)
COMMENT 'An interval in which something was wrong, with evidence and, where the data can tell, a cause. (every version)';

{{distributed findings_versions}}

CREATE VIEW IF NOT EXISTS findings{{on_cluster}} AS SELECT * FROM findings_versions FINAL
COMMENT 'An interval in which something was wrong, with evidence and, where the data can tell, a cause.';

CREATE TABLE IF NOT EXISTS scores_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `score_id` String CODEC(ZSTD(3)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `connection_id` String CODEC(ZSTD(3)),
    `track_id` String CODEC(ZSTD(3)),
    `scope` LowCardinality(String) CODEC(ZSTD(3)),
    `subject` String CODEC(ZSTD(3)),
    `scorer` LowCardinality(String) CODEC(ZSTD(3)),
    `from_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `to_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `value` Nullable(Float64) CODEC(ZSTD(3)),
    `scale` LowCardinality(String) CODEC(ZSTD(3)),
    `n` Int64 CODEC(ZSTD(1)),
    `covered_s` Float64 CODEC(ZSTD(3)),
    `confidence` Nullable(Float64) CODEC(ZSTD(3)),
    `reasons` Map(LowCardinality(String), Float64) CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, score_id)
COMMENT 'A named, versioned score of a subject over a span, with the reasons that lowered it. (every version)';

{{distributed scores_versions}}

CREATE VIEW IF NOT EXISTS scores{{on_cluster}} AS SELECT * FROM scores_versions FINAL
COMMENT 'A named, versioned score of a subject over a span, with the reasons that lowered it.';

CREATE TABLE IF NOT EXISTS track_slices_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `connection_id` String CODEC(ZSTD(3)),
    `track_id` String CODEC(ZSTD(3)),
    `kind` LowCardinality(String) CODEC(ZSTD(3)),
    `direction` LowCardinality(String) CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `covered_s` Float64 CODEC(ZSTD(3)),
    `n` Int64 CODEC(ZSTD(1)),
    `state` LowCardinality(String) CODEC(ZSTD(3)),
    `verdict` LowCardinality(String) CODEC(ZSTD(3)),
    `reasons` Array(String) CODEC(ZSTD(3)),
    `bitrate_bps` Nullable(Float64) CODEC(ZSTD(3)),
    `packet_rate_per_s` Nullable(Float64) CODEC(ZSTD(3)),
    `loss_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `jitter_s` Nullable(Float64) CODEC(ZSTD(3)),
    `rtt_s` Nullable(Float64) CODEC(ZSTD(3)),
    `jb_delay_s` Nullable(Float64) CODEC(ZSTD(3)),
    `concealment_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `audible_concealment_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `stretch_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `audio_rms` Nullable(Float64) CODEC(ZSTD(3)),
    `fps` Nullable(Float64) CODEC(ZSTD(3)),
    `fps_source` Nullable(Float64) CODEC(ZSTD(3)),
    `fps_harmonic` Nullable(Float64) CODEC(ZSTD(3)),
    `freeze_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `width_px` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `height_px` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `qp_mean` Nullable(Float64) CODEC(ZSTD(3)),
    `limited_cpu_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `limited_bandwidth_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `limited_other_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `codec_load` Nullable(Float64) CODEC(ZSTD(3)),
    `drop_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `nack_per_s` Nullable(Float64) CODEC(ZSTD(3)),
    `pli_per_min` Nullable(Float64) CODEC(ZSTD(3)),
    `pacer_s` Nullable(Float64) CODEC(ZSTD(3)),
    `rtx_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `target_bps` Nullable(Float64) CODEC(ZSTD(3)),
    `audio_mos` Nullable(Float64) CODEC(ZSTD(3)),
    `video_mos` Nullable(Float64) CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
PARTITION BY toDate(at)
ORDER BY (app_id, call_id, track_id, at)
COMMENT 'Derived metrics of a track over about 5 s of media time (one sample interval where sampling is coarser). (every version)';

{{distributed track_slices_versions}}

CREATE VIEW IF NOT EXISTS track_slices{{on_cluster}} AS SELECT * FROM track_slices_versions FINAL
COMMENT 'Derived metrics of a track over about 5 s of media time (one sample interval where sampling is coarser).';

CREATE TABLE IF NOT EXISTS connection_slices_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(3)),
    `call_id` String CODEC(ZSTD(3)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(3)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(3)),
    `session_id` String CODEC(ZSTD(3)),
    `connection_id` String CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(3)),
    `covered_s` Float64 CODEC(ZSTD(3)),
    `n` Int64 CODEC(ZSTD(1)),
    `state` LowCardinality(String) CODEC(ZSTD(3)),
    `network_in` LowCardinality(String) CODEC(ZSTD(3)),
    `network_out` LowCardinality(String) CODEC(ZSTD(3)),
    `rtt_s` Nullable(Float64) CODEC(ZSTD(3)),
    `rtt_ice_s` Nullable(Float64) CODEC(ZSTD(3)),
    `rtt_rtcp_s` Nullable(Float64) CODEC(ZSTD(3)),
    `bitrate_in_bps` Nullable(Float64) CODEC(ZSTD(3)),
    `bitrate_out_bps` Nullable(Float64) CODEC(ZSTD(3)),
    `loss_in_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `loss_out_ratio` Nullable(Float64) CODEC(ZSTD(3)),
    `bwe_out_bps` Nullable(Float64) CODEC(ZSTD(3)),
    `bwe_utilisation` Nullable(Float64) CODEC(ZSTD(3)),
    `path_type` LowCardinality(String) CODEC(ZSTD(3)),
    `cpu_pressure` Nullable(Float64) CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
PARTITION BY toDate(at)
ORDER BY (app_id, call_id, connection_id, at)
COMMENT 'Derived metrics of a connection over about 5 s of media time. (every version)';

{{distributed connection_slices_versions}}

CREATE VIEW IF NOT EXISTS connection_slices{{on_cluster}} AS SELECT * FROM connection_slices_versions FINAL
COMMENT 'Derived metrics of a connection over about 5 s of media time.';
