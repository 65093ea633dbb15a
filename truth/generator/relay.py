"""The path between two browsers, in user space: every packet crosses this process and can be lost, late or held up.

Enters: UDP packets, and an `Impairment` for each direction that may change at any moment. Leaves: the packets that get
through, when they get through, in order. `Way` decides and is pure: its clock and its chance are parameters.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import cast

import msgspec

Address = tuple[str, int]


class Impairment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a direction does to packets. Zero means: nothing of that kind."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0  # half the width of an even spread around the delay
    loss: float = 0.0  # share of packets, 0 to 1
    burst: float = 1.0  # mean number of packets that are lost together
    rate_kbps: float = 0.0
    queue_ms: float = 300.0  # what would wait longer for the rate is dropped
    down: bool = False


CLEAN = Impairment()


class Way:
    """One direction. Counts what came, what was lost by chance and what the queue dropped."""

    def __init__(self, random: Random, impairment: Impairment = CLEAN) -> None:
        self.impairment = impairment
        self.arrived = self.lost = self.dropped = 0
        self._random = random
        self._losing = False
        self._busy_until = 0.0
        self._last_out = 0.0

    def departure(self, now: float, size: int) -> float | None:
        """When (s) a packet of `size` bytes that arrives `now` leaves; `None` if it never does."""
        self.arrived += 1
        if self.impairment.down or self._loses():
            self.lost += 1
            return None
        sent = self._sent_at(now, size)
        if sent is None:
            self.dropped += 1
            return None
        late = self.impairment.delay_ms + self._random.uniform(-1.0, 1.0) * self.impairment.jitter_ms
        self._last_out = max(self._last_out, sent + max(0.0, late) / 1000.0)
        return self._last_out

    def _loses(self) -> bool:
        """Two states, losing and not: runs of losses have the mean length `burst`, and `loss` of all packets go."""
        loss, burst = self.impairment.loss, max(1.0, self.impairment.burst)
        if not loss:
            self._losing = False
            return False
        begins = min(1.0, loss / (burst * (1.0 - loss))) if loss < 1.0 else 1.0
        goes_on = 1.0 - 1.0 / burst if burst > 1.0 else begins
        self._losing = self._random.random() < (goes_on if self._losing else begins)
        return self._losing

    def _sent_at(self, now: float, size: int) -> float | None:
        """When the last bit is through the bottleneck; `None` when the queue before it is full."""
        if not self.impairment.rate_kbps:
            return now
        begins = max(now, self._busy_until)
        if (begins - now) * 1000.0 > self.impairment.queue_ms:
            return None
        self._busy_until = begins + size * 8.0 / (self.impairment.rate_kbps * 1000.0)
        return self._busy_until


class Front(asyncio.DatagramProtocol):
    """The address that stands for one participant's candidate: what the other sends here goes on to the real one."""

    def __init__(self, relay: Relay, side: str, real: Address) -> None:
        self.real = real
        self.transport: asyncio.DatagramTransport | None = None
        self._relay = relay
        self._side = side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)  # what a datagram endpoint always gives

    def datagram_received(self, data: bytes, addr: Address) -> None:  # noqa: ARG002 - asyncio's signature
        self._relay.forward(self._side, self.real, data)


class Relay:
    """The path between participants `a` and `b`. `ways` are by the sender."""

    def __init__(self, seed: int = 1) -> None:
        self.ways = {"a": Way(Random(f"{seed}a")), "b": Way(Random(f"{seed}b"))}
        self._fronts: dict[str, list[Front]] = {"a": [], "b": []}

    async def front(self, side: str, real: Address) -> Address:
        """An address that leads to the real one of participant `side`."""
        loop = asyncio.get_running_loop()
        transport, front = await loop.create_datagram_endpoint(lambda: Front(self, side, real), local_addr=(real[0], 0))
        self._fronts[side].append(front)
        address: Address = transport.get_extra_info("sockname")[:2]
        return address

    def forward(self, to: str, real: Address, data: bytes) -> None:
        """Send a packet on to participant `to`, from the address that stands for the other."""
        other = "b" if to == "a" else "a"
        loop = asyncio.get_running_loop()
        now = loop.time()
        leaves = self.ways[other].departure(now, len(data))
        if leaves is None or not self._fronts[other]:
            return
        source = self._fronts[other][-1].transport
        if source is None or source.is_closing():
            return
        if leaves <= now:
            source.sendto(data, real)
        else:
            loop.call_at(leaves, source.sendto, data, real)

    def close(self) -> None:
        """Give all addresses back."""
        for front in [*self._fronts["a"], *self._fronts["b"]]:
            if front.transport is not None:
                front.transport.close()
