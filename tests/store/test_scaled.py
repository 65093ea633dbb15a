"""Numbers stored as multiples of a unit come out to the last bit, everywhere under the standard's names."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtclens.model.events import Batch, Sample
from rtclens.model.stats import InboundRtp, Stats
from rtclens.store import Rows, Store, native, scaled
from rtclens.store.readonly import ReadOnly

from .samples import START, Named, origin, sums

US = 1_000_000
COUNTS = st.integers(0, 2**51 // 1000)
VALUES = st.one_of(
    st.none(),
    st.floats(),
    st.integers(-(2**70), 2**70),
    COUNTS.map(lambda n: n / US),
    COUNTS.map(lambda n: n * (1 / US)),
    COUNTS.map(lambda n: n / 1000),
    st.tuples(COUNTS, st.integers(0, 3000)).map(lambda made: _after(made[0] / US, made[1])),
)


def _after(value: float, steps: int) -> float:
    """The float so many places further."""
    for _ in range(steps):
        value = math.nextafter(value, math.inf)
    return value


def _bits(value: float | None) -> bytes | None:
    """What tells floats apart, except a zero from minus zero, which a replay has always given back as zero."""
    return None if value is None else struct.pack("<d", value + 0.0)


def _read(store: Store, values: list[float | None], unit: int) -> list[float | None]:
    """The values after they went through a table of the engine."""
    data, rest = scaled.encode(values, unit)
    strays: native.Strays = {}
    columns = [("place", "Int64", native.encode("int", range(len(values)), {})), ("n", "Nullable(Int64)", data)]
    if rest is not None:
        columns.append(("rest", "Nullable(Float64)", native.encode_nullable("real", rest, strays)))
    store.command(
        "CREATE TABLE IF NOT EXISTS scaled_try (place Int64, n Nullable(Int64), rest Nullable(Float64)) ENGINE = Memory"
    )
    store.command("TRUNCATE TABLE scaled_try")
    store.insert(("scaled_try", len(values), native.block(len(values), columns)))
    rows = store.query(f"SELECT {scaled.reading('n', 'rest', unit)}, n FROM scaled_try ORDER BY place").rows
    store.command("DROP TABLE scaled_try")
    assert [row[0] for row in rows if row[1] is not None] == [
        scaled.value(row[1], unit) for row in rows if row[1] is not None
    ]
    return [strays.get(place, row[0]) for place, row in enumerate(rows)]


@pytest.mark.parametrize("unit", [US, 32767])
@settings(deadline=None, max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=50))
def test_every_float_comes_back_to_the_last_bit(store: Store, unit: int, values: list[float | None]) -> None:
    """Whether it was divided, multiplied, added up or none of it: negative, huge, infinite, not a number."""
    found = _read(store, values, unit)
    assert [_same(value) for value in found] == [_same(value) for value in values]


def _same(value: float | None) -> object:
    if isinstance(value, int) and abs(value) > 2**53:
        return value if abs(value) > 1e308 else _bits(float(value))
    return "nan" if value is not None and value != value else _bits(value)


def test_what_browsers_count_needs_no_floats() -> None:
    """Microseconds, divided or multiplied, milliseconds, and sums that drifted are whole numbers all of them."""
    total, added = 0.0, []
    for _ in range(3000):
        total += 0.033
        added.append(total)
    for values in ([n / US for n in range(3000)], [n * (1 / US) for n in range(3000)], added):
        assert scaled.encode(values, US)[1] is None


def test_sums_read_alike_through_every_door(store: Store) -> None:
    """SQL, `SELECT *`, an export and a replay see the members under their names, as they came."""
    batches = [sums("sc-doors", number, number) for number in range(1, 4)]
    rows = Rows()
    for each in batches:
        rows.add_batch(each, Named())
    store.append(rows)
    assert list(store.read_batches("sc-doors", "call_1")) == batches
    expected = [_video(each).jitterBufferDelay for each in batches]
    where = "FROM inbound_rtp WHERE id = 'IV' ORDER BY seq"
    sql = ReadOnly(store.dsn)
    answer = sql.run(f"SELECT jitterBufferDelay, totalInterFrameDelay, totalDecodeTime {where}", ("sc-doors",))
    assert answer.rows == [[value, -0.5, 1e300] for value in expected]
    assert [column.type for column in answer.columns] == ["Nullable(Float64)"] * 3
    everything = sql.run(f"SELECT * {where}", ("sc-doors",))
    names = [column.name for column in everything.columns]
    assert [row[names.index("jitterBufferDelay")] for row in everything.rows] == expected
    assert [name for name in names if name.endswith("_scaled")] == []
    assert sql.run("SELECT count() FROM inbound_rtp FINAL", ("sc-doors",)).rows == [[6]]
    assert sql.run("SELECT count() FROM inbound_rtp", ("others",)).rows == [[0]]
    exported = b"".join(sql.export(f"SELECT jitterBufferDelay {where}", ("sc-doors",), "csv")).decode()
    assert [float(line) for line in exported.split()[1:]] == expected
    sql.close()


def _video(batch: Batch) -> InboundRtp:
    (sample,) = batch.events
    assert isinstance(sample, Sample)
    assert sample.stats.inbound_rtp
    return sample.stats.inbound_rtp[0]


def test_a_value_that_no_column_holds_is_kept_beside(store: Store) -> None:
    """A member that is a huge whole number is null in SQL and back after a replay, with neighbours that fit."""
    reports = [InboundRtp(id="A", jitter=0.25), InboundRtp(id="B", jitter=10**400)]
    odd = Batch(origin("sc-odd"), START, [Sample(at=START, connection="pc", stats=Stats(inbound_rtp=reports))], 1)
    rows = Rows()
    rows.add_batch(odd, Named())
    store.append(rows)
    assert list(store.read_batches("sc-odd", "call_1")) == [odd]
