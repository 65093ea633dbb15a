-- What arrived, as it arrived: one table for each type of the W3C's webrtc-stats, named like it, with the standard's members
-- as columns; samples and events beside them. Together they give back the exact batches that were acknowledged.

CREATE TABLE IF NOT EXISTS samples{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `at_ms` Float64 COMMENT '`at` in ms since the epoch, with the fraction the sender gave' CODEC(Delta(8), ZSTD(1)),
    `format` LowCardinality(String) COMMENT 'the wire format it came in' CODEC(ZSTD(3)),
    `role` LowCardinality(String) COMMENT 'client, sfu or turn' CODEC(ZSTD(3)),
    `origin_call` String COMMENT 'the call id that the sender gave' CODEC(ZSTD(3)),
    `origin_participant` String COMMENT 'the participant id that the sender gave' CODEC(ZSTD(3)),
    `origin_session` String COMMENT 'the session id that the sender gave' CODEC(ZSTD(3)),
    `origin_connection` String COMMENT 'the connection id that the sender gave' CODEC(ZSTD(3)),
    `collect_ms` Nullable(Float64) COMMENT 'how long getStats() took, ms' CODEC(Delta(8), ZSTD(1)),
    `reports` Int64 COMMENT 'how many reports the sample had' CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, seq, event)
COMMENT 'One row for each getStats() result';

{{distributed samples}}

CREATE TABLE IF NOT EXISTS events{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `at_ms` Float64 COMMENT '`at` in ms since the epoch, with the fraction the sender gave' CODEC(Delta(8), ZSTD(1)),
    `format` LowCardinality(String) COMMENT 'the wire format it came in' CODEC(ZSTD(3)),
    `role` LowCardinality(String) COMMENT 'client, sfu or turn' CODEC(ZSTD(3)),
    `origin_call` String COMMENT 'the call id that the sender gave' CODEC(ZSTD(3)),
    `origin_participant` String COMMENT 'the participant id that the sender gave' CODEC(ZSTD(3)),
    `origin_session` String COMMENT 'the session id that the sender gave' CODEC(ZSTD(3)),
    `origin_connection` String COMMENT 'the connection id that the sender gave' CODEC(ZSTD(3)),
    `type` LowCardinality(String) COMMENT 'what happened: the name of the event class in the canonical model' CODEC(ZSTD(3)),
    `name` LowCardinality(String) COMMENT 'which one: method, state machine, browser event or issue' CODEC(ZSTD(3)),
    `payload` String COMMENT 'all members of the event, as JSON' CODEC(ZSTD(6))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, seq, event)
COMMENT 'One row for everything that happened and is not a sample';

{{distributed events}}

