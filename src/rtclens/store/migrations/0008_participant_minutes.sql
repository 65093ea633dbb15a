-- What a participant received, summed up by the minute: the overview reads this and not the slices themselves. A minute
-- has twelve slots of 5 s; a bit stands for each, bit 0 for the first. A slice fills the slots that it covers.

CREATE TABLE IF NOT EXISTS participant_minutes{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `minute` DateTime('UTC') COMMENT 'when the minute began' CODEC(Delta(4), ZSTD(3)),
    `call_id` String COMMENT 'the call' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'who received' CODEC(ZSTD(3)),
    `bad_slots` SimpleAggregateFunction(groupBitOr, UInt16) COMMENT 'bits of the slots of 5 s in which something received was bad' CODEC(ZSTD(3)),
    `degraded_slots` SimpleAggregateFunction(groupBitOr, UInt16) COMMENT 'the same for degraded' CODEC(ZSTD(3)),
    `good_slots` SimpleAggregateFunction(groupBitOr, UInt16) COMMENT 'the same for good' CODEC(ZSTD(3)),
    `unknown_slots` SimpleAggregateFunction(groupBitOr, UInt16) COMMENT 'the same for unknown' CODEC(ZSTD(3)),
    `frozen_s` SimpleAggregateFunction(sum, Float64) COMMENT 'seconds of video that stood still' CODEC(ZSTD(3)),
    `seen_s` SimpleAggregateFunction(sum, Float64) COMMENT 'seconds of video in which it could have' CODEC(ZSTD(3)),
    `concealed_s` SimpleAggregateFunction(sum, Float64) COMMENT 'seconds of audio that were audibly made up' CODEC(ZSTD(3)),
    `heard_s` SimpleAggregateFunction(sum, Float64) COMMENT 'seconds of audio in which they could have been' CODEC(ZSTD(3)),
    `expires_on` SimpleAggregateFunction(max, Date) DEFAULT '2100-01-01' COMMENT 'the day on which the engine removes the row' CODEC(ZSTD(1))
)
ENGINE = {{engine AggregatingMergeTree()}}
PARTITION BY toYYYYMM(minute)
ORDER BY (app_id, minute, call_id, participant_id)
TTL expires_on
COMMENT 'What each participant received, by the minute; rows of one key add up';

{{distributed participant_minutes}}

CREATE MATERIALIZED VIEW IF NOT EXISTS participant_minutes_of_slices{{on_cluster}} TO participant_minutes{{local}} AS
WITH
    intDiv(toUnixTimestamp64Milli(at) - 1, 5000) % 12 AS last,
    least(toInt64(least(greatest(round(covered_s / 5), 1), 12)), last + 1) AS covered,
    toUInt16(bitShiftLeft(bitShiftLeft(toUInt32(1), covered) - 1, last + 1 - covered)) AS slots
SELECT app_id, toDateTime(intDiv(toUnixTimestamp64Milli(at) - 1, 60000) * 60, 'UTC') AS minute, call_id, participant_id,
    groupBitOrIf(slots, verdict = 'bad') AS bad_slots,
    groupBitOrIf(slots, verdict = 'degraded') AS degraded_slots,
    groupBitOrIf(slots, verdict = 'good') AS good_slots,
    groupBitOrIf(slots, verdict = 'unknown') AS unknown_slots,
    ifNull(sum(freeze_ratio * covered_s), 0) AS frozen_s,
    sumIf(covered_s, isNotNull(freeze_ratio)) AS seen_s,
    ifNull(sum(audible_concealment_ratio * covered_s), 0) AS concealed_s,
    sumIf(covered_s, isNotNull(audible_concealment_ratio)) AS heard_s
FROM track_slices_versions{{local}} WHERE direction = 'inbound'
GROUP BY app_id, minute, call_id, participant_id
COMMENT 'Keeps participant_minutes up to date with what is written';

INSERT INTO participant_minutes (app_id, minute, call_id, participant_id, bad_slots, degraded_slots, good_slots, unknown_slots, frozen_s, seen_s, concealed_s, heard_s)
WITH
    intDiv(toUnixTimestamp64Milli(at) - 1, 5000) % 12 AS last,
    least(toInt64(least(greatest(round(covered_s / 5), 1), 12)), last + 1) AS covered,
    toUInt16(bitShiftLeft(bitShiftLeft(toUInt32(1), covered) - 1, last + 1 - covered)) AS slots
SELECT app_id, toDateTime(intDiv(toUnixTimestamp64Milli(at) - 1, 60000) * 60, 'UTC') AS minute, call_id, participant_id,
    groupBitOrIf(slots, verdict = 'bad') AS bad_slots,
    groupBitOrIf(slots, verdict = 'degraded') AS degraded_slots,
    groupBitOrIf(slots, verdict = 'good') AS good_slots,
    groupBitOrIf(slots, verdict = 'unknown') AS unknown_slots,
    ifNull(sum(freeze_ratio * covered_s), 0) AS frozen_s,
    sumIf(covered_s, isNotNull(freeze_ratio)) AS seen_s,
    ifNull(sum(audible_concealment_ratio * covered_s), 0) AS concealed_s,
    sumIf(covered_s, isNotNull(audible_concealment_ratio)) AS heard_s
FROM track_slices_versions WHERE direction = 'inbound' AND (SELECT count() FROM participant_minutes) = 0
GROUP BY app_id, minute, call_id, participant_id;
