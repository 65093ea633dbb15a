"""`rtclens analyze`: explain dump files on this machine, without a server."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from rtclens.analysis import Detector
from rtclens.cli.document import document
from rtclens.cli.history import detectors_of
from rtclens.edge.offline import Analysis, analyse
from rtclens.edge.sources import Progress

UNREADABLE = 2


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--call", default="", metavar="ID", help="Id of the call; otherwise the files', or the first file's name."
)
@click.option(
    "--rules",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="File of custom rules to evaluate too.",
)
def analyze(files: tuple[Path, ...], as_json: bool, call: str, rules: str | None) -> None:
    """Explain the call in FILE….

    Reads dumps of chrome://webrtc-internals, Firefox's about:webrtc, Chrome's rtcstats dump, files of rtcstats servers,
    and ObserveRTC samples; packed with gzip, zstd or bzip2 or not. Several files are one call, each the view of one
    participant, unless they name several calls; a participant is named after the file where the file itself does not
    say. Exits with 2 if a file cannot be read.
    """
    custom = detectors_of(rules) if rules else ()
    try:
        found = _analysed(list(files), call, custom, show_progress=not as_json and sys.stderr.isatty())
    except OSError as error:
        click.echo(f"rtclens: {error.filename}: {error.strerror}", err=True)
        sys.exit(UNREADABLE)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document(found)), indent=2) + b"\n")
    else:
        from rtclens.cli.report import show  # rich is needed only by people

        show(found)
    unreadable = [read for read in found.files if not read.readable]
    for read in unreadable:
        click.echo(f"rtclens: {read.name}: {read.first_refusal or 'nothing to analyse'}", err=True)
    if unreadable:
        sys.exit(UNREADABLE)


def _analysed(files: list[Path], call: str, custom: Sequence[Detector], *, show_progress: bool) -> Analysis:
    if not show_progress:
        return analyse(files, call, custom=custom)
    size = sum(path.stat().st_size for path in files)
    with click.progressbar(length=size, label="reading", file=sys.stderr) as bar:
        progress: Progress = bar.update
        return analyse(files, call, progress, custom)
