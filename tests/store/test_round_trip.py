"""Batches go into tables and come out equal."""

from __future__ import annotations

from rtclens.model.events import Batch, Sample
from rtclens.model.stats import InboundRtp, Stats
from rtclens.store import Rows, Store

from .samples import START, Named, batch, every_kind, origin


def _stored(store: Store, batches: list[Batch], identity: Named) -> list[Batch]:
    rows = Rows()
    for each in batches:
        rows.add_batch(each, identity)
    store.append(rows)
    return list(store.read_batches(batches[0].origin.app_id, identity.call_id))


def test_samples_come_back_equal(store: Store) -> None:
    """Counters, fractions, unknown members, maps and missing members survive, in the order of the stream."""
    batches = [batch("rt-samples", number, seq=10 + number) for number in range(5)]
    assert _stored(store, batches, Named()) == batches


def test_events_of_every_kind_come_back_equal(store: Store) -> None:
    """Events and samples of one batch keep their order; an empty sample stays a sample."""
    batches = [every_kind("rt-events", seq=7)]
    assert _stored(store, batches, Named()) == batches


def test_values_that_no_column_can_hold_survive(store: Store) -> None:
    """A fractional or huge counter is null in SQL, kept in `extra`, and back in its place after a replay."""
    report = InboundRtp(id="odd", packetsReceived=1.5, packetsLost=2**70, nackCount=3.0, extra={"bytesReceived": "x"})
    odd = Batch(origin("rt-odd"), START, [Sample(at=START, connection="pc", stats=Stats(inbound_rtp=[report]))], 3)
    assert _stored(store, [odd], Named()) == [odd]
    found = store.query("SELECT packetsReceived, packetsLost, nackCount FROM inbound_rtp WHERE app_id = 'rt-odd'")
    assert [tuple(row) for row in found.rows] == [(None, None, 3)]


def test_unlikely_times_are_stored(store: Store) -> None:
    """A sender whose clock is absurd neither breaks the insert nor loses its time."""
    odd = [
        Batch(origin("rt-clock"), START, [Sample(at=at, connection="pc", stats=Stats())], seq)
        for seq, at in enumerate((-5.0, 0.0, 1e300), 1)
    ]
    assert _stored(store, odd, Named()) == odd


def test_missing_is_null_and_not_zero(store: Store) -> None:
    """What the browser did not send is NULL; a zero it sent is 0."""
    _stored(store, [batch("rt-null", 0, seq=1)], Named())
    found = store.query("SELECT packetsLost, framesDecoded FROM inbound_rtp WHERE app_id = 'rt-null' AND id = 'IT1'")
    assert [tuple(row) for row in found.rows] == [(0, None)]


def test_windows_do_not_change_what_comes_back(store: Store) -> None:
    """Several calls interleaved in the stream come back in the stream's order."""
    batches = [batch("rt-two", number, seq=number + 1) for number in range(6)]
    for each in batches:
        rows = Rows()
        rows.add_batch(each, Named(call_id=f"call_{each.seq % 2}"))
        store.append(rows)
    calls = store.open_calls(committed=0, ceiling=6, ended_after=0.0)
    mine = [call for call in calls if call.app_id == "rt-two"]
    assert list(store.replay(mine)) == batches
    assert list(store.replay(mine, last=3)) == batches[:3]
