"""`python -m truth.generator SCENARIO… --out DIR`: play labelled calls and record them.

Enters: names of scenarios (`--list` tells them). Leaves: one compact recording for each, as the benchmark reads them. A
Chromium and Node.js are needed; the SDK is installed and bundled the first time.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

from truth.generator import janus
from truth.generator.browser import find
from truth.generator.call import record
from truth.generator.children import until_terminated
from truth.generator.scenarios import SCENARIOS

HERE = Path(__file__).parent
TERMINATED = 143  # as a shell tells SIGTERM
BUNDLE = HERE / "page" / "sdk.bundle.js"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m truth.generator", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    parser.add_argument("--out", type=Path, default=HERE.parent / "recordings")
    parser.add_argument("--seed", type=int, default=1, help="decides which packets are lost")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    args = parser.parse_args()
    if args.list:
        print("\n".join(f"{one.name:22} {one.seconds:3.0f} s  {one.doc}" for one in SCENARIOS.values()))
        return
    unknown = set(args.scenarios) - SCENARIOS.keys()
    if unknown or not args.scenarios:
        parser.error(f"no scenario {', '.join(sorted(unknown))}" if unknown else "name a scenario, or --list")
    if any(SCENARIOS[name].sfu for name in args.scenarios) and not janus.find():
        parser.error("no janus: install Debian's package, or set RTCLENS_JANUS")
    chromium = _prepared(parser)
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.scenarios:
        path = args.out / f"observertc-{name}.jsonl.xz"
        try:
            recorder = asyncio.run(until_terminated(record(SCENARIOS[name], chromium, args.seed)))
        except asyncio.CancelledError:
            sys.exit(TERMINATED)
        recorder.save(path)
        print(f"{path.name}: {path.stat().st_size} bytes")


def _prepared(parser: argparse.ArgumentParser) -> str:
    """The browser's path, with the SDK bundled for its pages; exits where something is missing."""
    chromium, npm = find(), shutil.which("npm")
    if not chromium:
        parser.error("no Chromium: install one, or set RTCLENS_CHROMIUM")
    if not BUNDLE.exists():
        if npm is None:
            parser.error("no npm: install Node.js")
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, check=True)
        subprocess.run([npm, "run", "--silent", "bundle"], cwd=HERE, check=True)
    return chromium


if __name__ == "__main__":
    main()
