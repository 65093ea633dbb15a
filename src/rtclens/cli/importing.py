"""`rtclens import`: take dump files into a server or a data folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from rtclens.cli.target import Folder, Remote, resolve, target_options

Files = list[Path]
Progress = Callable[[int], None]


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--app", "app_name", default="", metavar="APP", help="Id, key or name of the app.  [default: the oldest]")
@click.option("--call", default="", metavar="ID", help="Id of the call; otherwise the files', or the file's name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@target_options
def import_(
    files: tuple[Path, ...], app_name: str, call: str, as_json: bool, data: str, url: str | None, token: str | None
) -> None:
    """Import FILE…: any dump that `rtclens analyze` reads.

    Files of one call become one call: those that name the same call themselves, those that show two ends of the same
    connection, or all with --call. A file of several calls becomes several. A file that was imported before changes
    nothing. Works through the server that runs on the data folder, or in the folder itself.
    Exits with 2 if a file cannot be read.
    """
    from rtclens.edge.kinship import related

    target = resolve(data, url, token)
    together = [list(files)] if call else related(files)
    done: list[dict[str, Any]] = []
    with _bar(sum(path.stat().st_size for path in files)) as progress:
        if isinstance(target, Remote):
            done += [_upload(target, some, app_name, call, progress) for some in together]
        else:
            done += _into(target, together, app_name, call, progress)
    answer = _joined(done)
    _show(answer, as_json=as_json)
    if any(not file["batches"] for file in answer["files"]):
        raise SystemExit(2)


@contextmanager
def _bar(size: int) -> Iterator[Progress]:
    """A progress bar on standard error, where somebody looks at it."""
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("importing"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
    )
    console = Console(stderr=True)
    with progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=size)
        yield lambda count: bar.advance(task, count)


def _upload(target: Remote, files: Files, app_name: str, call: str, progress: Progress) -> dict[str, Any]:
    params = {"app": app_name, "call": call}
    with _opened(files, progress) as form:
        answer: dict[str, Any] = target.request("POST", "/api/v1/import", params=params, files=form)
    return answer


class _Watched:
    """An open file that tells how much of it was read."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._file = path.open("rb")
        self._progress = progress
        self.close = self._file.close
        self.seek = self._file.seek
        self.tell = self._file.tell
        self.fileno = self._file.fileno

    def read(self, size: int = -1) -> bytes:
        """As the file."""
        data = self._file.read(size)
        self._progress(len(data))
        return data


@contextmanager
def _opened(files: Files, progress: Progress) -> Iterator[list[tuple[str, tuple[str, Any]]]]:
    opened = [_Watched(path, progress) for path in files]
    try:
        yield [("file", (path.name, file)) for path, file in zip(files, opened, strict=True)]
    finally:
        for file in opened:
            file.close()


def _into(target: Folder, together: list[Files], app_name: str, call: str, progress: Progress) -> list[dict[str, Any]]:
    from rtclens.app.folder import NoSuchAppError, importer
    from rtclens.edge.uploads import told
    from rtclens.store import StoreError

    try:
        with importer(target.path, app_name) as (take, app_id):
            return [told(take.run(app_id, some, call, progress)) for some in together]
    except (NoSuchAppError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def _joined(done: list[dict[str, Any]]) -> dict[str, Any]:
    calls = {call["call_id"]: call for one in done for call in one["calls"]}
    return {
        "calls": list(calls.values()),
        "new_batches": sum(one["new_batches"] for one in done),
        "files": [file for one in done for file in one["files"]],
    }


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    import json

    if as_json:
        click.echo(json.dumps(answer))
        return
    for file in answer["files"]:
        why = f": {file['first_refusal']}" if file["first_refusal"] else ""
        click.echo(f"{file['name']}  {file['format'] or 'not recognised'}  {file['batches']} batches{why}")
    for call in answer["calls"]:
        click.echo(f"call {call['call_id']}  {call['external_id']}")
    if answer["calls"] and not answer["new_batches"]:
        click.echo("nothing new: all of it was imported before")
