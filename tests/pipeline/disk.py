"""A disk of its own for a test, small enough to be filled: a tmpfs, which needs root.

Enters: an empty folder. Leaves: `Disk`, whose room can be taken away and given back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 768 * 1024 * 1024
LEFT = 8 * 1024


class Disk:
    """A mounted disk; `fill` leaves next to nothing of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take the room away, while others may take it too."""
        with self._ballast.open("wb") as file:
            while (free := shutil.disk_usage(self.folder).free) > LEFT:
                with suppress(OSError):
                    os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size + max(LEFT, free // 2))

    def clear(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def disk(folder: Path) -> Iterator[Disk | None]:
    """The disk, unmounted at the end; `None` where this account may not mount one."""
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "rtclens-test", str(folder)]
    if not shutil.which("mount") or subprocess.run(mounting, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
