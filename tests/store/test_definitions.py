"""A disk that is full while tables are made or changed does not cost the store."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

from rtclens.store import Store, StoreError, definitions

Usage = namedtuple("Usage", "total used free")


def _made(folder: Path) -> str:
    """The DSN of a store with its tables and a row."""
    dsn = f"chdb://{folder}/store"
    store = Store.open(dsn)
    store.migrate()
    store.command("INSERT INTO migrations (version, name) VALUES (4000, 'a row')")
    store.close()
    return dsn


def _definition(folder: Path, table: str) -> Path:
    (path,) = folder.glob(f"store/store/*/*/{table}.sql")
    return path


@pytest.mark.parametrize("left", [0, 100])
def test_a_definition_that_was_cut_off_is_put_back(tmp_path: Path, left: int) -> None:
    dsn = _made(tmp_path)
    path = _definition(tmp_path, "migrations")
    path.write_bytes(path.read_bytes()[:left])
    store = Store.open(dsn)
    assert store.query("SELECT count() FROM migrations WHERE version = 4000").rows[0][0] == 1
    assert store.migrate() == []
    store.close()


def test_a_table_that_was_only_being_made_is_made_again(tmp_path: Path) -> None:
    """Its migration was not noted yet."""
    dsn = _made(tmp_path)
    store = Store.open(dsn)
    (last,) = store.query("SELECT max(version) FROM migrations WHERE version < 4000").rows[0]
    store.command("CREATE TABLE being_made (a Int64) ENGINE = MergeTree ORDER BY a")
    store.close()
    path = _definition(tmp_path, "being_made")
    path.write_bytes(path.read_bytes()[:30])
    store = Store.open(dsn)
    assert last
    assert store.query("EXISTS TABLE being_made").rows[0][0] == 0
    store.close()


def test_a_store_that_somebody_has_open_is_left_alone(tmp_path: Path) -> None:
    dsn = _made(tmp_path)
    store = Store.open(dsn)
    path = _definition(tmp_path, "migrations")
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    definitions.heal(tmp_path / "store")
    assert path.read_bytes() == whole[:100]
    path.write_bytes(whole)
    store.close()


def test_tables_are_not_changed_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dsn = _made(tmp_path)
    store = Store.open(dsn)
    monkeypatch.setattr(definitions.shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 5000))
    before = _definition(tmp_path, "refusals").read_bytes()
    store.keep_refused(3)  # says so and goes on: a full disk is no reason not to start
    assert _definition(tmp_path, "refusals").read_bytes() == before
    assert store.migrate() == []
    store.close()
    fresh = Store.open(f"chdb://{tmp_path}/fresh")
    with pytest.raises(StoreError, match="32 MiB"):
        fresh.migrate()
    fresh.close()
