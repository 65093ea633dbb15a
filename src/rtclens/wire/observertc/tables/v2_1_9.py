"""Protobuf numbers of `Samples` family 2.1.9. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_1_8 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "ClientSample": (
        "certificates=1m*:Certificate codecs=2m*:MediaCodecStats "
        "customCallEvents=3m*:CustomCallEvent dataChannels=4m*:DataChannel "
        "extensionStats=5m*:ExtensionStat iceCandidatePairs=6m*:IceCandidatePair "
        "iceLocalCandidates=7m*:IceLocalCandidate iceRemoteCandidates=8m*:IceRemoteCandidate "
        "iceServers=9s* inboundAudioTracks=10m*:InboundAudioTrack "
        "inboundVideoTracks=11m*:InboundVideoTrack localSDPs=12s* mediaConstraints=13s* "
        "mediaDevices=14m*:MediaDevice mediaSources=15m*:MediaSourceStat "
        "outboundAudioTracks=16m*:OutboundAudioTrack outboundVideoTracks=17m*:OutboundVideoTrack "
        "pcTransports=18m*:PeerConnectionTransport userMediaErrors=19s* clientId=20s! "
        "timestamp=21l! browser=22m:Browser callId=23s engine=24m:Engine marker=25s "
        "os=26m:OperationSystem platform=27m:Platform roomId=28s sampleSeq=29i "
        "timeZoneOffsetInHours=30i userId=31s"
    ),
    "CustomCallEvent": "name=1s! attachments=2s mediaTrackId=3s message=4s",
}
