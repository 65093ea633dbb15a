"""One stream: numbers frames, keeps what was not acknowledged, and continues after a reconnect.

Enters: samples and events; what the server said (the text of a greeting, an acknowledgement, a refusal). Leaves: frames
to send, as text (JSON) or bytes (MessagePack). Nothing is sent twice to a server that has it, and nothing is dropped
before the server has it, but for items that the server refused twice.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens_sender.encoder import Encoder, Report

RESET, EVENT = 0, 5
Item = tuple[str, list[Report]] | dict[str, Any]
Frame = str | bytes


class Sent(msgspec.Struct):
    """A frame that was not acknowledged yet, and what it was made of."""

    sequence: int
    items: list[Item]
    frame: Frame
    resets: bool = False


class Stream:
    """`binary` chooses MessagePack."""

    def __init__(self, binary: bool = False) -> None:
        self._binary = binary
        self._encoder = Encoder()
        self._waiting: list[Item] = []
        self._sent: list[Sent] = []
        self._sequence = 0
        self._reset_at = 0
        self.lost = 0

    def sample(self, connection: str, reports: list[Report]) -> None:
        """Queue one getStats result of a connection."""
        self._waiting.append((connection, reports))

    def event(self, event: dict[str, Any]) -> None:
        """Queue one event, as `docs/native-protocol.md` names it."""
        self._waiting.append(event)

    @property
    def unacknowledged(self) -> int:
        """Frames that the server may not have."""
        return len(self._sent)

    def frames(self) -> list[Frame]:
        """Everything queued as one frame; none when nothing is queued."""
        items, self._waiting = self._waiting, []
        return [self._pack(items)] if items else []

    def greeted(self, said: str) -> list[Frame]:
        """A socket opened and the server said what it has: what to send before anything new."""
        last = int(msgspec.json.decode(said)[0])
        self._acknowledged(last)
        if not self._sent:
            if last < self._sequence:
                self._reset_at = self._sequence + 1  # the server forgot the stream
            return []
        if last + 1 < self._sent[0].sequence and not self._sent[0].resets:
            return self._begin_again()
        return [sent.frame for sent in self._sent]

    def heard(self, said: str) -> list[Frame]:
        """The server answered a frame: what to send now."""
        reply = msgspec.json.decode(said)
        self._acknowledged(reply[0])
        if len(reply) == 1 or reply[1] < self._reset_at or reply[1] == 0:
            return []
        refused = next((sent for sent in self._sent if sent.sequence == reply[1]), None)
        if refused and refused.resets:
            self._sent.remove(refused)
            self.lost += len(refused.items)
        return self._begin_again()

    def _acknowledged(self, last: int) -> None:
        self._sent = [sent for sent in self._sent if sent.sequence > last]

    def _begin_again(self) -> list[Frame]:
        items = [item for sent in self._sent for item in sent.items]
        self._sent = []
        self._reset_at = self._sequence + 1
        return [self._pack(items)] if items else []

    def _pack(self, items: list[Item]) -> Frame:
        self._sequence += 1
        resets = self._sequence == self._reset_at
        records: list[Any] = []
        if resets:
            self._encoder = Encoder()
            records.append([RESET])
        for item in items:
            records += [[EVENT, item]] if isinstance(item, dict) else self._encoder.sample(*item)
        packed = [self._sequence, *records]
        frame: Frame = msgspec.msgpack.encode(packed) if self._binary else msgspec.json.encode(packed).decode()
        self._sent.append(Sent(self._sequence, items, frame, resets))
        return frame
