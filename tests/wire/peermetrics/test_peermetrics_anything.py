"""Whatever comes in, something sensible comes out."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.codec import Refusal
from rtclens.model.events import Batch
from rtclens.model.refusals import CODES
from rtclens.wire.peermetrics import Handled, Request
from rtclens.wire.peermetrics import stats as stats_room
from rtclens.wire.peermetrics.answers import FAULTS, STOP_CODES
from rtclens.wire.peermetrics.service import ROUTES

from .player import START, Page, Player, answer, recorded, sample

PATHS = ["/v1" + path for path in ROUTES]
METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", ""]
WORDS = ["addConnection", "removePeer", "onicecandidate", "onsignalingstatechange", "peerDetails", "unload", "tabFocus"]
MEMBERS = ["eventName", "peerId", "connectionId", "trackId", "event", "data", "delta", "focus", "devices", "meta"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(WORDS)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=6), inner),
    max_leaves=12,
)


def is_accounted_for(handled: Handled) -> bool:
    """Every request yields events or refusals, or is known to say nothing of its own."""
    batches = [item for item in handled.items if isinstance(item, Batch)]
    refusals = [item for item in handled.items if isinstance(item, Refusal)]
    expected = {
        "accepted": len(batches) == 1 and bool(batches[0].events),
        "refused": not batches and bool(refusals),
        "duplicate": not batches and not refusals,
        "answered": not batches and not refusals,
    }
    return expected[handled.outcome] and all(refusal.code in CODES and refusal.message for refusal in refusals)


def is_answered(handled: Handled) -> bool:
    """The status is no server error, the body JSON, CORS everywhere."""
    response = handled.response
    body_fits = not response.body if response.status == 204 else json.loads(response.body) is not None
    return response.status < 500 and body_fits and "Access-Control-Allow-Origin" in response.headers


def is_storable(handled: Handled) -> bool:
    """The stream can encode whatever was decoded, and reads back what it wrote."""
    batches = [item for item in handled.items if isinstance(item, Batch)]
    stored = msgspec.msgpack.encode(batches)
    return msgspec.msgpack.encode(msgspec.msgpack.decode(stored, type=list[Batch])) is not None


@given(st.sampled_from(METHODS) | st.text(max_size=8), st.sampled_from(PATHS) | st.text(), st.binary(max_size=300))
def test_any_bytes_on_any_path(method: str, path: str, body: bytes) -> None:
    """No request raises; each is accounted for and answered."""
    page = Page()
    handled = page.ask(Request(method, path, {}, body), START)
    assert is_accounted_for(handled)
    assert is_answered(handled)


@settings(max_examples=300)
@given(st.sampled_from(PATHS), st.sampled_from(["POST", "PUT"]), st.dictionaries(st.sampled_from(MEMBERS), values))
def test_any_object_of_a_session(path: str, method: str, body: dict[str, Any]) -> None:
    """An authenticated request may hold anything in any member."""
    page = Page().join().connect()
    ids = {"connectionId": page.connection} if "connectionId" not in body else {}
    raw = json.dumps({"token": page.token, **ids, **body}).encode()
    handled = page.send(method, path.removeprefix("/v1"), raw)
    assert is_accounted_for(handled)
    assert is_answered(handled)
    assert is_storable(handled)


rows = st.dictionaries(
    st.sampled_from(
        ["id", "timestamp", "kind", "codecId", "packetsReceived", "track", "type", "extra", "qpSum", "new"]
    ),
    values,
    max_size=6,
)
lists = st.lists(rows, max_size=3) | values
media = st.fixed_dictionaries({}, optional={"inbound": lists, "outbound": lists}) | values
bodies = st.fixed_dictionaries(
    {},
    optional={
        "audio": media,
        "video": media,
        "connection": rows | values,
        "remote": st.fixed_dictionaries({}, optional={"audio": media, "video": media}) | values,
        "more": values,
    },
)


@settings(max_examples=300)
@given(bodies, values, values)
def test_any_stats(data: dict[str, Any], delta: Any, taken: Any) -> None:
    """A stats body of any shape is a sample, a sign of life or refused; its copy changes nothing."""
    page = Page().join().connect()
    first = page.stats(data, delta=delta)
    again = page.stats(data, delta=delta)
    for handled in (first, again):
        assert is_accounted_for(handled)
        assert is_answered(handled)
        assert is_storable(handled)
    assert not any(isinstance(item, Batch) for item in again.items) or _is_empty(first)


def _is_empty(handled: Handled) -> bool:
    return any(type(event).__name__ == "Heartbeat" for item in handled.items for event in getattr(item, "events", []))


STATS = [
    exchange
    for scenario in ("happy", "firefox", "sfu", "turn-bad", "call-basic", "two-peers-at-once")
    for exchange in recorded(scenario)
    if exchange.path == "/v1/stats"
]


def test_the_fast_and_the_slow_way_read_the_same() -> None:
    """A real body gives the same reports whether it is read in one typed pass or member by member."""
    for exchange in STATS:
        raw = exchange.body.encode()
        fast = stats_room.read(raw, 1_000)
        marked = json.loads(raw)
        marked["newMember"] = 1  # what the typed pass does not know makes it give up
        slow = stats_room.read(json.dumps(marked).encode(), 1_000)
        assert msgspec.to_builtins(fast.stats) == msgspec.to_builtins(slow.stats)
        assert fast.mark == slow.mark


def test_real_bodies_take_the_fast_way() -> None:
    """Chromium and Firefox send nothing that the typed pass does not know."""
    decode = stats_room.DECODER.decode
    assert STATS
    assert all(decode(exchange.body) for exchange in STATS)


@given(st.integers(0, len(STATS) - 1), st.integers(0, 40), st.sampled_from([None, "text", [], {}, True, -1, 1e308]))
def test_one_odd_member_costs_only_itself(which: int, place: int, odd: Any) -> None:
    """A member of the wrong type leaves every other measurement of the sample as it was."""
    body = json.loads(STATS[which].body)
    inbound = [row for kind in ("audio", "video") for row in body["data"][kind]["inbound"]]
    if not inbound:
        return
    member = sorted(set(inbound[0]) - {"id", "timestamp", "type", "track"})[place % 20]
    whole = stats_room.read(json.dumps(body).encode(), 1_000).stats
    inbound[0][member] = odd
    damaged = stats_room.read(json.dumps(body).encode(), 1_000).stats
    ignored = {member, "extra", "kind"}
    kept = {name: value for name, value in msgspec.to_builtins(whole.inbound_rtp[0]).items() if name not in ignored}
    assert kept.items() <= msgspec.to_builtins(damaged.inbound_rtp[0]).items()
    assert msgspec.to_builtins(whole.inbound_rtp[1:]) == msgspec.to_builtins(damaged.inbound_rtp[1:])


def test_every_fault_counts_as_a_known_refusal() -> None:
    """Each error code has a status, a reason that is counted, and something to do about it."""
    for fault in FAULTS.values():
        assert fault.refusal in CODES
        assert 400 <= fault.status < 600
        assert fault.message
        assert fault.hint
    assert set(FAULTS) >= STOP_CODES
    assert {code for code in STOP_CODES if FAULTS[code].status not in (400, 403)} == set()


def test_passing_conditions_never_stop_a_client() -> None:
    """D9: a repeat is wanted after 429 and 503, so neither carries a stop code."""
    assert {FAULTS[code].status for code in ("rate_limited", "overloaded")} == {429, 503}
    assert not STOP_CODES & {"rate_limited", "overloaded", "payload_too_large", "connection_not_found"}


def test_equal_requests_give_equal_events() -> None:
    """The same requests at the same times give byte-identical batches and answers."""
    runs = [Player().play(recorded("sfu")) for _ in range(2)]
    assert msgspec.json.encode(runs[0].batches) == msgspec.json.encode(runs[1].batches)
    assert [handled.response for handled in runs[0].handled] == [handled.response for handled in runs[1].handled]


def test_a_sample_keeps_every_member_it_came_with() -> None:
    """A4: what the browser measured is in the reports under its own name, or in `extra`."""
    page = Page().join().connect()
    page.stats(sample(1e12, jitter=0.004, audioLevel=0.5, mid="0"))
    report = page.batches[-1].events[0].stats.inbound_rtp[0]  # type: ignore[union-attr]
    assert (report.jitter, report.audioLevel, report.mid, report.kind) == (0.004, 0.5, "0", "audio")
    codec = page.batches[-1].events[0].stats.codec[0]  # type: ignore[union-attr]
    assert (codec.id, codec.mimeType, codec.clockRate, codec.payloadType) == ("C1", "audio/opus", 48_000, 111)
    assert answer(page.handled[-1]) == ""
