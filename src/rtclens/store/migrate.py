"""Numbered, forward-only migrations: one text for a node and for a cluster.

Enters: a client and the files in `migrations/`. Leaves: the schema, and a row in `migrations` for each file applied.
Every statement can be repeated (`IF NOT EXISTS`; a table is renamed while there is none of the new name), so a
migration that was interrupted is simply run again.

Slots in a file: `{{on_cluster}}` names the cluster; `{{engine X(args)}}` becomes the replicated form of X;
`{{local}}` is the suffix of the tables that hold the data where a distributed table carries the plain name, and
`{{distributed name}}` creates that table, `{{distributed_again name}}` makes it anew after columns changed and
`{{undistributed name}}` removes it; `{{rename a b}}` moves the data. On a single node most are empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_SLOT = re.compile(r"\{\{(\w+)(?: ([^}]*))?\}\}")
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
SHARD_KEY = "cityHash64(app_id, call_id)"  # a call lies whole on one shard; tables without calls name their own
_RENAME = re.compile(r"RENAME TABLE \w+ TO (\w+)")
_LEDGER = """
CREATE TABLE IF NOT EXISTS migrations{{on_cluster}}
(`version` UInt32, `name` String, `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = {{engine ReplacingMergeTree()}} ORDER BY version COMMENT 'Which migrations were applied, and when'
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    version: int
    name: str
    text: str


def available() -> list[Migration]:
    """All migrations of this version of the program, in order."""
    folder = files("rtclens.store") / "migrations"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".sql")), key=lambda path: path.name)
    return [Migration(int(path.name[:4]), path.name[5:-4], path.read_text(encoding="utf-8")) for path in paths]


def statements(text: str, cluster: str = "") -> Iterator[str]:
    """The statements of a migration with their slots filled, for a single node or for `cluster`."""
    filled = _SLOT.sub(lambda slot: _fill(slot[1], slot[2] or "", cluster), _COMMENT.sub("", text))
    for statement in filled.split(";\n"):
        if statement.strip():
            yield statement.strip()


def _fill(slot: str, argument: str, cluster: str) -> str:
    if slot == "engine":
        return _replicated(argument) if cluster else argument
    if slot == "rename":
        return "RENAME TABLE {}{local} TO {}{local}{on};\n".format(
            *argument.split(), local="_local" if cluster else "", on=f" ON CLUSTER '{cluster}'" if cluster else ""
        )
    if not cluster:
        return ""
    if slot == "on_cluster":
        return f" ON CLUSTER '{cluster}'"
    if slot == "local":
        return "_local"
    if slot == "distributed_again":
        name = argument.partition(" ")[0]
        return f"DROP TABLE IF EXISTS {name} ON CLUSTER '{cluster}' SYNC;\n" + _fill("distributed", argument, cluster)
    if slot == "undistributed":
        return f"DROP TABLE IF EXISTS {argument} ON CLUSTER '{cluster}' SYNC;\n"
    if slot == "distributed":
        name, _, key = argument.partition(" ")
        return (
            f"CREATE TABLE IF NOT EXISTS {name} ON CLUSTER '{cluster}' AS {name}_local\n"
            f"ENGINE = Distributed('{cluster}', currentDatabase(), '{name}_local', {key or SHARD_KEY});\n"
        )
    raise ValueError(f"unknown slot {slot}")


def _replicated(engine: str) -> str:
    """`X(a)` as `ReplicatedX('<path>', '{replica}', a)`; the server fills the macros in."""
    name, arguments = engine.rstrip(")").split("(", 1)
    path = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'"
    return f"Replicated{name}({path}{', ' + arguments if arguments else ''})"


def migrate(client: Any, cluster: str = "", before: Callable[[], None] = lambda: None) -> list[Migration]:
    """Apply what is missing; returns what was applied now. `before` is called before each statement."""
    for statement in statements(_LEDGER, cluster):
        client.command(statement)
    done = {row[0] for row in client.query("SELECT version FROM migrations").result_rows}
    missing = [migration for migration in available() if migration.version not in done]
    for migration in missing:
        run(client, migration, cluster, before)
        client.insert("migrations", [[migration.version, migration.name]], column_names=["version", "name"])
    return missing


def run(client: Any, migration: Migration, cluster: str = "", before: Callable[[], None] = lambda: None) -> None:
    """Execute a migration, or what an interruption left of it."""
    for statement in statements(migration.text, cluster):
        before()
        renamed = _RENAME.match(statement)
        if not (renamed and client.query(f"EXISTS TABLE {renamed[1]}").result_rows[0][0]):
            client.command(statement)
