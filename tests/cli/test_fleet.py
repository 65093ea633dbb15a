"""`rtclens fleet` on a data folder that no server holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.query.test_fleet import many
from tests.query.world import World

from rtclens.access import Access
from rtclens.cli import main
from rtclens.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app whose calls go badly through one of its relays, and one without calls."""
    access = Access.open(tmp_path)
    app = access.create_app("shop")
    access.create_app("empty")
    access.close()
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    world = World()
    many(world, app.id, bad="two.example")
    world.write(store)
    store.close()
    return tmp_path


def run(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["fleet", *words, "--data", str(folder)])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_bad_calls_share_is_told(folder: Path) -> None:
    found = json.loads(run(folder, "--app", "shop", "--json"))
    assert [(one["axis"], one["value"]) for one in found["findings"]] == [("turn", "two.example")]
    text = run(folder, "--since", "7d")
    assert "TURN server two.example" in text and "people with another TURN server" in text


def test_an_app_and_a_span_without_calls(folder: Path) -> None:
    assert json.loads(run(folder, "--app", "empty", "--json"))["people"] == 0
    assert json.loads(run(folder, "--since", "2020-01-01", "--until", "2020-01-02T00:00:00Z", "--json"))["people"] == 0


@pytest.mark.parametrize(
    "words", [("--app", "none"), ("--since", "yesterday"), ("--since", "1h", "--until", "2h"), ("--since", "5x")]
)
def test_what_cannot_be_asked(folder: Path, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, ["fleet", *words, "--data", str(folder)])
    assert done.exit_code in (1, 2) and "Traceback" not in done.output


def test_a_folder_without_a_store(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["fleet", "--data", str(tmp_path)])
    assert done.exit_code == 1 and "no store" in done.output
