"""Protobuf numbers of `Samples` family 2.2-full. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_1_9 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {}
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
        "userMediaErrors=20s* clientId=21s! timestamp=22l! browser=23m:Browser callId=24s "
        "engine=25m:Engine marker=26s os=27m:OperationSystem platform=28m:Platform roomId=29s "
        "sampleSeq=30i timeZoneOffsetInHours=31i userId=32s"
    ),
    "CustomCallEvent": ("name=1s! attachments=2s mediaTrackId=3s message=4s peerConnectionId=5s timestamp=6l value=7s"),
    "CustomObserverEvent": "name=1s! attachments=2s mediaTrackId=3s message=4s timestamp=5l",
    "CustomSfuEvent": (
        "name=1s! attachments=2s message=3s sfuSinkId=4s sfuStreamId=5s timestamp=6l transportId=7s value=8s"
    ),
    "SfuSample": (
        "customSfuEvents=1m*:CustomSfuEvent extensionStats=2m*:SfuExtensionStats "
        "inboundRtpPads=3m*:SfuInboundRtpPad outboundRtpPads=4m*:SfuOutboundRtpPad "
        "sctpChannels=5m*:SfuSctpChannel transports=6m*:SfuTransport sfuId=7s! timestamp=8l! "
        "marker=9s timeZoneOffsetInHours=10i"
    ),
}
