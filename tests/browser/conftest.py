"""Calls of two in a real Chromium, watched by published SDKs, sent to a real server.

Enters: Chromium (`RTCLENS_CHROMIUM` or the system's) and the packages of this folder's lock file (`npm ci`). Leaves: a
running server and a stage that plays calls. Where either cannot be had every test here is skipped and says why.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rtclens.demo.process import IMPATIENT, ServerProcess, server

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STOP_TIMEOUT_S = 15
SAID = "SKIPPED BY NAME: published SDKs in a real browser: "


def _missing() -> str:
    """What stands in the way, '' when nothing does."""
    if not _chromium():
        return "no Chromium (install Debian's chromium, or set RTCLENS_CHROMIUM)"
    if not shutil.which("node"):
        return "no Node.js"
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        return "the packages are not installed (run `npm ci` in tests/browser)"
    return ""


def _chromium() -> str:
    named = os.environ.get("RTCLENS_CHROMIUM", "")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), "")


class Stage:
    """A Chromium that plays one call at a time."""

    def __init__(self, process: subprocess.Popen[str], running: ServerProcess) -> None:
        self._process = process
        self._server = running
        self.version = self._answer()["ready"]

    def play(self, room: str, *sdks: str, seconds: float = 8, **options: Any) -> dict[str, Any]:
        """Play a call to its end and wait until it is stored; returns what the browser itself knows of it."""
        place = {"server": self._server.url, "key": self._server.app.api_key}
        call = {"room": room, "sdks": sdks, "seconds": seconds, **place, **options}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        result = self._answer()
        assert "failure" not in result, result["failure"]
        self._server.settle()
        return result

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the stage ended"
        return dict(json.loads(line))


@pytest.fixture(scope="session")
def needed() -> None:
    """Skips, loudly, where there is nothing to drive or to drive it with."""
    reason = _missing()
    if reason:
        pytest.skip(SAID + reason)


@pytest.fixture(scope="session")
def watched(needed: None) -> Iterator[ServerProcess]:
    """One server for all calls of the session; tests tell their calls apart by room."""
    with server(environ=IMPATIENT) as process:
        yield process


@pytest.fixture(scope="session")
def stage(watched: ServerProcess) -> Iterator[Stage]:
    """One browser for all calls of the session."""
    command = [str(shutil.which("node")), str(HERE / "stage.mjs"), _chromium()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            yield Stage(process, watched)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says in the run's last lines what was not tested, also where reasons are not asked for."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    if any(SAID in reason for reason in skipped):
        terminalreporter.write_line(SAID + _missing(), yellow=True, bold=True)
