"""Files of traced calls: read any known kind, write format 3."""

from rtclens.wire.rtcstats.dump.metadata import hello_of
from rtclens.wire.rtcstats.dump.reader import DumpInfo, read
from rtclens.wire.rtcstats.dump.sniff import Kind, sniff
from rtclens.wire.rtcstats.dump.unpack import TooLarge, lines, unpacked
from rtclens.wire.rtcstats.dump.writer import event_dump, header, metadata, raw_dump, told_by

__all__ = [
    "DumpInfo",
    "Kind",
    "TooLarge",
    "event_dump",
    "header",
    "hello_of",
    "lines",
    "metadata",
    "raw_dump",
    "read",
    "sniff",
    "told_by",
    "unpacked",
]
