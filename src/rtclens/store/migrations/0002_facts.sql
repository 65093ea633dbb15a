-- What the analysis concludes. A fact is a whole row that replaces its earlier version, so every version is appended to
-- <table>_versions and the view <table> shows the newest: SELECT ... FROM calls has one row for each call.

CREATE TABLE IF NOT EXISTS calls_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `external_id` String CODEC(ZSTD(1)),
    `name` String CODEC(ZSTD(1)),
    `started_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
    `end_reason` String CODEC(ZSTD(1)),
    `participants` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participants_max` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `sessions` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `connections` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `tracks` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `topology` LowCardinality(String) CODEC(ZSTD(1)),
    `verdict` LowCardinality(String) CODEC(ZSTD(1)),
    `verdict_text` String CODEC(ZSTD(1)),
    `top_cause` LowCardinality(String) CODEC(ZSTD(1)),
    `top_cause_participant_id` String CODEC(ZSTD(1)),
    `top_cause_confidence` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `findings` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `worst_severity` LowCardinality(String) CODEC(ZSTD(1)),
    `impaired_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `good_participant_minutes_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `formats` Array(String) CODEC(ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id)
COMMENT 'One call: people who met under one id, or whose streams were linked. (every version)';

{{distributed calls_versions}}

CREATE VIEW IF NOT EXISTS calls{{on_cluster}} AS SELECT * FROM calls_versions FINAL
COMMENT 'One call: people who met under one id, or whose streams were linked.';

CREATE TABLE IF NOT EXISTS participants_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `external_id` String CODEC(ZSTD(1)),
    `name` String CODEC(ZSTD(1)),
    `role` LowCardinality(String) CODEC(ZSTD(1)),
    `first_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `joins` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `observed` Bool CODEC(ZSTD(1)),
    `verdict` LowCardinality(String) CODEC(ZSTD(1)),
    `verdict_text` String CODEC(ZSTD(1)),
    `impaired_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `caused_impairment_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `good_minute_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, participant_id)
COMMENT 'One person in one call, with everything known of them over all their sessions. (every version)';

{{distributed participants_versions}}

CREATE VIEW IF NOT EXISTS participants{{on_cluster}} AS SELECT * FROM participants_versions FINAL
COMMENT 'One person in one call, with everything known of them over all their sessions.';

