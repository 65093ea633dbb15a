"""The schema of a cluster, as far as one embedded engine can tell: it parses every statement and runs what it can.

Creating replicated tables needs a Keeper and `ON CLUSTER` a cluster; docs/scale.md says what that leaves untested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtclens.store.engine import Engine
from rtclens.store.migrate import available, statements

CLUSTER = "telemetry"
REPLICATED = re.compile(r"Replicated(\w+)\('/clickhouse/tables/\{shard\}/\{database\}/\{table\}', '\{replica\}'(?:, )?")
DISTRIBUTED = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+) ON CLUSTER '\w+' AS (\w+)\nENGINE = Distributed\((.*)\)")


def _all() -> list[str]:
    return [statement for migration in available() for statement in statements(migration.text, CLUSTER)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("cluster")
    with Engine(f"chdb://{folder}/store") as opened:
        yield opened


def test_every_statement_parses_and_names_the_cluster(engine: Engine) -> None:
    """The engine's own parser takes each statement with ON CLUSTER, Replicated and Distributed in it."""
    with engine.client() as client:
        for statement in _all():
            is_copy = statement.startswith("INSERT INTO ")  # goes through distributed tables, from one node to all
            assert is_copy or f"ON CLUSTER '{CLUSTER}'" in statement
            assert client.query(f"EXPLAIN AST {statement}").result_rows


def test_data_lies_in_replicated_tables_behind_distributed_ones() -> None:
    """No table of a cluster is on one machine only."""
    tables = [statement for statement in _all() if statement.startswith("CREATE TABLE")]
    kinds = [(bool(REPLICATED.search(one)), bool(DISTRIBUTED.match(one))) for one in tables]
    assert all(replicated != distributed for replicated, distributed in kinds)
    assert 0 < kinds.count((True, False)) <= kinds.count((False, True))  # one that gained columns is made again


def test_the_tables_can_be_made_and_their_shards_be_told(engine: Engine) -> None:
    """Without Keeper and cluster the same text makes tables; the columns that decide the shard are in each of them."""
    with engine.client() as client:
        for statement in _all():
            found = DISTRIBUTED.match(statement)
            if statement.startswith("INSERT INTO "):  # the views that stand for distributed tables here take no rows
                client.command(re.sub(r"INSERT INTO (\w+)", r"INSERT INTO \1_local", statement))
            elif found:
                name, local, arguments = found.groups()
                key = arguments.split(", ", 3)[3]
                client.query(f"SELECT {key} FROM {local}")
                client.command(f"CREATE VIEW {name} AS SELECT * FROM {local}")
            else:
                plain = REPLICATED.sub(r"\1(", statement).replace(f" ON CLUSTER '{CLUSTER}'", "")
                client.command(plain)
        tables = {row[0] for row in client.query("SHOW TABLES").result_rows}
    assert {"samples", "samples_local", "inbound_rtp", "calls"} <= tables
