"""Have what an embedded store wrote survive power loss.

Enters: a folder. Leaves: its file system, written out. The engine writes parts of tables to the page cache, which is
enough for `kill -9`; asking it to sync each file of each part costs more than one call for all of them.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path


def write_out(folder: Path) -> None:
    """Wait until the disk has everything written to the folder's file system; raises `OSError` when it does not."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:  # not Linux
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if call(handle) != 0:
            raise OSError(ctypes.get_errno(), "syncfs", str(folder))
    finally:
        os.close(handle)
