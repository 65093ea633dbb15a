-- What could not be used, and why. The frame itself is kept for two weeks so that it can be decoded again after a fix.

CREATE TABLE IF NOT EXISTS refusals{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `code` LowCardinality(String) COMMENT 'why: see the list of refusals' CODEC(ZSTD(3)),
    `format` LowCardinality(String) COMMENT 'the wire format it came in' CODEC(ZSTD(3)),
    `message` String COMMENT 'what exactly was wrong' CODEC(ZSTD(3)),
    `hint` String COMMENT 'what to do about it' CODEC(ZSTD(3)),
    `raw_bytes` Int64 COMMENT 'size of the refused frame' CODEC(DoubleDelta, ZSTD(1)),
    `raw` String COMMENT 'the refused frame, kept for a while' CODEC(ZSTD(6)) TTL toDateTime(at) + INTERVAL 14 DAY
)
ENGINE = {{engine MergeTree()}}
PARTITION BY toDate(at)
ORDER BY (app_id, at, code)
TTL toDateTime(at) + INTERVAL 90 DAY
COMMENT 'Input that was refused, with the reason';

{{distributed refusals cityHash64(app_id, at)}}
