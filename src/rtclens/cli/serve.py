"""`rtclens serve`: run the server."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from rtclens.app.settings import load


@click.command()
@click.option("--data", help="Data folder (RTCLENS_DATA).")
@click.option("--host", help="Address to listen on (RTCLENS_HOST).")
@click.option("--port", type=int, help="Port to listen on, 0 for a free one (RTCLENS_PORT).")
@click.option("--role", type=click.Choice(["all", "edge", "worker", "web"]), help="Parts to run (RTCLENS_ROLE).")
@click.option("--open/--no-open", "open_", default=None, help="Take telemetry without a known key (RTCLENS_OPEN).")
@click.option("--store", help="DSN of the analytics store (RTCLENS_STORE).")
@click.option("--stream", help="DSN of the stream (RTCLENS_STREAM).")
@click.option("--control", help="DSN of the control database (RTCLENS_CONTROL).")
def serve(open_: bool | None, **options: Any) -> None:
    """Run the server until it is told to stop (Ctrl-C or SIGTERM), which loses nothing."""
    from rtclens.app.backends import SettingsError
    from rtclens.app.server import run
    from rtclens.stream import StreamError

    try:
        settings = load(open=open_, **options)
    except msgspec.ValidationError as error:
        raise click.ClickException(f"a setting does not fit: {error}") from error
    try:
        run(settings)
    except (SettingsError, StreamError) as error:
        raise click.ClickException(str(error)) from error
