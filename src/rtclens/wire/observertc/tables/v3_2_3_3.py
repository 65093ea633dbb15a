"""Protobuf numbers of `ClientSample` family 3.2-3.3. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v3_1 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {
    "IceCandidatePairState": {
        0: "new",
        1: "frozen",
        2: "in-progress",
        3: "waiting",
        4: "failed",
        5: "succeeded",
        6: "cancelled",
    },
}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "InboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! trackIdentifier=5y! attachments=6o audioLevel=7d "
        "bytesReceived=8l codecId=9s concealedSamples=10l concealmentEvents=11i "
        "corruptionMeasurements=12i decoderImplementation=13s estimatedPlayoutTimestamp=14d "
        "fecBytesReceived=15l fecPacketsDiscarded=16i fecPacketsReceived=17i fecSsrc=18l "
        "firCount=19i frameHeight=20i frameWidth=21i framesAssembledFromMultiplePackets=22i "
        "framesDecoded=23i framesDropped=24i framesPerSecond=25d framesReceived=26i "
        "framesRendered=27i freezeCount=28i headerBytesReceived=29l "
        "insertedSamplesForDeceleration=30l jitter=31d jitterBufferDelay=32d "
        "jitterBufferEmittedCount=33i jitterBufferMinimumDelay=34d jitterBufferTargetDelay=35d "
        "keyFramesDecoded=36i lastPacketReceivedTimestamp=37d mid=38s nackCount=39i "
        "packetsDiscarded=40i packetsLost=41i packetsReceived=42i packetsReceivedWithCe=43i "
        "packetsReceivedWithEct1=44i packetsReportedAsLost=45i "
        "packetsReportedAsLostButRecovered=46i pauseCount=47i playoutId=48s pliCount=49i "
        "powerEfficientDecoder=50b qpSum=51d remoteId=52s removedSamplesForAcceleration=53l "
        "retransmittedBytesReceived=54l retransmittedPacketsReceived=55i rtxSsrc=56l "
        "silentConcealedSamples=57l totalAssemblyTime=58d totalAudioEnergy=59d "
        "totalCorruptionProbability=60d totalDecodeTime=61d totalFreezesDuration=62d "
        "totalInterFrameDelay=63d totalPausesDuration=64d totalProcessingDelay=65d "
        "totalSamplesDuration=66d totalSamplesReceived=67l totalSquaredCorruptionProbability=68d "
        "totalSquaredInterFrameDelay=69d transportId=70s"
    ),
    "RemoteInboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! attachments=5o codecId=6s fractionLost=7d "
        "jitter=8d localId=9s packetsLost=10i packetsReceived=11i packetsReceivedWithCe=12i "
        "packetsReceivedWithEct1=13i packetsReportedAsLost=14i "
        "packetsReportedAsLostButRecovered=15i packetsWithBleachedEct1Marking=16l "
        "roundTripTime=17d roundTripTimeMeasurements=18l totalRoundTripTime=19d transportId=20s"
    ),
    "PsnrSum": "u=1d! v=2d! y=3d!",
    "OutboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! active=5b attachments=6o bytesSent=7l codecId=8s "
        "encoderImplementation=9s encodingIndex=10i firCount=11i frameHeight=12i frameWidth=13i "
        "framesEncoded=14i framesPerSecond=15d framesSent=16i headerBytesSent=17l "
        "hugeFramesSent=18i keyFramesEncoded=19i mediaSourceId=20s mid=21s nackCount=22i "
        "packetsSent=23i packetsSentWithEct1=24l pliCount=25i powerEfficientEncoder=26b "
        "psnrMeasurements=27l psnrSum=28m:PsnrSum qpSum=29l "
        "qualityLimitationDurations=30m:QualityLimitationDurations qualityLimitationReason=31s "
        "qualityLimitationResolutionChanges=32i remoteId=33s retransmittedBytesSent=34l "
        "retransmittedPacketsSent=35i rid=36s rtxSsrc=37l scalabilityMode=38s targetBitrate=39d "
        "totalEncodeTime=40d totalEncodedBytesTarget=41l totalPacketSendDelay=42d transportId=43s"
    ),
    "ClientIssue": "type=1s! key=2s payload=3s timestamp=4d",
}
