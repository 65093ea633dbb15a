"""`rtclens replay` and `rtclens rescore`: analyse stored calls again, with the analysis of today."""

from __future__ import annotations

from pathlib import Path

import click

from rtclens.cli.history import calls, chosen, detectors_of, history_options, now, opened, show, show_scores


@click.command()
@click.argument("what", nargs=-1)
@click.option("--write", is_flag=True, help="Store the new conclusions in place of the old ones.")
@click.option("--rules", envvar="RTCLENS_RULES", default="", help="File of custom rules, as the server uses it.")
@history_options
def replay(
    what: tuple[str, ...], write: bool, rules: str, since: str, until: str, data: str, dsn: str, as_json: bool
) -> None:
    """Analyse calls again and tell what is concluded otherwise than stored.

    WHAT are calls, by our id or the application's, or dump files, which are compared with the stored calls of the same
    ids. Without WHAT: all calls, or those between --from and --to. The same data gives the same digest on any machine.
    """
    from rtclens.app.again import replay as analyse_again
    from rtclens.app.again import replay_files

    files = [Path(one) for one in what if Path(one).is_file()]
    if files and len(files) != len(what):
        raise click.UsageError("name either calls or files that exist")
    if files and write:
        raise click.UsageError("files are not stored; import them first")
    choice, custom = chosen(what, since, until), detectors_of(rules)
    with opened(data, dsn) as (store, scope):
        if files:
            replayed = list(replay_files(store, scope, files, custom))
        else:
            replayed = list(analyse_again(store, calls(store, scope, choice), now(), write, custom))
    show(replayed, as_json, write)


@click.command()
@click.argument("call", nargs=-1)
@click.option("--write", is_flag=True, help="Store the new scores in place of the old ones.")
@history_options
def rescore(call: tuple[str, ...], write: bool, since: str, until: str, data: str, dsn: str, as_json: bool) -> None:
    """Compute the scores of calls again and tell which are different.

    CALL are calls, by our id or the application's; without any: all calls, or those between --from and --to.
    """
    from rtclens.app.rescore import rescore as score_again

    with opened(data, dsn) as (store, scope):
        found = calls(store, scope, chosen(call, since, until))
        rescored = list(score_again(store, found, now(), write))
    show_scores(rescored, as_json)
