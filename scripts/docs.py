"""Write the reference pages from the code: `make docs`. A test fails when a page is stale.

Enters: settings, commands, refusals, features. Leaves: `docs/*.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click

DOCS = Path(__file__).resolve().parent.parent / "docs"


def settings_page() -> str:
    """docs/settings.md."""
    from rtclens.app.settings import describe

    rows = [f"| `{name}` | {f'`{default}`' if default else '–'} | {meaning} |" for name, default, meaning in describe()]
    head = "# Settings\n\nEnvironment variables of `rtclens serve`; options of the same name win over them.\n\n"
    return head + "| variable | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


LETTERS = """
## Dead letters

A refused frame is a dead letter with a number, kept for `RTCLENS_DEAD_LETTER_DAYS`, together with what it takes to
decode it again: its codec and how its stream opened (path, query, claims; no secrets, the address masked).

* `rtclens letters` lists them, `rtclens letters NUMBER` shows one whole; `GET /api/v1/letters`, `…/letters/NUMBER`.
* After an update, `rtclens letters --redecode` (`POST /api/v1/letters/redecode`) feeds them through today's codecs.
  What a frame holds is stored at its place in its call, and the call is analysed again. It has the position that its
  number gives it, so nothing is ever there twice; what was decoded before is left out. A difference of the rtcstats
  family is decoded after what is stored of its session.
* Left alone are frames of a call that goes on (until it has ended), frames of which a part was used, frames of the
  native protocol whose sender was told to send them again, requests of Peer Metrics, which its SDK repeats, and lines
  of files, which can be imported again. A difference of ObserveRTC stays refused: its sender was told to reset.
* `rtclens letters --drop` (`POST /api/v1/letters/drop`) removes them; erasing a call removes those that name it.
"""


def refusals_page() -> str:
    """docs/refusals.md."""
    from rtclens.model.refusals import CODES

    head = (
        "# Refusals\n\nEverything that comes in is either decoded or refused with one of these codes: counted in\n"
        "`/metrics`, listed on the ingest page, answered to the client in its protocol's own shape, and kept for a\n"
        "while in the `refusals` table.\n\n| code | meaning |\n|---|---|\n"
    )
    return head + "\n".join(f"| `{code}` | {meaning} |" for code, meaning in CODES.items()) + "\n" + LETTERS


def cli_page() -> str:
    """docs/cli.md."""
    from rtclens.cli import main

    context = click.Context(main, info_name="rtclens", **main.context_settings)
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


def features_page() -> str:
    """docs/features.md."""
    from rtclens.model.features import ClientFeatures, ConnectionFeatures, TrackFeatures

    head = (
        "# Features\n\n"
        "One row for each join, connection and track, written when it ends and every five minutes before.\n"
        "They outlive the samples. NULL, and '' for texts, is unknown; 0 and false are values. Shares are 0 to 1.\n"
        "Counters are read once per slice (about 5 s), so totals are exact up to the last slice.\n"
    )
    return head + "".join(_features(cls) for cls in (ClientFeatures, ConnectionFeatures, TrackFeatures))


def _features(cls: type) -> str:
    from rtclens.model.features.absent import ABSENT

    hints = get_type_hints(cls, include_extras=True)
    rows = [
        f"| `{name}` | {_kind(get_args(hint)[0])} | {hint.__metadata__[0]} |"
        for name, hint in hints.items()
        if hasattr(hint, "__metadata__")
    ]
    head = f"\n## `{cls.table}`\n\n{cls.__doc__}\n\n| column | type | unit and definition |\n|---|---|---|\n"
    absent = [f"| `{name}` | {instead} |" for name, instead in ABSENT[cls.table].items()]
    tail = (
        "\nOther catalogues of features have these too, which are no columns here:\n\n| name | instead |\n|---|---|\n"
    )
    return head + "\n".join(rows) + "\n" + tail + "\n".join(absent) + "\n"


def _kind(hint: object) -> str:
    named = {"int": "whole number", "float": "number", "bool": "yes or no", "str": "text"}
    return named.get(str(getattr(hint, "__name__", hint)).split(" ")[0], "JSON")


def tables_page() -> str:
    """docs/tables.md."""
    from rtclens.model.facts import FACTS
    from rtclens.model.stats import REPORTS
    from rtclens.store.columns import STORED, TABLES, VERSIONS, report_columns

    about = {cls.table: (cls.__doc__ or "").strip() for cls in (*REPORTS, *FACTS)}
    head = (
        "# Tables\n\nClickHouse SQL, read-only, scoped to your apps. One table for each W3C stats type, named\n"
        "after it, its members under their own names and in their own units; what a browser did not send is NULL,\n"
        "members that no "
        "standard knows are in `extra`. Facts (`calls`, `findings` …) show one row each, always the newest version.\n"
        "What samples repeat (codecs, candidates, certificates) is stored once, until it changes;\n"
        "a NULL `timestamp` in a report table means the one in `samples`.\n"
    )
    shown = {name.removesuffix(VERSIONS): columns for name, columns in TABLES.items() if not name.endswith(STORED)}
    shown |= {cls.table: report_columns(cls) for cls in REPORTS}
    return head + "".join(_table(name, shown[name], about) for name in sorted(shown))


def _table(name: str, columns: Iterable[Any], about: dict[str, str]) -> str:
    text = about.get(name, "").split("\n\n")[0].replace("\n    ", " ")
    rows = "\n".join(f"| `{column.name}` | `{column.type}` | {column.comment} |" for column in columns)
    return f"\n## {name}\n\n{text + chr(10) * 2 if text else ''}| column | type | meaning |\n|---|---|---|\n{rows}\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "refusals.md": refusals_page,
    "cli.md": cli_page,
    "tables.md": tables_page,
    "features.md": features_page,
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
