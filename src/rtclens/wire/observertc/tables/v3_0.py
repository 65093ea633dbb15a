"""Protobuf numbers of `ClientSample` family 3.0. No logic: data for `tables.load`."""

from __future__ import annotations

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
    "ClientSample": (
        "clientEvents=1m*:ClientEvent clientIssues=2m*:ClientIssue "
        "clientMetaItems=3m*:ClientMetaData extensionStats=4m*:ExtensionStat "
        "peerConnections=5m*:PeerConnectionSample timestamp=6d! attachments=7o callId=8y "
        "clientId=9y score=10d scoreReasons=11s"
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
        "remoteOutboundRtps=15m*:RemoteOutboundRtpStats peerConnectionId=16y! attachments=17o "
        "score=18d scoreReasons=19s"
    ),
    "InboundTrackSample": "id=1s! kind=2s! timestamp=3d! attachments=4o score=5d scoreReasons=6s",
    "OutboundTrackSample": "id=1s! kind=2s! timestamp=3d! attachments=4o score=5d scoreReasons=6s",
    "CodecStats": (
        "id=1s! mimeType=2s! timestamp=3d! attachments=4o channels=5i clockRate=6i payloadType=7i "
        "sdpFmtpLine=8s transportId=9s"
    ),
    "InboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! trackIdentifier=5y! attachments=6o audioLevel=7d "
        "bytesReceived=8l codecId=9s concealedSamples=10i concealmentEvents=11i "
        "corruptionMeasurements=12i decoderImplementation=13s estimatedPlayoutTimestamp=14d "
        "fecBytesReceived=15l fecPacketsDiscarded=16i fecPacketsReceived=17i fecSsrc=18l "
        "firCount=19i frameHeight=20i frameWidth=21i framesAssembledFromMultiplePackets=22i "
        "framesDecoded=23i framesDropped=24i framesPerSecond=25d framesReceived=26i "
        "framesRendered=27i freezeCount=28i headerBytesReceived=29l "
        "insertedSamplesForDeceleration=30i jitter=31d jitterBufferDelay=32d "
        "jitterBufferEmittedCount=33i jitterBufferMinimumDelay=34d jitterBufferTargetDelay=35d "
        "keyFramesDecoded=36i lastPacketReceivedTimestamp=37d mid=38s nackCount=39i "
        "packetsDiscarded=40i packetsLost=41i packetsReceived=42i pauseCount=43i playoutId=44s "
        "pliCount=45i powerEfficientDecoder=46b qpSum=47d remoteId=48s "
        "removedSamplesForAcceleration=49i retransmittedBytesReceived=50l "
        "retransmittedPacketsReceived=51i rtxSsrc=52l silentConcealedSamples=53i "
        "totalAssemblyTime=54d totalAudioEnergy=55d totalCorruptionProbability=56d "
        "totalDecodeTime=57d totalFreezesDuration=58d totalInterFrameDelay=59d "
        "totalPausesDuration=60d totalProcessingDelay=61d totalSamplesDuration=62d "
        "totalSamplesReceived=63i totalSquaredCorruptionProbability=64d "
        "totalSquaredInterFrameDelay=65d transportId=66s"
    ),
    "RemoteInboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! attachments=5o codecId=6s fractionLost=7d "
        "jitter=8d localId=9s packetsLost=10i packetsReceived=11i roundTripTime=12d "
        "roundTripTimeMeasurements=13i totalRoundTripTime=14d transportId=15s"
    ),
    "QualityLimitationDurations": "bandwidth=1d! cpu=2d! none=3d! other=4d!",
    "OutboundRtpStats": (
        "id=1s! kind=2s! ssrc=3l! timestamp=4d! active=5b attachments=6o bytesSent=7l codecId=8s "
        "encoderImplementation=9s firCount=10i frameHeight=11i frameWidth=12i framesEncoded=13i "
        "framesPerSecond=14d framesSent=15i headerBytesSent=16l hugeFramesSent=17i "
        "keyFramesEncoded=18i mediaSourceId=19s mid=20s nackCount=21i packetsSent=22i "
        "pliCount=23i powerEfficientEncoder=24b qpSum=25d "
        "qualityLimitationDurations=26m:QualityLimitationDurations qualityLimitationReason=27s "
        "qualityLimitationResolutionChanges=28i remoteId=29s retransmittedBytesSent=30l "
        "retransmittedPacketsSent=31i rid=32s rtxSsrc=33l scalabilityMode=34s targetBitrate=35d "
        "totalEncodeTime=36d totalEncodedBytesTarget=37l totalPacketSendDelay=38d transportId=39s"
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
        "synthesizedSamplesEvents=6i totalPlayoutDelay=7d totalSamplesCount=8i "
        "totalSamplesDuration=9d"
    ),
    "PeerConnectionTransportStats": "id=1s! timestamp=2d! attachments=3o dataChannelsClosed=4i dataChannelsOpened=5i",
    "DataChannelStats": (
        "id=1s! timestamp=2d! attachments=3o bytesReceived=4l bytesSent=5l "
        "dataChannelIdentifier=6i label=7s messagesReceived=8i messagesSent=9i protocol=10s "
        "state=11s"
    ),
    "IceTransportStats": (
        "id=1s! timestamp=2d! attachments=3o bytesReceived=4l bytesSent=5l dtlsCipher=6s "
        "dtlsRole=7s dtlsState=8s iceLocalUsernameFragment=9s iceRole=10s iceState=11s "
        "localCertificateId=12s packetsReceived=13i packetsSent=14i remoteCertificateId=15s "
        "selectedCandidatePairChanges=16i selectedCandidatePairId=17s srtpCipher=18s "
        "tlsVersion=19s"
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
    "ClientEvent": "type=1s! payload=2s timestamp=3d",
    "ClientIssue": "type=1s! payload=2s timestamp=3d",
    "ClientMetaData": "type=1s! payload=2s peerConnectionId=3y ssrc=4l timestamp=5d trackId=6y",
    "ExtensionStat": "type=1s! payload=2s",
}
