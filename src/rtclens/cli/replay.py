"""`rtclens replay` and `rtclens rescore`: analyse stored calls again, with the analysis of today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtclens.cli.history import Place, ask, asked, detectors_of, history_options, opened, show, show_scores

if TYPE_CHECKING:
    from rtclens.app.again import Replayed


@click.command()
@click.argument("what", nargs=-1)
@click.option("--write", is_flag=True, help="Store the new conclusions in place of the old ones.")
@click.option("--rules", default="", help="File of custom rules; a running server uses its own otherwise.")
@history_options
def replay(
    what: tuple[str, ...],
    write: bool,
    rules: str,
    since: str,
    until: str,
    dsn: str,
    as_json: bool,
    data: str,
    url: str | None,
    token: str | None,
) -> None:
    """Analyse calls again and tell what is concluded otherwise than stored.

    WHAT are calls, by our id or the application's, or dump files, which are compared with the stored calls of the same
    ids in a folder that no server holds. Without WHAT: all calls, or those between --from and --to. The same data gives
    the same digest on any machine.
    """
    place = Place(data, url, token, dsn)
    files = [Path(one) for one in what if Path(one).is_file()]
    if files:
        if len(files) != len(what) or write:
            raise click.UsageError("files are analysed by themselves and not stored; import them to store them")
        show(_files(files, rules, place), as_json, written=False)
        return
    text = Path(rules).read_text() if rules else ""
    question = asked("replay", what, since, until, write, text)
    show(ask(question, place, detectors_of("")).replayed, as_json, write)


def _files(files: list[Path], rules: str, place: Place) -> list[Replayed]:
    from rtclens.app.again import replay_files

    with opened(place) as (store, scope):
        return list(replay_files(store, scope, files, detectors_of(rules)))


@click.command()
@click.argument("call", nargs=-1)
@click.option("--write", is_flag=True, help="Store the new scores in place of the old ones.")
@history_options
def rescore(
    call: tuple[str, ...],
    write: bool,
    since: str,
    until: str,
    dsn: str,
    as_json: bool,
    data: str,
    url: str | None,
    token: str | None,
) -> None:
    """Compute the scores of calls again and tell which are different.

    CALL are calls, by our id or the application's; without any: all calls, or those between --from and --to.
    """
    question = asked("rescore", call, since, until, write)
    show_scores(ask(question, Place(data, url, token, dsn)).rescored, as_json)
