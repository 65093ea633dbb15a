"""The network of generated calls does what it says, and the scenarios are labelled."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truth.generator.janus import Room
from truth.generator.relay import CLEAN, Impairment, Relay, Way
from truth.generator.scenarios import OFF, ON, SCENARIOS
from truth.labels import load

PACKETS = 20_000


def passed(way: Way, packets: int = PACKETS, every_s: float = 0.01, size: int = 1000) -> list[float | None]:
    return [way.departure(number * every_s, size) for number in range(packets)]


def runs(out: list[float | None]) -> list[int]:
    """Lengths of the runs of packets that never left."""
    found, length = [], 0
    for one in out:
        if one is None:
            length += 1
        elif length:
            found.append(length)
            length = 0
    return found


def test_a_clean_way_changes_nothing() -> None:
    assert passed(Way(Random(1)), 3) == [0.0, 0.01, 0.02]


@pytest.mark.parametrize(("loss", "burst"), [(0.02, 1), (0.1, 1), (0.08, 3), (0.3, 5)])
def test_as_many_packets_are_lost_as_asked_in_runs_as_long_as_asked(loss: float, burst: float) -> None:
    way = Way(Random(7), Impairment(loss=loss, burst=burst))
    out = passed(way)
    assert way.lost == out.count(None)
    assert way.lost / PACKETS == pytest.approx(loss, rel=0.15)
    lengths = runs(out)
    alone = 1 / (1 - loss) if burst == 1 else burst
    assert sum(lengths) / len(lengths) == pytest.approx(alone, rel=0.15)


def test_the_rate_is_kept_and_what_would_wait_too_long_is_dropped() -> None:
    way = Way(Random(1), Impairment(rate_kbps=400, queue_ms=200))  # half of what comes: 1000 bytes in 10 ms
    out = passed(way, 1000)
    left = [one for one in out if one is not None]
    assert len(left) * 8 * 1000 / left[-1] == pytest.approx(400_000, rel=0.03)
    assert way.dropped == out.count(None) == 1000 - len(left)
    assert max(at - number * 0.01 for number, at in enumerate(out) if at is not None) <= 0.2 + 0.02 + 1e-9


def test_nothing_passes_a_way_that_is_down_and_everything_again_after() -> None:
    way = Way(Random(1), Impairment(down=True))
    assert set(passed(way, 10)) == {None}
    way.impairment = CLEAN
    assert way.departure(1.0, 100) == 1.0


@given(
    delay=st.floats(0, 500),
    jitter=st.floats(0, 200),
    rate=st.sampled_from([0, 100, 1000]),
    sizes=st.lists(st.integers(20, 1500), min_size=1, max_size=50),
)
def test_packets_leave_in_order_and_never_before_they_came(
    delay: float, jitter: float, rate: float, sizes: list[int]
) -> None:
    way = Way(Random(3), Impairment(delay_ms=delay, jitter_ms=jitter, rate_kbps=rate))
    out = [(number * 0.02, way.departure(number * 0.02, size)) for number, size in enumerate(sizes)]
    left = [(came, at) for came, at in out if at is not None]
    assert all(at >= came for came, at in left)
    assert [at for _, at in left] == sorted(at for _, at in left)


def test_the_same_seed_loses_the_same_packets() -> None:
    one, other, third = (Relay(seed).ways["a"] for seed in (5, 5, 6))
    for way in (one, other, third):
        way.impairment = Impairment(loss=0.1)
    lost = [[at is None for at in passed(way, 500)] for way in (one, other, third)]
    assert lost[0] == lost[1] != lost[2]


class End(asyncio.DatagramProtocol):
    """A participant's socket."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait((data, addr))


async def two_ends() -> None:
    loop = asyncio.get_running_loop()
    relay = Relay()
    ends = [await loop.create_datagram_endpoint(End, local_addr=("127.0.0.1", 0)) for _ in "ab"]
    (to_a, end_a), (to_b, end_b) = ends
    front_a = await relay.front("a", to_a.get_extra_info("sockname"))
    front_b = await relay.front("b", to_b.get_extra_info("sockname"))
    to_a.sendto(b"from a", front_b)
    assert await end_b.heard.get() == (b"from a", front_a)
    to_b.sendto(b"from b", front_a)
    assert await end_a.heard.get() == (b"from b", front_b)
    relay.ways["a"].impairment = Impairment(down=True)
    to_a.sendto(b"lost", front_b)
    relay.ways["b"].impairment = Impairment(delay_ms=20)
    to_b.sendto(b"late", front_a)
    assert await end_a.heard.get() == (b"late", front_b)
    assert (relay.ways["a"].lost, end_b.heard.qsize()) == (1, 0)
    relay.close()
    to_a.close()
    to_b.close()
    await asyncio.sleep(0)


def test_packets_cross_the_relay_under_the_other_ones_address() -> None:
    asyncio.run(two_ends())


SDP = "v=0\r\na=candidate:1 1 udp 2015363327 127.0.0.1 {port} typ host\r\na=end-of-candidates\r\n"


async def through_a_room() -> None:
    """The server's description and the page's candidate lead to relays; the description made again, to the same."""
    loop = asyncio.get_running_loop()
    room = Room("ws://127.0.0.1:9", seed=1)
    (to_server, server), (to_page, page) = [
        await loop.create_datagram_endpoint(End, local_addr=("127.0.0.1", 0)) for _ in "ab"
    ]
    sdp = SDP.format(port=to_server.get_extra_info("sockname")[1])
    said = msgspec.json.encode({"janus": "event", "sender": 7, "jsep": {"type": "offer", "sdp": sdp}}).decode()
    first, again = [msgspec.json.decode(await room.from_server("a", said))["jsep"]["sdp"] for _ in range(2)]
    assert first == again != sdp
    sent = Sent()
    port = to_page.get_extra_info("sockname")[1]
    candidate = {"candidate": f"candidate:1 1 udp 2 127.0.0.1 {port} typ host", "sdpMid": "0"}
    await room.from_page("a", trickled(candidate), sent)
    assert f" {port} " not in sent.messages[0]["candidate"]["candidate"]
    await room.from_page("a", trickled({"candidate": "candidate:1 1 tcp 2 127.0.0.1 9 typ host"}), sent)
    assert len(sent.messages) == 1  # what does not go through the relay is not offered
    front = ("127.0.0.1", int(first.split()[6]))
    to_page.sendto(b"up", front)
    told, source = await server.heard.get()
    assert told == b"up"
    room.impair("a.up", Impairment(down=True))
    to_page.sendto(b"lost", front)
    to_server.sendto(b"down", source)
    assert await page.heard.get() == (b"down", front)
    assert "relay a.up: 2 arrived, 1 lost, 0 dropped" in list(room.marks())
    room.close()
    to_server.close()
    to_page.close()
    await asyncio.sleep(0)


class Sent:
    """A connection that keeps what is sent over it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def send(self, text: str) -> None:
        self.messages.append(msgspec.json.decode(text))


def trickled(candidate: dict[str, str]) -> str:
    return msgspec.json.encode({"janus": "trickle", "handle_id": 7, "candidate": candidate}).decode()


def test_a_person_meets_the_media_server_through_relays() -> None:
    asyncio.run(through_a_room())


def test_scenarios_are_labelled_by_their_marks() -> None:
    truth = load()
    for scenario in SCENARIOS.values():
        marks = {step.mark for step in scenario.steps}
        assert marks <= {ON, OFF, "a restarts ICE"}
        for fault in truth.scenario[scenario.name]:
            assert {fault.start, fault.end} <= marks | {"", "joined", "connected", "hangup a"}
