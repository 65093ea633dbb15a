"""Minutes follow the slices, also those that an analysis wrote anew, and those of an older schema."""

from __future__ import annotations

import msgspec

from rtclens.model.facts import TrackSlice
from rtclens.store import Rows, Store
from rtclens.store.migrate import available, statements

START = 1_795_132_800_000.0


def _slice(app_id: str, second: int, verdict: str, revision: int, **more: object) -> TrackSlice:
    slice_ = TrackSlice(
        app_id=app_id, call_id="call", participant_id="ann", session_id="s", connection_id="c", track_id="t",
        kind="video", direction="inbound", at=START + 1000 * second, covered_s=5.0, verdict="good", revision=revision,
    )  # fmt: skip
    return msgspec.structs.replace(slice_, verdict=verdict, **more)


def _write(store: Store, *slices: TrackSlice) -> None:
    rows = Rows()
    rows.add_facts(slices)
    store.append(rows)


def _minutes(store: Store, app_id: str) -> list[tuple[object, ...]]:
    found = store.query(
        "SELECT toUnixTimestamp(minute) - 1795132800, groupBitOr(bad_slots), groupBitOr(good_slots), sum(frozen_s),"
        f" sum(seen_s) FROM participant_minutes WHERE app_id = '{app_id}' GROUP BY minute ORDER BY minute"
    )
    return [tuple(row) for row in found.rows]


def test_each_minute_has_bits_for_its_slots_and_sums(store: Store) -> None:
    _write(
        store,
        _slice("min-bits", 5, "good", 1, freeze_ratio=0.0),
        _slice("min-bits", 20, "bad", 1, freeze_ratio=0.5, covered_s=10.0),
        _slice("min-bits", 60, "good", 1),
        _slice("min-bits", 65, "bad", 1),
        _slice("min-bits", 70, "bad", 1, direction="outbound"),
    )
    assert _minutes(store, "min-bits") == [(0, 0b1100, 0b100000000001, 5.0, 15.0), (60, 1, 0, 0.0, 0.0)]


def test_what_is_concluded_anew_takes_the_place_of_the_old(store: Store) -> None:
    _write(store, _slice("min-again", 5, "bad", 1, freeze_ratio=1.0))
    _write(store, _slice("min-again", 5, "good", 2, freeze_ratio=0.0))
    store.erase_versions("min-again", "call", 2)
    assert _minutes(store, "min-again") == [(0, 0, 1, 0.0, 5.0)]


def test_slices_of_an_older_schema_are_summed_up_once(store: Store) -> None:
    (migration,) = [one for one in available() if one.name == "participant_minutes"]
    store.command("DROP TABLE participant_minutes_of_slices SYNC")
    store.command("TRUNCATE TABLE participant_minutes")
    _write(store, _slice("min-old", 5, "bad", 1, freeze_ratio=1.0))
    assert _minutes(store, "min-old") == []
    for _ in range(2):
        for statement in statements(migration.text):
            store.command(statement)
    assert _minutes(store, "min-old") == [(0, 1, 0, 5.0, 5.0)]
