"""Protobuf numbers of `Samples` family 2.1.8. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_1_4_2_1_7 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "IceCandidatePair": (
        "candidatePairId=1s! peerConnectionId=2s! availableIncomingBitrate=3d "
        "availableOutgoingBitrate=4d bytesDiscardedOnSend=5l bytesReceived=6l bytesSent=7l "
        "consentRequestsSent=8i currentRoundTripTime=9d label=10s lastPacketReceivedTimestamp=11l "
        "lastPacketSentTimestamp=12l localCandidateId=13s nominated=14b "
        "packetsDiscardedOnSend=15i packetsReceived=16i packetsSent=17i remoteCandidateId=18s "
        "requestsReceived=19i requestsSent=20i responsesReceived=21i responsesSent=22i state=23s "
        "totalRoundTripTime=24d transportId=25s"
    ),
}
