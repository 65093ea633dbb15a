"""`rtclens delete` and `rtclens retention` on a data folder that no server holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.query.world import T0, World, sample

from rtclens.access import Access
from rtclens.cli import main
from rtclens.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two calls of one app."""
    access = Access.open(tmp_path)
    app = access.create_app("shop")
    access.close()
    store = Store.open(f"chdb://{tmp_path}/store")
    store.migrate()
    world = World()
    for name in ("one", "two"):
        call = world.call(app.id, name)
        for person in ("ann", "bob"):
            world.batch(world.person(call, person), T0, [sample(T0, 1)])
    world.write(store)
    store.close()
    return tmp_path


def run(folder: Path, *words: str) -> Any:
    done = CliRunner().invoke(main, [*words, "--data", str(folder), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_a_person_then_the_call_then_everything_is_erased(folder: Path) -> None:
    first = run(folder, "delete", "--call", "room-one", "--participant", "user-ann", "--yes")
    assert (first["removed"]["samples"], first["remaining"]) == (1, {})
    second = run(folder, "delete", "--call", "one", "--yes")
    assert (second["removed"]["samples"], second["removed"]["calls_versions"], second["remaining"]) == (1, 1, {})
    assert run(folder, "delete", "--app", "shop", "--yes")["removed"]["samples"] == 2
    assert run(folder, "delete", "--app", "shop", "--yes")["removed"] == {}


@pytest.mark.parametrize("words", [(), ("--participant", "x"), ("--call", "x", "--app", "y"), ("--call", "none")])
def test_what_is_not_named_or_not_there_is_not_erased(folder: Path, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, ["delete", *words, "--yes", "--data", str(folder)])
    assert done.exit_code in (1, 2)


def test_retention_is_shown_changed_and_applied(folder: Path) -> None:
    assert run(folder, "retention", "shop")["retention"]["full_days"] is None
    changed = run(folder, "retention", "shop", "--full", "30", "--windows", "90", "--after-call", "--apply")
    assert changed["retention"]["window_days"] == 90
    assert changed["retention"]["after_call"] is True
    again = run(folder, "retention", "shop", "--full", "forever", "--windows", "forever", "--no-after-call")
    assert again["retention"]["full_days"] is None
