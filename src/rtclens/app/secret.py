"""The key that signs what clients carry back to us. Made once for a data folder, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_bytes

KEY_FILE = "signing.key"
KEY_BYTES = 32


def signing_key(folder: Path) -> bytes:
    """The folder's key, made where missing."""
    path = folder / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = token_bytes(KEY_BYTES)
        file.write(key)
    return key
