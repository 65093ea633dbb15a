-- Sums of seconds as whole numbers (store/scaled.py), in a quarter to half of what they took. The rows of these types move
-- to <type>_stored, and <type> becomes a view that shows the members as they came; rows that are there already keep theirs.
-- Metrics of slices have single precision.

{{rename inbound_rtp inbound_rtp_stored}}

ALTER TABLE inbound_rtp_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `jitter_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(T64('bit'), ZSTD(1)) AFTER `jitter`,
    ADD COLUMN IF NOT EXISTS `jitterBufferDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `jitterBufferDelay`,
    ADD COLUMN IF NOT EXISTS `jitterBufferTargetDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `jitterBufferTargetDelay`,
    ADD COLUMN IF NOT EXISTS `jitterBufferMinimumDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `jitterBufferMinimumDelay`,
    ADD COLUMN IF NOT EXISTS `totalProcessingDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalProcessingDelay`,
    ADD COLUMN IF NOT EXISTS `totalAssemblyTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalAssemblyTime`,
    ADD COLUMN IF NOT EXISTS `totalDecodeTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalDecodeTime`,
    ADD COLUMN IF NOT EXISTS `totalInterFrameDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalInterFrameDelay`,
    ADD COLUMN IF NOT EXISTS `totalSquaredInterFrameDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalSquaredInterFrameDelay`,
    ADD COLUMN IF NOT EXISTS `audioLevel_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/32767, and how it became a float' CODEC(T64('bit'), ZSTD(1)) AFTER `audioLevel`,
    MODIFY COLUMN `bytesReceived` CODEC(Delta(8), T64('bit'), ZSTD(1)),
    MODIFY COLUMN `headerBytesReceived` CODEC(Delta(8), T64('bit'), ZSTD(1)),
    MODIFY COLUMN `jitterBufferEmittedCount` CODEC(Delta(8), T64('bit'), ZSTD(1)),
    MODIFY COLUMN `frameWidth` CODEC(ZSTD(3)),
    MODIFY COLUMN `frameHeight` CODEC(ZSTD(3)),
    MODIFY COLUMN `concealedSamples` CODEC(ZSTD(3)),
    MODIFY COLUMN `removedSamplesForAcceleration` CODEC(ZSTD(3));

{{distributed_again inbound_rtp_stored}}

{{undistributed inbound_rtp}}

CREATE OR REPLACE VIEW inbound_rtp{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `ssrc`, `kind`, `transportId`, `codecId`, `mid`, `trackIdentifier`, `remoteId`, `playoutId`,
    `rtxSsrc`, `fecSsrc`, `packetsReceived`, `packetsLost`,
    multiIf(isNull(stored.`jitter_scaled`), stored.`jitter`, bitAnd(stored.`jitter_scaled`, 4095) = 0, bitShiftRight(stored.`jitter_scaled`, 12) * 1e-06, bitAnd(stored.`jitter_scaled`, 4095) = 1, bitShiftRight(stored.`jitter_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`jitter_scaled`, 12) / 1000000) + bitAnd(stored.`jitter_scaled`, 4095) - 2048)) AS `jitter`,
    `bytesReceived`, `headerBytesReceived`, `lastPacketReceivedTimestamp`, `packetsDiscarded`,
    `packetsReceivedWithEct1`, `packetsReceivedWithCe`, `packetsReportedAsLost`, `packetsReportedAsLostButRecovered`,
    `retransmittedPacketsReceived`, `retransmittedBytesReceived`, `fecPacketsReceived`, `fecBytesReceived`,
    `fecPacketsDiscarded`, `nackCount`, `pliCount`, `firCount`,
    multiIf(isNull(stored.`jitterBufferDelay_scaled`), stored.`jitterBufferDelay`, bitAnd(stored.`jitterBufferDelay_scaled`, 4095) = 0, bitShiftRight(stored.`jitterBufferDelay_scaled`, 12) * 1e-06, bitAnd(stored.`jitterBufferDelay_scaled`, 4095) = 1, bitShiftRight(stored.`jitterBufferDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`jitterBufferDelay_scaled`, 12) / 1000000) + bitAnd(stored.`jitterBufferDelay_scaled`, 4095) - 2048)) AS `jitterBufferDelay`,
    multiIf(isNull(stored.`jitterBufferTargetDelay_scaled`), stored.`jitterBufferTargetDelay`, bitAnd(stored.`jitterBufferTargetDelay_scaled`, 4095) = 0, bitShiftRight(stored.`jitterBufferTargetDelay_scaled`, 12) * 1e-06, bitAnd(stored.`jitterBufferTargetDelay_scaled`, 4095) = 1, bitShiftRight(stored.`jitterBufferTargetDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`jitterBufferTargetDelay_scaled`, 12) / 1000000) + bitAnd(stored.`jitterBufferTargetDelay_scaled`, 4095) - 2048)) AS `jitterBufferTargetDelay`,
    multiIf(isNull(stored.`jitterBufferMinimumDelay_scaled`), stored.`jitterBufferMinimumDelay`, bitAnd(stored.`jitterBufferMinimumDelay_scaled`, 4095) = 0, bitShiftRight(stored.`jitterBufferMinimumDelay_scaled`, 12) * 1e-06, bitAnd(stored.`jitterBufferMinimumDelay_scaled`, 4095) = 1, bitShiftRight(stored.`jitterBufferMinimumDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`jitterBufferMinimumDelay_scaled`, 12) / 1000000) + bitAnd(stored.`jitterBufferMinimumDelay_scaled`, 4095) - 2048)) AS `jitterBufferMinimumDelay`,
    `jitterBufferEmittedCount`, `jitterBufferFlushes`,
    multiIf(isNull(stored.`totalProcessingDelay_scaled`), stored.`totalProcessingDelay`, bitAnd(stored.`totalProcessingDelay_scaled`, 4095) = 0, bitShiftRight(stored.`totalProcessingDelay_scaled`, 12) * 1e-06, bitAnd(stored.`totalProcessingDelay_scaled`, 4095) = 1, bitShiftRight(stored.`totalProcessingDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalProcessingDelay_scaled`, 12) / 1000000) + bitAnd(stored.`totalProcessingDelay_scaled`, 4095) - 2048)) AS `totalProcessingDelay`,
    `estimatedPlayoutTimestamp`,
    multiIf(isNull(stored.`audioLevel_scaled`), stored.`audioLevel`, bitAnd(stored.`audioLevel_scaled`, 4095) = 0, bitShiftRight(stored.`audioLevel_scaled`, 12) * 3.051850947599719e-05, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`audioLevel_scaled`, 12) / 32767) + bitAnd(stored.`audioLevel_scaled`, 4095) - 2048)) AS `audioLevel`,
    `totalAudioEnergy`, `totalSamplesDuration`, `totalSamplesReceived`, `concealedSamples`, `silentConcealedSamples`,
    `concealmentEvents`, `insertedSamplesForDeceleration`, `removedSamplesForAcceleration`,
    `relativePacketArrivalDelay`, `delayedPacketOutageSamples`, `interruptionCount`, `totalInterruptionDuration`,
    `frameWidth`, `frameHeight`, `framesPerSecond`, `framesReceived`, `framesDecoded`, `framesRendered`,
    `framesDropped`, `keyFramesDecoded`, `framesAssembledFromMultiplePackets`,
    multiIf(isNull(stored.`totalAssemblyTime_scaled`), stored.`totalAssemblyTime`, bitAnd(stored.`totalAssemblyTime_scaled`, 4095) = 0, bitShiftRight(stored.`totalAssemblyTime_scaled`, 12) * 1e-06, bitAnd(stored.`totalAssemblyTime_scaled`, 4095) = 1, bitShiftRight(stored.`totalAssemblyTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalAssemblyTime_scaled`, 12) / 1000000) + bitAnd(stored.`totalAssemblyTime_scaled`, 4095) - 2048)) AS `totalAssemblyTime`,
    multiIf(isNull(stored.`totalDecodeTime_scaled`), stored.`totalDecodeTime`, bitAnd(stored.`totalDecodeTime_scaled`, 4095) = 0, bitShiftRight(stored.`totalDecodeTime_scaled`, 12) * 1e-06, bitAnd(stored.`totalDecodeTime_scaled`, 4095) = 1, bitShiftRight(stored.`totalDecodeTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalDecodeTime_scaled`, 12) / 1000000) + bitAnd(stored.`totalDecodeTime_scaled`, 4095) - 2048)) AS `totalDecodeTime`,
    multiIf(isNull(stored.`totalInterFrameDelay_scaled`), stored.`totalInterFrameDelay`, bitAnd(stored.`totalInterFrameDelay_scaled`, 4095) = 0, bitShiftRight(stored.`totalInterFrameDelay_scaled`, 12) * 1e-06, bitAnd(stored.`totalInterFrameDelay_scaled`, 4095) = 1, bitShiftRight(stored.`totalInterFrameDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalInterFrameDelay_scaled`, 12) / 1000000) + bitAnd(stored.`totalInterFrameDelay_scaled`, 4095) - 2048)) AS `totalInterFrameDelay`,
    multiIf(isNull(stored.`totalSquaredInterFrameDelay_scaled`), stored.`totalSquaredInterFrameDelay`, bitAnd(stored.`totalSquaredInterFrameDelay_scaled`, 4095) = 0, bitShiftRight(stored.`totalSquaredInterFrameDelay_scaled`, 12) * 1e-06, bitAnd(stored.`totalSquaredInterFrameDelay_scaled`, 4095) = 1, bitShiftRight(stored.`totalSquaredInterFrameDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalSquaredInterFrameDelay_scaled`, 12) / 1000000) + bitAnd(stored.`totalSquaredInterFrameDelay_scaled`, 4095) - 2048)) AS `totalSquaredInterFrameDelay`,
    `freezeCount`, `totalFreezesDuration`, `pauseCount`, `totalPausesDuration`, `qpSum`, `corruptionMeasurements`,
    `totalCorruptionProbability`, `totalSquaredCorruptionProbability`, `decoderImplementation`,
    `powerEfficientDecoder`, `contentType`, `googTimingFrameInfo`, `extra`, `expires_on`
FROM inbound_rtp_stored AS stored
COMMENT 'One RTP stream received here (`RTCInboundRtpStreamStats`).';

{{rename outbound_rtp outbound_rtp_stored}}

ALTER TABLE outbound_rtp_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `totalPacketSendDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalPacketSendDelay`,
    ADD COLUMN IF NOT EXISTS `totalEncodeTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalEncodeTime`,
    MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64('bit'), ZSTD(1)),
    MODIFY COLUMN `headerBytesSent` CODEC(Delta(8), T64('bit'), ZSTD(1)),
    MODIFY COLUMN `frameWidth` CODEC(ZSTD(3)),
    MODIFY COLUMN `frameHeight` CODEC(ZSTD(3));

{{distributed_again outbound_rtp_stored}}

{{undistributed outbound_rtp}}

CREATE OR REPLACE VIEW outbound_rtp{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `ssrc`, `kind`, `transportId`, `codecId`, `mid`, `rid`, `encodingIndex`, `mediaSourceId`,
    `remoteId`, `rtxSsrc`, `active`, `scalabilityMode`, `packetsSent`, `bytesSent`, `headerBytesSent`,
    `packetsSentWithEct1`, `retransmittedPacketsSent`, `retransmittedBytesSent`, `nackCount`, `pliCount`, `firCount`,
    `targetBitrate`,
    multiIf(isNull(stored.`totalPacketSendDelay_scaled`), stored.`totalPacketSendDelay`, bitAnd(stored.`totalPacketSendDelay_scaled`, 4095) = 0, bitShiftRight(stored.`totalPacketSendDelay_scaled`, 12) * 1e-06, bitAnd(stored.`totalPacketSendDelay_scaled`, 4095) = 1, bitShiftRight(stored.`totalPacketSendDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalPacketSendDelay_scaled`, 12) / 1000000) + bitAnd(stored.`totalPacketSendDelay_scaled`, 4095) - 2048)) AS `totalPacketSendDelay`,
    `totalEncodedBytesTarget`, `frameWidth`, `frameHeight`, `framesPerSecond`, `framesSent`, `framesEncoded`,
    `keyFramesEncoded`, `hugeFramesSent`, `qpSum`, `psnrSum`, `psnrMeasurements`,
    multiIf(isNull(stored.`totalEncodeTime_scaled`), stored.`totalEncodeTime`, bitAnd(stored.`totalEncodeTime_scaled`, 4095) = 0, bitShiftRight(stored.`totalEncodeTime_scaled`, 12) * 1e-06, bitAnd(stored.`totalEncodeTime_scaled`, 4095) = 1, bitShiftRight(stored.`totalEncodeTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalEncodeTime_scaled`, 12) / 1000000) + bitAnd(stored.`totalEncodeTime_scaled`, 4095) - 2048)) AS `totalEncodeTime`,
    `qualityLimitationReason`, `qualityLimitationDurations`, `qualityLimitationResolutionChanges`,
    `encoderImplementation`, `powerEfficientEncoder`, `contentType`, `extra`, `expires_on`
FROM outbound_rtp_stored AS stored
COMMENT 'One RTP stream sent from here, one per simulcast layer (`RTCOutboundRtpStreamStats`).';

{{rename remote_inbound_rtp remote_inbound_rtp_stored}}

ALTER TABLE remote_inbound_rtp_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `jitter_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(T64('bit'), ZSTD(1)) AFTER `jitter`,
    ADD COLUMN IF NOT EXISTS `roundTripTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(T64('bit'), ZSTD(1)) AFTER `roundTripTime`,
    ADD COLUMN IF NOT EXISTS `totalRoundTripTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalRoundTripTime`;

{{distributed_again remote_inbound_rtp_stored}}

{{undistributed remote_inbound_rtp}}

CREATE OR REPLACE VIEW remote_inbound_rtp{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `ssrc`, `kind`, `transportId`, `codecId`, `localId`, `packetsReceived`, `packetsLost`,
    multiIf(isNull(stored.`jitter_scaled`), stored.`jitter`, bitAnd(stored.`jitter_scaled`, 4095) = 0, bitShiftRight(stored.`jitter_scaled`, 12) * 1e-06, bitAnd(stored.`jitter_scaled`, 4095) = 1, bitShiftRight(stored.`jitter_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`jitter_scaled`, 12) / 1000000) + bitAnd(stored.`jitter_scaled`, 4095) - 2048)) AS `jitter`,
    multiIf(isNull(stored.`roundTripTime_scaled`), stored.`roundTripTime`, bitAnd(stored.`roundTripTime_scaled`, 4095) = 0, bitShiftRight(stored.`roundTripTime_scaled`, 12) * 1e-06, bitAnd(stored.`roundTripTime_scaled`, 4095) = 1, bitShiftRight(stored.`roundTripTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`roundTripTime_scaled`, 12) / 1000000) + bitAnd(stored.`roundTripTime_scaled`, 4095) - 2048)) AS `roundTripTime`,
    multiIf(isNull(stored.`totalRoundTripTime_scaled`), stored.`totalRoundTripTime`, bitAnd(stored.`totalRoundTripTime_scaled`, 4095) = 0, bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) * 1e-06, bitAnd(stored.`totalRoundTripTime_scaled`, 4095) = 1, bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) / 1000000) + bitAnd(stored.`totalRoundTripTime_scaled`, 4095) - 2048)) AS `totalRoundTripTime`,
    `roundTripTimeMeasurements`, `fractionLost`, `packetsDiscarded`, `packetsReceivedWithEct1`,
    `packetsReceivedWithCe`, `packetsReportedAsLost`, `packetsReportedAsLostButRecovered`,
    `packetsWithBleachedEct1Marking`, `extra`, `expires_on`
FROM remote_inbound_rtp_stored AS stored
COMMENT 'What the far end says about a stream sent from here (RTCP receiver reports).';

{{rename remote_outbound_rtp remote_outbound_rtp_stored}}

ALTER TABLE remote_outbound_rtp_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `roundTripTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(T64('bit'), ZSTD(1)) AFTER `roundTripTime`,
    ADD COLUMN IF NOT EXISTS `totalRoundTripTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalRoundTripTime`;

{{distributed_again remote_outbound_rtp_stored}}

{{undistributed remote_outbound_rtp}}

CREATE OR REPLACE VIEW remote_outbound_rtp{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `ssrc`, `kind`, `transportId`, `codecId`, `localId`, `packetsSent`, `bytesSent`,
    `remoteTimestamp`, `reportsSent`,
    multiIf(isNull(stored.`roundTripTime_scaled`), stored.`roundTripTime`, bitAnd(stored.`roundTripTime_scaled`, 4095) = 0, bitShiftRight(stored.`roundTripTime_scaled`, 12) * 1e-06, bitAnd(stored.`roundTripTime_scaled`, 4095) = 1, bitShiftRight(stored.`roundTripTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`roundTripTime_scaled`, 12) / 1000000) + bitAnd(stored.`roundTripTime_scaled`, 4095) - 2048)) AS `roundTripTime`,
    multiIf(isNull(stored.`totalRoundTripTime_scaled`), stored.`totalRoundTripTime`, bitAnd(stored.`totalRoundTripTime_scaled`, 4095) = 0, bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) * 1e-06, bitAnd(stored.`totalRoundTripTime_scaled`, 4095) = 1, bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) / 1000000) + bitAnd(stored.`totalRoundTripTime_scaled`, 4095) - 2048)) AS `totalRoundTripTime`,
    `roundTripTimeMeasurements`, `extra`, `expires_on`
FROM remote_outbound_rtp_stored AS stored
COMMENT 'What the far end says about a stream it sends to here (RTCP sender reports).';

{{rename media_source media_source_stored}}

ALTER TABLE media_source_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `audioLevel_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/32767, and how it became a float' CODEC(T64('bit'), ZSTD(1)) AFTER `audioLevel`;

{{distributed_again media_source_stored}}

{{undistributed media_source}}

CREATE OR REPLACE VIEW media_source{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `kind`, `trackIdentifier`,
    multiIf(isNull(stored.`audioLevel_scaled`), stored.`audioLevel`, bitAnd(stored.`audioLevel_scaled`, 4095) = 0, bitShiftRight(stored.`audioLevel_scaled`, 12) * 3.051850947599719e-05, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`audioLevel_scaled`, 12) / 32767) + bitAnd(stored.`audioLevel_scaled`, 4095) - 2048)) AS `audioLevel`,
    `totalAudioEnergy`, `totalSamplesDuration`, `echoReturnLoss`, `echoReturnLossEnhancement`,
    `droppedSamplesDuration`, `droppedSamplesEvents`, `totalCaptureDelay`, `totalSamplesCaptured`, `width`, `height`,
    `frames`, `framesPerSecond`, `extra`, `expires_on`
FROM media_source_stored AS stored
COMMENT 'A camera, microphone or canvas before it is encoded.';

{{rename media_playout media_playout_stored}}

ALTER TABLE media_playout_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `totalSamplesDuration_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalSamplesDuration`,
    ADD COLUMN IF NOT EXISTS `totalPlayoutDelay_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalPlayoutDelay`;

{{distributed_again media_playout_stored}}

{{undistributed media_playout}}

CREATE OR REPLACE VIEW media_playout{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `kind`, `synthesizedSamplesDuration`, `synthesizedSamplesEvents`,
    multiIf(isNull(stored.`totalSamplesDuration_scaled`), stored.`totalSamplesDuration`, bitAnd(stored.`totalSamplesDuration_scaled`, 4095) = 0, bitShiftRight(stored.`totalSamplesDuration_scaled`, 12) * 1e-06, bitAnd(stored.`totalSamplesDuration_scaled`, 4095) = 1, bitShiftRight(stored.`totalSamplesDuration_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalSamplesDuration_scaled`, 12) / 1000000) + bitAnd(stored.`totalSamplesDuration_scaled`, 4095) - 2048)) AS `totalSamplesDuration`,
    multiIf(isNull(stored.`totalPlayoutDelay_scaled`), stored.`totalPlayoutDelay`, bitAnd(stored.`totalPlayoutDelay_scaled`, 4095) = 0, bitShiftRight(stored.`totalPlayoutDelay_scaled`, 12) * 1e-06, bitAnd(stored.`totalPlayoutDelay_scaled`, 4095) = 1, bitShiftRight(stored.`totalPlayoutDelay_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalPlayoutDelay_scaled`, 12) / 1000000) + bitAnd(stored.`totalPlayoutDelay_scaled`, 4095) - 2048)) AS `totalPlayoutDelay`,
    `totalSamplesCount`, `extra`, `expires_on`
