"""One fuzz input is a whole stream: an option byte and the frames that a client sends one after the other.

Enters: frames (text or bytes) and the number of a greeting, or the bytes that the fuzzer made. Leaves: the other of the
two. Any bytes are a valid input. Frames are divided by a byte that UTF-8 never has, so that mutations rarely move them.
"""

from __future__ import annotations

from collections.abc import Sequence

Frame = bytes | str
DIVIDER = b"\n\xf5\n"
TEXT, BINARY = b"\xf6", b"\xf7"


def pack(option: int, frames: Sequence[Frame]) -> bytes:
    """The input that stands for these frames."""
    return bytes([option % 256]) + DIVIDER.join(_packed(frame) for frame in frames)


def unpack(data: bytes) -> tuple[int, list[Frame]]:
    """The option and the frames of an input."""
    return (data[0] if data else 0), [_unpacked(part) for part in data[1:].split(DIVIDER)]


def _packed(frame: Frame) -> bytes:
    return TEXT + frame.encode("utf-8", "replace") if isinstance(frame, str) else BINARY + frame


def _unpacked(part: bytes) -> Frame:
    if part.startswith(TEXT):
        return part[1:].decode("utf-8", "replace")
    return part.removeprefix(BINARY)
