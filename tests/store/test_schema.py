"""The tables are the model: a member without a column, or with another name, fails here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rtclens.access.model import Retention
from rtclens.model.facts import FACTS, Call
from rtclens.model.stats import REPORTS
from rtclens.store import Rows, Store
from rtclens.store.columns import REAL, TABLES, VERSIONS, report_columns
from rtclens.store.migrate import available, statements
from rtclens.store.retention import marks

UPGRADE = Path(__file__).with_name("upgrade.py")


def _columns(store: Store, table: str) -> list[tuple[str, str]]:
    found = store.query(
        "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}"
        " ORDER BY position",
        {"table": table},
    )
    return [(name, kind) for name, kind in found.rows]


@pytest.mark.parametrize("table", TABLES)
def test_each_table_has_the_columns_that_rows_are_written_to(store: Store, table: str) -> None:
    """The migrations and the encoder agree on every name, type and order."""
    found = _columns(store, table)
    if table != "refusals":  # refused input has days of its own
        assert found.pop() in [("expires_on", "Date"), ("expires_on", "SimpleAggregateFunction(max, Date)")]
    assert found == [(column.name, column.type) for column in TABLES[table]]


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {"refusals"}))
def test_each_table_has_rows_removed_by_the_engine(store: Store, table: str) -> None:
    """Whatever is stored can expire, and does not before somebody says so."""
    assert "TTL expires_on" in store.query(f"SHOW CREATE TABLE {table}").rows[0][0]
    assert {mark.table for mark in marks(Retention(1, 1, 1, 1, 1), "")} >= {table}


@pytest.mark.parametrize("cls", REPORTS)
def test_sql_shows_the_standard_s_members_and_types(store: Store, cls: type) -> None:
    """However the values are stored: a type is read under its own name, its members under theirs."""
    found = _columns(store, cls.table)
    assert found == [*((column.name, column.type) for column in report_columns(cls)), ("expires_on", "Date")]


@pytest.mark.parametrize("cls", REPORTS)
def test_every_member_of_the_standard_is_a_column_of_its_type_s_table(store: Store, cls: type) -> None:
    """`inbound-rtp` is `inbound_rtp`, and its members keep their names."""
    assert set(cls.__struct_fields__) < {name for name, _ in _columns(store, cls.table)}


@pytest.mark.parametrize("cls", FACTS)
def test_every_fact_is_a_view_with_its_fields(store: Store, cls: type) -> None:
    """`SELECT … FROM calls` has exactly the fields of the fact."""
    assert [name for name, _ in _columns(store, cls.table)] == list(cls.__struct_fields__)


def test_members_listed_as_fractions_exist() -> None:
    """A misspelt name in the list would silently make a column of whole numbers."""
    assert {name for cls in REPORTS for name in cls.__struct_fields__} > REAL


def test_every_table_says_what_it_is(store: Store) -> None:
    """Tables and views carry a description that SQL pages show."""
    found = store.query("SELECT name, comment FROM system.tables WHERE database = currentDatabase()")
    assert [name for name, comment in found.rows if not comment] == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    """A migration is applied once and remembered."""
    assert store.migrate() == []
    applied = store.query("SELECT version, name FROM migrations ORDER BY version").rows
    assert [tuple(row) for row in applied] == [(each.version, each.name) for each in available()]


def test_a_store_of_an_earlier_version_is_read_on(tmp_path: Path) -> None:
    """Migrations that were interrupted are repeated, and what was stored before answers as what is written after."""
    subprocess.run([sys.executable, str(UPGRADE), str(tmp_path)], check=True)


@pytest.mark.parametrize("migration", available(), ids=lambda migration: migration.name)
def test_the_same_text_serves_a_cluster(migration: object) -> None:
    """On a cluster every table is replicated, holds its data under `_local`, and is reached through its plain name."""
    node, cluster = (list(statements(migration.text, name)) for name in ("", "main"))  # type: ignore[attr-defined]
    assert not [text for text in [*node, *cluster] if "{{" in text]
    created = [text.split("IF NOT EXISTS ")[1].split()[0] for text in node if text.startswith("CREATE TABLE")]
    for table in created:
        assert f"CREATE TABLE IF NOT EXISTS {table}_local ON CLUSTER 'main'" in "\n".join(cluster)
        assert f"CREATE TABLE IF NOT EXISTS {table} ON CLUSTER 'main' AS {table}_local" in "\n".join(cluster)
    replicated = "\n".join(cluster)
    assert replicated.count("ENGINE = Replicated") == len(created)
    assert replicated.count("'{replica}'") == len(created)


def test_versions_tables_hold_all_versions_and_views_the_newest(store: Store) -> None:
    """Each fact has both."""
    names = {row[0] for row in store.query("SELECT name FROM system.tables WHERE database = currentDatabase()").rows}
    assert {cls.table for cls in FACTS} | {cls.table + VERSIONS for cls in FACTS} <= names


def test_a_condition_sees_only_the_newest_version(store: Store) -> None:
    """What was true of an earlier version is not found, however early the engine applies conditions."""
    for revision, verdict in ((1, "bad"), (2, "good")):
        rows = Rows()
        rows.add_facts([Call(app_id="sc-newest", call_id="call", verdict=verdict, revision=revision)])
        store.append(rows)
    asked = "SELECT verdict FROM calls WHERE app_id = 'sc-newest' AND call_id = 'call'"
    assert store.query(f"{asked} AND verdict = 'bad'").rows == []
    assert store.query(f"{asked} AND verdict = 'good'").rows == [("good",)]
