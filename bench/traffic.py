"""Traffic for benchmarks, made from bundled recordings: whole calls with fresh ids, as bytes ready to send.

Enters: a recording. Leaves: ClientSample frames per participant, or copies of them under other call ids.
"""

from __future__ import annotations

import re
import time

from rtclens.demo.recording import Recording, load

EPOCH_MS = re.compile(rb"(?<![\d.])(1[6-9]\d{11})")


def client_samples(name: str = "observertc-happy") -> list[list[bytes]]:
    """The JSON ClientSamples of each participant of a recorded call, in order."""
    recording = load(name)
    frames: dict[int, list[bytes]] = {}
    for line in recording.lines:
        if line["kind"] == "ws-msg" and "data" in line:
            frames.setdefault(line["conn"], []).append(line["data"].encode())
    return [one for one in frames.values() if len(one) > 3]


def now_shift(recording: Recording) -> int:
    """Milliseconds to add to the recording's stamps so that it happens now."""
    return int(time.time() * 1000 - recording.started_at)


def shifted(frame: bytes, milliseconds: int) -> bytes:
    """The frame with its epoch stamps moved."""
    return EPOCH_MS.sub(lambda found: b"%d" % (int(found[1]) + milliseconds), frame)
