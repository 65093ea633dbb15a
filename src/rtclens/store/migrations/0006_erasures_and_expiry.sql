-- What was erased, and how long rows are kept. `erasures` is the audit log and the list of what must not come back. Rows
-- expire on `expires_on`, which is set by the tiers of their app (store/retention.py); until then they never do.

CREATE TABLE IF NOT EXISTS erasures{{local}}{{on_cluster}}
(
    `app_id` String COMMENT 'the app whose data was erased' CODEC(ZSTD(3)),
    `erasure_id` String COMMENT 'this request' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call that was erased; empty: the whole app' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant that was erased; empty: the whole call' CODEC(ZSTD(3)),
    `requested_at` DateTime64(3, 'UTC') COMMENT 'when it was asked for' CODEC(Delta(8), ZSTD(3)),
    `requested_by` String COMMENT 'the user or token that asked' CODEC(ZSTD(3)),
    `last_at` DateTime64(3, 'UTC') COMMENT 'when the newest of what was erased had arrived' CODEC(Delta(8), ZSTD(3)),
    `calls` Array(String) COMMENT 'ids of its calls that could go on' CODEC(ZSTD(3)),
    `names` Array(String) COMMENT 'hashes of the ids that its senders gave, to know what comes late' CODEC(ZSTD(3)),
    `removed` Map(String, UInt64) COMMENT 'rows removed, by table' CODEC(ZSTD(3)),
    `remaining` Map(String, UInt64) COMMENT 'rows found afterwards, by table: none' CODEC(ZSTD(3)),
    `completed_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when nothing was left' CODEC(ZSTD(3)),
    `revision` Int64 COMMENT 'rises with every version of the row' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(revision)}}
ORDER BY (app_id, erasure_id)
COMMENT 'What was erased on request: the audit log';

{{distributed erasures cityHash64(app_id)}}

CREATE TABLE IF NOT EXISTS trims{{local}}{{on_cluster}}
(
    `app_id` String COMMENT 'the app whose samples were thinned out' CODEC(ZSTD(3)),
    `before` DateTime64(3, 'UTC') COMMENT 'samples that arrived before are no longer complete' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree(before)}}
ORDER BY app_id
COMMENT 'Since when the samples of an app are complete';

{{distributed trims cityHash64(app_id)}}


ALTER TABLE inbound_rtp{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again inbound_rtp}}

ALTER TABLE outbound_rtp{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again outbound_rtp}}

ALTER TABLE remote_inbound_rtp{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again remote_inbound_rtp}}

ALTER TABLE remote_outbound_rtp{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again remote_outbound_rtp}}

ALTER TABLE media_source{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again media_source}}

ALTER TABLE media_playout{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again media_playout}}

ALTER TABLE peer_connection{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again peer_connection}}

ALTER TABLE transport{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again transport}}

ALTER TABLE candidate_pair{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again candidate_pair}}

ALTER TABLE local_candidate{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again local_candidate}}

ALTER TABLE remote_candidate{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again remote_candidate}}

ALTER TABLE codec{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again codec}}

ALTER TABLE data_channel{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again data_channel}}

ALTER TABLE certificate{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again certificate}}

ALTER TABLE compute_pressure{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again compute_pressure}}

ALTER TABLE calls_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again calls_versions}}

ALTER TABLE participants_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again participants_versions}}

ALTER TABLE sessions_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again sessions_versions}}

ALTER TABLE connections_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again connections_versions}}

ALTER TABLE tracks_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again tracks_versions}}

ALTER TABLE findings_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again findings_versions}}

ALTER TABLE scores_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again scores_versions}}

ALTER TABLE track_slices_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again track_slices_versions}}

ALTER TABLE connection_slices_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again connection_slices_versions}}

ALTER TABLE client_features_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again client_features_versions}}

ALTER TABLE connection_features_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again connection_features_versions}}

ALTER TABLE track_features_versions{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again track_features_versions}}

ALTER TABLE samples{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again samples}}

ALTER TABLE events{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `expires_on` Date DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1)), MODIFY TTL expires_on SETTINGS materialize_ttl_after_modify = 0;

{{distributed_again events}}
