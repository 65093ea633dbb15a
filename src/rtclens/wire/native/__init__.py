"""The native protocol: numbered frames of declared, delta-coded reports, JSON or MessagePack."""

from rtclens.wire.native.codec import FORMAT, PROTOCOL, Native

__all__ = ["FORMAT", "PROTOCOL", "Native"]
