"""`rtclens export`: whole answers and whole calls as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import click

from rtclens.cli.target import Folder, Remote, resolve, target_options

CALL_FORMATS = ("rtcstats", "webrtc-internals")
TABLE_FORMATS = ("parquet", "csv", "arrow", "jsonl")


@click.command()
@click.option("--call", default="", metavar="ID", help="A call, as the lists show its id.")
@click.option("--query", default="", metavar="SQL", help="A SELECT in ClickHouse's dialect.")
@click.option(
    "--format",
    "kind",
    default="",
    metavar="FORMAT",
    help="Of a call: rtcstats, webrtc-internals. Of a query: parquet, csv, arrow, jsonl.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File of a query, folder of a call's dumps.")
@target_options
def export(
    call: str, query: str, kind: str, output: Path | None, data: str, url: str | None, token: str | None
) -> None:  # fmt: skip
    """Write a call as dump files, or the answer to a query as one file.

    A call becomes one rtcstats dump for each visit of a participant, or one webrtc-internals dump. Works through the
    server that runs on the data folder, or in the folder itself.
    """
    if bool(call) == bool(query):
        raise click.UsageError("give either --call or --query")
    target = resolve(data, url, token)
    if call:
        _call(target, call, _checked(kind, CALL_FORMATS), output or Path(call))
        return
    kind = _checked(kind or (output.suffix[1:] if output else ""), TABLE_FORMATS)
    size = _query(target, query, kind, output or Path(f"export.{kind}"))
    click.echo(f"{output or f'export.{kind}'}  {size} bytes")


def _checked(kind: str, known: tuple[str, ...]) -> str:
    if kind and kind not in known:
        raise click.UsageError(f"--format is one of {', '.join(known)} here")
    return kind or known[0]


def _call(target: Remote | Folder, call: str, kind: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = _fetched(target, call, kind, folder) if isinstance(target, Remote) else _made(target, call, kind, folder)
    for path in files:
        click.echo(path)


def _fetched(target: Remote, call: str, kind: str, folder: Path) -> list[Path]:
    import tempfile
    import zipfile

    with tempfile.TemporaryFile() as archive:
        _save(target.stream("GET", f"/api/v1/export/calls/{call}", params={"format": kind}), archive)
        with zipfile.ZipFile(archive) as packed:
            return [Path(packed.extract(name, folder)) for name in packed.namelist()]


def _made(target: Folder, call: str, kind: str, folder: Path) -> list[Path]:
    from rtclens.app.folder import opened
    from rtclens.edge.call_files import written
    from rtclens.query import NotThereError, Scope, call_item

    with opened(target.path) as (access, store):
        try:
            found = call_item(store, Scope(access.every_app_id()), call)
        except NotThereError as missing:
            raise click.ClickException(str(missing)) from missing
        return written(store.read_batches(found.app_id, call), kind, folder)


def _query(target: Remote | Folder, query: str, kind: str, path: Path) -> int:
    if isinstance(target, Remote):
        with path.open("wb") as file:
            return _save(target.stream("POST", "/api/v1/export", json={"query": query, "format": kind}), file)
    from rtclens.app.folder import reader
    from rtclens.store.grammar import SqlRefused

    try:
        with reader(target.path) as (access, asked), path.open("wb") as file:
            return _save(asked.export(query, access.every_app_id(), kind), file)
    except SqlRefused as refused:
        raise click.ClickException(f"{refused.message} {refused.hint}".strip()) from refused


def _save(pieces: Iterable[bytes], file: IO[bytes]) -> int:
    return sum(file.write(piece) for piece in pieces)
