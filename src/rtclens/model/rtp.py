"""The reports of RTP streams: received, sent, and what the far end says of both. Members and units are the W3C's.

Enters: nothing. Leaves: the four RTP classes of `model.stats`, kept here because they are the longest.
"""

from __future__ import annotations

from typing import ClassVar

from rtclens.model.report import Flag, Number, Numbers, Report, Text


class InboundRtp(Report, kw_only=True, omit_defaults=True, gc=False):
    """One RTP stream received here (`RTCInboundRtpStreamStats`)."""

    type: ClassVar[str] = "inbound-rtp"
    table: ClassVar[str] = "inbound_rtp"

    ssrc: Number = None
    kind: Text = None
    transportId: Text = None
    codecId: Text = None
    mid: Text = None
    trackIdentifier: Text = None
    remoteId: Text = None
    playoutId: Text = None
    rtxSsrc: Number = None
    fecSsrc: Number = None

    packetsReceived: Number = None
    packetsLost: Number = None
    jitter: Number = None
    bytesReceived: Number = None
    headerBytesReceived: Number = None
    lastPacketReceivedTimestamp: Number = None
    packetsDiscarded: Number = None
    packetsReceivedWithEct1: Number = None
    packetsReceivedWithCe: Number = None
    packetsReportedAsLost: Number = None
    packetsReportedAsLostButRecovered: Number = None
    retransmittedPacketsReceived: Number = None
    retransmittedBytesReceived: Number = None
    fecPacketsReceived: Number = None
    fecBytesReceived: Number = None
    fecPacketsDiscarded: Number = None
    nackCount: Number = None
    pliCount: Number = None
    firCount: Number = None

    jitterBufferDelay: Number = None
    jitterBufferTargetDelay: Number = None
    jitterBufferMinimumDelay: Number = None
    jitterBufferEmittedCount: Number = None
    jitterBufferFlushes: Number = None
    totalProcessingDelay: Number = None
    estimatedPlayoutTimestamp: Number = None

    audioLevel: Number = None
    totalAudioEnergy: Number = None
    totalSamplesDuration: Number = None
    totalSamplesReceived: Number = None
    concealedSamples: Number = None
    silentConcealedSamples: Number = None
    concealmentEvents: Number = None
    insertedSamplesForDeceleration: Number = None
    removedSamplesForAcceleration: Number = None
    relativePacketArrivalDelay: Number = None
    delayedPacketOutageSamples: Number = None
    interruptionCount: Number = None
    totalInterruptionDuration: Number = None

    frameWidth: Number = None
    frameHeight: Number = None
    framesPerSecond: Number = None
    framesReceived: Number = None
    framesDecoded: Number = None
    framesRendered: Number = None
    framesDropped: Number = None
    keyFramesDecoded: Number = None
    framesAssembledFromMultiplePackets: Number = None
    totalAssemblyTime: Number = None
    totalDecodeTime: Number = None
    totalInterFrameDelay: Number = None
    totalSquaredInterFrameDelay: Number = None
    freezeCount: Number = None
    totalFreezesDuration: Number = None
    pauseCount: Number = None
    totalPausesDuration: Number = None
    qpSum: Number = None
    corruptionMeasurements: Number = None
    totalCorruptionProbability: Number = None
    totalSquaredCorruptionProbability: Number = None
    decoderImplementation: Text = None
    powerEfficientDecoder: Flag = None
    contentType: Text = None
    googTimingFrameInfo: Text = None


class OutboundRtp(Report, kw_only=True, omit_defaults=True, gc=False):
    """One RTP stream sent from here, one per simulcast layer (`RTCOutboundRtpStreamStats`)."""

    type: ClassVar[str] = "outbound-rtp"
    table: ClassVar[str] = "outbound_rtp"

    ssrc: Number = None
    kind: Text = None
    transportId: Text = None
    codecId: Text = None
    mid: Text = None
    rid: Text = None
    encodingIndex: Number = None
    mediaSourceId: Text = None
    remoteId: Text = None
    rtxSsrc: Number = None
    active: Flag = None
    scalabilityMode: Text = None

    packetsSent: Number = None
    bytesSent: Number = None
    headerBytesSent: Number = None
    packetsSentWithEct1: Number = None
    retransmittedPacketsSent: Number = None
    retransmittedBytesSent: Number = None
    nackCount: Number = None
    pliCount: Number = None
    firCount: Number = None
    targetBitrate: Number = None
    totalPacketSendDelay: Number = None
    totalEncodedBytesTarget: Number = None

    frameWidth: Number = None
    frameHeight: Number = None
    framesPerSecond: Number = None
    framesSent: Number = None
    framesEncoded: Number = None
    keyFramesEncoded: Number = None
    hugeFramesSent: Number = None
    qpSum: Number = None
    psnrSum: Numbers = None
    psnrMeasurements: Number = None
    totalEncodeTime: Number = None
    qualityLimitationReason: Text = None
    qualityLimitationDurations: Numbers = None
    qualityLimitationResolutionChanges: Number = None
    encoderImplementation: Text = None
    powerEfficientEncoder: Flag = None
    contentType: Text = None


class RemoteInboundRtp(Report, kw_only=True, omit_defaults=True, gc=False):
    """What the far end says about a stream sent from here (RTCP receiver reports)."""

    type: ClassVar[str] = "remote-inbound-rtp"
    table: ClassVar[str] = "remote_inbound_rtp"

    ssrc: Number = None
    kind: Text = None
    transportId: Text = None
    codecId: Text = None
    localId: Text = None
    packetsReceived: Number = None
    packetsLost: Number = None
    jitter: Number = None
    roundTripTime: Number = None
    totalRoundTripTime: Number = None
    roundTripTimeMeasurements: Number = None
    fractionLost: Number = None
    packetsDiscarded: Number = None
    packetsReceivedWithEct1: Number = None
    packetsReceivedWithCe: Number = None
    packetsReportedAsLost: Number = None
    packetsReportedAsLostButRecovered: Number = None
    packetsWithBleachedEct1Marking: Number = None


class RemoteOutboundRtp(Report, kw_only=True, omit_defaults=True, gc=False):
    """What the far end says about a stream it sends to here (RTCP sender reports)."""

    type: ClassVar[str] = "remote-outbound-rtp"
    table: ClassVar[str] = "remote_outbound_rtp"

    ssrc: Number = None
    kind: Text = None
    transportId: Text = None
    codecId: Text = None
    localId: Text = None
    packetsSent: Number = None
    bytesSent: Number = None
    remoteTimestamp: Number = None
    reportsSent: Number = None
    roundTripTime: Number = None
    totalRoundTripTime: Number = None
    roundTripTimeMeasurements: Number = None
