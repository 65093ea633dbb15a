"""Protobuf numbers of `Samples` family 2.1.4-2.1.7. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_1_0_2_1_3 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "PeerConnectionTransport": (
        "peerConnectionId=1s! transportId=2s! bytesReceived=3l bytesSent=4l dtlsCipher=5s "
        "dtlsRole=6s dtlsState=7s iceLocalUsernameFragment=8s iceRole=9s iceState=10s label=11s "
        "localCertificateId=12s packetsReceived=13i packetsSent=14i remoteCertificateId=15s "
        "selectedCandidatePairChanges=16i selectedCandidatePairId=17s srtpCipher=18s tlsGroup=19s "
        "tlsVersion=20s"
    ),
}
