"""Users' SQL: read-only, limited, and scoped to some apps by construction.

Enters: a query as a person typed it and the apps that the person may see. Leaves: columns and rows, or `SqlRefused`.

The engine itself adds the condition on `app_id` to every table that the query touches, wherever it touches it
(`additional_table_filters`). The query cannot change that: it is parsed by the engine first, and anything but a SELECT
over the project's tables with harmless functions is refused (`grammar.py`). Limits on time, memory and rows are the
engine's as well, and the connection is read-only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from rtclens.model.facts import FACTS
from rtclens.model.stats import REPORTS
from rtclens.store.columns import TABLES, UNDERLYING, report_columns
from rtclens.store.engine import Engine, StoreError
from rtclens.store.grammar import DUMP_FORMAT, Names, SqlRefused, check

READABLE = frozenset(TABLES) | {cls.table for cls in FACTS} | {cls.table for cls in REPORTS}
EXPORTS = {"csv": "CSVWithNames", "parquet": "Parquet", "arrow": "Arrow", "jsonl": "JSONEachRow"}
# A view has no comments of its own.
_MEANINGS = {(cls.table, column.name): column.comment for cls in REPORTS for column in report_columns(cls)}
_QUERY_ID = "log_comment"  # the one mark that every engine keeps with a running query

# Categories of functions that only compute, and functions of no category that only compute.
_CATEGORIES = (
    *("Arithmetic", "Arrays", "Bit", "Bitmap", "Comparison", "Conditional", "Dates and Times", "Distance"),
    *("Encoding", "Hash", "IP Address", "JSON", "Logical", "Map", "Mathematical", "Null", "Random Number"),
    *("Rounding", "String", "String Replacement", "String Search", "String Splitting", "Time Window", "Tuple"),
    *("Type Conversion", "URL", "UUID"),
)
_COMPUTING = frozenset(
    {
        *(
            "bar",
            "formatReadableSize",
            "formatReadableDecimalSize",
            "formatReadableQuantity",
            "formatReadableTimeDelta",
        ),
        *("identity", "ignore", "isConstant", "materialize", "runningDifference", "transform", "toTypeName"),
        *("toColumnTypeName", "rowNumberInAllBlocks", "finalizeAggregation", "neighbor", "parseTimeDelta"),
        *("exists", "lambda", "grouping", "in", "notIn", "numbers", "generateSeries", "generate_series", "values"),
    }
)
_TIMEOUT, _MEMORY, _TOO_MANY, _CANCELLED = 159, 241, (158, 307, 396), 394


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may cost."""

    seconds: float = 10.0
    memory_bytes: int = 1_000_000_000
    rows: int = 10_000
    result_bytes: int = 100_000_000
    threads: int = 2


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column of an answer or of a table; `description` is '' for an expression."""

    name: str
    type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of plain JSON values. `truncated`: there were more than the limit."""

    columns: list[AnswerColumn]
    rows: list[list[Any]]
    elapsed_ms: float
    read_rows: int
    truncated: bool


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table that users may ask."""

    name: str
    description: str
    columns: list[AnswerColumn]


class _Statistics(msgspec.Struct):
    elapsed: float = 0.0
    rows_read: int = 0


class _Json(msgspec.Struct):
    """ClickHouse's JSONCompact."""

    meta: list[AnswerColumn]
    data: list[list[Any]]
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)


