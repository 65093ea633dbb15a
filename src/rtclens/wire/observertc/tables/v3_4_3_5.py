"""Protobuf numbers of `ClientSample` family 3.4-3.5. No logic: data for `tables.load`."""

from __future__ import annotations

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
    "ClientSample": (
        "clientEvents=1m*:ClientEvent clientIssues=2m*:ClientIssue "
        "clientMetaItems=3m*:ClientMetaData extensionStats=4m*:ExtensionStat "
        "peerConnections=5m*:PeerConnectionSample scoreReasons=6s* timestamp=7d! attachments=8o "
        "callId=9y clientId=10y score=11d"
    ),
    "PeerConnectionSample": (
        "certificates=1m*:CertificateStats codecs=2m*:CodecStats "
        "dataChannels=3m*:DataChannelStats iceCandidatePairs=4m*:IceCandidatePairStats "
        "iceCandidates=5m*:IceCandidateStats iceTransports=6m*:IceTransportStats "
        "inboundRtps=7m*:InboundRtpStats inboundTracks=8m*:InboundTrackSample "
        "mediaPlayouts=9m*:MediaPlayoutStats mediaSources=10m*:MediaSourceStats "
        "outboundRtps=11m*:OutboundRtpStats outboundTracks=12m*:OutboundTrackSample "
        "peerConnectionTransports=13m*:PeerConnectionTransportStats "
        "remoteInboundRtps=14m*:RemoteInboundRtpStats "
        "remoteOutboundRtps=15m*:RemoteOutboundRtpStats scoreReasons=16s* peerConnectionId=17y! "
        "attachments=18o score=19d"
    ),
    "InboundTrackSample": "scoreReasons=1s* id=2s! kind=3s! timestamp=4d! attachments=5o score=6d",
    "OutboundTrackSample": "scoreReasons=1s* id=2s! kind=3s! timestamp=4d! attachments=5o score=6d",
    "CodecStats": (
        "id=1s! mimeType=2s! timestamp=3d! attachments=4o channels=5i clockRate=6i payloadType=7i "
        "sdpFmtpLine=8s transportId=9s"
    ),
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
    "QualityLimitationDurations": "bandwidth=1d! cpu=2d! none=3d! other=4d!",
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
    "RemoteOutboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! attachments=5o bytesSent=6l codecId=7s localId=8s "
        "packetsSent=9i remoteTimestamp=10d reportsSent=11i roundTripTime=12d "
        "roundTripTimeMeasurements=13i totalRoundTripTime=14d transportId=15s"
    ),
    "MediaSourceStats": (
        "id=1s! kind=2s! timestamp=3d! attachments=4o audioLevel=5d echoReturnLoss=6d "
        "echoReturnLossEnhancement=7d frames=8i framesPerSecond=9d height=10i "
        "totalAudioEnergy=11d totalSamplesDuration=12d trackIdentifier=13y width=14i"
    ),
    "MediaPlayoutStats": (
        "id=1s! kind=2s! timestamp=3d! attachments=4o synthesizedSamplesDuration=5d "
        "synthesizedSamplesEvents=6l totalPlayoutDelay=7d totalSamplesCount=8l "
        "totalSamplesDuration=9d"
    ),
    "PeerConnectionTransportStats": "id=1s! timestamp=2d! attachments=3o dataChannelsClosed=4i dataChannelsOpened=5i",
    "DataChannelStats": (
        "id=1s! timestamp=2d! attachments=3o bytesReceived=4l bytesSent=5l "
        "dataChannelIdentifier=6i label=7s messagesReceived=8i messagesSent=9i protocol=10s "
        "state=11s"
    ),
    "IceTransportStats": (
        "id=1s! timestamp=2d! attachments=3o bytesReceived=4l bytesSent=5l "
        "ccfbMessagesReceived=6l ccfbMessagesSent=7l dtlsCipher=8s dtlsRole=9s dtlsState=10s "
        "iceLocalUsernameFragment=11s iceRole=12s iceState=13s localCertificateId=14s "
        "packetsReceived=15l packetsSent=16l remoteCertificateId=17s "
        "selectedCandidatePairChanges=18l selectedCandidatePairId=19s srtpCipher=20s "
        "tlsVersion=21s"
    ),
    "IceCandidateStats": (
        "id=1s! timestamp=2d! address=3s attachments=4o candidateType=5s foundation=6s port=7i "
        "priority=8l protocol=9s relatedAddress=10s relatedPort=11i relayProtocol=12s tcpType=13s "
        "transportId=14s url=15s usernameFragment=16s"
    ),
    "IceCandidatePairStats": (
        "id=1s! timestamp=2d! attachments=3o availableIncomingBitrate=4d "
        "availableOutgoingBitrate=5d bytesDiscardedOnSend=6l bytesReceived=7l bytesSent=8l "
        "consentRequestsSent=9i currentRoundTripTime=10d lastPacketReceivedTimestamp=11d "
        "lastPacketSentTimestamp=12d localCandidateId=13s nominated=14b "
        "packetsDiscardedOnSend=15i packetsReceived=16i packetsSent=17i remoteCandidateId=18s "
        "requestsReceived=19i requestsSent=20i responsesReceived=21i responsesSent=22i "
        "state=23e:IceCandidatePairState totalRoundTripTime=24d transportId=25s"
    ),
    "CertificateStats": (
        "id=1s! timestamp=2d! attachments=3o base64Certificate=4s fingerprint=5s "
        "fingerprintAlgorithm=6s issuerCertificateId=7s"
    ),
    "ClientEvent": "type=1s! payload=2r timestamp=3d",
    "ClientIssue": "type=1s! key=2s payload=3r timestamp=4d",
    "ClientMetaData": "type=1s! payload=2r peerConnectionId=3y ssrc=4l timestamp=5d trackId=6y",
    "ExtensionStat": "type=1s! payload=2r",
}
