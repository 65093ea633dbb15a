"""What a generated call starts is gone when the call is, whichever way it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from truth.generator import browser
from truth.generator.children import running

ROOT = Path(__file__).parents[2]
# A program with a child of its own; both hold the pipe open, and would say so if they were left to live.
PROGRAM = """exec 3>"{pipe}"; (sleep 20; echo left >&3) & echo started >&3; wait"""


@pytest.fixture
def script(tmp_path: Path) -> str:
    os.mkfifo(tmp_path / "pipe")
    return PROGRAM.format(pipe=tmp_path / "pipe")


@pytest.fixture
def said(tmp_path: Path, script: str) -> Iterator[IO[bytes]]:
    """What the program and its child write; ends when both are dead."""
    assert script
    with os.fdopen(os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as pipe:
        yield pipe


def rest(pipe: IO[bytes]) -> bytes:
    os.set_blocking(pipe.fileno(), True)
    return b"".join(iter(lambda: pipe.read(100), b""))


def test_an_error_leaves_nothing_running(script: str, said: IO[bytes]) -> None:
    async def fail() -> None:
        async with running("/bin/sh", "-c", script):
            while not said.read(100):  # noqa: ASYNC110  another process says it, through a pipe
                await asyncio.sleep(0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        asyncio.run(fail())
    assert rest(said) == b""


def test_a_browser_that_does_not_start_leaves_nothing_running(
    script: str, said: IO[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(browser, "START_S", 0.2)

    async def start() -> None:
        async with browser.Browser(str(program)):
            raise AssertionError

    with pytest.raises(TimeoutError):
        asyncio.run(start())
    assert b"left" not in rest(said)


def test_being_told_to_terminate_leaves_nothing_running(script: str, said: IO[bytes]) -> None:
    code = f"""
import asyncio
from truth.generator.children import running, until_terminated

async def work():
    async with running("/bin/sh", "-c", {script!r}) as process:
        await process.wait()

asyncio.run(until_terminated(work()))
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    while not (told := said.read(100)):
        assert parent.poll() is None
    assert told == b"started\n"
    parent.send_signal(signal.SIGTERM)
    assert parent.wait() != 0
    assert rest(said) == b""
