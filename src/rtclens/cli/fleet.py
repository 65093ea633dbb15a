"""`rtclens fleet`: what people share whose calls went badly."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from time import time
from typing import Any

import click

from rtclens.analysis.fleet import words_of
from rtclens.cli.target import Folder, Remote, resolve, target_options

UNITS_MS = {"m": 60_000.0, "h": 3_600_000.0, "d": 86_400_000.0}
AGO = re.compile(r"^(\d+(?:\.\d+)?)([mhd])$")


class When(click.ParamType):  # type: ignore[type-arg]
    """A moment: ISO 8601, or how long ago."""

    name = "ISO 8601|90m|24h|7d"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The moment, ms since the epoch."""
        ago = AGO.match(value)
        if ago is not None:
            return time() * 1000.0 - float(ago[1]) * UNITS_MS[ago[2]]
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is no moment; write it like 2026-05-01T12:00:00Z, or how long ago, like 24h", param, ctx
            )
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000.0


@click.command()
@click.option("--app", default="", help="Only this app (id, key or name).  [default: all]")
@click.option("--since", type=When(), default="24h", show_default=True, help="Only calls that went on after this.")
@click.option("--until", type=When(), help="Only calls that went on before this.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@target_options
def fleet(
    app: str, since: float, until: float | None, as_json: bool, data: str, url: str | None, token: str | None
) -> None:
    """Tell what people share whose calls went badly, against those who do not share it.

    TURN and media servers, networks, regions, browsers, systems, versions and the application's own attributes are
    compared; where it began within the span, the moment is told.
    """
    to_at = time() * 1000.0 if until is None else until
    if since >= to_at:
        raise click.UsageError("--since must be before --until")
    target = resolve(data, url, token)
    found = _in_folder(target, app, since, to_at) if isinstance(target, Folder) else _at(target, app, since, to_at)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(found["sentence"])
    for one in found["findings"]:
        what = f"{one['axis_title']} {words_of(one['axis'], one['value'])}"
        click.echo(f"\n{one['severity']:8} {what}: {one['risk_ratio']} × as often")
        click.echo(f"         {one['statement']}")
        click.echo(f"         95 % interval {one['risk_low']} to {one['risk_high']} ×, {one['calls']} calls")
        click.echo("".join(f"         explains also: {also}\n" for also in one["explains"]), nl=False)
        click.echo(f"         {one['remedy']}")
    click.echo(f"\n{found['tests']} comparisons of {found['people']} people in {found['calls']} calls")


def _at(target: Remote, app: str, since: float, to_at: float) -> dict[str, Any]:
    asked: dict[str, Any] = {"from": since, "to": to_at}
    if app:
        known = target.request("GET", "/api/v1/apps")
        named = next((one for one in known if app in (one["id"], one["api_key"], one["name"], *one["aliases"])), None)
        if named is None:
            raise click.ClickException(f"there is no app {app}")
        asked["app"] = named["id"]
    found: dict[str, Any] = target.request("GET", "/api/v1/fleet", params=asked)
    return found


def _in_folder(target: Folder, app: str, since: float, to_at: float) -> dict[str, Any]:
    import msgspec

    from rtclens.app.folder import NoSuchAppError, app_named, opened
    from rtclens.query import Scope, Span
    from rtclens.query import fleet as shared
    from rtclens.store import StoreError

    if not (target.path / "store").is_dir():
        raise click.ClickException(f"{target.path} holds no store; start a server on it first")
    try:
        with opened(target.path) as (access, store):
            apps = (app_named(access, app).id,) if app else tuple(access.every_app_id())
            found: dict[str, Any] = msgspec.to_builtins(shared(store, Scope(apps), Span(since, to_at)))
    except (NoSuchAppError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    return found
