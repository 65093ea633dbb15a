"""What `replay`, `rescore` and `backtest` share: where the history is, what is asked of it, and printing.

Enters: the options of these commands. Leaves: the answer of a server or a folder; text or JSON.
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

from rtclens.cli.target import Folder, Remote, resolve, target_options

if TYPE_CHECKING:
    from rtclens.analysis import Detector
    from rtclens.app.again import Replayed
    from rtclens.app.history import Answer, Question
    from rtclens.app.rescore import Rescored
    from rtclens.query.scope import Scope
    from rtclens.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


class Place(msgspec.Struct, frozen=True):
    """Where the history is: a server, the folder it runs on, or a store by DSN."""

    data: str
    url: str | None
    token: str | None
    dsn: str


def history_options(command: Command) -> Command:
    """Add the options that choose calls and the store they are in."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--store", "dsn", envvar="RTCLENS_STORE", default="", help="DSN of the store, if not embedded."),
        click.option("--to", "until", default="", help="Only calls that went on before this moment (ISO 8601)."),
        click.option("--from", "since", default="", help="Only calls that went on after this moment (ISO 8601)."),
    ):
        command = option(command)
    return target_options(command)


def asked(what: Any, names: Sequence[str], since: str, until: str, write: bool = False, rules: str = "") -> Question:
    """The question that the options mean; `rules` is the text of a file."""
    from rtclens.app.history import Question

    to_at = _instant(until) if until else None
    return Question(what, list(names), _instant(since) if since else 0.0, to_at, write, rules)


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
def opened(place: Place) -> Iterator[tuple[Store, Scope]]:
    """The store of a data folder, or the one named, and the scope of all the folder's apps."""
    from rtclens.access import Access
    from rtclens.app.sql import embedded_dsn
    from rtclens.query.scope import Scope
    from rtclens.store import Store, StoreError

    if not place.dsn and not Path(place.data, "store").is_dir():
        raise click.ClickException(f"{place.data} holds no store; start a server on it first")
    access = Access.open(place.data)
    try:
        store = Store.open(place.dsn or embedded_dsn(Path(place.data)))
    except StoreError as error:
        access.close()
        raise click.ClickException(str(error)) from error
    try:
        store.migrate()
        yield store, Scope(tuple(access.every_app_id()))
    finally:
        store.close()
        access.close()


def ask(question: Question, place: Place, in_use: Sequence[Detector] = ()) -> Answer:
    """Have a question answered by the server, or in the folder that none holds; exits where it cannot be."""
    from rtclens.app.history import PATH, Answer, HistoryError, answer

    target = Folder(Path(place.data)) if place.dsn else resolve(place.data, place.url, place.token)
    if isinstance(target, Remote):
        told = target.request("POST", PATH, json=msgspec.to_builtins(question))
        return msgspec.convert(told, Answer)
    with opened(place) as (store, scope):
        try:
            return answer(store, scope, question, in_use, now())
        except HistoryError as error:
            raise click.ClickException(str(error)) from error


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
