"""The bounds of one edge. Enters: settings. Leaves: numbers that doors compare with."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Bytes are counted after decompression."""

    frame_bytes: int = 16 * 1024 * 1024
    upload_bytes: int = 512 * 1024 * 1024
    sockets: int = 20_000
    app_sockets: int = 10_000
