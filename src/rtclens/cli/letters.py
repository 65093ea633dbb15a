"""`rtclens letters`: what was refused, and whether it would be refused today."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click

from rtclens.cli.sql import asked
from rtclens.cli.target import resolve, target_options

COLUMNS = "toUnixTimestamp64Milli(at) AS at_ms, at, app_id, code, format, message, hint, raw_bytes"
Row = dict[str, Any]


@click.command()
@click.option("--redecode", is_flag=True, help="Feed the kept frames through today's codecs; stores nothing.")
@click.option("--code", default="", help="Only refusals of this code.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Most refusals, newest first."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of objects.")
@target_options
def letters(
    redecode: bool, code: str, limit: int, as_json: bool, data: str, url: str | None, token: str | None
) -> None:
    """List refused input, newest first, with the reason of each refusal."""
    if code and not code.replace("_", "").isalnum():
        raise click.UsageError("--code is one of the codes in docs/refusals.md")
    raw = ", raw" if redecode else ""
    where = f" WHERE code = '{code}'" if code else ""
    query = f"SELECT {COLUMNS}{raw} FROM refusals{where} ORDER BY at DESC LIMIT {limit}"
    names, found = asked(resolve(data, url, token), query, limit)
    rows = [dict(zip(names, row, strict=True)) for row in found]
    if redecode:
        _try_again(rows)
    if as_json:
        click.echo(json.dumps(rows, default=str))
    else:
        _show(rows)


def _try_again(rows: list[Row]) -> None:
    from rtclens.edge.redecode import redecode

    for row in rows:
        now = redecode(row["format"], row.pop("raw"), row["raw_bytes"], float(row["at_ms"]))
        row["now"], row["events"], row["reason"] = now.outcome, now.events, now.reason


def _show(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("at", "code", "format", "bytes", "why", *(["today"] if rows and "now" in rows[0] else []))
    for row in rows:
        today = [_today(row)] if "now" in row else []
        cells = (str(row["at"]), row["code"], row["format"], str(row["raw_bytes"]), row["message"], *today)
        table.add_row(*map(Text, cells))
    console = Console()
    console.print(table)
    outcomes = Counter(row["now"] for row in rows if "now" in row)
    if outcomes:
        console.print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))


def _today(row: Row) -> str:
    return f"decoded, {row['events']} events" if row["now"] == "decoded" else f"{row['now']}: {row['reason']}"
