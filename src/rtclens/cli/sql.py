"""`rtclens sql`: ask the store."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from rtclens.cli.target import Folder, Remote, resolve, target_options


@click.command()
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")
@click.option("--limit", type=int, default=10_000, show_default=True, help="Most rows to return.")
@target_options
def sql(query: str, as_json: bool, as_csv: bool, limit: int, data: str, url: str | None, token: str | None) -> None:
    """Run the SELECT in QUERY ('-' reads it from standard input), in ClickHouse's dialect, read-only.

    Asks the server that runs on the data folder, or opens the folder when none does.
    """
    text = sys.stdin.read() if query == "-" else query
    names, rows = asked(resolve(data, url, token), text, limit)
    if as_json:
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_plain, ensure_ascii=False))
    elif as_csv:
        _print_csv(names, rows)
    else:
        _print_table(names, rows)


def asked(target: Remote | Folder, text: str, limit: int) -> tuple[list[str], list[list[Any]]]:
    """Names and rows of the answer; exits with the reason when there is none."""
    return _ask_server(target, text, limit) if isinstance(target, Remote) else _ask_folder(target, text, limit)


def _ask_server(target: Remote, text: str, limit: int) -> tuple[list[str], list[list[Any]]]:
    answer = target.request("POST", "/api/v1/sql", json={"query": text, "limit": limit})
    return [column["name"] for column in answer["columns"]], answer["rows"]


def _ask_folder(target: Folder, text: str, limit: int) -> tuple[list[str], list[list[Any]]]:
    from rtclens.app.sql import ask_folder
    from rtclens.store import StoreError
    from rtclens.store.grammar import SqlRefused

    if not Path(target.path, "store").is_dir():
        raise click.ClickException(f"{target.path} holds no store; start a server on it first")
    try:
        return ask_folder(target.path, text, limit)
    except SqlRefused as refused:
        raise click.ClickException(f"{refused.message} {refused.hint}".strip()) from refused
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _print_csv(names: list[str], rows: list[list[Any]]) -> None:
    import csv

    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    writer.writerows([[_cell(value) for value in row] for row in rows])


def _print_table(names: list[str], rows: list[list[Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*names)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, default=_plain) if isinstance(value, dict | list) else str(value)
