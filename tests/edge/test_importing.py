"""Importing: files become the calls they show, once, whatever was stored of them before."""

from pathlib import Path

import pytest

from rtclens.edge.importing import Importer
from rtclens.edge.offline import analyse
from rtclens.edge.positions import FIRST_IMPORTED, Positions, is_of
from rtclens.model.facts import Finding

DUMPS = Path(__file__).parent.parent / "data" / "dumps"
A, B = DUMPS / "impair-a.dump.gz", DUMPS / "impair-b.dump.gz"
NOW = 1_800_000_000_000.0


def counted(store, app: str) -> dict[str, int]:
    tables = ("samples", "events", "inbound_rtp", "calls", "participants", "sessions", "findings", "track_slices")
    return {
        table: store.query(f"SELECT count() FROM {table} WHERE app_id = {{a:String}}", {"a": app}).rows[0][0]
        for table in tables
    }


def importer(store, now: float = NOW) -> Importer:
    return Importer(store, "standard", lambda: now)


def test_two_files_of_a_call_give_what_their_analysis_gives(store):
    done = importer(store).run("together", [A, B], "the call")
    assert [call.external_id for call in done.calls] == ["the call"]
    found = store.query("SELECT detector, cause_segment FROM findings WHERE app_id = 'together' ORDER BY ALL").rows
    offline = analyse([A, B], "the call").of(Finding)
    assert sorted(tuple(row) for row in found) == sorted((one.detector, one.cause_segment) for one in offline)
    assert counted(store, "together")["participants"] == 2


def test_importing_again_changes_nothing(store):
    first = importer(store).run("again", [A], "again")
    before = counted(store, "again")
    second = importer(store, NOW + 60_000).run("again", [A], "again")
    assert first.new_batches > 0
    assert second.new_batches == 0
    assert second.calls == first.calls
    assert counted(store, "again") == before


def test_files_imported_one_by_one_become_the_call_they_are_together(store):
    importer(store).run("apart", [B], "call")
    importer(store, NOW + 60_000).run("apart", [A], "call")
    importer(store).run("at once", [A, B], "call")
    assert counted(store, "apart") == counted(store, "at once")
    assert counted(store, "apart")["calls"] == 1
    told = "SELECT detector, opened_at, cause_segment FROM findings WHERE app_id = {a:String} ORDER BY ALL"
    assert store.query(told, {"a": "apart"}).rows == store.query(told, {"a": "at once"}).rows


def test_what_is_no_dump_is_refused_and_kept(store, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("nothing to see")
    done = importer(store).run("refused", [path])
    assert done.calls == []
    assert done.files[0].refused == {"unknown_format": 1}
    assert store.query("SELECT code FROM refusals WHERE app_id = 'refused'").rows[0][0] == "unknown_format"


def test_addresses_are_masked_before_they_are_stored(store):
    importer(store).run("masked", [A], "masked")
    rows = store.query("SELECT DISTINCT address FROM local_candidate WHERE app_id = 'masked' AND address IS NOT NULL")
    assert rows.rows
    assert all(text.endswith((".0", "::", ".local", "127.0.0.1", "::1")) or text == "" for (text,) in rows.rows)


@pytest.mark.parametrize("times", [[5.0] * 200, [5.0, 6.0, 5.5, 900.0]])
def test_positions_rise_and_say_whose_they_are(times):
    positions = Positions(77)
    given = [positions.next(at) for at in times]
    assert given == sorted(set(given))
    assert all(FIRST_IMPORTED <= one < 1 << 63 for one in given)
    assert all(is_of(one, 77) and not is_of(one, 78) for one in given)
    assert not is_of(77 << 6, 77)
