"""`make truth`: fold the labelled recordings and print what was right and what was not.

Enters: names of recordings (all of them by default). Leaves: tables, or one JSON object with `--json`; exit status 1
where the figures are under `floor.json`.
"""

from __future__ import annotations

import argparse
import json
import sys

import msgspec

from truth import floor, page, tables
from truth.distort import DISTORTIONS
from truth.labels import load
from truth.playback import names, path_of, play
from truth.score import Report, figures, measure


def main() -> None:
    parser = argparse.ArgumentParser(prog="make truth", description=__doc__)
    parser.add_argument("names", nargs="*", help="only recordings whose name holds one of these")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--findings", action="store_true", help="print every finding of the chosen recordings")
    parser.add_argument("--raise-floor", action="store_true", help="write what became better into floor.json")
    parser.add_argument("--write", action="store_true", help="write docs/truth.md")
    args = parser.parse_args()
    chosen = [name for name in names() if not args.names or any(part in name for part in args.names)]
    calls = [play(path_of(name)) for name in chosen]
    report = measure(calls, load())
    if args.findings:
        print("\n".join(line for played in calls for line in page.findings(played)))
    elif args.json:
        print(json.dumps(document(report)))
    else:
        print(tables.text(report))
    if not args.names:
        sys.exit(_settle(report, args.raise_floor, args.write))


def document(report: Report) -> dict[str, object]:
    """The report as plain JSON values."""
    found: dict[str, object] = msgspec.to_builtins(report)
    return {"figures": figures(report), **found}


def _settle(report: Report, rise: bool, write: bool) -> int:
    reached = figures(report)
    known = floor.load() if floor.FLOOR.exists() else {}
    if rise:
        floor.FLOOR.write_text(json.dumps(floor.raised(reached, known), indent=2) + "\n")
    if write:
        page.PAGE.write_text(page.text(report, _distorted()))
    worse = floor.complaints(reached, known)
    print("\n".join(f"under the floor: {complaint}" for complaint in worse), file=sys.stderr)
    return 1 if worse else 0


def _distorted() -> dict[str, Report]:
    """The same recordings as worse clients would have told them."""
    return {
        name: measure([play(path_of(one), distortion) for one in names()], load())
        for name, distortion in DISTORTIONS.items()
    }


if __name__ == "__main__":
    main()
