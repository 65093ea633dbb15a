"""`make bench`: run the benchmarks and print a table, or one JSON object with `--json`.

The keys that decide the design: samples_per_s_per_core and cpu_vs_decode (of calls as long as samples_per_call says),
bytes_per_participant_second, kb_per_live_participant. Compare only numbers of one run: machines are noisy, ratios are
not.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import decode, disk, endtoend, imports, questions


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--calls", type=int, default=50, help="two-party calls of the end-to-end load")
    parser.add_argument("--samples-per-call", type=int, default=240, help="their length; short calls have 16")
    parser.add_argument("--growth-samples", type=int, default=6000, help="samples at each number of participants")
    parser.add_argument("--copies", type=int, default=1, help="copies of each recording for the disk figure")
    parser.add_argument("--megabytes", type=int, default=50, help="size of the dump files that are imported")
    parser.add_argument("--repeats", type=int, default=5, help="repetitions of in-process measurements")
    parser.add_argument("--questions", type=int, metavar="SAMPLES", help="only: the dashboard's questions over so many")
    parser.add_argument("--call-seconds", type=float, metavar="S", help="only: disk, each call continued to so long")
    args = parser.parse_args()
    if args.questions or args.call_seconds:
        only = questions.measure(args.questions) if args.questions else disk.measure(args.copies, args.call_seconds)
        print(json.dumps(only, indent=None if args.json else 1))
        return
    result: dict[str, Any] = endtoend.measure(args.calls, args.samples_per_call)
    result |= endtoend.growth(args.growth_samples)
    result |= disk.measure(args.copies)
    result["formats"] = decode.measure(args.repeats)
    result["imports"] = imports.measure(args.megabytes)
    if args.json:
        print(json.dumps(result))
    else:
        show(result)


def show(result: dict[str, Any]) -> None:
    console = Console()
    table = Table("figure", "value", title="rtclens bench")
    for name, value in result.items():
        if not isinstance(value, dict | list):
            table.add_row(name, str(value))
    for way in ("by_socket", "by_post", "short_calls"):
        table.add_row(way, "  ".join(f"{name} {value}" for name, value in result[way].items()))
    for row in result["growth"]:
        table.add_row("growth", "  ".join(f"{name} {value}" for name, value in row.items()))
    console.print(table)
    formats = Table(*result["formats"][0], title="in process, µs per frame")
    for row in result["formats"]:
        formats.add_row(*map(str, row.values()))
    console.print(formats)
    files = Table(*result["imports"][0], title="dump files, MB of their content per CPU second")
    for row in result["imports"]:
        files.add_row(*map(str, row.values()))
    console.print(files)
    sizes = Table("table", "bytes per participant-second", title="disk")
    for name, size in result["tables"].items():
        sizes.add_row(name, str(size))
    console.print(sizes)


if __name__ == "__main__":
    main()
