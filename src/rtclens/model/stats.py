"""The reports of `getStats()`, one class per W3C webrtc-stats type, members and units unchanged.

Enters: what wire formats decode. Leaves: rows of the table named after the type (`inbound-rtp` -> `inbound_rtp`).
A member is `None` when the browser did not send it: missing is never zero. Times are milliseconds since the epoch,
durations and jitter are seconds, counters are cumulative since the start of the stream.
Members a class does not know go to `extra`, under the name they came with; they are stored, never dropped.
Source: W3C webrtc-stats (members and units) and the members current browsers add to it.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from rtclens.model.report import Flag, Number, Numbers, Report, Text
from rtclens.model.rtp import InboundRtp, OutboundRtp, RemoteInboundRtp, RemoteOutboundRtp

__all__ = [
    "BY_TYPE",
    "REPORTS",
    "CandidatePair",
    "Certificate",
    "Codec",
    "ComputePressure",
    "DataChannel",
    "Flag",
    "InboundRtp",
    "LocalCandidate",
    "MediaPlayout",
    "MediaSource",
    "Number",
    "Numbers",
    "OutboundRtp",
    "PeerConnection",
    "RemoteCandidate",
    "RemoteInboundRtp",
    "RemoteOutboundRtp",
    "Report",
    "Stats",
    "Text",
    "Transport",
]


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
