"""A rtclens server in a process of its own, on a folder of its own: for the demo, the benchmarks and the tests.

Enters: options of `rtclens serve`. Leaves: a `ServerProcess` that can be asked, stopped, killed and started again on
the same folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from rtclens.access import Access, CreatedApp

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 60.0
IMPATIENT = {"RTCLENS_BULK_MS": "200", "RTCLENS_UNWATCHED_MS": "0"}  # for tests: what came in can be asked for at once
POLL_S = 0.05


class ServerProcess:
    """One server process after another on one data folder, with one app made beforehand."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        host: str = "127.0.0.1",
        port: int = 0,
        app: str = "Demo",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self._environ = {**os.environ, **(environ or {})}
        self.url = ""
        self._command = [sys.executable, "-m", "rtclens", "serve", "--data", str(folder)]
        self._command += ["--host", host, "--port", str(port), *options]
        self._process: subprocess.Popen[bytes] | None = None
        access = Access.open(folder)
        try:
            self.app: CreatedApp = access.create_app(app)
        finally:
            access.close()

    @property
    def pid(self) -> int:
        """The process id; 0 when nothing runs."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start and wait until requests are answered. Raises `RuntimeError` with the log's end when it does not."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command, stdout=log, stderr=log, env=self._environ
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            url = self._announced()
            if url and self._is_ready(url):
                self.url = url
                return
            time.sleep(POLL_S)
        self.kill()
        raise RuntimeError("the server did not start:\n" + self.log()[-4000:])

    def _announced(self) -> str:
        from rtclens.access.server_file import find_server

        running = find_server(self.folder)
        return running.url if running and running.pid == self.pid else ""

    @staticmethod
    def _is_ready(url: str) -> bool:
        try:
            return httpx.get(url + "/readyz", timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def stop(self) -> int:
        """Ask it to stop; returns the exit status."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOP_TIMEOUT_S)

    def kill(self) -> None:
        """`kill -9`, by process id."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL) if self._process.poll() is None else None
            self._process.wait(STOP_TIMEOUT_S)

    def log(self) -> str:
        """Everything it logged."""
        return (self.folder / "server.log").read_text(errors="replace")

    def get(self, path: str, **params: Any) -> Any:
        """A question to the API, as the app's own token."""
        return self._ask("GET", path, params=params)

    def sql(self, query: str) -> list[dict[str, Any]]:
        """Rows of a question by name, as a user's SQL: scoped to the app."""
        answer = self._ask("POST", "/sql", json={"query": query, "limit": 100_000})
        names = [column["name"] for column in answer["columns"]]
        return [dict(zip(names, row, strict=True)) for row in answer["rows"]]

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.app.token}"}
        url = f"{self.url}/api/v1{path}"
        answer = httpx.request(method, url, headers=headers, timeout=60, trust_env=False, **options)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    def metric(self, name: str) -> float:
        """Sum of a metric over its labels."""
        lines = httpx.get(self.url + "/metrics", timeout=30, trust_env=False).text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + " ", name + "{")))

    def settle(self, timeout_s: float = 120.0) -> None:
        """Wait until everything that came in is stored."""
        deadline = time.monotonic() + timeout_s
        while self.metric("rtclens_pipeline_lag_batches") or self.metric("rtclens_store_behind_seconds"):
            if time.monotonic() > deadline:
                raise RuntimeError("the server does not come to rest:\n" + self.log()[-4000:])
            time.sleep(POLL_S)


@contextmanager
def server(*options: str, **placed: Any) -> Iterator[ServerProcess]:
    """A started server on a temporary folder; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="rtclens-"))
    process = ServerProcess(folder, *options, **placed)
    try:
        process.start()
        yield process
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)
