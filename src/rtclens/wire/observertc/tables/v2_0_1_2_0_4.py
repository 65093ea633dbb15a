"""Protobuf numbers of `Samples` family 2.0.1-2.0.4. No logic: data for `tables.load`."""

from __future__ import annotations

from rtclens.wire.observertc.tables.v2_0_0 import MESSAGES as EARLIER

ENUMS: dict[str, dict[int, str]] = {}
MESSAGES: dict[str, str] = {
    **EARLIER,
    "SfuSctpChannel": (
        "channelId=1s! streamId=2s! transportId=3s! bytesReceived=4l bytesSent=5l internal=6b "
        "label=7s messageReceived=8i messageSent=9i noReport=10b protocol=11s "
        "sctpCongestionWindow=12d sctpMtu=13i sctpReceiverWindow=14d "
        "sctpSmoothedRoundTripTime=15d sctpUnackData=16i"
    ),
}
