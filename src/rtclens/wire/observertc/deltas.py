"""The delta state of the clients in one stream: merge, notice when a stream is out of step, find back into step.

Enters: decoded delta messages. Leaves: complete samples, or `Refused`. A message that fails changes nothing. After a
failure each message is first tried as a key frame, then against the state that the failed message did not touch.
What must be remembered is kept packed: as objects it would take ten times the memory per participant.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.wire.observertc import delta2, delta3, generation1
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.state import MAX_SPEAKERS, remember

Sample = dict[str, Any]


class Delta3(msgspec.Struct):
    """One client's 3.x delta stream. `broken` from a failure until a message fits again."""

    memory: generation1.Memory
    last: bytes = b""
    broken: bool = False

    def merge(self, message: Sample) -> Sample:
        """The complete sample; `Refused` when the message does not fit what is known."""
        filled, memory = generation1.straighten(message, self.memory)
        rules = delta3.Rules(without_track=memory.first is not False)
        try:
            merged = self._fit(filled, rules)
        except Refused:
            self.broken = True
            raise
        if rules.without_track:
            generation1.name_tracks(merged, memory)
        self.memory, self.last, self.broken = memory, pack(delta3.state_of(merged)), False
        return merged

    def _fit(self, message: Sample, rules: delta3.Rules) -> Sample:
        if self.broken:
            try:
                return delta3.merge(None, message, rules)
            except Refused:
                pass
        return delta3.merge(unpack(self.last), message, rules)


class Deltas(msgspec.Struct):
    """The delta streams of one socket by client, or by server."""

    third: dict[str, Delta3] = msgspec.field(default_factory=dict)
    second: dict[tuple[str, str], bytes] = msgspec.field(default_factory=dict)

    def of(self, client: str, family: str) -> Delta3:
        """The 3.x stream of a client; `family` is '' for JSON."""
        found = self.third.get(client)
        if found is None:
            return remember(self.third, client, Delta3(generation1.memory_for(family)), MAX_SPEAKERS)  # type: ignore[no-any-return]
        if found.memory.first is None and family in generation1.ALWAYS_FIRST:
            found.memory = msgspec.structs.replace(found.memory, first=True)
        return found

    def merge2(self, kind: str, message: Sample) -> Sample:
        """The complete 2.2 sample of a client or SFU (`kind` tells their ids apart); stale gauges are not marked."""
        key = (kind, str(message.get("clientId") or message.get("sfuId") or ""))
        last = unpack(self.second.get(key, b""))
        merged = delta2.merge(last, message)
        remember(self.second, key, pack(delta2.state_of(last, merged)), MAX_SPEAKERS)
        return merged


def pack(sample: Sample) -> bytes:
    """A sample as bytes; `Refused` when it holds a number that no format of 64 bits can."""
    try:
        return msgspec.msgpack.encode(sample)
    except OverflowError as error:
        raise Refused("bad_value", "the sample holds an integer of more than 64 bits") from error


def unpack(packed: bytes) -> Sample | None:
    """The sample in the bytes, or None where there are none yet."""
    return msgspec.msgpack.decode(packed) if packed else None
