"""The key that signs what clients carry back to us.

Enters: a secret that several processes share, or a data folder. Leaves: the key; the folder's is made once and readable
by its owner only.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

KEY_FILE = "signing.key"
KEY_BYTES = 32


def signing_key(folder: Path, secret: str = "") -> bytes:
    """The key that follows from the secret; without one the folder's, made where missing."""
    if secret:
        return sha256(b"rtclens signing key\0" + secret.encode()).digest()
    path = folder / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = token_bytes(KEY_BYTES)
        file.write(key)
    return key
