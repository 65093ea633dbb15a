"""Users' SQL as the API and the command line ask it.

Enters: a SELECT and the apps it may see. Leaves: columns and rows, or the reason why it was refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rtclens.api import SqlAnswer, SqlRefusedError, SqlTable
from rtclens.store import Store


class ScopedSql:
    def __init__(self, store: Store) -> None:
        self._store = store

    def run(self, query: str, app_ids: Sequence[str], limit: int) -> SqlAnswer:
        raise SqlRefusedError("not_yet", "soon")

    def tables(self) -> list[SqlTable]:
        return []


def ask_folder(folder: Path, text: str, limit: int) -> tuple[list[str], list[list[Any]]]:
    store = Store.open(f"chdb://{(folder / 'store').absolute()}")
    try:
        answer = store.query(text)
        return list(answer.names), [list(row) for row in answer.rows[:limit]]
    finally:
        store.close()