CREATE TABLE IF NOT EXISTS inbound_rtp{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `ssrc` Nullable(Int64) CODEC(ZSTD(1)),
    `kind` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `codecId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `mid` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `trackIdentifier` Nullable(String) CODEC(ZSTD(3)),
    `remoteId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `playoutId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `rtxSsrc` Nullable(Int64) CODEC(ZSTD(1)),
    `fecSsrc` Nullable(Int64) CODEC(ZSTD(1)),
    `packetsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsLost` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `jitter` Nullable(Float64) CODEC(ZSTD(3)),
    `bytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `headerBytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `lastPacketReceivedTimestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `packetsDiscarded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReceivedWithEct1` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReceivedWithCe` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReportedAsLost` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReportedAsLostButRecovered` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `retransmittedPacketsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `retransmittedBytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `fecPacketsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `fecBytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `fecPacketsDiscarded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `nackCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `pliCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `firCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `jitterBufferDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `jitterBufferTargetDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `jitterBufferMinimumDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `jitterBufferEmittedCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `jitterBufferFlushes` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalProcessingDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `estimatedPlayoutTimestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `audioLevel` Nullable(Float64) CODEC(ZSTD(3)),
    `totalAudioEnergy` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSamplesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSamplesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `concealedSamples` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `silentConcealedSamples` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `concealmentEvents` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `insertedSamplesForDeceleration` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `removedSamplesForAcceleration` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `relativePacketArrivalDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `delayedPacketOutageSamples` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `interruptionCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalInterruptionDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `frameWidth` Nullable(Int64) CODEC(ZSTD(1)),
    `frameHeight` Nullable(Int64) CODEC(ZSTD(1)),
    `framesPerSecond` Nullable(Float64) CODEC(ZSTD(3)),
    `framesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `framesDecoded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `framesRendered` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `framesDropped` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `keyFramesDecoded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `framesAssembledFromMultiplePackets` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalAssemblyTime` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalDecodeTime` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalInterFrameDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSquaredInterFrameDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `freezeCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalFreezesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `pauseCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalPausesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `qpSum` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `corruptionMeasurements` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalCorruptionProbability` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSquaredCorruptionProbability` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `decoderImplementation` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `powerEfficientDecoder` Nullable(Bool) CODEC(ZSTD(3)),
    `contentType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `googTimingFrameInfo` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'One RTP stream received here (RTCInboundRtpStreamStats).';

{{distributed inbound_rtp}}

CREATE TABLE IF NOT EXISTS outbound_rtp{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `ssrc` Nullable(Int64) CODEC(ZSTD(1)),
    `kind` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `codecId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `mid` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `rid` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `encodingIndex` Nullable(Int64) CODEC(ZSTD(1)),
    `mediaSourceId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `remoteId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `rtxSsrc` Nullable(Int64) CODEC(ZSTD(1)),
    `active` Nullable(Bool) CODEC(ZSTD(3)),
    `scalabilityMode` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `packetsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `headerBytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsSentWithEct1` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `retransmittedPacketsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `retransmittedBytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `nackCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `pliCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `firCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `targetBitrate` Nullable(Float64) CODEC(ZSTD(3)),
    `totalPacketSendDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalEncodedBytesTarget` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `frameWidth` Nullable(Int64) CODEC(ZSTD(1)),
    `frameHeight` Nullable(Int64) CODEC(ZSTD(1)),
    `framesPerSecond` Nullable(Float64) CODEC(ZSTD(3)),
    `framesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `framesEncoded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `keyFramesEncoded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `hugeFramesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `qpSum` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `psnrSum` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `psnrMeasurements` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalEncodeTime` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `qualityLimitationReason` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `qualityLimitationDurations` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `qualityLimitationResolutionChanges` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `encoderImplementation` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `powerEfficientEncoder` Nullable(Bool) CODEC(ZSTD(3)),
    `contentType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'One RTP stream sent from here, one per simulcast layer (RTCOutboundRtpStreamStats).';

{{distributed outbound_rtp}}

CREATE TABLE IF NOT EXISTS remote_inbound_rtp{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `ssrc` Nullable(Int64) CODEC(ZSTD(1)),
    `kind` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `codecId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `localId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `packetsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsLost` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `jitter` Nullable(Float64) CODEC(ZSTD(3)),
    `roundTripTime` Nullable(Float64) CODEC(ZSTD(3)),
    `totalRoundTripTime` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `roundTripTimeMeasurements` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `fractionLost` Nullable(Float64) CODEC(ZSTD(3)),
    `packetsDiscarded` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReceivedWithEct1` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReceivedWithCe` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReportedAsLost` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReportedAsLostButRecovered` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsWithBleachedEct1Marking` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'What the far end says about a stream sent from here (RTCP receiver reports).';

{{distributed remote_inbound_rtp}}

CREATE TABLE IF NOT EXISTS remote_outbound_rtp{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `ssrc` Nullable(Int64) CODEC(ZSTD(1)),
    `kind` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `codecId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `localId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `packetsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `remoteTimestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `reportsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `roundTripTime` Nullable(Float64) CODEC(ZSTD(3)),
    `totalRoundTripTime` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `roundTripTimeMeasurements` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'What the far end says about a stream it sends to here (RTCP sender reports).';

{{distributed remote_outbound_rtp}}

CREATE TABLE IF NOT EXISTS media_source{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `kind` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `trackIdentifier` Nullable(String) CODEC(ZSTD(3)),
    `audioLevel` Nullable(Float64) CODEC(ZSTD(3)),
    `totalAudioEnergy` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSamplesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `echoReturnLoss` Nullable(Float64) CODEC(ZSTD(3)),
    `echoReturnLossEnhancement` Nullable(Float64) CODEC(ZSTD(3)),
    `droppedSamplesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `droppedSamplesEvents` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalCaptureDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSamplesCaptured` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `width` Nullable(Int64) CODEC(ZSTD(1)),
    `height` Nullable(Int64) CODEC(ZSTD(1)),
    `frames` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `framesPerSecond` Nullable(Float64) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'A camera, microphone or canvas before it is encoded.';

{{distributed media_source}}

CREATE TABLE IF NOT EXISTS media_playout{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `kind` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `synthesizedSamplesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `synthesizedSamplesEvents` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `totalSamplesDuration` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalPlayoutDelay` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalSamplesCount` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'The audio output device as the browser feeds it.';

{{distributed media_playout}}

CREATE TABLE IF NOT EXISTS peer_connection{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `dataChannelsOpened` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `dataChannelsClosed` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'Data channel counts of the RTCPeerConnection.';

{{distributed peer_connection}}

CREATE TABLE IF NOT EXISTS transport{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `packetsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `iceRole` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `iceLocalUsernameFragment` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `dtlsState` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `iceState` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `selectedCandidatePairId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `selectedCandidatePairChanges` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `localCertificateId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `remoteCertificateId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `tlsVersion` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `dtlsCipher` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `dtlsRole` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `srtpCipher` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `rtcpTransportStatsId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `ccfbMessagesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `ccfbMessagesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'One ICE/DTLS transport (RTCTransportStats).';

{{distributed transport}}

CREATE TABLE IF NOT EXISTS candidate_pair{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `localCandidateId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `remoteCandidateId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `state` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `nominated` Nullable(Bool) CODEC(ZSTD(3)),
    `selected` Nullable(Bool) CODEC(ZSTD(3)),
    `writable` Nullable(Bool) CODEC(ZSTD(3)),
    `priority` Nullable(Int64) CODEC(ZSTD(1)),
    `packetsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `lastPacketSentTimestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `lastPacketReceivedTimestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `totalRoundTripTime` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `currentRoundTripTime` Nullable(Float64) CODEC(ZSTD(3)),
    `availableOutgoingBitrate` Nullable(Float64) CODEC(ZSTD(3)),
    `availableIncomingBitrate` Nullable(Float64) CODEC(ZSTD(3)),
    `requestsReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `requestsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `responsesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `responsesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `consentRequestsSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `packetsDiscardedOnSend` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesDiscardedOnSend` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `componentId` Nullable(Int64) CODEC(ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'One pair of ICE candidates and its connectivity checks.';

{{distributed candidate_pair}}

CREATE TABLE IF NOT EXISTS local_candidate{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `address` Nullable(String) CODEC(ZSTD(3)),
    `port` Nullable(Int64) CODEC(ZSTD(1)),
    `protocol` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `candidateType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `priority` Nullable(Int64) CODEC(ZSTD(1)),
    `url` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `relayProtocol` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `foundation` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `relatedAddress` Nullable(String) CODEC(ZSTD(3)),
    `relatedPort` Nullable(Int64) CODEC(ZSTD(1)),
    `usernameFragment` Nullable(String) CODEC(ZSTD(3)),
    `tcpType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `networkType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `networkAdapterType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `vpn` Nullable(Bool) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'An ICE candidate gathered here.';

{{distributed local_candidate}}

CREATE TABLE IF NOT EXISTS remote_candidate{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `address` Nullable(String) CODEC(ZSTD(3)),
    `port` Nullable(Int64) CODEC(ZSTD(1)),
    `protocol` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `candidateType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `priority` Nullable(Int64) CODEC(ZSTD(1)),
    `url` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `relayProtocol` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `foundation` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `relatedAddress` Nullable(String) CODEC(ZSTD(3)),
    `relatedPort` Nullable(Int64) CODEC(ZSTD(1)),
    `usernameFragment` Nullable(String) CODEC(ZSTD(3)),
    `tcpType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `networkType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `networkAdapterType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `vpn` Nullable(Bool) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'An ICE candidate of the far end.';

{{distributed remote_candidate}}

CREATE TABLE IF NOT EXISTS codec{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `payloadType` Nullable(Int64) CODEC(ZSTD(1)),
    `transportId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `mimeType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `clockRate` Nullable(Int64) CODEC(ZSTD(1)),
    `channels` Nullable(Int64) CODEC(ZSTD(1)),
    `sdpFmtpLine` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `codecType` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `implementation` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'A codec in use on a transport.';

{{distributed codec}}

CREATE TABLE IF NOT EXISTS data_channel{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `label` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `protocol` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `dataChannelIdentifier` Nullable(Int64) CODEC(ZSTD(1)),
    `state` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `messagesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesSent` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `messagesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `bytesReceived` Nullable(Int64) CODEC(DoubleDelta, ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'One data channel.';

{{distributed data_channel}}

CREATE TABLE IF NOT EXISTS certificate{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `fingerprint` Nullable(String) CODEC(ZSTD(3)),
    `fingerprintAlgorithm` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `base64Certificate` Nullable(String) CODEC(ZSTD(3)),
    `issuerCertificateId` LowCardinality(Nullable(String)) CODEC(ZSTD(3)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'A DTLS certificate.';

{{distributed certificate}}

CREATE TABLE IF NOT EXISTS compute_pressure{{local}}{{on_cluster}}
(
    `app_id` LowCardinality(String) COMMENT 'the app that the data belongs to' CODEC(ZSTD(3)),
    `call_id` String COMMENT 'the call; calls.external_id is the id that the application gave it' CODEC(ZSTD(3)),
    `participant_id` String COMMENT 'the participant; participants.external_id is the application''s id' CODEC(ZSTD(3)),
    `session_id` String COMMENT 'the join of the participant' CODEC(ZSTD(3)),
    `connection_id` String COMMENT 'the RTCPeerConnection; connections.external_id is the client''s id of it' CODEC(ZSTD(3)),
    `at` DateTime64(3, 'UTC') COMMENT 'when it happened, by the sender''s clock' CODEC(Delta(8), ZSTD(3)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'when it arrived, by the server''s clock' CODEC(Delta(8), ZSTD(3)),
    `seq` Int64 COMMENT 'position of its batch in the stream' CODEC(DoubleDelta, ZSTD(1)),
    `event` Int64 COMMENT 'number of its event in the batch' CODEC(ZSTD(1)),
    `ord` Int64 COMMENT 'number of the report among those of its type in the sample' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(3)),
    `timestamp` Nullable(Float64) CODEC(Delta(8), ZSTD(1)),
    `cpuState` Nullable(Int64) CODEC(ZSTD(1)),
    `extra` String COMMENT 'members that the standard does not know, as JSON; '''' when none' CODEC(ZSTD(3))
)
ENGINE = {{engine ReplacingMergeTree()}}
PARTITION BY toDate(received_at)
ORDER BY (app_id, call_id, connection_id, id, seq, event, ord)
COMMENT 'CPU pressure of the device: 4 nominal, 3 fair, 2 serious, 1 critical (added by rtcstats-js, not W3C).';

{{distributed compute_pressure}}
