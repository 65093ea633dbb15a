"""`rtclens outputs`: check the file of sinks and alerts, and look at what is told."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
import msgspec

POLL_S = 0.5
FORMATS = ("own", "observertc-1", "observertc-2", "observer-3")


@click.group()
def outputs() -> None:
    """Reports to other systems: webhooks, Kafka, files, alerts."""


@outputs.command()
@click.option("--file", "file", envvar="RTCLENS_OUTPUTS", default="", help="The TOML file.")
@click.option("--data", envvar="RTCLENS_DATA", default="data", show_default=True, help="Data folder.")
def check(file: str, data: str) -> None:
    """Say what the file means, or everything that is wrong with it."""
    from rtclens.outputs import ConfigurationError, load

    try:
        configuration = load(file, Path(data))
    except ConfigurationError as error:
        raise click.ClickException("\n".join(error.problems)) from error
    if configuration is None:
        click.echo("no outputs: there is no file")
        return
    for sink in configuration.sink:
        samples = ", with samples" if sink.samples else ""
        click.echo(f"sink {sink.name}: {sink.__struct_config__.tag}, format {sink.format}{samples}")
    for rule in configuration.alert:
        click.echo(f"alert {rule.name}: to {rule.sink}")


@outputs.command()
@click.option("--data", envvar="RTCLENS_DATA", default="data", show_default=True, help="Data folder.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="own", show_default=True, help="As what.")
@click.option("-n", "count", default=20, show_default=True, help="How many of the newest moments to begin with.")
@click.option("--follow", is_flag=True, help="Go on until interrupted.")
def tail(data: str, form: str, count: int, follow: bool) -> None:
    """Print the newest records, one JSON object per line, as a sink of that format would get them."""
    from rtclens.outputs.outbox import recent

    path = Path(data) / "outputs.db"
    last = _print(recent(path, count), form, 0)
    while follow:
        time.sleep(POLL_S)
        last = _print(recent(path, 1000), form, last)


def _print(rows: list[tuple[int, bytes]], form: str, after: int) -> int:
    from rtclens.outputs.delivery import FORMATS as MAPPERS
    from rtclens.outputs.moments import Moment, Options

    decoder = msgspec.msgpack.Decoder(Moment)
    for seq, body in rows:
        if seq > after:
            for record in MAPPERS[form](decoder.decode(body), Options()):
                click.echo(json.dumps(record.body, ensure_ascii=False))
            after = seq
    return after


@outputs.command()
def schema() -> None:
    """Print the Avro schema of the observertc-1 reports."""
    from rtclens.outputs.avro import schema as avro_schema

    click.echo(json.dumps(avro_schema(), indent=1))
