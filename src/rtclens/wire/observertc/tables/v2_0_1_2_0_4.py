"""Protobuf numbers of `Samples` family 2.0.1-2.0.4. No logic: data for `tables.load`."""

from __future__ import annotations

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    "Samples": (
        "clientSamples=1m*:ClientSample sfuSamples=2m*:SfuSample turnSamples=3m*:TurnSample controls=4m:Controls"
    ),
    "Controls": "accessClaim=1s close=2b",
    "ClientSample": (
        "certificates=1m*:Certificate codecs=2m*:MediaCodecStats dataChannels=3m*:DataChannel "
        "extensionStats=4m*:ExtensionStat iceLocalCandidates=5m*:IceLocalCandidate "
        "iceRemoteCandidates=6m*:IceRemoteCandidate iceServers=7s* "
        "inboundAudioTracks=8m*:InboundAudioTrack inboundVideoTracks=9m*:InboundVideoTrack "
        "localSDPs=10s* mediaConstraints=11s* mediaDevices=12m*:MediaDevice "
        "mediaSources=13m*:MediaSourceStat outboundAudioTracks=14m*:OutboundAudioTrack "
        "outboundVideoTracks=15m*:OutboundVideoTrack pcTransports=16m*:PeerConnectionTransport "
        "userMediaErrors=17s* clientId=18s! timestamp=19l! browser=20m:Browser callId=21s "
        "engine=22m:Engine marker=23s os=24m:OperationSystem platform=25m:Platform roomId=26s "
        "sampleSeq=27i timeZoneOffsetInHours=28i userId=29s"
    ),
    "Browser": "name=1s version=2s",
    "Certificate": "base64Certificate=1s fingerprint=2s fingerprintAlgorithm=3s issuerCertificateId=4s",
    "DataChannel": (
        "address=1s bytesReceived=2l bytesSent=3l dataChannelIdentifier=4i id=5s label=6s "
        "messagesReceived=7i messagesSent=8i peerConnectionId=9s port=10i protocol=11s state=12s"
    ),
    "Engine": "name=1s version=2s",
    "ExtensionStat": "payload=1s! type=2s!",
    "IceLocalCandidate": (
        "address=1s candidateType=2s id=3s peerConnectionId=4s port=5i priority=6l protocol=7s relayProtocol=8s url=9s"
    ),
    "IceRemoteCandidate": (
        "address=1s candidateType=2s id=3s peerConnectionId=4s port=5i priority=6l protocol=7s relayProtocol=8s url=9s"
    ),
    "InboundAudioTrack": (
        "ssrc=1l! averageRtcpInterval=2d burstDiscardCount=3i burstDiscardRate=4d "
        "burstLossCount=5i burstLossRate=6d burstPacketsDiscarded=7i burstPacketsLost=8i "
        "bytesReceived=9l bytesSent=10l channels=11i clockRate=12i concealedSamples=13i "
        "concealmentEvents=14i decoderImplementation=15s ended=16b estimatedPlayoutTimestamp=17l "
        "fecPacketsDiscarded=18i fecPacketsReceived=19i gapDiscardRate=20d gapLossRate=21d "
        "headerBytesReceived=22l insertedSamplesForDeceleration=23i jitter=24d "
        "jitterBufferDelay=25d jitterBufferEmittedCount=26i lastPacketReceivedTimestamp=27l "
        "mimeType=28s nackCount=29i packetsDiscarded=30i packetsDuplicated=31i "
        "packetsFailedDecryption=32i packetsLost=33i packetsReceived=34i packetsRepaired=35i "
        "packetsSent=36i payloadType=37i peerConnectionId=38s perDscpPacketsReceived=39i "
        "remoteClientId=40s remoteTimestamp=41l removedSamplesForAcceleration=42i reportsSent=43i "
        "roundTripTime=44d roundTripTimeMeasurements=45i samplesDecodedWithCelt=46i "
        "samplesDecodedWithSilk=47i sdpFmtpLine=48s sfuSinkId=49s sfuStreamId=50s "
        "silentConcealedSamples=51i totalProcessingDelay=52d totalRoundTripTime=53d "
        "totalSamplesDecoded=54i totalSamplesReceived=55i trackId=56s voiceActivityFlag=57b"
    ),
    "InboundVideoTrack": (
        "ssrc=1l! averageRtcpInterval=2d burstDiscardCount=3i burstDiscardRate=4d "
        "burstLossCount=5i burstLossRate=6d burstPacketsDiscarded=7i burstPacketsLost=8i "
        "bytesReceived=9l bytesSent=10l channels=11i clockRate=12i decoderImplementation=13s "
        "ended=14b estimatedPlayoutTimestamp=15l fecPacketsDiscarded=16i fecPacketsReceived=17i "
        "firCount=18i frameBitDepth=19i frameHeight=20i frameWidth=21i framesDecoded=22i "
        "framesDropped=23i framesPerSecond=24d framesReceived=25i fullFramesLost=26i "
        "gapDiscardRate=27d gapLossRate=28d headerBytesReceived=29l jitter=30d "
        "jitterBufferDelay=31d jitterBufferEmittedCount=32i keyFramesDecoded=33i "
        "lastPacketReceivedTimestamp=34l mimeType=35s nackCount=36i packetsDiscarded=37i "
        "packetsDuplicated=38i packetsFailedDecryption=39i packetsLost=40i packetsReceived=41i "
        "packetsRepaired=42i packetsSent=43i partialFramesLost=44i payloadType=45i "
        "peerConnectionId=46s perDscpPacketsReceived=47i pliCount=48i qpSum=49l "
        "remoteClientId=50s remoteTimestamp=51l reportsSent=52i roundTripTime=53d "
        "roundTripTimeMeasurements=54i sdpFmtpLine=55s sfuSinkId=56s sfuStreamId=57s sliCount=58i "
        "totalDecodeTime=59d totalInterFrameDelay=60d totalProcessingDelay=61d "
        "totalRoundTripTime=62d totalSquaredInterFrameDelay=63d trackId=64s"
    ),
    "MediaCodecStats": "channels=1i clockRate=2i codecType=3s mimeType=4s payloadType=5s sdpFmtpLine=6s",
    "MediaDevice": "id=1s kind=2s label=3s",
    "MediaSourceStat": (
        "audioLevel=1d bitDepth=2i echoReturnLoss=3d echoReturnLossEnhancement=4d frames=5i "
        "framesPerSecond=6d height=7i kind=8s relayedSource=9b totalAudioEnergy=10d "
        "totalSamplesDuration=11d trackIdentifier=12s width=13i"
    ),
    "OperationSystem": "name=1s version=2s versionName=3s",
    "OutboundAudioTrack": (
        "ssrc=1l! audioLevel=2d averageRtcpInterval=3d burstDiscardCount=4i burstDiscardRate=5d "
        "burstLossCount=6i burstLossRate=7d burstPacketsDiscarded=8i burstPacketsLost=9i "
        "bytesDiscardedOnSend=10l bytesSent=11l channels=12i clockRate=13i echoReturnLoss=14d "
        "echoReturnLossEnhancement=15d encoderImplementation=16s ended=17b fecPacketsSent=18i "
        "fractionLost=19d gapDiscardRate=20d gapLossRate=21d headerBytesSent=22l jitter=23d "
        "lastPacketSentTimestamp=24l mimeType=25s nackCount=26i packetsDiscarded=27i "
        "packetsDiscardedOnSend=28i packetsLost=29i packetsReceived=30i packetsRepaired=31i "
        "packetsSent=32i payloadType=33i peerConnectionId=34s perDscpPacketsSent=35i "
        "relayedSource=36b reportsReceived=37i retransmittedBytesSent=38l "
        "retransmittedPacketsSent=39i rid=40s roundTripTime=41d roundTripTimeMeasurements=42i "
        "rtxSsrc=43l samplesEncodedWithCelt=44i samplesEncodedWithSilk=45i sdpFmtpLine=46s "
        "sfuStreamId=47s targetBitrate=48i totalAudioEnergy=49d totalEncodedBytesTarget=50l "
        "totalPacketSendDelay=51d totalRoundTripTime=52d totalSamplesDuration=53d "
        "totalSamplesSent=54i trackId=55s voiceActivityFlag=56b"
    ),
    "OutboundVideoTrack": (
        "ssrc=1l! averageRtcpInterval=2d bitDepth=3i burstDiscardCount=4i burstDiscardRate=5d "
        "burstLossCount=6i burstLossRate=7d burstPacketsDiscarded=8i burstPacketsLost=9i "
        "bytesDiscardedOnSend=10l bytesSent=11l channels=12i clockRate=13i "
        "encoderImplementation=14s ended=15b fecPacketsSent=16i firCount=17i fractionLost=18d "
        "frameBitDepth=19i frameHeight=20i frameWidth=21i frames=22i framesDiscardedOnSend=23i "
        "framesDropped=24i framesEncoded=25i framesPerSecond=26d framesSent=27i "
        "fullFramesLost=28i gapDiscardRate=29d gapLossRate=30d headerBytesSent=31l height=32i "
        "hugeFramesSent=33i jitter=34d keyFramesEncoded=35i lastPacketSentTimestamp=36l "
        "mimeType=37s nackCount=38i packetsDiscarded=39i packetsDiscardedOnSend=40i "
        "packetsLost=41i packetsReceived=42i packetsRepaired=43i packetsSent=44i "
        "partialFramesLost=45i payloadType=46i peerConnectionId=47s perDscpPacketsSent=48i "
        "pliCount=49i qpSum=50l qualityLimitationDurationBandwidth=51d "
        "qualityLimitationDurationCPU=52d qualityLimitationDurationNone=53d "
        "qualityLimitationDurationOther=54d qualityLimitationReason=55s "
        "qualityLimitationResolutionChanges=56i relayedSource=57b reportsReceived=58i "
        "retransmittedBytesSent=59l retransmittedPacketsSent=60i rid=61s roundTripTime=62d "
        "roundTripTimeMeasurements=63i rtxSsrc=64l sdpFmtpLine=65s sfuStreamId=66s sliCount=67i "
        "targetBitrate=68i totalEncodeTime=69d totalEncodedBytesTarget=70l "
        "totalPacketSendDelay=71d totalRoundTripTime=72d trackId=73s width=74i"
    ),
    "PeerConnectionTransport": (
        "peerConnectionId=1s! bytesReceived=2l bytesSent=3l "
        "candidatePairAvailableIncomingBitrate=4d candidatePairAvailableOutgoingBitrate=5d "
        "candidatePairBytesDiscardedOnSend=6l candidatePairBytesReceived=7l "
        "candidatePairBytesSent=8l candidatePairCircuitBreakerTriggerCount=9i "
        "candidatePairConsentExpiredTimestamp=10l candidatePairConsentRequestBytesSent=11l "
        "candidatePairConsentRequestsSent=12i candidatePairCurrentRoundTripTime=13d "
        "candidatePairFirstRequestTimestamp=14l candidatePairLastPacketReceivedTimestamp=15l "
        "candidatePairLastPacketSentTimestamp=16l candidatePairLastRequestTimestamp=17l "
        "candidatePairLastResponseTimestamp=18l candidatePairPacketsDiscardedOnSend=19i "
        "candidatePairPacketsReceived=20i candidatePairPacketsSent=21i "
        "candidatePairRequestBytesSent=22l candidatePairRequestsReceived=23i "
        "candidatePairRequestsSent=24i candidatePairResponseBytesSent=25l "
        "candidatePairResponsesReceived=26i candidatePairResponsesSent=27i "
        "candidatePairRetransmissionReceived=28i candidatePairRetransmissionSent=29i "
        "candidatePairState=30s candidatePairTotalRoundTripTime=31d dataChannelsAccepted=32i "
        "dataChannelsClosed=33i dataChannelsOpened=34i dataChannelsRequested=35i dtlsCipher=36s "
        "dtlsState=37s iceLocalUsernameFragment=38s iceRole=39s iceState=40s label=41s "
        "localAddress=42s localCandidateICEServerUrl=43s localCandidateRelayProtocol=44s "
        "localCandidateType=45s localPort=46i localProtocol=47s packetsReceived=48i "
        "packetsSent=49i remoteAddress=50s remoteCandidateICEServerUrl=51s "
        "remoteCandidateRelayProtocol=52s remoteCandidateType=53s remotePort=54i "
        "remoteProtocol=55s sctpCongestionWindow=56d sctpMtu=57i sctpReceiverWindow=58d "
        "sctpSmoothedRoundTripTime=59d sctpUnackData=60i selectedCandidatePairChanges=61i "
        "srtpCipher=62s tlsGroup=63s tlsVersion=64s"
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
