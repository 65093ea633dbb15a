"""`rtclens letters`: what was refused; decoded again, shown or dropped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from rtclens.cli.target import Folder, Remote, resolve, target_options

if TYPE_CHECKING:
    from rtclens.app.redecoding import Letters

Row = dict[str, Any]


@click.command()
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--redecode", is_flag=True, help="Decode the frames with today's codecs and store what they hold.")
@click.option("--drop", is_flag=True, help="Remove the frames for good.")
@click.option("--code", default="", help="Only refusals of this code.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Most refusals, newest first."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@target_options
def letters(
    numbers: tuple[str, ...],
    redecode: bool,
    drop: bool,
    code: str,
    limit: int,
    as_json: bool,
    data: str,
    url: str | None,
    token: str | None,
) -> None:
    """List refused input, newest first, with the reason of each refusal; show those with NUMBER whole.

    With --redecode, frames that today's codecs can read are stored at their place in their calls, once: what was
    decoded before is left out. A frame is left alone while its call goes on, when its sender sends it again anyway, or
    when a part of it was used.
    """
    if redecode and drop:
        raise click.UsageError("give either --redecode or --drop")
    if code and not code.replace("_", "").isalnum():
        raise click.UsageError("--code is one of the codes in docs/refusals.md")
    if not all(one.isascii() and one.isdigit() and 0 < int(one) < 1 << 63 for one in numbers):
        raise click.UsageError("NUMBER is a letter's, as the list shows it")
    target = resolve(data, url, token)
    asked = {"letters": list(numbers), "code": code, "limit": limit}
    if drop:
        _said({"dropped": _dropped(target, asked)}, as_json=as_json)
    elif redecode:
        _outcomes(_redecoded(target, asked), as_json=as_json)
    elif numbers:
        click.echo(json.dumps([_shown(target, one) for one in numbers], indent=None if as_json else 2))
    else:
        _listed(_list(target, code, limit), as_json=as_json)


@contextmanager
def _opened(target: Folder) -> Iterator[tuple[Letters, tuple[str, ...]]]:
    """The letters of a folder, and its apps."""
    from rtclens.app.folder import letters as of_folder
    from rtclens.store import StoreError

    try:
        with of_folder(target.path) as found:
            yield found
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _list(target: Remote | Folder, code: str, limit: int) -> list[Row]:
    if isinstance(target, Remote):
        found: list[Row] = target.request("GET", "/api/v1/letters", params={"code": code, "limit": limit})
        return found
    with _opened(target) as (kept, apps):
        return [msgspec.to_builtins(one) for one in kept.listed(apps, code, limit)]


def _shown(target: Remote | Folder, number: str) -> Row:
    if isinstance(target, Remote):
        shown: Row = target.request("GET", f"/api/v1/letters/{number}")
        return shown
    with _opened(target) as (kept, apps):
        found = kept.shown(apps, int(number))
    if found is None:
        raise click.ClickException(f"there is no letter {number}")
    row: Row = msgspec.to_builtins(found)
    return row


def _redecoded(target: Remote | Folder, asked: Row) -> list[Row]:
    if isinstance(target, Remote):
        outcomes: list[Row] = target.request("POST", "/api/v1/letters/redecode", json=asked)
        return outcomes
    with _opened(target) as (kept, apps):
        wanted = [int(one) for one in asked["letters"]]
        return [msgspec.to_builtins(one) for one in kept.redecoded(apps, wanted, asked["code"], asked["limit"])]


def _dropped(target: Remote | Folder, asked: Row) -> int:
    if isinstance(target, Remote):
        return int(target.request("POST", "/api/v1/letters/drop", json=asked)["dropped"])
    with _opened(target) as (kept, apps):
        return kept.dropped(apps, [int(one) for one in asked["letters"]], asked["code"], asked["limit"])


def _said(value: Row, *, as_json: bool) -> None:
    click.echo(json.dumps(value) if as_json else ", ".join(f"{count} {name}" for name, count in value.items()))


def _listed(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows))
        return
    state = {row["letter"]: "decoded since" if row["decoded_at"] else "" for row in rows}
    _table(
        ("number", "at", "code", "format", "bytes", "why", ""),
        [
            (row["letter"], _when(row["at"]), row["code"], row["format"], row["raw_bytes"], row["message"], now)
            for row, now in zip(rows, state.values(), strict=True)
        ],
    )


def _outcomes(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows))
        return
    _table(
        ("number", "outcome", "events", "why"),
        [(row["letter"], row["outcome"], row["events"], row["reason"]) for row in rows],
    )
    counted = Counter(row["outcome"] for row in rows)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in counted.items()) or "nothing waits")


def _table(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*names)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    Console().print(table)


def _when(at: float) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(sep=" ", timespec="milliseconds")[:23]
