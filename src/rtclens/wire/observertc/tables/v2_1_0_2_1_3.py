"""Protobuf numbers of `Samples` family 2.1.0-2.1.3. No logic: data for `tables.load`."""

from __future__ import annotations

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    "Samples": (
        "clientSamples=1m*:ClientSample sfuSamples=2m*:SfuSample turnSamples=3m*:TurnSample controls=4m:Controls"
    ),
    "Controls": "accessClaim=1s close=2b",
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
    "Browser": "name=1s version=2s",
    "Certificate": "base64Certificate=1s fingerprint=2s fingerprintAlgorithm=3s issuerCertificateId=4s",
    "DataChannel": (
        "peerConnectionId=1s! bytesReceived=2l bytesSent=3l dataChannelIdentifier=4i label=5s "
        "messageReceived=6i messageSent=7i protocol=8s state=9s"
    ),
    "Engine": "name=1s version=2s",
    "ExtensionStat": "payload=1s! type=2s!",
    "IceCandidatePair": (
        "candidatePairId=1s! peerConnectionId=2s! availableIncomingBitrate=3d "
        "availableOutgoingBitrate=4d bytesDiscardedOnSend=5l bytesReceived=6l bytesSent=7l "
        "consentRequestsSent=8i currentRoundTripTime=9d lastPacketReceivedTimestamp=10l "
        "lastPacketSentTimestamp=11l localCandidateId=12s nominated=13b "
        "packetsDiscardedOnSend=14i packetsReceived=15i packetsSent=16i remoteCandidateId=17s "
        "requestsReceived=18i requestsSent=19i responsesReceived=20i responsesSent=21i state=22s "
        "totalRoundTripTime=23d transportId=24s"
    ),
    "IceLocalCandidate": (
        "address=1s candidateType=2s id=3s peerConnectionId=4s port=5i priority=6l protocol=7s relayProtocol=8s url=9s"
    ),
    "IceRemoteCandidate": (
        "address=1s candidateType=2s id=3s peerConnectionId=4s port=5i priority=6l protocol=7s relayProtocol=8s url=9s"
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
    "MediaCodecStats": "channels=1i clockRate=2i codecType=3s mimeType=4s payloadType=5s sdpFmtpLine=6s",
    "MediaDevice": "id=1s kind=2s label=3s",
    "MediaSourceStat": (
        "audioLevel=1d droppedSamplesDuration=2d droppedSamplesEvents=3i echoReturnLoss=4d "
        "echoReturnLossEnhancement=5d frames=6i framesPerSecond=7d height=8i kind=9s "
        "relayedSource=10b totalAudioEnergy=11d totalCaptureDelay=12d totalSamplesCaptured=13d "
        "totalSamplesDuration=14d trackIdentifier=15s width=16i"
    ),
    "OperationSystem": "name=1s version=2s versionName=3s",
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
    "Platform": "model=1s type=2s vendor=3s",
    "SfuExtensionStats": "payload=1s! type=2s!",
    "SfuInboundRtpPad": (
        "padId=1s! ssrc=2l! streamId=3s! transportId=4s! bytesReceived=5l clockRate=6i "
        "fecPacketsDiscarded=7i fecPacketsReceived=8i firCount=9i fractionLost=10d "
        "framesDecoded=11i framesReceived=12i internal=13b jitter=14d keyFramesDecoded=15i "
        "mediaType=16s mimeType=17s nackCount=18i noReport=19b packetsDiscarded=20i "
        "packetsDuplicated=21i packetsFailedDecryption=22i packetsLost=23i packetsReceived=24i "
        "packetsRepaired=25i payloadType=26i pliCount=27i rid=28s roundTripTime=29d "
        "rtcpRrSent=30i rtcpSrReceived=31i rtxPacketsDiscarded=32i rtxPacketsReceived=33i "
        "rtxSsrc=34l sdpFmtpLine=35s sliCount=36i targetBitrate=37i voiceActivityFlag=38b"
    ),
    "SfuOutboundRtpPad": (
        "padId=1s! sinkId=2s! ssrc=3l! streamId=4s! transportId=5s! bytesSent=6l callId=7s "
        "clientId=8s clockRate=9i fecPacketsDiscarded=10i fecPacketsSent=11i firCount=12i "
        "fractionLost=13d framesEncoded=14i framesSent=15i internal=16b jitter=17d "
        "keyFramesEncoded=18i mediaType=19s mimeType=20s nackCount=21i noReport=22b "
        "packetsDiscarded=23i packetsDuplicated=24i packetsFailedEncryption=25i packetsLost=26i "
        "packetsRetransmitted=27i packetsSent=28i payloadType=29i pliCount=30i rid=31s "
        "roundTripTime=32d rtcpRrReceived=33i rtcpSrSent=34i rtxPacketsDiscarded=35i "
        "rtxPacketsSent=36i rtxSsrc=37l sdpFmtpLine=38s sliCount=39i targetBitrate=40i "
        "trackId=41s voiceActivityFlag=42b"
    ),
    "SfuSample": (
        "extensionStats=1m*:SfuExtensionStats inboundRtpPads=2m*:SfuInboundRtpPad "
        "outboundRtpPads=3m*:SfuOutboundRtpPad sctpChannels=4m*:SfuSctpChannel "
        "transports=5m*:SfuTransport sfuId=6s! timestamp=7l! marker=8s timeZoneOffsetInHours=9i"
    ),
    "SfuSctpChannel": (
        "channelId=1s! streamId=2s! transportId=3s! bytesReceived=4l bytesSent=5l internal=6b "
        "label=7s messageReceived=8i messageSent=9i noReport=10b protocol=11s "
        "sctpCongestionWindow=12d sctpMtu=13i sctpReceiverWindow=14d "
        "sctpSmoothedRoundTripTime=15d sctpUnackData=16i"
    ),
    "SfuTransport": (
        "transportId=1s! dtlsState=2s iceRole=3s iceState=4s internal=5b localAddress=6s "
        "localPort=7i noReport=8b protocol=9s remoteAddress=10s remotePort=11i "
        "rtpBytesReceived=12l rtpBytesSent=13l rtpPacketsLost=14i rtpPacketsReceived=15i "
        "rtpPacketsSent=16i rtxBytesReceived=17l rtxBytesSent=18l rtxPacketsDiscarded=19i "
        "rtxPacketsLost=20i rtxPacketsReceived=21i rtxPacketsSent=22i sctpBytesReceived=23l "
        "sctpBytesSent=24l sctpPacketsReceived=25i sctpPacketsSent=26i sctpState=27s"
    ),
    "TurnPeerAllocation": (
        "peerId=1s! relayedAddress=2s! relayedPort=3i! sessionId=4s! transportProtocol=5s! "
        "peerAddress=6s peerPort=7i receivedBytes=8l receivedPackets=9i receivingBitrate=10i "
        "sendingBitrate=11i sentBytes=12l sentPackets=13i"
    ),
    "TurnSample": "allocations=1m*:TurnPeerAllocation sessions=2m*:TurnSession serverId=3s!",
    "TurnSession": (
        "sessionId=1s! clientAddress=2s clientId=3s clientPort=4i nonceExpirationTime=5l realm=6s "
        "receivedBytes=7l receivedPackets=8i receivingBitrate=9i sendingBitrate=10i sentBytes=11l "
        "sentPackets=12i serverAddress=13s serverPort=14i started=15l transportProtocol=16s "
        "username=17s"
    ),
}
