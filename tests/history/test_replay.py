"""Stored calls analysed again: the same digest every time, honest differences, and nothing left of what was wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from rtclens import analysis
from rtclens.access import Access
from rtclens.app.differences import differences
from rtclens.app.refold import Refolded, refold
from rtclens.app.sql import embedded_dsn
from rtclens.cli import main
from rtclens.demo.recording import load
from rtclens.model.events import Batch
from rtclens.model.facts import Finding, Participant
from rtclens.query.history import calls_between, conclusions, slices
from rtclens.query.scope import Scope, Span
from rtclens.store import Rows, Store
from truth.playback import batches

LATER = 4e12


def recorded(app_id: str) -> list[Batch]:
    """A call with faults, as the stream would have numbered it."""
    found = [item for item in batches(load("rtcstats-impair")) if isinstance(item, Batch)]
    for number, batch in enumerate(found):
        batch.seq = number + 1
        batch.origin = replace(batch.origin, app_id=app_id)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which one call is stored with its facts, as a worker leaves it."""
    path = tmp_path_factory.mktemp("data")
    access = Access.open(path)
    app_id = access.create_app("calls").id
    access.close()
    store = Store.open(embedded_dsn(path))
    store.migrate()
    rows = Rows()
    state = analysis.new_state()
    for batch in recorded(app_id):
        rows.add_batch(batch, analysis.fold(state, batch).identity)
    rows.add_facts(refold(recorded(app_id), LATER).facts.values())
    store.append(rows)
    store.close()
    return path


def ask(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, [*arguments, "--data", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["calls"]


def spoil(folder: Path) -> None:
    """Store a finding that nobody would conclude, another verdict and another score, as an older version might."""
    access = Access.open(folder)
    scope = Scope(tuple(access.every_app_id()))
    access.close()
    store = Store.open(embedded_dsn(folder))
    (call,) = calls_between(store, scope, Span(0.0, LATER))
    known = conclusions(store, call)
    finding = next(fact for fact in known if isinstance(fact, Finding))
    person = next(fact for fact in known if isinstance(fact, Participant))
    score = next(row for row in slices(store, call) if row.audio_mos)
    rows = Rows()
    rows.add_facts(
        [
            replace(finding, finding_id="find_gone", detector="tea_cold", revision=finding.revision + 1),
            replace(person, verdict="idle", revision=person.revision + 1),
            replace(score, audio_mos=1.5, revision=score.revision + 1),
        ]
    )
    store.append(rows)
    store.close()


def test_a_call_as_it_was_analysed_has_no_differences(folder: Path) -> None:
    (call,) = ask(folder, "replay")
    assert call["batches"] == len(recorded("x"))
    assert call["differences"] == []
    assert not call["written"]


def test_the_same_batches_give_the_same_bytes(folder: Path) -> None:
    digests = {refold(recorded("app"), LATER).digest() for _ in range(2)}
    assert len(digests) == 1
    (first,), (second,) = ask(folder, "replay"), ask(folder, "replay")
    assert first["digest"] == second["digest"]
    assert first["digest"] not in digests  # of another app: other ids


def test_what_is_concluded_otherwise_is_told_and_replaced(folder: Path) -> None:
    spoil(folder)
    (call,) = ask(folder, "replay")
    told = {(one["change"], one["table"]): one for one in call["differences"]}
    assert told.keys() == {("disappeared", "findings"), ("changed", "participants")}
    assert told["disappeared", "findings"]["id"] == "find_gone"
    assert told["changed", "participants"]["before"] == {"verdict": "idle"}
    (replaced,) = ask(folder, "replay", call["call_id"], "--write")
    assert replaced["written"]
    (after,) = ask(folder, "replay", "--write")
    assert (after["differences"], after["written"]) == ([], False)
    assert after["digest"] == call["digest"]


def test_scores_are_computed_again_and_told_by_track(folder: Path) -> None:
    spoil(folder)
    (told,) = ask(folder, "rescore")
    (change,) = told["changes"]
    assert (change["score"], change["changed"], told["written"]) == ("audio_mos", 1, False)
    assert change["before"] < change["after"]
    assert 0 < change["largest"] < 4
    (written,) = ask(folder, "rescore", told["external_id"], "--write")
    assert written["written"]
    (same,) = ask(folder, "rescore", "--write")
    assert (same["changes"], same["written"]) == ([], False)
    assert same["tracks"] == 8
    (rest,) = ask(folder, "replay")
    assert {one["table"] for one in rest["differences"]} == {"findings", "participants"}


def test_calls_are_chosen_by_time(folder: Path) -> None:
    assert ask(folder, "replay", "--to", "2001-01-01") == []
    assert len(ask(folder, "replay", "--from", "2001-01-01T00:00:00Z")) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["replay", "nobody-knows"], "no call has the id 'nobody-knows'"),
        (["replay", "--from", "yesterday"], "is no moment"),
        (["replay", __file__, "--write"], "import them to store them"),
        (["replay", __file__, "a-call"], "files are analysed by themselves"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, [*arguments, "--data", str(folder)])
    assert result.exit_code != 0
    assert message in result.output


def test_a_folder_without_a_store_is_no_history(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["replay", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "holds no store" in result.output


def test_a_file_is_compared_with_the_stored_call_of_its_id(folder: Path) -> None:
    dump = Path(__file__).parents[1] / "data" / "dumps" / "impair-a.dump.gz"  # one side of the same call
    (stored,) = ask(folder, "replay")
    (call,) = ask(folder, "replay", str(dump))
    assert call["external_id"] == stored["external_id"]
    assert call["digest"] != stored["digest"]
    assert "disappeared" in {one["change"] for one in call["differences"]}


def test_differences_of_nothing() -> None:
    assert differences([], []) == []
    assert Refolded(0, {}).digest() == Refolded(0, {}).digest()


RULES = """
[[rule]]
id = "acme_long_way"
title = "The round trip is longer than our promise"
subject = ["link"]
metric = "rtt_s"
above = 0.1
need_s = 4
of_s = 5

[[rule]]
id = "acme_never"
title = "No connection is that fast"
subject = ["link"]
metric = "bitrate_out_bps"
above = 1e12
"""


def test_rules_are_tried_on_history(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    result = CliRunner().invoke(main, ["backtest", str(rules), "--data", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    long_way, never = found["trials"]
    assert (found["calls"], long_way["id"], long_way["calls"]) == (1, "acme_long_way", 1)
    assert long_way["findings"] == len(long_way["examples"]) == long_way["beside_catalogue"] > 0
    assert long_way["per_call_hour"] == pytest.approx(long_way["findings"] / found["hours"], rel=0.02)
    assert (never["findings"], never["median_s"], never["examples"]) == (0, None, [])
    text = CliRunner().invoke(main, ["backtest", str(rules), "--data", str(folder)]).stdout
    assert "acme_never: nothing" in text
    (replayed,) = ask(folder, "replay", "--rules", str(rules))
    new = [one for one in replayed["differences"] if one["what"].startswith("acme_long_way")]
    assert {one["change"] for one in new} == {"appeared"}
    assert len(new) == long_way["findings"]


def test_rules_that_cannot_be_used_are_not_tried(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES.replace("rtt_s", "rtt"))
    result = CliRunner().invoke(main, ["backtest", str(rules), "--data", str(folder)])
    assert result.exit_code == 1
    assert "link has no metric 'rtt'" in result.output
