"""What `replay`, `rescore` and `backtest` share: opening the store, choosing calls, printing differences.

Enters: the options of these commands. Leaves: an open store with the chosen calls; text or JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from rtclens.cli.target import Remote, resolve

if TYPE_CHECKING:
    from rtclens.analysis import Detector
    from rtclens.app.again import Replayed
    from rtclens.app.rescore import Rescored
    from rtclens.model.facts import Call
    from rtclens.query.scope import Scope
    from rtclens.store import Store

HELD = "a server runs on this folder and holds its store"
HELD_HINT = "stop it for the time of this command, or name the ClickHouse server that it uses with --store"
Command = TypeVar("Command", bound=Callable[..., Any])


class Chosen(msgspec.Struct, frozen=True):
    """Which calls: by id (ours or the application's), or those that went on between two moments; all by default."""

    names: tuple[str, ...]
    from_at: float
    to_at: float


def history_options(command: Command) -> Command:
    """Add the options that choose calls and the store they are in."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--store", "dsn", envvar="RTCLENS_STORE", default="", help="DSN of the store, if not embedded."),
        click.option("--data", envvar="RTCLENS_DATA", default="data", show_default=True, help="Data folder."),
        click.option("--to", "until", default="", help="Only calls that went on before this moment (ISO 8601)."),
        click.option("--from", "since", default="", help="Only calls that went on after this moment (ISO 8601)."),
    ):
        command = option(command)
    return command


def chosen(names: Sequence[str], since: str, until: str) -> Chosen:
    """The choice that the options mean; now is the end where none is given."""
    return Chosen(tuple(names), _instant(since) if since else 0.0, _instant(until) if until else now())


def detectors_of(rules: str) -> Sequence[Detector]:
    """The custom detectors that a server with this rules file has; exits where it cannot be used."""
    from rtclens.pipeline.ruled import Rules

    used = Rules(rules)
    if used.problem:
        raise click.ClickException(used.problem)
    return used.detectors


def now() -> float:
    """The clock of this machine, ms since the epoch."""
    return time() * 1000.0


def _instant(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no moment; write it like 2026-05-01T12:00:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000.0


@contextmanager
def opened(data: str, dsn: str) -> Iterator[tuple[Store, Scope]]:
    """The store of a data folder and the scope of all its apps; exits where a server holds it."""
    from rtclens.access import Access
    from rtclens.app.sql import embedded_dsn
    from rtclens.query.scope import Scope
    from rtclens.store import Store, StoreError

    if not dsn and isinstance(resolve(data, None, None), Remote):
        raise click.ClickException(f"{HELD}; {HELD_HINT}")
    if not dsn and not Path(data, "store").is_dir():
        raise click.ClickException(f"{data} holds no store; start a server on it first")
    access = Access.open(data)
    try:
        store = Store.open(dsn or embedded_dsn(Path(data)))
    except StoreError as error:
        access.close()
        raise click.ClickException(str(error)) from error
    try:
        store.migrate()
        yield store, Scope(tuple(access.every_app_id()))
    finally:
        store.close()
        access.close()


def calls(store: Store, scope: Scope, choice: Chosen) -> list[Call]:
    """The chosen calls, each once; exits where a name is not known."""
    from rtclens.query.history import calls_between, calls_named
    from rtclens.query.scope import Span

    if not choice.names:
        return list(calls_between(store, scope, Span(choice.from_at, choice.to_at)))
    found: dict[str, Call] = {}
    for name in choice.names:
        known = calls_named(store, scope, name)
        if not known:
            raise click.ClickException(f"no call has the id {name!r}")
        found |= {call.call_id: call for call in known}
    return list(found.values())


def show(replayed: list[Replayed], as_json: bool, written: bool) -> None:
    """Print what was concluded otherwise."""
    if as_json:
        click.echo(json.dumps({"calls": msgspec.to_builtins(replayed)}, ensure_ascii=False))
        return
    for one in replayed:
        click.echo(f"{one.external_id or one.call_id}  {one.batches} batches  sha256 {one.digest[:16]}")
        for each in one.differences:
            click.echo(f"  {each.change:11} {each.table:12} {each.what}")
            click.echo("".join(f"    {name}: {_pair(each, name)}\n" for name in each.before | each.after), nl=False)
    changed = sum(bool(one.differences) for one in replayed)
    done = "written" if written else "not written (--write writes them)"
    click.echo(f"{len(replayed)} calls, {changed} with differences" + (f", {done}" if changed else ""))


def _pair(each: Any, name: str) -> str:
    if each.change == "changed":
        return f"{each.before[name]} → {each.after[name]}"
    return str((each.after if each.change == "appeared" else each.before)[name])


def show_scores(rescored: list[Rescored], as_json: bool) -> None:
    """Print what is scored otherwise."""
    if as_json:
        click.echo(json.dumps({"calls": msgspec.to_builtins(rescored)}, ensure_ascii=False))
        return
    for one in rescored:
        done = "written" if one.written else "same" if not one.changes else "not written"
        click.echo(f"{one.external_id or one.call_id}  {one.tracks} tracks, {done}")
        for each in one.changes:
            moved = f"{each.before} → {each.after}, {each.changed} of {each.slices} slices, at most {each.largest}"
            click.echo(f"  {each.score} of {each.track_id}: {moved}")
