"""Protobuf numbers of `Samples` family 2.1.0-2.1.3. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_0_1_2_0_4 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "ClientSample": (
        "certificates=1m*:Certificate codecs=2m*:MediaCodecStats dataChannels=3m*:DataChannel "
        "extensionStats=4m*:ExtensionStat iceCandidatePairs=5m*:IceCandidatePair "
        "iceLocalCandidates=6m*:IceLocalCandidate iceRemoteCandidates=7m*:IceRemoteCandidate "
        "iceServers=8s* inboundAudioTracks=9m*:InboundAudioTrack "
        "inboundVideoTracks=10m*:InboundVideoTrack localSDPs=11s* mediaConstraints=12s* "
        "mediaDevices=13m*:MediaDevice mediaSources=14m*:MediaSourceStat "
        "outboundAudioTracks=15m*:OutboundAudioTrack outboundVideoTracks=16m*:OutboundVideoTrack "
        "pcTransports=17m*:PeerConnectionTransport userMediaErrors=18s* clientId=19s! "
        "timestamp=20l! browser=21m:Browser callId=22s engine=23m:Engine marker=24s "
        "os=25m:OperationSystem platform=26m:Platform roomId=27s sampleSeq=28i "
        "timeZoneOffsetInHours=29i userId=30s"
    ),
    "DataChannel": (
        "peerConnectionId=1s! bytesReceived=2l bytesSent=3l dataChannelIdentifier=4i label=5s "
        "messageReceived=6i messageSent=7i protocol=8s state=9s"
    ),
    "IceCandidatePair": (
        "candidatePairId=1s! peerConnectionId=2s! availableIncomingBitrate=3d "
        "availableOutgoingBitrate=4d bytesDiscardedOnSend=5l bytesReceived=6l bytesSent=7l "
        "consentRequestsSent=8i currentRoundTripTime=9d lastPacketReceivedTimestamp=10l "
        "lastPacketSentTimestamp=11l localCandidateId=12s nominated=13b "
        "packetsDiscardedOnSend=14i packetsReceived=15i packetsSent=16i remoteCandidateId=17s "
        "requestsReceived=18i requestsSent=19i responsesReceived=20i responsesSent=21i state=22s "
        "totalRoundTripTime=23d transportId=24s"
    ),
    "InboundAudioTrack": (
        "ssrc=1l! audioLevel=2i bytesReceived=3l bytesSent=4l concealedSamples=5i "
        "concealmentEvents=6i decoderImplementation=7s estimatedPlayoutTimestamp=8l "
        "fecPacketsDiscarded=9i fecPacketsReceived=10i headerBytesReceived=11l "
        "insertedSamplesForDeceleration=12i jitter=13d jitterBufferDelay=14d "
        "jitterBufferEmittedCount=15i jitterBufferMinimumDelay=16d jitterBufferTargetDelay=17d "
        "lastPacketReceivedTimestamp=18l nackCount=19i packetsDiscarded=20i packetsLost=21i "
        "packetsReceived=22i packetsSent=23i peerConnectionId=24s remoteClientId=25s "
        "remoteTimestamp=26l removedSamplesForAcceleration=27i reportsSent=28i roundTripTime=29d "
        "roundTripTimeMeasurements=30i sfuSinkId=31s sfuStreamId=32s silentConcealedSamples=33i "
        "synthesizedSamplesDuration=34i synthesizedSamplesEvents=35i totalAudioEnergy=36i "
        "totalPlayoutDelay=37d totalProcessingDelay=38d totalRoundTripTime=39d "
        "totalSamplesCount=40i totalSamplesDuration=41i totalSamplesReceived=42i trackId=43s"
    ),
    "InboundVideoTrack": (
        "ssrc=1l! bytesReceived=2l bytesSent=3l decoderImplementation=4s "
        "estimatedPlayoutTimestamp=5l fecPacketsDiscarded=6i fecPacketsReceived=7i firCount=8i "
        "frameHeight=9i frameWidth=10i framesDecoded=11i framesDropped=12i framesPerSecond=13d "
        "framesReceived=14i headerBytesReceived=15l jitter=16d jitterBufferDelay=17d "
        "jitterBufferEmittedCount=18i jitterBufferMinimumDelay=19d jitterBufferTargetDelay=20d "
        "keyFramesDecoded=21i lastPacketReceivedTimestamp=22l nackCount=23i packetsDiscarded=24i "
        "packetsLost=25i packetsReceived=26i packetsSent=27i peerConnectionId=28s pliCount=29i "
        "qpSum=30l remoteClientId=31s remoteTimestamp=32l reportsSent=33i roundTripTime=34d "
        "roundTripTimeMeasurements=35i sfuSinkId=36s sfuStreamId=37s totalDecodeTime=38d "
        "totalInterFrameDelay=39d totalProcessingDelay=40d totalRoundTripTime=41d "
        "totalSquaredInterFrameDelay=42d trackId=43s"
    ),
    "MediaSourceStat": (
        "audioLevel=1d droppedSamplesDuration=2d droppedSamplesEvents=3i echoReturnLoss=4d "
        "echoReturnLossEnhancement=5d frames=6i framesPerSecond=7d height=8i kind=9s "
        "relayedSource=10b totalAudioEnergy=11d totalCaptureDelay=12d totalSamplesCaptured=13d "
        "totalSamplesDuration=14d trackIdentifier=15s width=16i"
    ),
    "OutboundAudioTrack": (
        "ssrc=1l! active=2b audioLevel=3d averageRtcpInterval=4d bytesSent=5l "
        "droppedSamplesDuration=6d droppedSamplesEvents=7i echoReturnLoss=8d "
        "echoReturnLossEnhancement=9d encoderImplementation=10s fractionLost=11d "
        "headerBytesSent=12l jitter=13d nackCount=14i packetsLost=15i packetsReceived=16i "
        "packetsSent=17i peerConnectionId=18s relayedSource=19b retransmittedBytesSent=20l "
        "retransmittedPacketsSent=21i rid=22s roundTripTime=23d roundTripTimeMeasurements=24i "
        "sfuStreamId=25s targetBitrate=26i totalAudioEnergy=27d totalCaptureDelay=28d "
        "totalEncodedBytesTarget=29l totalPacketSendDelay=30d totalRoundTripTime=31d "
        "totalSamplesCaptured=32d totalSamplesDuration=33d trackId=34s"
    ),
    "OutboundVideoTrack": (
        "ssrc=1l! active=2b averageRtcpInterval=3d bytesSent=4l encoderImplementation=5s "
        "firCount=6i fractionLost=7d frameHeight=8i frameWidth=9i frames=10i framesDropped=11i "
        "framesEncoded=12i framesPerSecond=13d framesSent=14i headerBytesSent=15l height=16i "
        "hugeFramesSent=17i jitter=18d keyFramesEncoded=19i nackCount=20i packetsLost=21i "
        "packetsReceived=22i packetsSent=23i peerConnectionId=24s pliCount=25i qpSum=26l "
        "qualityLimitationDurationBandwidth=27d qualityLimitationDurationCPU=28d "
        "qualityLimitationDurationNone=29d qualityLimitationDurationOther=30d "
        "qualityLimitationReason=31s qualityLimitationResolutionChanges=32i relayedSource=33b "
        "retransmittedBytesSent=34l retransmittedPacketsSent=35i rid=36s roundTripTime=37d "
        "roundTripTimeMeasurements=38i sfuStreamId=39s targetBitrate=40i totalEncodeTime=41d "
        "totalEncodedBytesTarget=42l totalPacketSendDelay=43d totalRoundTripTime=44d trackId=45s "
        "width=46i"
    ),
    "PeerConnectionTransport": (
        "peerConnectionId=1s! transportId=2s! bytesReceived=3l bytesSent=4l dtlsCipher=5s "
        "dtlsRole=6s dtlsState=7s iceLocalUsernameFragment=8s iceRole=9s iceState=10s "
        "localCertificateId=11s packetsReceived=12i packetsSent=13i remoteCertificateId=14s "
        "selectedCandidatePairChanges=15i selectedCandidatePairId=16s srtpCipher=17s tlsGroup=18s "
        "tlsVersion=19s"
    ),
}
