"""`rtclens retention`: how long an app's telemetry is kept."""

from __future__ import annotations

import json
from typing import Any

import click

from rtclens.access import AccessError, AppChanges, Retention
from rtclens.cli.target import Folder, Remote, resolve, target_options

DAYS = "INTEGER|forever"


class Days(click.ParamType):  # type: ignore[type-arg]
    """A number of days, or `forever`."""

    name = DAYS

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; 0 stands for ever."""
        if value == "forever":
            return 0
        return int(click.IntRange(1).convert(value, param, ctx))


@click.command()
@click.argument("app")
@click.option("--full", "full_days", type=Days(), help="Days that all samples are kept.")
@click.option("--windows", "window_days", type=Days(), help="Days that samples near findings are kept.")
@click.option("--window-s", type=click.IntRange(0, 3600), help="How near, in seconds before and after. [30]")
@click.option("--slices", "slices_days", type=Days(), help="Days that slices (curves) and events are kept.")
@click.option("--facts", "facts_days", type=Days(), help="Days that calls, people, findings and features are kept.")
@click.option("--after-call/--no-after-call", default=None, help="Remove the samples of a call once it is over.")
@click.option("--apply", "now", is_flag=True, help="Remove what is no longer kept now, not within the hour.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@target_options
def retention(
    app: str, now: bool, as_json: bool, data: str, url: str | None, token: str | None, **changes: int | bool | None
) -> None:
    """Show, change and apply how long the telemetry of APP (id, key or name) is kept.

    Everything is kept for ever until a number of days is set. Changes hold for what is stored already.
    """
    wanted: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
    wanted |= {name: None for name, value in wanted.items() if name.endswith("_days") and value == 0}
    target = resolve(data, url, token)
    try:
        found = _in_folder(target, app, wanted, now) if isinstance(target, Folder) else _at(target, app, wanted, now)
    except AccessError as error:
        raise click.ClickException(f"{error.message} {error.hint}") from error
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found["retention"].items():
        click.echo(f"{name:12} {'forever' if value is None else value}")
    if now:
        click.echo(f"{sum(found['marked'].values())} rows marked")


def _at(target: Remote, app: str, changes: dict[str, Any], now: bool) -> dict[str, Any]:
    apps = target.request("GET", "/api/v1/apps")
    found = next((one for one in apps if app in (one["id"], one["api_key"], one["name"], *one["aliases"])), None)
    if found is None:
        raise click.ClickException(f"there is no app {app}")
    path = f"/api/v1/apps/{found['id']}"
    if changes:
        found = target.request("PATCH", path, json={"retention": {**found["retention"], **changes}})
    marked = target.request("POST", f"{path}/retention") if now else {}
    return {"retention": found["retention"], "marked": marked}


def _in_folder(target: Folder, app: str, changes: dict[str, Any], now: bool) -> dict[str, Any]:
    import msgspec

    from rtclens.app.folder import NoSuchAppError, app_named, opened
    from rtclens.app.sweeping import Sweeper

    with opened(target.path) as (access, store):
        try:
            found = app_named(access, app)
        except NoSuchAppError as error:
            raise click.ClickException(str(error)) from error
        if changes:
            kept = msgspec.convert({**msgspec.to_builtins(found.retention), **changes}, Retention)
            found = access.apps.change(found.organization_id, found.id, AppChanges(retention=kept))
        marked = Sweeper(access, store, _clock).sweep(found) if now else {}
    return {"retention": msgspec.to_builtins(found.retention), "marked": marked}


def _clock() -> float:
    import time

    return time.time() * 1000
