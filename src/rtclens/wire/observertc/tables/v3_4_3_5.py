"""Protobuf numbers of `ClientSample` family 3.4-3.5. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v3_2_3_3 import MESSAGES as EARLIER

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
    **EARLIER,
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
    "ClientEvent": "type=1s! payload=2r timestamp=3d",
    "ClientIssue": "type=1s! key=2s payload=3r timestamp=4d",
    "ClientMetaData": "type=1s! payload=2r peerConnectionId=3y ssrc=4l timestamp=5d trackId=6y",
    "ExtensionStat": "type=1s! payload=2r",
}
