"""The reports of `getStats()`, one class per W3C webrtc-stats type, members and units unchanged.

Enters: what wire formats decode. Leaves: rows of the table named after the type (`inbound-rtp` -> `inbound_rtp`).
A member is `None` when the browser did not send it: missing is never zero. Times are milliseconds since the epoch,
durations and jitter are seconds, counters are cumulative since the start of the stream.
Members a class does not know go to `extra`, under the name they came with; they are stored, never dropped.
Source: W3C webrtc-stats (members and units) and the members current browsers add to it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

Number = int | float | None
Text = str | None
Flag = bool | None
Numbers = dict[str, int | float] | None


class Report(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """What every stats object carries."""

    type: ClassVar[str] = ""
    table: ClassVar[str] = ""

    id: str = ""
    timestamp: Number = None
    extra: dict[str, Any] | None = None


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


class MediaSource(Report, kw_only=True, omit_defaults=True, gc=False):
    """A camera, microphone or canvas before it is encoded."""

    type: ClassVar[str] = "media-source"
    table: ClassVar[str] = "media_source"

    kind: Text = None
    trackIdentifier: Text = None
    audioLevel: Number = None
    totalAudioEnergy: Number = None
    totalSamplesDuration: Number = None
    echoReturnLoss: Number = None
    echoReturnLossEnhancement: Number = None
    droppedSamplesDuration: Number = None
    droppedSamplesEvents: Number = None
    totalCaptureDelay: Number = None
    totalSamplesCaptured: Number = None
    width: Number = None
    height: Number = None
    frames: Number = None
    framesPerSecond: Number = None


class MediaPlayout(Report, kw_only=True, omit_defaults=True, gc=False):
    """The audio output device as the browser feeds it."""

    type: ClassVar[str] = "media-playout"
    table: ClassVar[str] = "media_playout"

    kind: Text = None
    synthesizedSamplesDuration: Number = None
    synthesizedSamplesEvents: Number = None
    totalSamplesDuration: Number = None
    totalPlayoutDelay: Number = None
    totalSamplesCount: Number = None


class PeerConnection(Report, kw_only=True, omit_defaults=True, gc=False):
    """Data channel counts of the RTCPeerConnection."""

    type: ClassVar[str] = "peer-connection"
    table: ClassVar[str] = "peer_connection"

    dataChannelsOpened: Number = None
    dataChannelsClosed: Number = None


class Transport(Report, kw_only=True, omit_defaults=True, gc=False):
    """One ICE/DTLS transport (`RTCTransportStats`)."""

    type: ClassVar[str] = "transport"
    table: ClassVar[str] = "transport"

    packetsSent: Number = None
    packetsReceived: Number = None
    bytesSent: Number = None
    bytesReceived: Number = None
    iceRole: Text = None
    iceLocalUsernameFragment: Text = None
    dtlsState: Text = None
    iceState: Text = None
    selectedCandidatePairId: Text = None
    selectedCandidatePairChanges: Number = None
    localCertificateId: Text = None
    remoteCertificateId: Text = None
    tlsVersion: Text = None
    dtlsCipher: Text = None
    dtlsRole: Text = None
    srtpCipher: Text = None
    rtcpTransportStatsId: Text = None
    ccfbMessagesSent: Number = None
    ccfbMessagesReceived: Number = None


class CandidatePair(Report, kw_only=True, omit_defaults=True, gc=False):
    """One pair of ICE candidates and its connectivity checks."""

    type: ClassVar[str] = "candidate-pair"
    table: ClassVar[str] = "candidate_pair"

    transportId: Text = None
    localCandidateId: Text = None
    remoteCandidateId: Text = None
    state: Text = None
    nominated: Flag = None
    selected: Flag = None
    writable: Flag = None
    priority: Number = None
    packetsSent: Number = None
    packetsReceived: Number = None
    bytesSent: Number = None
    bytesReceived: Number = None
    lastPacketSentTimestamp: Number = None
    lastPacketReceivedTimestamp: Number = None
    totalRoundTripTime: Number = None
    currentRoundTripTime: Number = None
    availableOutgoingBitrate: Number = None
    availableIncomingBitrate: Number = None
    requestsReceived: Number = None
    requestsSent: Number = None
    responsesReceived: Number = None
    responsesSent: Number = None
    consentRequestsSent: Number = None
    packetsDiscardedOnSend: Number = None
    bytesDiscardedOnSend: Number = None
    componentId: Number = None


class LocalCandidate(Report, kw_only=True, omit_defaults=True, gc=False):
    """An ICE candidate gathered here."""

    type: ClassVar[str] = "local-candidate"
    table: ClassVar[str] = "local_candidate"

    transportId: Text = None
    address: Text = None
    port: Number = None
    protocol: Text = None
    candidateType: Text = None
    priority: Number = None
    url: Text = None
    relayProtocol: Text = None
    foundation: Text = None
    relatedAddress: Text = None
    relatedPort: Number = None
    usernameFragment: Text = None
    tcpType: Text = None
    networkType: Text = None
    networkAdapterType: Text = None
    vpn: Flag = None


class RemoteCandidate(Report, kw_only=True, omit_defaults=True, gc=False):
    """An ICE candidate of the far end."""

    type: ClassVar[str] = "remote-candidate"
    table: ClassVar[str] = "remote_candidate"

    transportId: Text = None
    address: Text = None
    port: Number = None
    protocol: Text = None
    candidateType: Text = None
    priority: Number = None
    url: Text = None
    relayProtocol: Text = None
    foundation: Text = None
    relatedAddress: Text = None
    relatedPort: Number = None
    usernameFragment: Text = None
    tcpType: Text = None
    networkType: Text = None
    networkAdapterType: Text = None
    vpn: Flag = None


class Codec(Report, kw_only=True, omit_defaults=True, gc=False):
    """A codec in use on a transport."""

    type: ClassVar[str] = "codec"
    table: ClassVar[str] = "codec"

    payloadType: Number = None
    transportId: Text = None
    mimeType: Text = None
    clockRate: Number = None
    channels: Number = None
    sdpFmtpLine: Text = None
    codecType: Text = None
    implementation: Text = None


class DataChannel(Report, kw_only=True, omit_defaults=True, gc=False):
    """One data channel."""

    type: ClassVar[str] = "data-channel"
    table: ClassVar[str] = "data_channel"

    label: Text = None
    protocol: Text = None
    dataChannelIdentifier: Number = None
    state: Text = None
    messagesSent: Number = None
    bytesSent: Number = None
    messagesReceived: Number = None
    bytesReceived: Number = None


class Certificate(Report, kw_only=True, omit_defaults=True, gc=False):
    """A DTLS certificate."""

    type: ClassVar[str] = "certificate"
    table: ClassVar[str] = "certificate"

    fingerprint: Text = None
    fingerprintAlgorithm: Text = None
    base64Certificate: Text = None
    issuerCertificateId: Text = None


class ComputePressure(Report, kw_only=True, omit_defaults=True, gc=False):
    """CPU pressure of the device: 4 nominal, 3 fair, 2 serious, 1 critical (added by rtcstats-js, not W3C)."""

    type: ClassVar[str] = "compute-pressure"
    table: ClassVar[str] = "compute_pressure"

    cpuState: Number = None


class Stats(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One `getStats()` result of one connection, grouped by type; the attribute names are the table names."""

    inbound_rtp: list[InboundRtp] = []
    outbound_rtp: list[OutboundRtp] = []
    remote_inbound_rtp: list[RemoteInboundRtp] = []
    remote_outbound_rtp: list[RemoteOutboundRtp] = []
    media_source: list[MediaSource] = []
    media_playout: list[MediaPlayout] = []
    peer_connection: list[PeerConnection] = []
    transport: list[Transport] = []
    candidate_pair: list[CandidatePair] = []
    local_candidate: list[LocalCandidate] = []
    remote_candidate: list[RemoteCandidate] = []
    codec: list[Codec] = []
    data_channel: list[DataChannel] = []
    certificate: list[Certificate] = []
    compute_pressure: list[ComputePressure] = []


REPORTS: tuple[type[Report], ...] = (
    InboundRtp,
    OutboundRtp,
    RemoteInboundRtp,
    RemoteOutboundRtp,
    MediaSource,
    MediaPlayout,
    PeerConnection,
    Transport,
    CandidatePair,
    LocalCandidate,
    RemoteCandidate,
    Codec,
    DataChannel,
    Certificate,
    ComputePressure,
)
BY_TYPE: dict[str, type[Report]] = {report.type: report for report in REPORTS}
