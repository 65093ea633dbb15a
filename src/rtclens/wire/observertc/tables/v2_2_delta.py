"""Protobuf numbers of `Samples` family 2.2-delta. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_2_full import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {
    "MediaDevice": {
        0: "videoinput",
        1: "audioinput",
        2: "audiooutput",
    },
    "PeerConnectionTransport": {
        0: "client",
        1: "server",
        2: "unknown",
    },
    "MediaSourceStat": {
        0: "audio",
        1: "video",
    },
    "MediaCodecStats": {
        0: "encode",
        1: "decode",
    },
    "IceLocalCandidate": {
        0: "tcp",
        1: "udp",
        2: "tls",
    },
    "IceRemoteCandidate": {
        0: "tcp",
        1: "udp",
        2: "tls",
    },
    "SfuInboundRtpPad": {
        0: "audio",
        1: "video",
    },
    "SfuOutboundRtpPad": {
        0: "audio",
        1: "video",
    },
}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "ClientSample": (
        "certificates=1m*:Certificate codecs=2m*:MediaCodecStats "
        "customCallEvents=3m*:CustomCallEvent customObserverEvents=4m*:CustomObserverEvent "
        "dataChannels=5m*:DataChannel extensionStats=6m*:ExtensionStat "
        "iceCandidatePairs=7m*:IceCandidatePair iceLocalCandidates=8m*:IceLocalCandidate "
        "iceRemoteCandidates=9m*:IceRemoteCandidate iceServers=10s* "
        "inboundAudioTracks=11m*:InboundAudioTrack inboundVideoTracks=12m*:InboundVideoTrack "
        "localSDPs=13s* mediaConstraints=14s* mediaDevices=15m*:MediaDevice "
        "mediaSources=16m*:MediaSourceStat outboundAudioTracks=17m*:OutboundAudioTrack "
        "outboundVideoTracks=18m*:OutboundVideoTrack pcTransports=19m*:PeerConnectionTransport "
        "userMediaErrors=20s* clientId=21y! timestamp=22l! browser=23m:Browser callId=24y "
        "engine=25m:Engine marker=26s os=27m:OperationSystem platform=28m:Platform roomId=29s "
        "sampleSeq=30i timeZoneOffsetInHours=31i userId=32s"
    ),
    "CustomCallEvent": ("name=1s! attachments=2s mediaTrackId=3s message=4s peerConnectionId=5y timestamp=6l value=7s"),
    "CustomSfuEvent": (
        "name=1s! attachments=2s message=3s sfuSinkId=4y sfuStreamId=5y timestamp=6l transportId=7s value=8s"
    ),
    "DataChannel": (
        "peerConnectionId=1y! bytesReceived=2l bytesSent=3l dataChannelIdentifier=4i label=5s "
        "messageReceived=6i messageSent=7i protocol=8s state=9s"
    ),
    "IceCandidatePair": (
        "candidatePairId=1s! peerConnectionId=2y! availableIncomingBitrate=3d "
        "availableOutgoingBitrate=4d bytesDiscardedOnSend=5l bytesReceived=6l bytesSent=7l "
        "consentRequestsSent=8i currentRoundTripTime=9d label=10s lastPacketReceivedTimestamp=11l "
        "lastPacketSentTimestamp=12l localCandidateId=13s nominated=14b "
        "packetsDiscardedOnSend=15i packetsReceived=16i packetsSent=17i remoteCandidateId=18s "
        "requestsReceived=19i requestsSent=20i responsesReceived=21i responsesSent=22i state=23s "
        "totalRoundTripTime=24d transportId=25s"
    ),
    "IceLocalCandidate": (
        "address=1s candidateType=2s id=3s peerConnectionId=4y port=5i priority=6l "
        "protocol=7e:IceLocalCandidate relayProtocol=8e:IceLocalCandidate url=9s"
    ),
    "IceRemoteCandidate": (
        "address=1s candidateType=2s id=3s peerConnectionId=4y port=5i priority=6l "
        "protocol=7e:IceRemoteCandidate relayProtocol=8e:IceRemoteCandidate url=9s"
    ),
    "InboundAudioTrack": (
        "ssrc=1l! audioLevel=2d bytesReceived=3l bytesSent=4l concealedSamples=5i "
        "concealmentEvents=6i decoderImplementation=7s estimatedPlayoutTimestamp=8l "
        "fecPacketsDiscarded=9i fecPacketsReceived=10i headerBytesReceived=11l "
        "insertedSamplesForDeceleration=12i jitter=13d jitterBufferDelay=14d "
        "jitterBufferEmittedCount=15i jitterBufferMinimumDelay=16d jitterBufferTargetDelay=17d "
        "lastPacketReceivedTimestamp=18l nackCount=19i packetsDiscarded=20i packetsLost=21i "
        "packetsReceived=22i packetsSent=23i peerConnectionId=24y remoteClientId=25y "
        "remoteTimestamp=26l removedSamplesForAcceleration=27i reportsSent=28i roundTripTime=29d "
        "roundTripTimeMeasurements=30i sfuSinkId=31y sfuStreamId=32y silentConcealedSamples=33i "
        "synthesizedSamplesDuration=34d synthesizedSamplesEvents=35i totalAudioEnergy=36d "
        "totalPlayoutDelay=37d totalProcessingDelay=38d totalRoundTripTime=39d "
        "totalSamplesCount=40i totalSamplesDuration=41d totalSamplesReceived=42i trackId=43y"
    ),
    "InboundVideoTrack": (
        "ssrc=1l! bytesReceived=2l bytesSent=3l decoderImplementation=4s "
        "estimatedPlayoutTimestamp=5l fecPacketsDiscarded=6i fecPacketsReceived=7i firCount=8i "
        "frameHeight=9i frameWidth=10i framesDecoded=11i framesDropped=12i framesPerSecond=13d "
        "framesReceived=14i headerBytesReceived=15l jitter=16d jitterBufferDelay=17d "
        "jitterBufferEmittedCount=18i jitterBufferMinimumDelay=19d jitterBufferTargetDelay=20d "
        "keyFramesDecoded=21i lastPacketReceivedTimestamp=22l nackCount=23i packetsDiscarded=24i "
        "packetsLost=25i packetsReceived=26i packetsSent=27i peerConnectionId=28y pliCount=29i "
        "qpSum=30l remoteClientId=31y remoteTimestamp=32l reportsSent=33i roundTripTime=34d "
        "roundTripTimeMeasurements=35i sfuSinkId=36y sfuStreamId=37y totalDecodeTime=38d "
        "totalInterFrameDelay=39d totalProcessingDelay=40d totalRoundTripTime=41d "
        "totalSquaredInterFrameDelay=42d trackId=43y"
    ),
    "MediaCodecStats": (
        "channels=1i clockRate=2i codecType=3e:MediaCodecStats mimeType=4s payloadType=5s sdpFmtpLine=6s"
    ),
    "MediaDevice": "id=1s kind=2e:MediaDevice label=3s",
    "MediaSourceStat": (
        "audioLevel=1d droppedSamplesDuration=2d droppedSamplesEvents=3i echoReturnLoss=4d "
        "echoReturnLossEnhancement=5d frames=6i framesPerSecond=7d height=8i "
        "kind=9e:MediaSourceStat relayedSource=10b totalAudioEnergy=11d totalCaptureDelay=12d "
        "totalSamplesCaptured=13d totalSamplesDuration=14d trackIdentifier=15y width=16i"
    ),
    "OutboundAudioTrack": (
        "ssrc=1l! active=2b audioLevel=3d averageRtcpInterval=4d bytesSent=5l "
        "droppedSamplesDuration=6d droppedSamplesEvents=7i echoReturnLoss=8d "
        "echoReturnLossEnhancement=9d encoderImplementation=10s fractionLost=11d "
        "headerBytesSent=12l jitter=13d nackCount=14i packetsLost=15i packetsReceived=16i "
        "packetsSent=17i peerConnectionId=18y relayedSource=19b retransmittedBytesSent=20l "
        "retransmittedPacketsSent=21i rid=22s roundTripTime=23d roundTripTimeMeasurements=24i "
        "sfuStreamId=25y targetBitrate=26i totalAudioEnergy=27d totalCaptureDelay=28d "
        "totalEncodedBytesTarget=29l totalPacketSendDelay=30d totalRoundTripTime=31d "
        "totalSamplesCaptured=32d totalSamplesDuration=33d trackId=34y"
    ),
    "OutboundVideoTrack": (
        "ssrc=1l! active=2b averageRtcpInterval=3d bytesSent=4l encoderImplementation=5s "
        "firCount=6i fractionLost=7d frameHeight=8i frameWidth=9i frames=10i framesDropped=11i "
        "framesEncoded=12i framesPerSecond=13d framesSent=14i headerBytesSent=15l height=16i "
        "hugeFramesSent=17i jitter=18d keyFramesEncoded=19i nackCount=20i packetsLost=21i "
        "packetsReceived=22i packetsSent=23i peerConnectionId=24y pliCount=25i qpSum=26l "
        "qualityLimitationDurationBandwidth=27d qualityLimitationDurationCPU=28d "
        "qualityLimitationDurationNone=29d qualityLimitationDurationOther=30d "
        "qualityLimitationReason=31s qualityLimitationResolutionChanges=32i relayedSource=33b "
        "retransmittedBytesSent=34l retransmittedPacketsSent=35i rid=36s roundTripTime=37d "
        "roundTripTimeMeasurements=38i sfuStreamId=39y targetBitrate=40i totalEncodeTime=41d "
        "totalEncodedBytesTarget=42l totalPacketSendDelay=43d totalRoundTripTime=44d trackId=45y "
        "width=46i"
    ),
    "PeerConnectionTransport": (
        "peerConnectionId=1y! transportId=2s! bytesReceived=3l bytesSent=4l dtlsCipher=5s "
        "dtlsRole=6e:PeerConnectionTransport dtlsState=7s iceLocalUsernameFragment=8s iceRole=9s "
        "iceState=10s label=11s localCertificateId=12s packetsReceived=13i packetsSent=14i "
        "remoteCertificateId=15s selectedCandidatePairChanges=16i selectedCandidatePairId=17s "
        "srtpCipher=18s tlsGroup=19s tlsVersion=20s"
    ),
    "SfuInboundRtpPad": (
        "padId=1y! ssrc=2l! streamId=3y! transportId=4s! bytesReceived=5l clockRate=6i "
        "fecPacketsDiscarded=7i fecPacketsReceived=8i firCount=9i fractionLost=10d "
        "framesDecoded=11i framesReceived=12i internal=13b jitter=14d keyFramesDecoded=15i "
        "mediaType=16e:SfuInboundRtpPad mimeType=17s nackCount=18i noReport=19b "
        "packetsDiscarded=20i packetsDuplicated=21i packetsFailedDecryption=22i packetsLost=23i "
        "packetsReceived=24i packetsRepaired=25i payloadType=26i pliCount=27i rid=28s "
        "roundTripTime=29d rtcpRrSent=30i rtcpSrReceived=31i rtxPacketsDiscarded=32i "
        "rtxPacketsReceived=33i rtxSsrc=34l sdpFmtpLine=35s sliCount=36i targetBitrate=37i "
        "voiceActivityFlag=38b"
    ),
    "SfuOutboundRtpPad": (
        "padId=1y! sinkId=2y! ssrc=3l! streamId=4y! transportId=5s! bytesSent=6l callId=7y "
        "clientId=8y clockRate=9i fecPacketsDiscarded=10i fecPacketsSent=11i firCount=12i "
        "fractionLost=13d framesEncoded=14i framesSent=15i internal=16b jitter=17d "
        "keyFramesEncoded=18i mediaType=19e:SfuOutboundRtpPad mimeType=20s nackCount=21i "
        "noReport=22b packetsDiscarded=23i packetsDuplicated=24i packetsFailedEncryption=25i "
        "packetsLost=26i packetsRetransmitted=27i packetsSent=28i payloadType=29i pliCount=30i "
        "rid=31s roundTripTime=32d rtcpRrReceived=33i rtcpSrSent=34i rtxPacketsDiscarded=35i "
        "rtxPacketsSent=36i rtxSsrc=37l sdpFmtpLine=38s sliCount=39i targetBitrate=40i "
        "trackId=41y voiceActivityFlag=42b"
    ),
    "SfuSample": (
        "customSfuEvents=1m*:CustomSfuEvent extensionStats=2m*:SfuExtensionStats "
        "inboundRtpPads=3m*:SfuInboundRtpPad outboundRtpPads=4m*:SfuOutboundRtpPad "
        "sctpChannels=5m*:SfuSctpChannel transports=6m*:SfuTransport sfuId=7y! timestamp=8l! "
        "marker=9s timeZoneOffsetInHours=10i"
    ),
    "SfuSctpChannel": (
        "channelId=1y! streamId=2y! transportId=3s! bytesReceived=4l bytesSent=5l internal=6b "
        "label=7s messageReceived=8i messageSent=9i noReport=10b protocol=11s "
        "sctpCongestionWindow=12d sctpMtu=13i sctpReceiverWindow=14d "
        "sctpSmoothedRoundTripTime=15d sctpUnackData=16i"
    ),
    "TurnSession": (
        "sessionId=1s! clientAddress=2s clientId=3y clientPort=4i nonceExpirationTime=5l realm=6s "
        "receivedBytes=7l receivedPackets=8i receivingBitrate=9i sendingBitrate=10i sentBytes=11l "
        "sentPackets=12i serverAddress=13s serverPort=14i started=15l transportProtocol=16s "
        "username=17s"
    ),
}
