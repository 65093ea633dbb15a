"""Files of traced calls: read any known kind, write format 3."""

from rtclens.wire.rtcstats.dump.dialect import Dialect, dialect
from rtclens.wire.rtcstats.dump.metadata import hello_of
from rtclens.wire.rtcstats.dump.reader import DumpInfo, read
from rtclens.wire.rtcstats.dump.writer import event_dump, header, metadata, raw_dump, told_by

__all__ = [
    "Dialect",
    "DumpInfo",
    "dialect",
    "event_dump",
    "header",
    "hello_of",
    "metadata",
    "raw_dump",
    "read",
    "told_by",
]
