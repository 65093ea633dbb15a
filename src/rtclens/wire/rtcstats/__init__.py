"""The rtcstats wire formats: the current SDK, the old one, Jitsi's variant, their dump files and helpers."""

from rtclens.wire.rtcstats.current import RtcStats
from rtclens.wire.rtcstats.jitsi import RtcStatsJitsi
from rtclens.wire.rtcstats.legacy import RtcStatsLegacy
from rtclens.wire.rtcstats.negotiate import Undecided, negotiate
from rtclens.wire.rtcstats.stitching import may_continue

__all__ = ["RtcStats", "RtcStatsJitsi", "RtcStatsLegacy", "Undecided", "may_continue", "negotiate"]
