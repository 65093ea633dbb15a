"""Protobuf numbers of `ClientSample` family 3.1. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v3_0 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {
    "IceCandidatePairState": {
        0: "new",
        1: "in-progress",
        2: "waiting",
        3: "failed",
        4: "succeeded",
        5: "cancelled",
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
        "packetsDiscarded=40i packetsLost=41i packetsReceived=42i pauseCount=43i playoutId=44s "
        "pliCount=45i powerEfficientDecoder=46b qpSum=47d remoteId=48s "
        "removedSamplesForAcceleration=49l retransmittedBytesReceived=50l "
        "retransmittedPacketsReceived=51i rtxSsrc=52l silentConcealedSamples=53l "
        "totalAssemblyTime=54d totalAudioEnergy=55d totalCorruptionProbability=56d "
        "totalDecodeTime=57d totalFreezesDuration=58d totalInterFrameDelay=59d "
        "totalPausesDuration=60d totalProcessingDelay=61d totalSamplesDuration=62d "
        "totalSamplesReceived=63l totalSquaredCorruptionProbability=64d "
        "totalSquaredInterFrameDelay=65d transportId=66s"
    ),
    "RemoteInboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! attachments=5o codecId=6s fractionLost=7d "
        "jitter=8d localId=9s packetsLost=10i packetsReceived=11i "
        "packetsWithBleachedEct1Marking=12l roundTripTime=13d roundTripTimeMeasurements=14l "
        "totalRoundTripTime=15d transportId=16s"
    ),
    "OutboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! active=5b attachments=6o bytesSent=7l codecId=8s "
        "encoderImplementation=9s encodingIndex=10i firCount=11i frameHeight=12i frameWidth=13i "
        "framesEncoded=14i framesPerSecond=15d framesSent=16i headerBytesSent=17l "
        "hugeFramesSent=18i keyFramesEncoded=19i mediaSourceId=20s mid=21s nackCount=22i "
        "packetsSent=23i packetsSentWithEct1=24l pliCount=25i powerEfficientEncoder=26b "
        "psnrMeasurements=27l qpSum=28l qualityLimitationDurations=29m:QualityLimitationDurations "
        "qualityLimitationReason=30s qualityLimitationResolutionChanges=31i remoteId=32s "
        "retransmittedBytesSent=33l retransmittedPacketsSent=34i rid=35s rtxSsrc=36l "
        "scalabilityMode=37s targetBitrate=38d totalEncodeTime=39d totalEncodedBytesTarget=40l "
        "totalPacketSendDelay=41d transportId=42s"
    ),
    "MediaPlayoutStats": (
        "id=1s! kind=2s! timestamp=3d! attachments=4o synthesizedSamplesDuration=5d "
        "synthesizedSamplesEvents=6l totalPlayoutDelay=7d totalSamplesCount=8l "
        "totalSamplesDuration=9d"
    ),
    "IceTransportStats": (
        "id=1s! timestamp=2d! attachments=3o bytesReceived=4l bytesSent=5l "
        "ccfbMessagesReceived=6l ccfbMessagesSent=7l dtlsCipher=8s dtlsRole=9s dtlsState=10s "
        "iceLocalUsernameFragment=11s iceRole=12s iceState=13s localCertificateId=14s "
        "packetsReceived=15l packetsSent=16l remoteCertificateId=17s "
        "selectedCandidatePairChanges=18l selectedCandidatePairId=19s srtpCipher=20s "
        "tlsVersion=21s"
    ),
}
