"""Deletion in a data folder that no server holds.

Enters: the folder; an app, or a call and perhaps a participant, by our ids or the application's. Leaves: the receipt.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from rtclens import outputs
from rtclens.app.folder import app_named, opened
from rtclens.app.forgetting import Forgetting
from rtclens.app.settings import load
from rtclens.outputs import Outputs
from rtclens.query import Scope, call_detail
from rtclens.query.history import calls_named
from rtclens.store import Store
from rtclens.stream.spool import Spool


class NotStoredError(Exception):
    """There is nothing, or more than one thing, of that name."""


def forget_in(folder: Path, call: str, participant: str, app: str) -> dict[str, Any]:
    """Erase and prove it. Raises `NotStoredError` and `NoSuchAppError`."""
    with opened(folder) as (access, store):
        if app:
            subject = (app_named(access, app).id, "", "")
        else:
            subject = _subject(store, Scope(access.every_app_id()), call, participant)
        with _rest(folder) as (kept, spool):
            found = Forgetting(store, lambda: time.time() * 1000, None, kept, spool).forget(*subject, by="command")
    shown: dict[str, Any] = msgspec.to_builtins(found)
    return {name: value for name, value in shown.items() if name not in ("calls", "names", "last_at")}


def _subject(store: Store, scope: Scope, call: str, participant: str) -> tuple[str, str, str]:
    known = calls_named(store, scope, call)
    if len(known) != 1:
        raise NotStoredError(f"{len(known)} calls are named {call}; use the id that rtclens gave")
    (found,) = known
    if not participant:
        return found.app_id, found.call_id, ""
    people = call_detail(store, Scope((found.app_id,)), found.call_id).participants
    named = [one.participant_id for one in people if participant in (one.participant_id, one.external_id)]
    if len(named) != 1:
        raise NotStoredError(f"{len(named)} participants are named {participant}; use the id that rtclens gave")
    return found.app_id, found.call_id, named[0]


@contextmanager
def _rest(folder: Path) -> Iterator[tuple[Outputs | None, Spool | None]]:
    """What else a folder holds of telemetry: the outbox and the spool, where there are any."""
    configuration = outputs.load(load().outputs, folder)
    kept = Outputs(configuration, folder) if configuration else None
    spool = Spool(folder / "spool") if (folder / "spool").exists() else None
    try:
        yield kept, spool
    finally:
        if spool:
            spool.end()
        if kept:
            kept.stop()
