-- A refused frame has a number, by which it is asked for, decoded again and dropped, and what it takes to decode it.

ALTER TABLE refusals{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `letter` Int64 COMMENT 'number of the refused frame; 0: it has none' CODEC(DoubleDelta, ZSTD(1)),
    ADD COLUMN IF NOT EXISTS `circumstances` String COMMENT 'what it takes to decode the frame again, as JSON: its codec and how its stream opened' CODEC(ZSTD(6)) TTL toDateTime(at) + INTERVAL 14 DAY,
    ADD COLUMN IF NOT EXISTS `decoded_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'when it was decoded after all' CODEC(ZSTD(1));

{{distributed_again refusals cityHash64(app_id, at)}}
