"""The rtcstats wire formats: the current SDK, the old one, Jitsi's variant, their dump files and helpers."""

from rtclens.wire.rtcstats.current import RtcStats

__all__ = ["RtcStats"]
