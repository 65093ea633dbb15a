"""`rtclens delete`: erase a call, a participant or an app's telemetry for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rtclens.cli.target import Folder, Remote, resolve, target_options


@click.command()
@click.option("--call", default="", help="The call, by our id or the application's.")
@click.option("--participant", default="", help="Only this participant of the call, by our id or the application's.")
@click.option("--app", default="", help="All telemetry of this app, by id, key or name; the app stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as one JSON object.")
@target_options
def delete(
    call: str, participant: str, app: str, yes: bool, as_json: bool, data: str, url: str | None, token: str | None
) -> None:
    """Erase telemetry for good and print the receipt: rows removed, and that none remain.

    Samples, events, facts, refused frames, the spool and what waits for outputs go; late telemetry of what was erased
    stays out. What was delivered to other systems is theirs. Every erasure is noted in the audit log.
    """
    if bool(call) == bool(app) or (participant and not call):
        raise click.UsageError("name one --call (and a --participant of it) or one --app")
    target = resolve(data, url, token)
    what = f"participant {participant} of call {call}" if participant else f"call {call}" if call else f"app {app}"
    if not yes:
        click.confirm(f"Erase {what} for good?", abort=True)
    done = _erased(target, call, participant, app)
    if as_json:
        click.echo(json.dumps(done))
    else:
        _show(done)
    if done["remaining"]:
        raise SystemExit(1)


def _erased(target: Remote | Folder, call: str, participant: str, app: str) -> dict[str, Any]:
    if isinstance(target, Folder):
        return _in_folder(target.path, call, participant, app)
    if app:
        path = f"/api/v1/apps/{_one(target.request('GET', '/api/v1/apps'), app, 'app')}/telemetry"
    else:
        path = f"/api/v1/calls/{_call(target, call)}"
        if participant:
            people = target.request("GET", path)["participants"]
            path += f"/participants/{_one(people, participant, 'participant')}"
    answer: dict[str, Any] = target.request("DELETE", path)
    return answer


def _call(target: Remote, call: str) -> str:
    if call.startswith("call_"):
        return call
    found = target.request("GET", "/api/v1/calls", params={"q": call})["calls"]
    return _one([{**one, "id": one["call_id"]} for one in found], call, "call")


def _one(rows: list[dict[str, Any]], name: str, what: str) -> str:
    """The id of the only row that is named so."""
    ids = ("id", "participant_id", "external_id", "api_key", "name")
    found = [row for row in rows if name in [row.get(key) for key in ids]]
    if len(found) != 1:
        raise click.ClickException(f"{len(found)} {what}s are named {name}; use the id that rtclens gave")
    return str(found[0].get("id") or found[0]["participant_id"])


def _in_folder(folder: Path, call: str, participant: str, app: str) -> dict[str, Any]:
    from rtclens.app.folder import NoSuchAppError
    from rtclens.app.forgetting_offline import NotStoredError, forget_in

    try:
        return forget_in(folder, call, participant, app)
    except (NoSuchAppError, NotStoredError) as error:
        raise click.ClickException(str(error)) from error


def _show(done: dict[str, Any]) -> None:
    for table, rows in sorted(done["removed"].items()):
        click.echo(f"{rows:>10}  {table}")
    total = sum(done["removed"].values())
    if done["remaining"]:
        left = ", ".join(f"{rows} in {table}" for table, rows in done["remaining"].items())
        click.echo(f"{total} rows removed; still there: {left}. Try again later.")
    else:
        click.echo(f"{total} rows removed, none remain ({done['erasure_id']})")