FROM media_playout_stored AS stored
COMMENT 'The audio output device as the browser feeds it.';

{{rename candidate_pair candidate_pair_stored}}

ALTER TABLE candidate_pair_stored{{local}}{{on_cluster}}
    ADD COLUMN IF NOT EXISTS `totalRoundTripTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `totalRoundTripTime`,
    ADD COLUMN IF NOT EXISTS `currentRoundTripTime_scaled` Nullable(Int64) COMMENT '4096 times the number of 1/1000000, and how it became a float' CODEC(Delta(8), T64('bit'), ZSTD(1)) AFTER `currentRoundTripTime`,
    MODIFY COLUMN `bytesSent` CODEC(Delta(8), T64('bit'), ZSTD(1)),
    MODIFY COLUMN `packetsSent` CODEC(Delta(8), T64('bit'), ZSTD(1));

{{distributed_again candidate_pair_stored}}

{{undistributed candidate_pair}}

CREATE OR REPLACE VIEW candidate_pair{{on_cluster}} AS SELECT
    `app_id`, `call_id`, `participant_id`, `session_id`, `connection_id`, `at`, `received_at`, `seq`, `event`, `ord`,
    `id`, `timestamp`, `transportId`, `localCandidateId`, `remoteCandidateId`, `state`, `nominated`, `selected`,
    `writable`, `priority`, `packetsSent`, `packetsReceived`, `bytesSent`, `bytesReceived`, `lastPacketSentTimestamp`,
    `lastPacketReceivedTimestamp`,
    multiIf(isNull(stored.`totalRoundTripTime_scaled`), stored.`totalRoundTripTime`, bitAnd(stored.`totalRoundTripTime_scaled`, 4095) = 0, bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) * 1e-06, bitAnd(stored.`totalRoundTripTime_scaled`, 4095) = 1, bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`totalRoundTripTime_scaled`, 12) / 1000000) + bitAnd(stored.`totalRoundTripTime_scaled`, 4095) - 2048)) AS `totalRoundTripTime`,
    multiIf(isNull(stored.`currentRoundTripTime_scaled`), stored.`currentRoundTripTime`, bitAnd(stored.`currentRoundTripTime_scaled`, 4095) = 0, bitShiftRight(stored.`currentRoundTripTime_scaled`, 12) * 1e-06, bitAnd(stored.`currentRoundTripTime_scaled`, 4095) = 1, bitShiftRight(stored.`currentRoundTripTime_scaled`, 12) / 1000, reinterpretAsFloat64(reinterpretAsInt64(bitShiftRight(stored.`currentRoundTripTime_scaled`, 12) / 1000000) + bitAnd(stored.`currentRoundTripTime_scaled`, 4095) - 2048)) AS `currentRoundTripTime`,
    `availableOutgoingBitrate`, `availableIncomingBitrate`, `requestsReceived`, `requestsSent`, `responsesReceived`,
    `responsesSent`, `consentRequestsSent`, `packetsDiscardedOnSend`, `bytesDiscardedOnSend`, `componentId`, `extra`, `expires_on`
FROM candidate_pair_stored AS stored
COMMENT 'One pair of ICE candidates and its connectivity checks.';

ALTER TABLE samples{{local}}{{on_cluster}} MODIFY COLUMN `repeated` CODEC(ZSTD(9));

ALTER TABLE track_slices_versions{{local}}{{on_cluster}}
    MODIFY COLUMN `revision` CODEC(Delta(8), T64, ZSTD(1)),
    MODIFY COLUMN `n` CODEC(ZSTD(3)),
    MODIFY COLUMN `bitrate_bps` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `packet_rate_per_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `loss_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `jitter_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `rtt_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `jb_delay_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `concealment_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `audible_concealment_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `stretch_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `audio_rms` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `fps` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `fps_source` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `fps_harmonic` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `freeze_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `qp_mean` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `limited_cpu_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `limited_bandwidth_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `limited_other_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `codec_load` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `drop_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `nack_per_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `pli_per_min` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `pacer_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `rtx_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `target_bps` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `audio_mos` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `video_mos` Nullable(Float32) CODEC(ZSTD(3));

{{distributed_again track_slices_versions}}

CREATE OR REPLACE VIEW track_slices{{on_cluster}} AS SELECT * EXCEPT (expires_on) FROM track_slices_versions FINAL
COMMENT 'Derived metrics of a track over about 5 s of media time (one sample interval where sampling is coarser).';

ALTER TABLE connection_slices_versions{{local}}{{on_cluster}}
    MODIFY COLUMN `revision` CODEC(Delta(8), T64, ZSTD(1)),
    MODIFY COLUMN `n` CODEC(ZSTD(3)),
    MODIFY COLUMN `rtt_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `rtt_ice_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `rtt_rtcp_s` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `bitrate_in_bps` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `bitrate_out_bps` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `loss_in_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `loss_out_ratio` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `bwe_out_bps` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `bwe_utilisation` Nullable(Float32) CODEC(ZSTD(3)),
    MODIFY COLUMN `cpu_pressure` Nullable(Float32) CODEC(ZSTD(3));

{{distributed_again connection_slices_versions}}

CREATE OR REPLACE VIEW connection_slices{{on_cluster}} AS SELECT * EXCEPT (expires_on) FROM connection_slices_versions FINAL
COMMENT 'Derived metrics of a connection over about 5 s of media time.';
