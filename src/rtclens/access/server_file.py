"""Leave a note in the data folder so that commands of the same user find the running server.

Enters: the folder, the URL, a token. Leaves: `server.json`, readable by the owner only.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

SERVER_FILE = "server.json"


class Running(msgspec.Struct):
    """A server: where it listens, its process, and a token that only the folder's owner can read."""

    url: str
    pid: int
    token: str


def write_server_file(folder: Path, url: str, token: str) -> None:
    """Write the note; never readable by others, not even for a moment."""
    path = folder / SERVER_FILE
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(Running(url, os.getpid(), token)))


def remove_server_file(folder: Path) -> None:
    """Remove the note, if it is ours."""
    running = find_server(folder)
    if running is not None and running.pid == os.getpid():
        (folder / SERVER_FILE).unlink(missing_ok=True)


def find_server(folder: Path) -> Running | None:
    """The live server of this folder, if any."""
    try:
        running = msgspec.json.decode((folder / SERVER_FILE).read_bytes(), type=Running)
        os.kill(running.pid, 0)
    except (OSError, msgspec.MsgspecError):
        return None
    return running
