"""`rtclens app`: apps and their keys."""

from __future__ import annotations

import json

import click

from rtclens.access import Access, AccessError
from rtclens.cli.target import Folder, resolve, target_options


@click.group()
def app() -> None:
    """Apps: what sends telemetry, each with its own ingest key."""


@app.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@target_options
def create(name: str, as_json: bool, data: str, url: str | None, token: str | None) -> None:
    """Create the app NAME and print its ingest key and a token that reads its data.

    Works on the data folder, also while a server runs on it.
    """
    if url:
        answer = resolve(data, url, token)
        assert not isinstance(answer, Folder)
        made = answer.request("POST", "/api/v1/apps", json={"name": name}) | {}
    else:
        made = _create_in(data, name)
    if as_json:
        click.echo(json.dumps(made))
        return
    click.echo(f"app      {made['name']} ({made['id']})")
    click.echo(f"api key  {made['api_key']}   public: goes into the page")
    click.echo(f"token    {made['token']}   secret: reads this app's data; shown only now")


def _create_in(data: str, name: str) -> dict[str, str]:
    access = Access.open(data)
    try:
        made = access.create_app(name)
    except AccessError as error:
        raise click.ClickException(str(error)) from error
    finally:
        access.close()
    return {"id": made.id, "name": made.name, "api_key": made.api_key, "token": made.token}


@app.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--data", envvar="RTCLENS_DATA", default="data", show_default=True, help="Data folder.")
def list_apps(as_json: bool, data: str) -> None:
    """List the apps of a data folder with their ingest keys."""
    access = Access.open(data)
    try:
        apps = access.apps.listed(access.default_organization().id)
    finally:
        access.close()
    rows = [{"id": one.id, "name": one.name, "api_key": one.api_key, "paused": one.paused} for one in apps]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['api_key']}  {row['name']}{'  (paused)' if row['paused'] else ''}")
