"""Users' SQL as the API and the command line ask it.

Enters: a SELECT and the apps it may see. Leaves: columns and rows, or the reason why it was refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rtclens.access import Access
from rtclens.api import SqlAnswer, SqlColumn, SqlRefusedError, SqlTable
from rtclens.store.grammar import SqlRefused
from rtclens.store.readonly import AnswerColumn, ReadOnly


class ScopedSql:
    """The API's port onto the store's read-only side."""

    def __init__(self, reader: ReadOnly) -> None:
        self._reader = reader

    def run(self, query: str, app_ids: Sequence[str], limit: int) -> SqlAnswer:
        """Answer, or raise `SqlRefusedError`."""
        with translated():
            answer = self._reader.run(query, app_ids, limit)
        return SqlAnswer(
            columns=[_column(column) for column in answer.columns],
            rows=answer.rows,
            elapsed_ms=answer.elapsed_ms,
            read_rows=answer.read_rows,
            truncated=answer.truncated,
        )

    def tables(self) -> list[SqlTable]:
        """What may be asked."""
        with translated():
            found = self._reader.tables()
        return [SqlTable(table.name, table.description, [_column(one) for one in table.columns]) for table in found]


@contextmanager
def translated() -> Iterator[None]:
    """The store's refusals as the API's."""
    try:
        yield
    except SqlRefused as refused:
        raise SqlRefusedError(refused.code, refused.message, refused.hint) from refused


def _column(column: AnswerColumn) -> SqlColumn:
    return SqlColumn(column.name, column.type, column.description)


def ask_folder(folder: Path, text: str, limit: int) -> tuple[list[str], list[list[Any]]]:
    """Answer from a data folder that no server holds; its owner sees every app. Raises `SqlRefused`, `StoreError`."""
    access = Access.open(folder)
    reader = ReadOnly(embedded_dsn(folder))
    try:
        answer = reader.run(text, access.every_app_id(), limit)
    finally:
        reader.close()
        access.close()
    return [column.name for column in answer.columns], answer.rows


def embedded_dsn(folder: Path) -> str:
    """The DSN of the embedded store of a data folder."""
    return f"chdb://{(folder / 'store').absolute()}"