class ReadOnly:
    """Answers users' queries on a store. Methods block; they may be called from any thread."""

    def __init__(self, dsn: str, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._engine = Engine(dsn, {"readonly": 2})
        with self._engine.client() as client:
            self._names = _names(client)

    def close(self) -> None:
        """Release the connections."""
        self._engine.close()

    def run(self, query: str, app_ids: Sequence[str], limit: int | None = None, token: str = "") -> Answer:
        """Answer a query over the data of `app_ids`; raises `SqlRefused`. `token` lets `cancel` find it."""
        rows = min(limit or self.limits.rows, self.limits.rows)
        settings = {**self._settings(app_ids, token), "limit": rows + 1}
        with _translated(), self._engine.client() as client:
            text = self._checked(client, query)
            raw = client.raw_query(text, settings=settings, fmt="JSONCompact")
        found = msgspec.json.decode(raw, type=_Json)
        statistics = found.statistics
        truncated = len(found.data) > rows
        return Answer(found.meta, found.data[:rows], statistics.elapsed * 1000, statistics.rows_read, truncated)

    def export(self, query: str, app_ids: Sequence[str], kind: str, token: str = "") -> Iterator[bytes]:
        """The whole answer as a file in pieces; `kind` is one of `EXPORTS`. Raises `SqlRefused`."""
        if kind not in EXPORTS:
            raise SqlRefused("bad_query", f"There is no export as {kind}.", f"One of: {', '.join(EXPORTS)}.")
        with _translated(), self._engine.client() as client:
            text = self._checked(client, query)
            settings = {**self._settings(app_ids, token), "max_result_bytes": 0}
            stream = client.raw_stream(text, settings=settings, fmt=EXPORTS[kind])
            try:
                while piece := stream.read(1 << 20):
                    yield piece
            finally:
                stream.close()

    def cancel(self, token: str) -> None:
        """Stop the queries that run with this token."""
        with _translated(), Engine(self._engine.dsn) as engine, engine.client() as client:
            client.command(
                f"KILL QUERY WHERE Settings['{_QUERY_ID}'] = {{token:String}} ASYNC", parameters={"token": token}
            )

    def tables(self) -> list[TableDescription]:
        """What may be asked, with the meaning of tables and columns."""
        listed = {"tables": sorted(name for name in READABLE if not name.endswith(UNDERLYING))}
        with _translated(), self._engine.client() as client:
            about = dict(client.query(_TABLES, parameters=listed).result_rows)
            columns = client.query(_COLUMNS, parameters=listed).result_rows
        found: dict[str, TableDescription] = {}
        for table, name, type_name, comment in columns:
            described = found.setdefault(table, TableDescription(table, about.get(table, ""), []))
            described.columns.append(AnswerColumn(name, type_name, comment or _MEANINGS.get((table, name), "")))
        return list(found.values())

    def _checked(self, client: Any, query: str) -> str:
        text = query.strip().removesuffix(";")
        dump = client.raw_query(f"EXPLAIN AST {text}", fmt=DUMP_FORMAT).decode("utf-8", "replace")
        check(dump, self._names)
        return text

    def _settings(self, app_ids: Sequence[str], token: str) -> dict[str, Any]:
        limits = self.limits
        return {
            "additional_table_filters": _filters(self._names.database, app_ids),
            "max_execution_time": limits.seconds,
            "max_memory_usage": limits.memory_bytes,
            "max_result_bytes": limits.result_bytes,
            "max_threads": limits.threads,
            "output_format_json_quote_64bit_integers": 0,
            _QUERY_ID: token,
        }


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the engine's errors into answers that a user can read."""
    try:
        yield
    except StoreError as error:
        raise _refusal(str(error)) from error


def _refusal(message: str) -> SqlRefused:
    code = int(found[1]) if (found := re.search(r"Code: (\d+)", message)) else 0
    text = re.sub(r" \(version [^)]*\)|^.*?DB::Exception: ", "", message).strip()
    if code == _TIMEOUT:
        return SqlRefused("timeout", "The query took too long.", "Narrow it down by call_id, app_id or time.")
    if code == _MEMORY or code in _TOO_MANY:
        return SqlRefused("too_expensive", text, "Narrow it down or aggregate.")
    if code == _CANCELLED:
        return SqlRefused("cancelled", "The query was cancelled.")
    return SqlRefused("bad_query", text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _filters(database: str, app_ids: Sequence[str]) -> str:
    """The condition that the engine adds to each stored table."""
    apps = ", ".join(map(_quoted, app_ids))
    condition = _quoted(f"app_id IN ({apps})" if apps else "false")
    return "{" + ", ".join(f"{_quoted(f'{database}.{table}')}: {condition}" for table in sorted(TABLES)) + "}"


def _names(client: Any) -> Names:
    """What exists in this engine, and which of it is harmless."""
    database = client.query("SELECT currentDatabase()").result_rows[0][0]
    databases = _column(client, "SELECT name FROM system.databases")
    tables = _column(client, "SELECT name FROM system.tables WHERE database = currentDatabase()")
    table_functions = _column(client, "SELECT name FROM system.table_functions")
    functions = _column(client, _FUNCTIONS, {"categories": list(_CATEGORIES), "names": list(_COMPUTING)})
    return Names(
        database=database,
        tables=READABLE,
        reserved=databases | (tables - READABLE),
        functions=(functions - table_functions - {"chdb"}) | _COMPUTING | {"format"},
        aggregates=_column(client, "SELECT name FROM system.functions WHERE is_aggregate AND name != 'flameGraph'"),
        combinators=_column(client, "SELECT name FROM system.aggregate_function_combinators"),
    )


def _column(client: Any, sql: str, parameters: dict[str, Any] | None = None) -> set[str]:
    return {row[0] for row in client.query(sql, parameters=parameters or {}).result_rows}


_FUNCTIONS = """
WITH harmless AS
(
    SELECT name FROM system.functions
    WHERE NOT is_aggregate AND alias_to = ''
    AND (categories IN {categories:Array(String)} OR name IN {names:Array(String)})
)
SELECT if(case_insensitive, lower(name), name) FROM system.functions
WHERE name IN harmless OR alias_to IN harmless
UNION DISTINCT SELECT name FROM harmless
"""
_TABLES = """
SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)}
"""
_COLUMNS = """
SELECT table, name, type, comment FROM system.columns
WHERE database = currentDatabase() AND table IN {tables:Array(String)} ORDER BY table, position
"""
