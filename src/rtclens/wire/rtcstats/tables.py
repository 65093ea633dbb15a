"""The code tables of the rtcstats wire: numbers that stand for method names, stats types and property names.

Enters: nothing. Leaves: `METHODS`, `TYPES` and `PROPERTIES` for decoding (supersets: what any known client sends) and
`PROPERTY_CODES`, `TYPE_CODES`, `METHOD_CODES` for encoding. A code without an entry keeps its number as its name.
"""

from __future__ import annotations

MEDIA_DEVICES = "navigator.mediaDevices."

# First code of a run of consecutive codes, and the names of the run. Codes between the runs were never assigned.
_METHOD_RUNS: dict[int, str] = {
    1: (
        "getStats createOffer createOfferOnSuccess createAnswer createAnswerOnSuccess setLocalDescription "
        "setLocalDescriptionOnSuccess setRemoteDescription setRemoteDescriptionOnSuccess addIceCandidate "
        "addIceCandidateOnSuccess createOfferOnFailure createAnswerOnFailure setLocalDescriptionOnFailure "
        "setRemoteDescriptionOnFailure addIceCandidateOnFailure"
    ),
    20: (
        "onicecandidate onicecandidateerror ontrack onsignalingstatechange oniceconnectionstatechange "
        "onconnectionstatechange onicegatheringstatechange onnegotiationneeded ondatachannel"
    ),
    30: (
        "addTrack addTrackOnSuccess addTransceiver addTransceiverOnSuccess removeTrack createDataChannel "
        "close restartIce setConfiguration create constraints setCodecPreferences "
        "setHeaderExtensionsToNegotiate"
    ),
    50: "setParameters replaceTrack",
    60: "navigator.mediaDevices.getUserMedia navigator.mediaDevices.getUserMediaOnSuccess",
    63: (
        "navigator.mediaDevices.getDisplayMedia navigator.mediaDevices.getDisplayMediaOnSuccess "
        "navigator.mediaDevices.getUserMediaOnFailure navigator.mediaDevices.enumerateDevices "
        "navigator.mediaDevices.ondevicechange navigator.mediaDevices.getDisplayMediaOnFailure"
    ),
    70: (
        "MediaStreamTrack.stop MediaStreamTrack.applyConstraints MediaStreamTrack.onended "
        "MediaStreamTrack.onmute MediaStreamTrack.onunmute"
    ),
    80: "HTMLMediaElement.resize",
}

_TYPE_NAMES = (
    "inbound-rtp outbound-rtp remote-inbound-rtp remote-outbound-rtp transport candidate-pair "
    "local-candidate remote-candidate data-channel peer-connection certificate media-source media-playout codec "
)

_PROPERTY_RUNS: dict[int, str] = {
    4: "payloadType transportId mimeType clockRate channels sdpFmtpLine ssrc kind codecId",
    14: (
        "packetsReceived packetsLost jitter trackIdentifier mid remoteId framesDecoded keyFramesDecoded "
        "framesDropped frameWidth frameHeight framesPerSecond qpSum totalDecodeTime totalInterFrameDelay "
        "totalSquaredInterFrameDelay pauseCount totalPausesDuration freezeCount totalFreezesDuration "
        "lastPacketReceivedTimestamp headerBytesReceived packetsDiscarded fecPacketsReceived "
        "fecPacketsDiscarded fecBytesReceived fecSsrc bytesReceived nackCount firCount pliCount "
        "totalProcessingDelay estimatedPlayoutTimestamp jitterBufferDelay jitterBufferTargetDelay "
        "jitterBufferEmittedCount jitterBufferMinimumDelay totalSamplesReceived concealedSamples "
        "silentConcealedSamples concealmentEvents insertedSamplesForDeceleration "
        "removedSamplesForAcceleration audioLevel totalAudioEnergy totalSamplesDuration framesReceived "
        "decoderImplementation playoutId powerEfficientDecoder framesAssembledFromMultiplePackets "
        "totalAssemblyTime contentType googTimingFrameInfo retransmittedPacketsReceived "
        "retransmittedBytesReceived rtxSsrc totalCorruptionProbability totalSquaredCorruptionProbability "
        "corruptionMeasurements localId roundTripTime totalRoundTripTime fractionLost "
        "roundTripTimeMeasurements packetsSent bytesSent mediaSourceId rid encodingIndex headerBytesSent "
        "retransmittedPacketsSent retransmittedBytesSent targetBitrate totalEncodedBytesTarget framesSent "
        "hugeFramesSent framesEncoded keyFramesEncoded totalEncodeTime totalPacketSendDelay "
        "qualityLimitationReason qualityLimitationDurations qualityLimitationResolutionChanges "
        "encoderImplementation powerEfficientEncoder active scalabilityMode remoteTimestamp reportsSent "
        "echoReturnLoss echoReturnLossEnhancement width height frames synthesizedSamplesDuration "
        "synthesizedSamplesEvents totalPlayoutDelay totalSamplesCount dataChannelsOpened dataChannelsClosed "
        "label protocol dataChannelIdentifier state messagesSent messagesReceived iceRole "
        "iceLocalUsernameFragment dtlsState iceState selectedCandidatePairId localCertificateId "
        "remoteCertificateId tlsVersion dtlsCipher dtlsRole srtpCipher selectedCandidatePairChanges "
        "rtcpTransportStatsId address port candidateType priority url relayProtocol foundation relatedAddress "
        "relatedPort usernameFragment tcpType networkType"
    ),
    148: (
        "localCandidateId remoteCandidateId nominated lastPacketSentTimestamp currentRoundTripTime "
        "availableOutgoingBitrate availableIncomingBitrate requestsReceived requestsSent responsesReceived "
        "responsesSent consentRequestsSent packetsDiscardedOnSend bytesDiscardedOnSend"
    ),
    163: (
        "fingerprint fingerprintAlgorithm base64Certificate issuerCertificateId psnrMeasurements psnrSum "
        "packetsReceivedWithEct1 packetsReceivedWithCe packetsReportedAsLost "
        "packetsReportedAsLostButRecovered packetsWithBleachedEct1Marking packetsSentWithEct1 "
        "ccfbMessagesSent ccfbMessagesReceived"
    ),
}


def _numbered(runs: dict[int, str]) -> dict[int, str]:
    return {first + index: name for first, names in runs.items() for index, name in enumerate(names.split())}


METHODS: dict[int, str] = _numbered(_METHOD_RUNS)
METHOD_CODES: dict[str, int | str] = {name: code for code, name in METHODS.items()} | {"getStats": "g"}
TYPES: dict[int, str] = dict(enumerate(_TYPE_NAMES.split(), start=1))
TYPE_CODES: dict[str, int] = {name: code for code, name in TYPES.items()}
# Keys of a JSON object are text, so are these.
PROPERTIES: dict[str, str] = {str(code): name for code, name in _numbered(_PROPERTY_RUNS).items()} | {"t": "timestamp"}
PROPERTY_CODES: dict[str, str] = {name: code for code, name in PROPERTIES.items()}


def method_name(method: int | str) -> str:
    """The name of a method that arrived as a code or as a name; an unknown code is its own name."""
    if isinstance(method, str):
        return "getStats" if method == "g" else method
    return METHODS.get(method, str(method))
