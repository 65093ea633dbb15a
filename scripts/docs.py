"""Write the reference pages from the code: `make docs`. A test fails when a page is stale.

Enters: settings, commands, refusals, tables. Leaves: `docs/*.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

DOCS = Path(__file__).resolve().parent.parent / "docs"


def settings_page() -> str:
    """docs/settings.md."""
    from rtclens.app.settings import describe

    rows = [f"| `{name}` | {f'`{default}`' if default else '–'} | {meaning} |" for name, default, meaning in describe()]
    head = "# Settings\n\nEnvironment variables of `rtclens serve`; options of the same name win over them.\n\n"
    return head + "| variable | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def refusals_page() -> str:
    """docs/refusals.md."""
    from rtclens.model.refusals import CODES

    head = (
        "# Refusals\n\nEverything that comes in is either decoded or refused with one of these codes: counted in\n"
        "`/metrics`, listed on the ingest page, answered to the client in its protocol's own shape, and kept for a\n"
        "while in the `refusals` table.\n\n| code | meaning |\n|---|---|\n"
    )
    return head + "\n".join(f"| `{code}` | {meaning} |" for code, meaning in CODES.items()) + "\n"


def cli_page() -> str:
    """docs/cli.md."""
    from rtclens.cli import main

    context = click.Context(main, info_name="rtclens")
    return "# Commands\n\n" + "\n".join(_commands(main, context)) + "\n"


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    if not isinstance(command, click.Group):
        context.terminal_width = context.max_content_width = 100
        yield f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from _commands(inner, click.Context(inner, info_name=name, parent=context))


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "refusals.md": refusals_page,
    "cli.md": cli_page,
}


def main() -> None:
    """Write every page, or only check with `--check`."""
    stale = [name for name, page in PAGES.items() if not _is(DOCS / name, page())]
    if "--check" not in sys.argv:
        for name in stale:
            (DOCS / name).write_text(PAGES[name]())
    elif stale:
        raise SystemExit(f"stale: {', '.join(stale)}; run make docs")


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    main()
