"""Files of traced calls: read any known kind, write format 3."""

from rtclens.wire.rtcstats.dump.reader import DumpInfo, read
from rtclens.wire.rtcstats.dump.sniff import Kind, sniff
from rtclens.wire.rtcstats.dump.unpack import TooLarge, lines, unpacked

__all__ = ["DumpInfo", "Kind", "TooLarge", "lines", "read", "sniff", "unpacked"]
