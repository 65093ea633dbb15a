"""What a server process costs while it runs: CPU time and memory.

Enters: a process id. Leaves: seconds and KiB, from /proc.
"""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """CPU seconds of all threads since the process started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_kb(pid: int) -> int:
    """Resident memory in KiB."""
    return _status_kb(pid, "VmRSS:")


def peak_kb(pid: int) -> int:
    """The most resident memory that there ever was, in KiB."""
    return _status_kb(pid, "VmHWM:")


def _status_kb(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise RuntimeError("the process is gone")
