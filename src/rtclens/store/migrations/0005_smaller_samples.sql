-- Smaller samples: what many rows of a sample share is in `samples` once, and lists of codecs, candidates and the like
-- have rows only where they changed (and once in ten minutes); `samples.repeated` says which sample has them.

ALTER TABLE samples{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `timestamp` Nullable(Float64) COMMENT 'the reports'' common timestamp; a report whose own is NULL has this one' CODEC(Delta(8), ZSTD(1));

ALTER TABLE samples{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `repeated` Array(String) COMMENT 'tables whose rows are those of an earlier sample' CODEC(ZSTD(3));

ALTER TABLE samples{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `repeated_seq` Array(Int64) COMMENT 'seq of that sample, for each of `repeated`' CODEC(ZSTD(3));

ALTER TABLE samples{{local}}{{on_cluster}} ADD COLUMN IF NOT EXISTS `repeated_event` Array(Int64) COMMENT 'event of that sample, for each of `repeated`' CODEC(ZSTD(3));

{{distributed_again samples}}