CREATE TABLE IF NOT EXISTS sessions_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `external_id` String CODEC(ZSTD(1)),
    `format` LowCardinality(String) CODEC(ZSTD(1)),
    `started_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
    `end_reason` String CODEC(ZSTD(1)),
    `abrupt` Bool CODEC(ZSTD(1)),
    `browser` LowCardinality(String) CODEC(ZSTD(1)),
    `browser_version` LowCardinality(String) CODEC(ZSTD(1)),
    `os` LowCardinality(String) CODEC(ZSTD(1)),
    `os_version` LowCardinality(String) CODEC(ZSTD(1)),
    `device_type` LowCardinality(String) CODEC(ZSTD(1)),
    `user_agent` String CODEC(ZSTD(1)),
    `sdk` LowCardinality(String) CODEC(ZSTD(1)),
    `sdk_version` LowCardinality(String) CODEC(ZSTD(1)),
    `app_version` LowCardinality(String) CODEC(ZSTD(1)),
    `country` LowCardinality(String) CODEC(ZSTD(1)),
    `clock_offset_ms` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `clock_uncertainty_ms` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `tags` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `features` String CODEC(ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, session_id)
COMMENT 'One join of a participant: one page visit in one call. (every version)';

{{distributed sessions_versions}}

CREATE VIEW IF NOT EXISTS sessions{{on_cluster}} AS SELECT * FROM sessions_versions FINAL
COMMENT 'One join of a participant: one page visit in one call.';

CREATE TABLE IF NOT EXISTS connections_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `connection_id` String CODEC(ZSTD(1)),
    `external_id` String CODEC(ZSTD(1)),
    `peer_external_id` String CODEC(ZSTD(1)),
    `peer_participant_id` String CODEC(ZSTD(1)),
    `sfu` Nullable(Bool) CODEC(ZSTD(1)),
    `started_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `connected_at` Nullable(DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
    `end_reason` String CODEC(ZSTD(1)),
    `signaling_state` LowCardinality(String) CODEC(ZSTD(1)),
    `ice_state` LowCardinality(String) CODEC(ZSTD(1)),
    `connection_state` LowCardinality(String) CODEC(ZSTD(1)),
    `path_type` LowCardinality(String) CODEC(ZSTD(1)),
    `relay_url` String CODEC(ZSTD(1)),
    `rtt_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `features` String CODEC(ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, connection_id)
COMMENT 'One RTCPeerConnection. (every version)';

{{distributed connections_versions}}

CREATE VIEW IF NOT EXISTS connections{{on_cluster}} AS SELECT * FROM connections_versions FINAL
COMMENT 'One RTCPeerConnection.';

CREATE TABLE IF NOT EXISTS tracks_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `connection_id` String CODEC(ZSTD(1)),
    `track_id` String CODEC(ZSTD(1)),
    `external_id` String CODEC(ZSTD(1)),
    `kind` LowCardinality(String) CODEC(ZSTD(1)),
    `direction` LowCardinality(String) CODEC(ZSTD(1)),
    `content` LowCardinality(String) CODEC(ZSTD(1)),
    `mid` LowCardinality(String) CODEC(ZSTD(1)),
    `ssrcs` Array(Int64) CODEC(ZSTD(1)),
    `codec` LowCardinality(String) CODEC(ZSTD(1)),
    `peer_track_id` String CODEC(ZSTD(1)),
    `peer_participant_id` String CODEC(ZSTD(1)),
    `started_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `ended_at` Nullable(DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
    `end_reason` String CODEC(ZSTD(1)),
    `verdict` LowCardinality(String) CODEC(ZSTD(1)),
    `impaired_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `features` String CODEC(ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, track_id)
COMMENT 'One direction of one RTP stream set; simulcast layers are one track. (every version)';

{{distributed tracks_versions}}

CREATE VIEW IF NOT EXISTS tracks{{on_cluster}} AS SELECT * FROM tracks_versions FINAL
COMMENT 'One direction of one RTP stream set; simulcast layers are one track.';

CREATE TABLE IF NOT EXISTS findings_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `finding_id` String CODEC(ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `connection_id` String CODEC(ZSTD(1)),
    `track_id` String CODEC(ZSTD(1)),
    `scope` LowCardinality(String) CODEC(ZSTD(1)),
    `subject` String CODEC(ZSTD(1)),
    `peer_subject` String CODEC(ZSTD(1)),
    `detector` LowCardinality(String) CODEC(ZSTD(1)),
    `detector_version` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `severity` LowCardinality(String) CODEC(ZSTD(1)),
    `opened_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `closed_at` Nullable(DateTime64(3, 'UTC')) CODEC(DoubleDelta, ZSTD(1)),
    `last_seen_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `close_reason` String CODEC(ZSTD(1)),
    `confidence` Float64 CODEC(Gorilla, ZSTD(1)),
    `statement` String CODEC(ZSTD(1)),
    `cause_segment` LowCardinality(String) CODEC(ZSTD(1)),
    `cause_participant_id` String CODEC(ZSTD(1)),
    `cause_confidence` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `cause_rule` LowCardinality(String) CODEC(ZSTD(1)),
    `cause_reason` String CODEC(ZSTD(1)),
    `cause_alternatives` Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    `parent_id` String CODEC(ZSTD(1)),
    `impact` String CODEC(ZSTD(1)),
    `remedy` String CODEC(ZSTD(1)),
    `evidence` String CODEC(ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, finding_id)
COMMENT 'An interval in which something was wrong, with evidence and, where the data can tell, a cause. (every version)';

{{distributed findings_versions}}

CREATE VIEW IF NOT EXISTS findings{{on_cluster}} AS SELECT * FROM findings_versions FINAL
COMMENT 'An interval in which something was wrong, with evidence and, where the data can tell, a cause.';

CREATE TABLE IF NOT EXISTS scores_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `score_id` String CODEC(ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `connection_id` String CODEC(ZSTD(1)),
    `track_id` String CODEC(ZSTD(1)),
    `scope` LowCardinality(String) CODEC(ZSTD(1)),
    `subject` String CODEC(ZSTD(1)),
    `scorer` LowCardinality(String) CODEC(ZSTD(1)),
    `from_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `to_at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `value` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `scale` LowCardinality(String) CODEC(ZSTD(1)),
    `n` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `covered_s` Float64 CODEC(Gorilla, ZSTD(1)),
    `confidence` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `reasons` Map(LowCardinality(String), Float64) CODEC(ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, call_id, score_id)
COMMENT 'A named, versioned score of a subject over a span, with the reasons that lowered it. (every version)';

{{distributed scores_versions}}

CREATE VIEW IF NOT EXISTS scores{{on_cluster}} AS SELECT * FROM scores_versions FINAL
COMMENT 'A named, versioned score of a subject over a span, with the reasons that lowered it.';

CREATE TABLE IF NOT EXISTS track_slices_versions{{local}}{{on_cluster}}
(
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `connection_id` String CODEC(ZSTD(1)),
    `track_id` String CODEC(ZSTD(1)),
    `kind` LowCardinality(String) CODEC(ZSTD(1)),
    `direction` LowCardinality(String) CODEC(ZSTD(1)),
    `at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `covered_s` Float64 CODEC(Gorilla, ZSTD(1)),
    `n` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `state` LowCardinality(String) CODEC(ZSTD(1)),
    `verdict` LowCardinality(String) CODEC(ZSTD(1)),
    `reasons` Array(String) CODEC(ZSTD(1)),
    `bitrate_bps` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `packet_rate_per_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `loss_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `jitter_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `rtt_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `jb_delay_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `concealment_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `audible_concealment_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `stretch_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `audio_rms` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `fps` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `fps_source` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `fps_harmonic` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `freeze_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `width_px` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `height_px` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `qp_mean` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `limited_cpu_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `limited_bandwidth_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `limited_other_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `codec_load` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `drop_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `nack_per_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `pli_per_min` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `pacer_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `rtx_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `target_bps` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `audio_mos` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `video_mos` Nullable(Float64) CODEC(Gorilla, ZSTD(1))
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
    `app_id` String CODEC(ZSTD(1)),
    `call_id` String CODEC(ZSTD(1)),
    `analysis_version` LowCardinality(String) CODEC(ZSTD(1)),
    `revision` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `participant_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `connection_id` String CODEC(ZSTD(1)),
    `at` DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `covered_s` Float64 CODEC(Gorilla, ZSTD(1)),
    `n` Int64 CODEC(DoubleDelta, ZSTD(1)),
    `state` LowCardinality(String) CODEC(ZSTD(1)),
    `network_in` LowCardinality(String) CODEC(ZSTD(1)),
    `network_out` LowCardinality(String) CODEC(ZSTD(1)),
    `rtt_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `rtt_ice_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `rtt_rtcp_s` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `bitrate_in_bps` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `bitrate_out_bps` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `loss_in_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `loss_out_ratio` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `bwe_out_bps` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `bwe_utilisation` Nullable(Float64) CODEC(Gorilla, ZSTD(1)),
    `path_type` LowCardinality(String) CODEC(ZSTD(1)),
    `cpu_pressure` Nullable(Float64) CODEC(Gorilla, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
PARTITION BY toDate(at)
ORDER BY (app_id, call_id, connection_id, at)
COMMENT 'Derived metrics of a connection over about 5 s of media time. (every version)';

{{distributed connection_slices_versions}}

CREATE VIEW IF NOT EXISTS connection_slices{{on_cluster}} AS SELECT * FROM connection_slices_versions FINAL
COMMENT 'Derived metrics of a connection over about 5 s of media time.';
