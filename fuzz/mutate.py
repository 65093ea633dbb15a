"""The fuzzer's own mutations: of the order of frames, of JSON, MessagePack and protobuf inside them.

Enters: an input and a seed. Leaves: an input that is a little different. A share of the changes is left to libFuzzer,
which works on bytes and knows the constants that the code compares with.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from random import Random

import msgspec
import zstandard

from fuzz import messages, sequence, values
from fuzz.sequence import Frame

MAX_FRAMES = 40
Bytes = Callable[[bytes, int], bytes]


class Mutator:
    """Knows the frames of real clients; `of_bytes` is libFuzzer's mutation."""

    def __init__(self, seeds: list[bytes], of_bytes: Bytes) -> None:
        self.pool = values.Pool()
        self.frames: list[Frame] = []
        self._of_bytes = of_bytes
        for seed in seeds:
            for frame in sequence.unpack(seed)[1]:
                self.frames.append(frame)
                _, text = split(frame if isinstance(frame, str) else frame.decode("latin-1"))
                self.pool.learn(values.loaded(text))

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        """One mutation of `data`, at most `max_size` bytes."""
        rng = Random(seed)  # noqa: S311 - repeatable, not secret
        if rng.random() < 0.15:
            return self._of_bytes(data, max_size)
        option, frames = sequence.unpack(data)
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            if rng.random() < 0.2:
                frames = self._order(frames, rng)
            elif frames:
                at = rng.randrange(len(frames))
                frames[at] = self._frame(frames[at], rng)
        if rng.random() < 0.03:
            option = rng.randrange(256)
        made = sequence.pack(option, frames[:MAX_FRAMES])
        return made if len(made) <= max_size else data[:max_size]

    def _order(self, frames: list[Frame], rng: Random) -> list[Frame]:
        at = rng.randrange(len(frames) + 1)
        step = rng.randrange(5)
        if step == 0 and len(frames) > 1:
            return frames[:at] + frames[at + 1 :]
        if step == 1 and frames:
            return [*frames[:at], rng.choice(frames), *frames[at:]]
        if step == 2 and len(frames) > 1:
            other = rng.randrange(len(frames))
            at = min(at, len(frames) - 1)
            frames[at], frames[other] = frames[other], frames[at]
            return frames
        if step == 3:
            return frames[:at] or frames
        return [*frames[:at], rng.choice(self.frames), *frames[at:]] if self.frames else frames

    def _frame(self, frame: Frame, rng: Random) -> Frame:
        if rng.random() < 0.1:
            raw = self._of_bytes(frame.encode("utf-8", "replace") if isinstance(frame, str) else frame, 4_096)
            return raw.decode("utf-8", "replace") if isinstance(frame, str) else raw
        if rng.random() < 0.01:
            return wrapped(frame, rng)
        if isinstance(frame, bytes):
            return self._binary(frame, rng)
        head, text = split(frame)
        value = values.loaded(text)
        if value is None:
            return head + values.retyped(text, rng) if text else frame
        return head + twice(values.dumped(values.changed(value, self.pool, rng)), rng)

    def _binary(self, frame: bytes, rng: Random) -> bytes:
        value = values.loaded(frame.decode("utf-8", "replace")) if frame[:1] in (b"{", b"[") else None
        if value is not None:
            return values.dumped(values.changed(value, self.pool, rng)).encode("utf-8", "replace")
        if frame[:1] and 0x90 <= frame[0] <= 0xDF:
            try:
                return msgspec.msgpack.encode(values.changed(msgspec.msgpack.decode(frame), self.pool, rng))
            except (msgspec.DecodeError, OverflowError, ValueError, RecursionError):
                pass
        return messages.changed(frame, rng)


def split(frame: str) -> tuple[str, str]:
    """What stands before the JSON of a frame (a request's first line), and the JSON."""
    at = frame.find("\n{")
    return (frame[: at + 1], frame[at + 1 :]) if 0 < at < 200 else ("", frame)


def twice(text: str, rng: Random) -> str:
    """Now and then the first member stands twice."""
    if rng.random() < 0.02 and text.startswith("{"):
        end = text.find(",")
        return "{" + text[1:end] + "," + text[1:] if end > 0 else text
    return text


def wrapped(frame: Frame, rng: Random) -> Frame:
    """The frame in one of the ways in which clients pack frames."""
    raw = frame.encode("utf-8", "replace") if isinstance(frame, str) else frame
    ways: list[Callable[[bytes], Frame]] = [
        gzip.compress,
        zstandard.compress,
        lambda content: base64.b64encode(content).decode(),
        lambda content: base64.urlsafe_b64encode(content),
        lambda content: b"\xef\xbb\xbf" + content,
    ]
    return rng.choice(ways)(raw)
