"""Batches go into tables and come out equal."""

from __future__ import annotations

import pytest

from rtclens.model.events import Batch, Sample
from rtclens.model.stats import Certificate, InboundRtp, LocalCandidate, RemoteInboundRtp, Stats
from rtclens.model.stats import Codec as CodecReport
from rtclens.store import OpenCall, Repeats, Rows, Store

from .samples import START, Named, batch, every_kind, inbound, origin

SELDOM = ("local_candidate", "codec", "certificate")


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


def _second(number: int, seq: int, app_id: str, **changed: str) -> Batch:
    """A sample as a browser gives it: most reports share a time, one has its own and one has none."""
    now = START + 1000 * number + 0.25
    stats = Stats(
        inbound_rtp=[inbound(number)],
        remote_inbound_rtp=[RemoteInboundRtp(id="RI", timestamp=now - 400)],
        local_candidate=[
            LocalCandidate(id="L1", timestamp=now, port=9, address="10.0.0.x", extra={"n": [number // 100]}),
            LocalCandidate(id="L2"),
        ],
        codec=[CodecReport(id="C1", timestamp=now, mimeType=changed.get("codec", "video/VP8"))],
        certificate=[Certificate(id="F1", timestamp=now, fingerprint="AB")] if number % 3 else [],
    )
    stats.inbound_rtp[0].timestamp = now
    return Batch(origin(app_id), START + 1000 * number, [Sample(at=now + 2, connection="pc", stats=stats)], seq)


def test_what_does_not_change_is_stored_once_and_comes_back_in_every_sample(store: Store) -> None:
    """Lists that come, change, go and come back, over several writes: the batches are equal, the rows are few."""
    batches = [_second(number, number + 1, "rt-repeat") for number in range(40)]
    batches[20:30] = [_second(number, number + 1, "rt-repeat", codec="video/AV1") for number in range(20, 30)]
    repeats = Repeats()
    for at in range(0, 40, 8):
        rows = Rows(repeats)
        for each in batches[at : at + 8]:
            rows.add_batch(each, Named())
        store.append(rows)
    assert list(store.read_batches("rt-repeat", "call_1")) == batches
    assert list(store.replay([OpenCall("rt-repeat", "call_1")], 14, 17)) == batches[13:17]
    counts = [store.query(f"SELECT count() FROM {table} WHERE app_id = 'rt-repeat'").rows[0][0] for table in SELDOM]
    assert counts == [2, 3, 1]


def test_each_part_of_a_day_stands_by_itself(store: Store) -> None:
    """What ten minutes wrote needs nothing that came before, so old days can go."""
    batches = [_second(number, number + 1, "rt-slots") for number in (10, 11, 700, 701)]
    assert _stored(store, batches, Named()) == batches
    store.command("ALTER TABLE codec DELETE WHERE app_id = 'rt-slots' AND seq < 700 SETTINGS mutations_sync = 2")
    assert list(store.replay([OpenCall("rt-slots", "call_1")], 700)) == batches[2:]


@pytest.mark.parametrize("missing", ["samples", "codec"])
def test_rows_that_were_stored_before_a_crash_fit_those_written_after_it(store: Store, missing: str) -> None:
    """A sample that is stored without its codec, or the other way round, is completed by whoever comes next."""
    app_id = f"rt-crash-{missing}"
    batches = [_second(number, number + 1, app_id, codec=f"video/{number // 2}") for number in range(6)]
    _stored(store, batches, Named())
    store.command(f"ALTER TABLE {missing} DELETE WHERE app_id = '{app_id}' AND seq > 3 SETTINGS mutations_sync = 2")
    again = Rows()
    tables = ("samples", "inbound_rtp", "remote_inbound_rtp", "local_candidate", "codec", "certificate")
    for each in batches[3:]:
        found = [
            table
            for table in tables
            if store.query(f"SELECT 1 FROM {table} WHERE app_id = '{app_id}' AND seq = {each.seq}").rows
        ]
        again.add_batch(each, Named(), found)
    store.append(again)
    assert list(store.read_batches(app_id, "call_1")) == batches
