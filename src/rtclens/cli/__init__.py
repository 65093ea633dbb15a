"""The command line. Every command lives in a module of its own and is loaded only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from rtclens import __version__

COMMANDS = {
    "analyze": ("rtclens.cli.analyze", "analyze"),
    "app": ("rtclens.cli.apps", "app"),
    "backtest": ("rtclens.cli.backtest", "backtest"),
    "delete": ("rtclens.cli.delete", "delete"),
    "demo": ("rtclens.cli.demo", "demo"),
    "fleet": ("rtclens.cli.fleet", "fleet"),
    "outputs": ("rtclens.cli.outputs", "outputs"),
    "replay": ("rtclens.cli.replay", "replay"),
    "rescore": ("rtclens.cli.replay", "rescore"),
    "retention": ("rtclens.cli.retention", "retention"),
    "export": ("rtclens.cli.exporting", "export"),
    "letters": ("rtclens.cli.letters", "letters"),
    "import": ("rtclens.cli.importing", "import_"),
    "serve": ("rtclens.cli.serve", "serve"),
    "sql": ("rtclens.cli.sql", "sql"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used, so that `--help` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="rtclens")
def main() -> None:
    """rtclens: speaks every WebRTC monitoring SDK, explains every call, answers in SQL."""
