"""What fuzzing found: one file for each place in the code, with the smallest input seen.

Enters: an input and what happens when it is run. Leaves: `NAME.bin` (the input) and `NAME.txt` (the traceback). The
rest of the way, through analysis and store, is tried for a share of the inputs that decoded.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable
from pathlib import Path

from fuzz.checks import Broken, Ledger

SETTLED = 4  # one input in so many goes on through the analysis and the store


class Book:
    """The findings of one decoder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._sizes: dict[str, int] = {}

    def tried(self, data: bytes, run: Callable[[], Ledger]) -> str:
        """Run one input; the name of what went wrong, '' when nothing did."""
        try:
            ledger = run()
            if self._folder is None or sum(data[:64]) % SETTLED == 0:
                ledger.settle()
        except Exception as error:
            name = place(error)
            if self._folder is not None and len(data) < self._sizes.get(name, 1 << 30):
                self._sizes[name] = len(data)
                (self._folder / f"{name}.bin").write_bytes(data)
                (self._folder / f"{name}.txt").write_text(
                    "".join(traceback.format_exception(error))[-8_000:], errors="backslashreplace"
                )
            return name
        return ""


def place(error: Exception) -> str:
    """A name for where it happened: the same for the same defect."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/rtclens/" in frame.filename]
    frame = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).parent.name}.{Path(frame.filename).stem}:{frame.name}"
    rule = str(error).partition(":")[0] if isinstance(error, Broken) else type(error).__name__
    digest = hashlib.sha256(f"{where} {rule}".encode()).hexdigest()[:6]
    return f"{rule}-{where}-{digest}".replace(" ", "_").replace(":", ".").replace("/", "_")[:120]
