"""Worker processes that tests kill and pause."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


class Fleet:
    """Worker processes on one topic and one store."""

    def __init__(self, dsn: str, port: int, clock_ms: float, log: Path, size: int = 3) -> None:
        self._command = [sys.executable, "-m", "tests.scale.worker", dsn, str(port), str(clock_ms)]
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []
        for _ in range(size):
            self.add()

    def add(self) -> None:
        with self._log.open("ab") as log:
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        self._running.append(process)

    def kill_one(self, chance: random.Random) -> None:
        """`kill -9`; another one takes its place in the group."""
        victim = self._running.pop(chance.randrange(len(self._running)))
        _end(victim)
        self.add()

    def pause(self, number: int) -> Callable[[], None]:
        """Stop one where it is, as a machine that sleeps; returns what has it go on."""
        process = self._running[number]
        process.send_signal(signal.SIGSTOP)
        return lambda: process.send_signal(signal.SIGCONT)

    @property
    def log(self) -> str:
        """What the workers said last."""
        return self._log.read_text(errors="replace")[-4000:]

    @property
    def works(self) -> bool:
        """Whether no worker stopped by itself."""
        return all(process.poll() is None for process in self._running)

    def stop(self) -> list[int]:
        """Ask all to end; returns their exit statuses."""
        for process in self._running:
            process.stdin.close()
        return [process.wait(60) for process in self._running]

    def kill(self) -> None:
        for process in self._running:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` by process id, and nothing of it is left open here."""
    process.kill()
    process.wait()
    process.stdin.close()
