"""`rtclens backtest`: what rules would have found in the stored calls, before they are enabled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from rtclens.cli.history import Place, ask, asked, history_options

if TYPE_CHECKING:
    from rtclens.app.backtest import Backtest, Trial


@click.command()
@click.argument("rules", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("call", nargs=-1)
@history_options
def backtest(
    rules: Path,
    call: tuple[str, ...],
    since: str,
    until: str,
    dsn: str,
    as_json: bool,
    data: str,
    url: str | None,
    token: str | None,
) -> None:
    """Evaluate the rules of the file RULES on stored calls. Nothing is stored.

    CALL are calls, by our id or the application's; without any: all calls, or those between --from and --to.
    """
    question = asked("backtest", call, since, until, rules=rules.read_text())
    found = ask(question, Place(data, url, token, dsn)).backtest
    assert found is not None
    click.echo(msgspec.json.encode(found) if as_json else _text(found))


def _text(found: Backtest) -> str:
    head = f"{found.calls} calls, {found.hours:.2f} hours"
    return "\n".join([head, *(line for trial in found.trials for line in _lines(trial))])


def _lines(trial: Trial) -> list[str]:
    if not trial.findings:
        return [f"{trial.id}: nothing"]
    severities = ", ".join(f"{count} {severity}" for severity, count in trial.severities.items())
    often = f"{trial.per_call_hour} per call hour, half of them over {trial.median_s} s"
    lines = [
        f"{trial.id}: {trial.findings} findings in {trial.calls} calls ({severities}), {often}",
        f"  {trial.beside_catalogue} beside a finding of the catalogue, {trial.in_good_calls} in calls that are good",
    ]
    for example in trial.examples:
        name = example.external_id or example.call_id
        lines.append(f"  {name} {example.participant_id}: {example.severity}, observed {example.observed}")
    return lines
