"""The process that fuzzes one decoder: `python -m fuzz.process DECODER CORPUS FINDINGS [libFuzzer flags]`.

What a decoder raises is written down and fuzzing goes on; the process ends early only for what Python cannot catch
(a hang, a crash of native code, too much memory), which libFuzzer reports and `python -m fuzz` restarts after.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rtclens.wire"], enable_loader_override=False):
    from fuzz.targets import TARGETS

from fuzz import findings, sequence
from fuzz.mutate import Mutator


def main() -> None:
    """Fuzz until libFuzzer's flags say stop."""
    name, corpus, found = sys.argv[1:4]
    target = TARGETS[name]
    seeds = [path.read_bytes() for path in sorted(Path(corpus).glob("seed-*"))]
    book = findings.Book(Path(found))

    def one_input(data: bytes) -> None:
        option, frames = sequence.unpack(data)
        book.tried(data, lambda: target.run(option, frames))

    mutator = Mutator(seeds, lambda data, size: atheris.Mutate(data, size))
    atheris.Setup([sys.argv[0], *sys.argv[4:], corpus], one_input, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
