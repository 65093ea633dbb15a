"""`python -m fuzz DECODER --minutes 30`: fuzz a decoder, guided by the code that its inputs reach.

It needs `atheris`, which is not a dependency of rtclens: `uv pip install atheris`. Seeds are made from the recordings
of the tests; what is found lies in `FOLDER/DECODER/findings`, and `--replay FILE` runs one of those inputs again, first
made as small as still shows it. Leaves: one JSON object with executions, edges, corpus, CPU time and findings.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fuzz import shrink
from fuzz.seeds import SEEDS
from fuzz.targets import TARGETS

MAX_LEN = 24_576
LIMITS = ("-timeout=20", "-rss_limit_mb=1536", f"-max_len={MAX_LEN}", "-print_final_stats=1", "-close_fd_mask=0")
COVERED = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/")
KILLED = re.compile(r"SUMMARY: libFuzzer: (\S+)")


def main() -> None:
    """Read the command line and fuzz, or run one input again."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("decoder", choices=sorted(TARGETS), help="which decoder")
    parser.add_argument("--minutes", type=float, default=30, help="wall time to spend")
    parser.add_argument("--corpus", type=Path, help="folder to keep the corpus and the findings in")
    parser.add_argument("--replay", type=Path, help="run this input instead, made small")
    args = parser.parse_args()
    if args.replay:
        print(shrink.shown(TARGETS[args.decoder], args.replay.read_bytes()))
        return
    folder = args.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(json.dumps(fuzz(args.decoder, args.minutes, folder / args.decoder)))


def fuzz(name: str, minutes: float, folder: Path) -> dict[str, Any]:
    """Fuzz for so many minutes, beginning again after what ends the process."""
    corpus, found = folder / "corpus", folder / "findings"
    for path in (corpus, found):
        path.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]()):
        (corpus / f"seed-{number:04}").write_bytes(seed[:MAX_LEN])
    began, executions, killed = time.monotonic(), 0, []
    edges = size = 0
    while (left := minutes * 60 - (time.monotonic() - began)) > 1:
        flags = [*LIMITS, f"-max_total_time={round(left)}", f"-artifact_prefix={found}/"]
        command = [sys.executable, "-m", "fuzz.process", name, str(corpus), str(found), *flags]
        with (folder / "log.txt").open("w") as log:
            ended = subprocess.run(command, stdout=log, stderr=log, check=False)  # noqa: S603 - our own module
        text = (folder / "log.txt").read_text(errors="replace")
        seen = COVERED.findall(text)
        if not seen or (ended.returncode and not KILLED.search(text)):
            raise SystemExit(text[-3_000:])
        executions += int(seen[-1][0])
        edges, size = int(seen[-1][1]), int(seen[-1][3])
        killed += KILLED.findall(text)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "decoder": name,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime),
        "executions": executions,
        "edges": edges,
        "corpus": size,
        "ended_by": killed,
        "findings": sorted(path.stem for path in found.glob("*.txt")),
    }


if __name__ == "__main__":
    main()
