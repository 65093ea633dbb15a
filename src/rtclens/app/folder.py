"""A data folder that no server holds, opened for one command.

Enters: the folder. Leaves: what commands do in it, until the context ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rtclens.access import Access, App
from rtclens.app.redecoding import Letters
from rtclens.app.settings import load
from rtclens.app.sql import embedded_dsn
from rtclens.edge.importing import Importer
from rtclens.pipeline.ruled import Rules
from rtclens.store import Store
from rtclens.store.readonly import ReadOnly


class NoSuchAppError(Exception):
    """The folder has no app of that name."""


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Access, Store]]:
    """The control database and the store, up to date; both are made where missing."""
    folder.mkdir(parents=True, exist_ok=True)
    access = Access.open(folder)
    try:
        store = Store.open(load().store or embedded_dsn(folder))
        try:
            store.migrate()
            yield access, store
        finally:
            store.close()
    finally:
        access.close()


@contextmanager
def reader(folder: Path) -> Iterator[tuple[Access, ReadOnly]]:
    """The control database and the read-only side of the store, which must be there."""
    access = Access.open(folder)
    asked = ReadOnly(load().store or embedded_dsn(folder))
    try:
        yield access, asked
    finally:
        asked.close()
        access.close()


@contextmanager
def importer(folder: Path, app: str = "") -> Iterator[tuple[Importer, str]]:
    """An importer into the folder, and the id of the app that is meant; without a name, the oldest."""
    with opened(folder) as (access, store):
        found = app_named(access, app)
        settings = load()
        custom = Rules(settings.rules).detectors
        yield Importer(store, settings.privacy, _now, lambda: custom), found.id


@contextmanager
def letters(folder: Path) -> Iterator[tuple[Letters, tuple[str, ...]]]:
    """The refused frames of the folder, and its apps."""
    with opened(folder) as (access, store):
        settings = load()
        custom = Rules(settings.rules).detectors
        importing = Importer(store, settings.privacy, _now, lambda: custom)
        yield Letters(store, importing, _now), tuple(access.every_app_id())


def _now() -> float:
    return time.time() * 1000


def app_named(access: Access, asked: str) -> App:
    """The app of this id, key, name or alias; without one, the oldest. Raises `NoSuchAppError`."""
    if not asked:
        return access.default_app()
    for app in access.apps.listed(access.default_organization().id):
        if asked in (app.id, app.api_key, app.name, *app.aliases):
            return app
    raise NoSuchAppError(f"there is no app {asked}; see `rtclens app list`")
