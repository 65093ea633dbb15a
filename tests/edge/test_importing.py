"""Importing: files become the calls they show, once, whatever was stored of them before."""

import gzip
import json
from pathlib import Path

import pytest

from rtclens.edge.importing import Importer
from rtclens.edge.kinship import related
from rtclens.edge.offline import analyse
from rtclens.edge.positions import FIRST_IMPORTED, Positions, is_of
from rtclens.model.facts import Finding
from rtclens.pipeline.rules import read_rules

DUMPS = Path(__file__).parent.parent / "data" / "dumps"
A, B = DUMPS / "impair-a.dump.gz", DUMPS / "impair-b.dump.gz"
NOW = 1_800_000_000_000.0
AT = 1_795_000_000_000
RULE = """
[[rule]]
id = "acme_long_way"
title = "The round trip is longer than our promise"
subject = ["link"]
metric = "rtt_s"
unit = "s"
above = 0.1
need_s = 4
of_s = 5
"""


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


def sampled(folder: Path, name: str, *people: tuple[str, str]) -> Path:
    """A file of ObserveRTC samples of several clients in several calls, second by second."""
    lines = []
    for second in range(20):
        for call, client in people:
            sample = {"callId": call, "clientId": client, "timestamp": AT + 1000 * second, "sampleSeq": second}
            lines.append(json.dumps({**sample, "peerConnections": [connection(client, second)]}))
    path = folder / name
    path.write_text("\n".join(lines))
    return path


def connection(client: str, second: int) -> dict:
    at = AT + 1000 * second
    track = {"timestamp": at, "id": "I1", "ssrc": 7, "kind": "audio", "packetsReceived": 50 * second}
    return {"peerConnectionId": f"pc-{client}", "inboundRtps": [track]}


def test_every_call_of_a_file_is_imported_and_listed(store, tmp_path):
    path = sampled(tmp_path, "fleet.jsonl", ("red", "ann"), ("blue", "bob"), ("red", "cid"))
    done = importer(store).run("several", [path])
    assert sorted(call.external_id for call in done.calls) == ["blue", "red"]
    assert counted(store, "several")["participants"] == 3
    again = importer(store, NOW + 60_000).run("several", [path])
    assert (again.new_batches, again.calls) == (0, done.calls)


def test_a_later_call_of_a_file_joins_what_is_stored_of_it(store, tmp_path):
    importer(store).run("joined", [sampled(tmp_path, "first.jsonl", ("blue", "bob"))])
    second = sampled(tmp_path, "second.jsonl", ("red", "ann"), ("blue", "cid"))
    done = importer(store, NOW + 60_000).run("joined", [second])
    assert sorted(call.external_id for call in done.calls) == ["blue", "red"]
    assert counted(store, "joined")["calls"] == 2
    people = "SELECT p.external_id FROM participants p JOIN calls c USING (app_id, call_id)"
    of_blue = f"{people} WHERE app_id = 'joined' AND c.external_id = 'blue' ORDER BY ALL"
    assert store.query(of_blue).rows == [("bob",), ("cid",)]


def test_files_without_a_name_are_one_call_where_they_show_both_ends_of_a_connection(store, tmp_path):
    files = [unnamed(path, tmp_path) for path in (A, B, DUMPS / "turn-bad-0.dump.gz")]
    done = importer(store).run("kin", files)
    assert [call.external_id for call in done.calls].count("impair-a") == 1
    assert len(done.calls) == 2
    assert related(files) == [files[:2], files[2:]]


def unnamed(path: Path, folder: Path) -> Path:
    """The dump without what names its call."""
    magic, told, rest = gzip.decompress(path.read_bytes()).split(b"\n", 2)
    told = json.dumps({**json.loads(told), "url": ""}).encode()
    bare = folder / path.name.removesuffix(".gz")
    bare.write_bytes(b"\n".join([magic, told, rest]))
    return bare


def test_imports_are_judged_by_the_rules_of_the_installation(store):
    custom = read_rules(RULE)
    Importer(store, "standard", lambda: NOW, lambda: custom).run("ruled", [A])
    found = store.query("SELECT DISTINCT detector FROM findings WHERE app_id = 'ruled'").rows
    assert ("acme_long_way",) in found
