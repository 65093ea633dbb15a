-- Counters that rise every second: the difference in as few bits as its neighbours need, measured against DoubleDelta on
-- recorded calls continued to ten minutes. Parts that are there are written so when they are merged.

ALTER TABLE inbound_rtp{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `packetsReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `headerBytesReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `jitterBufferEmittedCount` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `totalSamplesReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `framesReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `framesDecoded` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `framesAssembledFromMultiplePackets` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `qpSum` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE outbound_rtp{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `packetsSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `headerBytesSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `framesSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `framesEncoded` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `qpSum` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE remote_inbound_rtp{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `packetsReceived` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE remote_outbound_rtp{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `packetsSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE media_source{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `frames` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE media_playout{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `totalSamplesCount` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE peer_connection{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1));

ALTER TABLE transport{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `packetsSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `packetsReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesReceived` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE candidate_pair{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `packetsSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `packetsReceived` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesReceived` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE local_candidate{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1));

ALTER TABLE remote_candidate{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1));

ALTER TABLE codec{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1));

ALTER TABLE data_channel{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1)), MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64, ZSTD(1)), MODIFY COLUMN `bytesReceived` CODEC(Delta(8), T64, ZSTD(1));

ALTER TABLE certificate{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1));

ALTER TABLE compute_pressure{{local}}{{on_cluster}} MODIFY COLUMN `ord` CODEC(T64, ZSTD(1));
